# Written by s2sdiff from example_5_14.py, line 10.

from math import cos, exp, sin, sqrt


def f_value_and_grad(x):
    """Value and gradient of f with respect to x."""
    # forward sweep
    a = x * x
    b = exp(a)
    c = a + b
    d = sqrt(c)
    e = cos(c)
    f = d + e
    # reverse sweep
    c_bar = 0.5 / d - sin(c)  # df/dc, through d and e
    a_bar = c_bar + c_bar * b  # df/da, through b and c
    x_bar = a_bar * 2.0 * x  # df/dx
    return f, x_bar
