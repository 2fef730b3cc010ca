import math


def f(x):
    y = math.sin(x)
    z = math.tanh(y * x)
    return z / (1.0 + y)


# --- jvp wrt=x at=(0.7,) ---
# Written by s2sdiff from third_derivative_jvp.py, line 4.

from math import cos, sin, tanh


def f_jvp(x, x_dot):
    """Value and Jacobian-vector product of f with respect to x."""
    y = sin(x)
    y_dot = x_dot * cos(x)
    z = tanh(y * x)
    z_dot = (y_dot * x + x_dot * y) * (1.0 - z * z)
    a = 1.0 + y
    f = z / a
    f_dot = z_dot / a - y_dot / a * f
    return f, f_dot
