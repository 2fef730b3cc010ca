import numpy as np


def loss(A: "f8[p,q]", b: "f8[q]", x: "f8[n,p]", y: "f8[n,q]"):
    f = np.tanh(x @ A + b)
    return np.mean((y - f) ** 2)


# --- value_and_grad wrt=A,b at=(np.array([[0.3, -0.2], [0.1, 0.4], [0.5, -0.6]]), np.array([0.1, -0.1]), np.array([[0.5, 1.0, -0.3], [0.2, -0.4, 0.8]]), np.array([[0.3, 0.1], [-0.2, 0.6]])) ---
# Written by s2sdiff from arrays_layer.py, line 4.

import numpy as np


def loss_value_and_grad(A, b, x, y):
    """Value and gradient of loss with respect to A and b."""
    # forward sweep
    f = np.tanh(x @ A + b)
    a = y - f
    loss = np.mean(a * a)
    # reverse sweep
    f_bar = -2.0 / a.size * a  # dloss/df
    c = f_bar * (1.0 - f * f)
    b_bar = c.sum(axis=0)  # dloss/db
    A_bar = x.T @ c  # dloss/dA
    return loss, (A_bar, b_bar)
