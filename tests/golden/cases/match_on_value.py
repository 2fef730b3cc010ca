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
        ended = False
    elif k > 5:
        y = x * k
        ended = False
    else:
        ended = True
        f = x * x
    f = f if ended else y * x
    # reverse sweep
    if ended:
        f_bar = 1.0  # df/df
        y_bar = 0.0  # df/dy
        b = 0.0
    else:
        f_bar = 0.0  # df/df
        y_bar = x  # df/dy
        b = y
    if a:
        c = y_bar * cos(x)
    else:
        c = y_bar * k if k > 5 else f_bar * 2.0 * x
    x_bar = b + c  # df/dx, through y and f
    return f, x_bar
