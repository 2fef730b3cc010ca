import math

import numpy as np


def energy(x: "f8[n]"):
    n = len(x)
    y = np.empty(n)
    y[0] = x[0]
    for i in range(1, n):
        y[i] = 0.5 * y[i - 1] + math.sin(x[i])
    s = 0.0
    for i in range(n):
        s += y[i] * y[i]
    return s


# --- value_and_grad wrt=x at=(np.linspace(-1.0, 1.0, 7),) ---
# Written by s2sdiff from stores_recurrence.py, line 6.

from math import cos, sin

import numpy as np


def energy_value_and_grad(x):
    """Value and gradient of energy with respect to x."""
    # forward sweep
    n = x.shape[0]
    y = np.empty(n)
    y[0] = x[0]
    for i in range(1, n):
        y[i] = 0.5 * y[i - 1] + sin(x[i])
    y_bar = np.zeros_like(y)
    s = 0.0
    for i in range(n):
        a = y[i]
        s = s + a * a
        y_bar[i] += 2.0 * a
    # reverse sweep
    x_bar = np.zeros_like(x)
    for i in range(n - 1, 0, -1):
        b = y_bar[i]
        x_bar[i] += b * cos(x[i])
        y_bar[i - 1] += b * 0.5
    x_bar[0] += y_bar[0]
    return s, x_bar
