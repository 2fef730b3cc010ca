import numpy as np


def spread(x: "f8[n]", where: "i8[n]", y: "f8[m]"):
    last = np.zeros_like(y)
    last[where] = x
    total = y.copy()
    np.add.at(total, where, x * x)
    total[total > 1.0] = 1.0
    return np.sum(last * total)


# --- value_and_grad wrt=x at=(np.array([0.3, -0.2, 0.8, 2.0]), np.array([0, 2, 2, 1]), np.array([0.1, 0.2, 0.3])) ---
# Written by s2sdiff from stores_indices.py, line 4.

import numpy as np


def _unbroadcast(x_bar, x):
    """The cotangent of what was broadcast from `x`, summed over the axes that this added or stretched."""
    shape = getattr(x, "shape", ())
    if getattr(x_bar, "shape", ()) == shape:
        return x_bar
    added = np.ndim(x_bar) - len(shape)
    if added > 0:
        x_bar = np.sum(x_bar, axis=tuple(range(added)))
    for axis, length in enumerate(shape):
        if length == 1 and x_bar.shape[axis] != 1:
            x_bar = np.sum(x_bar, axis=axis, keepdims=True)
    return x_bar


def spread_value_and_grad(x, where, y):
    """Value and gradient of spread with respect to x."""
    # forward sweep
    last = np.zeros_like(y)
    last[where] = x
    total = y.copy()
    np.add.at(total, where, x * x)
    a = total > 1.0
    total[a] = 1.0
    spread = np.sum(last * total)
    # reverse sweep
    total_bar = last.copy()
    total_bar[a] = 0.0
    b = total[where]
    c = np.arange(b.size)
    last = np.zeros(last.shape, dtype=np.int64)
    last[where] = c
    d = _unbroadcast(np.where(last[where] == c, b, 0.0), x)
    x_bar = total_bar[where] * 2.0 * x + d  # dspread/dx
    return spread, x_bar
