import math


def f(x, y):
    assert x > 0, f"x is {x:.3f}"
    assert 0 < y < 10
    return math.log(x) * y


# --- value_and_grad wrt=x at=(0.4, 2.0) ---
# Written by s2sdiff from assert_survives.py, line 4.

from math import log


def f_value_and_grad(x, y):
    """Value and gradient of f with respect to x."""
    # forward sweep
    assert x > 0, f"x is {x:.3f}"
    assert 0 < y < 10
    f = log(x) * y
    # reverse sweep
    x_bar = y / x  # df/dx
    return f, x_bar
