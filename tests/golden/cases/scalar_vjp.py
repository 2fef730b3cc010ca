import math


def f(x):
    return math.sin(x) * x


# --- vjp wrt=x at=(0.5,) ---
# Written by s2sdiff from scalar_vjp.py, line 4.

from math import cos, sin


def f_vjp(x, f_bar):
    """Value and vector-Jacobian product of f with respect to x."""
    # forward sweep
    a = sin(x)
    f = a * x
    # reverse sweep
    x_bar = f_bar * a + f_bar * x * cos(x)
    return f, x_bar
