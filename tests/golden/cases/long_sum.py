"""A line that gets too long is taken apart."""
from math import cos, exp, sin


def f(a, b, c, d):
    return sin(a * b + c) * cos(b * c - d) + exp(a / d) * sin(c * d) - cos(a - b) / exp(c) + a * d


# --- value_and_grad wrt=a,b,c,d at=(1.0, 2.0, 3.0, 4.0) ---
# Written by s2sdiff from long_sum.py, line 5.

from math import cos, exp, sin


def f_value_and_grad(a, b, c, d):
    """Value and gradient of f with respect to a, b, c and d."""
    # forward sweep
    e = a * b + c
    g = sin(e)
    h = b * c - d
    i = cos(h)
    j = a / d
    k = exp(j)
    m = c * d
    n = k * sin(m)
    o = a - b
    p = cos(o)
    q = exp(c)
    r = p / q
    f = g * i + n - r + a * d
    # reverse sweep
    p_bar = -1.0 / q  # df/dp
    s = p_bar * sin(o)
    m_bar = k * cos(m)  # df/dm
    t = g * sin(h)
    h_bar = -t  # df/dh
    e_bar = i * cos(e)  # df/de
    u = n / d
    a_bar = d - s + u + e_bar * b  # df/da, through j and o
    b_bar = s + h_bar * c + e_bar * a  # df/db
    c_bar = -p_bar * r * q + m_bar * d + h_bar * b + e_bar  # df/dc, through e, m and q
    d_bar = a + m_bar * c - u * j + t  # df/dd, through h, j and m
    return f, (a_bar, b_bar, c_bar, d_bar)
