"""The user's variables keep their names, and their lines."""
from math import cos, sin

G = 9.81


def throw(speed, angle):
    vx = speed * cos(angle)
    vy = speed * sin(angle)
    time = 2 * vy / G
    return vx * time


# --- value_and_grad wrt=speed,angle at=(20.0, 0.6) ---
# Written by s2sdiff from user_names_are_kept.py, line 7.

from math import cos, sin

G = 9.81


def throw_value_and_grad(speed, angle):
    """Value and gradient of throw with respect to speed and angle."""
    # forward sweep
    a = cos(angle)
    vx = speed * a
    b = sin(angle)
    vy = speed * b
    time = 2 * vy / G
    throw = vx * time
    # reverse sweep
    vy_bar = vx / G * 2.0  # dthrow/dvy
    speed_bar = vy_bar * b + time * a  # dthrow/dspeed, through vx and vy
    angle_bar = vy_bar * speed * a - time * speed * b  # dthrow/dangle, through a and b
    return throw, (speed_bar, angle_bar)
