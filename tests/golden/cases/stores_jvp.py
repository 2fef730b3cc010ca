import math

import numpy as np


def products(x: "f8[n]"):
    y = np.empty(len(x))
    y[0] = math.exp(x[0])
    for i in range(1, len(x)):
        y[i] = y[i - 1] * x[i]
    y[::2] *= 2.0
    return y


# --- jvp wrt=x at=(np.array([0.3, -0.2, 0.8, 2.0]),) ---
# Written by s2sdiff from stores_jvp.py, line 6.

from math import exp

import numpy as np


def products_jvp(x, x_dot):
    """Value and Jacobian-vector product of products with respect to x."""
    if np.shape(x_dot) != np.shape(x):
        raise ValueError("the shape of x_dot is not that of x")
    a = x.shape[0]
    y = np.empty(a)
    b = exp(x[0])
    y_dot = np.zeros_like(y)
    y[0] = b
    y_dot[0] = x_dot[0] * b
    for i in range(1, a):
        c = i - 1
        d = y[c]
        e = x[i]
        y[i] = d * e
        y_dot[i] = y_dot[c] * e + x_dot[i] * d
    y[::2] *= 2.0
    y_dot[::2] *= 2.0
    return y, y_dot
