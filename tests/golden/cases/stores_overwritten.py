import numpy as np


def sweeps(x: "f8[n]", n: int):
    y = x.copy()
    for _ in range(n):
        for i in range(1, len(y)):
            y[i] = y[i] * y[i - 1]
        y[0], y[-1] = y[-1], y[0]
    return np.sum(y)


# --- value_and_grad wrt=x at=(np.array([0.3, -0.2, 0.8, 2.0]), 3) ---
# Written by s2sdiff from stores_overwritten.py, line 4.

import numpy as np


def sweeps_value_and_grad(x, n):
    """Value and gradient of sweeps with respect to x."""
    # forward sweep
    y = x.copy()
    a = y.shape[0]
    tape = []
    tape_2 = []
    for _ in range(n):
        for i in range(1, a):
            b = y[i]
            tape.append(b)
            y[i] = b * y[i - 1]
        c = y[0]
        y[0] = y[-1]
        tape_2.append(y[-1])
        y[-1] = c
    sweeps = np.sum(y)
    # reverse sweep
    y_bar = np.ones_like(y)
    for _ in range(n):
        d = tape_2.pop()
        e = y[-1]
        y[-1] = d
        y[0] = e
        f = y_bar[-1]
        y_bar[-1] = 0.0
        g = y_bar[0]
        y_bar[0] = f
        y_bar[-1] += g
        for i in range(a - 1, 0, -1):
            h = tape.pop()
            y[i] = h
            j = i - 1
            k = y_bar[i]
            y_bar[j] += k * h
            y_bar[i] = k * y[j]
    return sweeps, y_bar
