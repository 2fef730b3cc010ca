import math


def f(x, y):
    z = math.log(x) * y if x > 0.1 else math.sin(x) + y
    return z * z


# --- value_and_grad wrt=x,y at=(0.4, 0.9) ---
# Written by s2sdiff from conditional_with_work.py, line 4.

from math import cos, log, sin


def f_value_and_grad(x, y):
    """Value and gradient of f with respect to x and y."""
    # forward sweep
    a = x > 0.1
    if a:
        b = log(x)
        z = b * y
    else:
        z = sin(x) + y
    f = z * z
    # reverse sweep
    z_bar = 2.0 * z  # df/dz
    if a:
        y_bar = z_bar * b  # df/dy
        x_bar = z_bar * y / x  # df/dx
    else:
        y_bar = z_bar  # df/dy
        x_bar = z_bar * cos(x)  # df/dx
    return f, (x_bar, y_bar)
