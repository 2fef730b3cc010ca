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
    a = x / total
    x[:] = a
    b = np.log(x)
    # reverse sweep
    x_bar = -x / x - b
    c = x_bar / total
    total_bar = np.sum(-c * a)  # dentropy/dtotal
    x_bar = c + total_bar  # dentropy/dx, through total and a
    return x_bar
