import math


def f(x, y):
    return math.atan2(y, x) * x + y


# --- hvp wrt=x,y at=(1.0, 2.0) ---
# Written by s2sdiff from angle_hvp.py, line 4.

from math import hypot


def f_hvp(x, y, x_dot, y_dot):
    """Hessian-vector product of f with respect to x and y."""
    radius = hypot(y, x)
    a = x / radius
    b = a / radius
    c = x_dot / radius
    d = radius != 0.0
    e = y_dot * (y / radius if d else 0.0)
    radius_dot = e + x_dot * (a if d else 0.0)
    f = radius_dot / radius
    g = (c - f * a) / radius - f * b
    h = y_dot / radius / radius * x - c / radius * y
    return h - (g * y + y_dot * b), g * x + x_dot * b
