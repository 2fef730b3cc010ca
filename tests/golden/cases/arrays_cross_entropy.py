import numpy as np
from scipy.special import logsumexp


def loss(W: "f8[p,k]", x: "f8[n,p]", targets: "f8[n,k]"):
    z = x @ W
    return np.mean(logsumexp(z, axis=1) - np.sum(z * targets, axis=1))


# --- grad wrt=W at=(np.array([[0.3, -0.2], [0.1, 0.4]]), np.array([[0.5, 1.0], [0.2, -0.4], [0.7, 0.1]]), np.eye(2)[[0, 1, 1]]) ---
# Written by s2sdiff from arrays_cross_entropy.py, line 5.

import numpy as np
from scipy.special import logsumexp


def loss_grad(W, x, targets):
    """Gradient of loss with respect to W."""
    # forward sweep
    z = x @ W
    a = logsumexp(z, axis=1)
    # reverse sweep
    b = 1.0 / a.shape[0]
    z_bar = -b * targets + b * np.exp(z - a[:, None])  # dloss/dz
    W_bar = x.T @ z_bar  # dloss/dW
    return W_bar
