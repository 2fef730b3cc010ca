import numpy as np


def softmax(z: "f8[n,k]"):
    e = np.exp(z)
    return e / np.sum(e, axis=1, keepdims=True)


# --- jvp wrt=z at=(np.array([[0.3, -0.2, 0.9], [0.1, 0.4, 0.2]]),) ---
# Written by s2sdiff from arrays_jvp.py, line 4.

import numpy as np


def softmax_jvp(z, z_dot):
    """Value and Jacobian-vector product of softmax with respect to z."""
    if np.shape(z_dot) != np.shape(z):
        raise ValueError("the shape of z_dot is not that of z")
    e = np.exp(z)
    e_dot = z_dot * e
    a = np.sum(e, axis=1, keepdims=True)
    softmax = e / a
    softmax_dot = e_dot / a - np.sum(e_dot, axis=1, keepdims=True) / a * softmax
    return softmax, softmax_dot
