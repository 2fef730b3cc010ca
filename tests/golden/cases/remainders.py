import math


def f(x, m):
    q, r = divmod(x, m)
    return r * q + math.fmod(x, m) + math.floor(x) * m


# --- value_and_grad wrt=x,m at=(7.3, 2.1) ---
# Written by s2sdiff from remainders.py, line 4.

from math import floor, fmod


def f_value_and_grad(x, m):
    """Value and gradient of f with respect to x and m."""
    # forward sweep
    a = x // m
    b = fmod(x, m)
    c = floor(x)
    f = x % m * a + b + c * m
    # reverse sweep
    x_bar = 1.0 + a  # df/dx
    m_bar = c + (b - x) / m - a * a  # df/dm
    return f, (x_bar, m_bar)
