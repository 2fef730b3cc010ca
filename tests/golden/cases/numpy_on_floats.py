"""NumPy's functions stay NumPy's: their exceptions and their NaNs are different."""
import numpy as np


def f(x):
    return np.sin(x) * np.exp(-(x**2)) + np.arctan(x)


# --- value_and_grad wrt=x at=(0.7,) ---
# Written by s2sdiff from numpy_on_floats.py, line 5.

import numpy as np


def f_value_and_grad(x):
    """Value and gradient of f with respect to x."""
    # forward sweep
    a = x * x
    b = np.exp(-a)
    c = np.sin(x) * b
    d = np.arctan(x)
    f = c + d
    # reverse sweep
    e = 1.0 / (1.0 + a) - c * 2.0 * x
    x_bar = e + b * np.cos(x)  # df/dx, through a and d
    return f, x_bar
