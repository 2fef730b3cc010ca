import numpy as np


def rosenbrock(x: "f8[n]"):
    total = 0.0
    for i in range(len(x) - 1):
        total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return total


# --- value_and_grad wrt=x at=(np.array([0.3, -0.2, 0.8]),) ---
# Written by s2sdiff from arrays_neighbours.py, line 4.

import numpy as np


def rosenbrock_value_and_grad(x):
    """Value and gradient of rosenbrock with respect to x."""
    # forward sweep
    x_bar = np.zeros_like(x)
    total = 0.0
    for i in range(x.shape[0] - 1):
        a = i + 1
        b = x[i]
        c = x[a] - b * b
        d = 1.0 - b
        total = total + (100.0 * (c * c) + d * d)
        c_bar = 200.0 * c
        b_bar = c_bar * -2.0 * b - 2.0 * d
        x_bar[i] += b_bar
        x_bar[a] += c_bar
    return total, x_bar
