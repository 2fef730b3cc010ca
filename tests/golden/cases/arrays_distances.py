import numpy as np


def energy(x: "f8[n,d]"):
    d = x[:, None, :] - x[None, :, :]
    return np.sum(np.sqrt(np.sum(d * d, axis=-1) + 0.001))


# --- grad wrt=x at=(np.array([[0.3, -0.2], [0.1, 0.4], [0.9, 0.5]]),) ---
# Written by s2sdiff from arrays_distances.py, line 4.

import numpy as np


def energy_grad(x):
    """Gradient of energy with respect to x."""
    # forward sweep
    d = x[:, None, :] - x[None, :, :]
    a = np.sqrt(np.sum(d * d, axis=-1) + 0.001)
    # reverse sweep
    d_bar = (1.0 / a)[:, :, None] * d  # denergy/dd
    x_bar = d_bar.sum(axis=1) - d_bar.sum(axis=0)  # denergy/dx
    return x_bar
