import math


def f(x, k):
    match k:
        case 1 | 2:
            y = math.sin(x)
        case other if other > 5:
            y = x * other
        case _:
            return x * x
    return y * x


# --- value_and_grad wrt=x at=(0.7, 2.0) ---
# Written by s2sdiff from match_on_value.py, line 4.

from math import cos, sin


def f_value_and_grad(x, k):
    """Value and gradient of f with respect to x."""
    # forward sweep
    a = k == 1 or k == 2
    if a:
        y = sin(x)
        f = y * x
    elif k > 5:
        y = x * k
        f = y * x
    else:
        f = x * x
    # reverse sweep
    if a:
        x_bar = y + x * cos(x)  # df/dx
    elif k > 5:
        y = x * k
        x_bar = 2.0 * y
    else:
        x_bar = 2.0 * x
    return f, x_bar
