# Written by s2sdiff from robot_arm.py, line 14.

from math import cos, sin

UPPER = 0.4
FORE = 0.35
HAND = 0.15


def hand_jacobian(shoulder, elbow, wrist):
    """Jacobian of hand with respect to shoulder, elbow and wrist.

    Computed in forward mode (equation 5.121): 3 inputs, 3 outputs.
    """
    bend = shoulder + elbow
    direction = bend + wrist
    a = FORE * cos(bend)
    a_dot = -sin(bend) * FORE
    b = HAND * cos(direction)
    b_dot = -sin(direction) * HAND
    x = UPPER * cos(shoulder) + a + b
    x_dot = -sin(shoulder) * UPPER + a_dot + b_dot
    x_dot_2 = a_dot + b_dot
    y_dot = a + b
    return (x_dot, x_dot_2, b_dot), (x, y_dot, b), (1.0, 1.0, 1.0)
