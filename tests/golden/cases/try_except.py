import math


def f(x, y):
    z = x * y
    try:
        w = math.sqrt(z) / (x - 1.0)
    except (ValueError, ZeroDivisionError):
        w = z
    return w * x


# --- value_and_grad wrt=x,y at=(0.5, 0.7) ---
# Written by s2sdiff from try_except.py, line 4.

from math import sqrt


def f_value_and_grad(x, y):
    """Value and gradient of f with respect to x and y."""
    # forward sweep
    z = x * y
    try:
        a = sqrt(z)
        w = a / (x - 1.0)
        caught = False
    except (ValueError, ZeroDivisionError):
        w = z
        caught = True
    f = w * x
    # reverse sweep
    if caught:
        z_bar = x  # df/dz
        b = 0.0
    else:
        c = x - 1.0
        w_2 = a / c
        d = x / c
        z_bar = d * 0.5 / a  # df/dz
        b = -d * w_2
    x_bar = w + b + z_bar * y  # df/dx, through z, w and f
    y_bar = z_bar * x  # df/dy
    return f, (x_bar, y_bar)
