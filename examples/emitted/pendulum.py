# Written by s2sdiff from pendulum.py, line 11.

from math import cos, sin


def swing_value_and_grad(x0, v0, k, dt, n):
    """Value and gradient of swing with respect to x0, v0 and k."""
    # forward sweep
    x_tape = []
    x = x0
    v = v0
    for _ in range(n):
        x_tape.append(x)
        a = -k * sin(x)
        v = v + dt * a
        x = x + dt * v
    swing = x
    # reverse sweep
    x_bar = 1.0
    v_bar = 0.0
    k_bar = 0.0
    for _ in range(n):
        x = x_tape.pop()
        v_bar += x_bar * dt
        a_bar = v_bar * dt
        k_bar -= a_bar * sin(x)
        x_bar -= a_bar * k * cos(x)
    return swing, (x_bar, v_bar, k_bar)
