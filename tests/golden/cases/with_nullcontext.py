import contextlib
import math
import warnings


def f(x: float) -> float:
    with contextlib.nullcontext(2.0 * x) as y, warnings.catch_warnings():
        if y > 3.0:
            return y * y
        y = math.sin(y)
    return x * y


# --- value_and_grad wrt=x at=(0.8,) ---
# Written by s2sdiff from with_nullcontext.py, line 6.

from math import cos, sin


def f_value_and_grad(x):
    """Value and gradient of f with respect to x."""
    # forward sweep
    a = 2.0 * x
    b = a > 3.0
    if b:
        f = a * a
    else:
        y = sin(a)
        f = x * y
    # reverse sweep
    if b:
        a_bar = 2.0 * a  # df/da
        c = 0.0
    else:
        a_bar = x * cos(a)  # df/da
        c = y
    x_bar = c + a_bar * 2.0  # df/dx, through a and f
    return f, x_bar
