import math


def f(x, y):
    return math.atan2(y, x)


# --- hvp wrt=x,y at=(1.0, 2.0) ---
# Written by s2sdiff from keyword_only_seed.py, line 4.

from math import hypot


def f_hvp(x, y, x_dot, y_dot):
    """Hessian-vector product of f with respect to x and y."""
    radius = hypot(y, x)
    a = x / radius
    b = -y / radius
    c = radius != 0.0
    d = y_dot * (y / radius if c else 0.0)
    radius_dot = d + x_dot * (a if c else 0.0)
    e = radius_dot / radius
    f = (x_dot / radius - e * a) / radius
    g = (-y_dot / radius - e * b) / radius
    return g - e * (b / radius), f - e * (a / radius)
