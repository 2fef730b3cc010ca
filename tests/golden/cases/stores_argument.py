import numpy as np


def normalize(x):
    total = np.sum(x)
    x /= total


def entropy(x: "f8[n]"):
    normalize(x)
    return -np.sum(x * np.log(x))


# --- grad wrt=x at=(np.array([0.3, 0.2, 0.8]),) ---
# Written by s2sdiff from stores_argument.py, line 9.

import numpy as np


def entropy_grad(x):
    """Gradient of entropy with respect to x."""
    # forward sweep
    total = np.sum(x)  # stores_argument.py:5
    x_2 = x / total  # stores_argument.py:6
    x[:] = x_2
    a = np.log(x)
    # reverse sweep
    x_bar = -x / x - a
    b = x_bar / total
    total_bar = np.sum(-b * x_2)  # dentropy/dtotal
    x_bar = b + total_bar  # dentropy/dx, through total and x_2
    return x_bar
