import numpy as np


def logistic(w: "f8[p]", x: "f8[n,p]", y: "f8[n]"):
    z = y * (x @ w)
    return np.sum(np.logaddexp(0.0, -z)) + 0.5 * w @ w


# --- hvp wrt=w at=(np.array([0.3, -0.2]), np.array([[0.5, 1.0], [0.2, -0.4], [0.7, 0.1]]), np.array([1.0, -1.0, 1.0])) ---
# Written by s2sdiff from arrays_hvp.py, line 4.

import numpy as np


def logistic_hvp(w, x, y, w_dot):
    """Hessian-vector product of logistic with respect to w."""
    if np.shape(w_dot) != np.shape(w):
        raise ValueError("the shape of w_dot is not that of w")
    z = y * (x @ w)
    z_dot = x @ w_dot * y
    a = -z
    a_dot = -z_dot
    b = np.logaddexp(0.0, a)
    c = np.exp(a - b)
    d = -(a_dot - a_dot * c) * c * y @ x
    return 2.0 * (w_dot * 0.5) + d
