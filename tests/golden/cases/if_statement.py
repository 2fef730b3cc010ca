"""An `if` statement; a variable that both sides assign."""
import math


def f(x, y):
    if x < y:
        z = math.sin(x)
        w = x * y
    else:
        z = math.cos(y)
        w = x + y
    return z * w


# --- value_and_grad wrt=x,y at=(0.4, 0.9) ---
# Written by s2sdiff from if_statement.py, line 5.

from math import cos, sin


def f_value_and_grad(x, y):
    """Value and gradient of f with respect to x and y."""
    # forward sweep
    a = x < y
    if a:
        z = sin(x)
        w = x * y
    else:
        z = cos(y)
        w = x + y
    f = z * w
    # reverse sweep
    if a:
        x_bar = z * y + w * cos(x)  # df/dx
        y_bar = z * x  # df/dy
    else:
        x_bar = z  # df/dx
        y_bar = z - w * sin(y)  # df/dy
    return f, (x_bar, y_bar)
