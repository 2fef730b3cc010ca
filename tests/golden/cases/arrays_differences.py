import numpy as np


def roughness(u: "f8[n]", weight):
    return weight * np.sum(np.diff(u) ** 2) + u[0] * u[-1]


# --- grad wrt=u,weight at=(np.array([0.3, -0.2, 0.8, 0.1]), 0.7) ---
# Written by s2sdiff from arrays_differences.py, line 4.

import numpy as np


def roughness_grad(u, weight):
    """Gradient of roughness with respect to u and weight."""
    # forward sweep
    a = np.diff(u)
    b = np.sum(a * a)
    c = u[0]
    d = u[-1]
    # reverse sweep
    u_bar = np.zeros_like(u)  # droughness/du
    u_bar[-1] += c
    u_bar[0] += d
    a_bar = weight * 2.0 * a  # droughness/da
    u_bar[:-1] -= a_bar
    u_bar[1:] += a_bar
    return u_bar, b
