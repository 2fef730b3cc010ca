import numpy as np


def layer(x: "f8[p]", A: "f8[q,p]"):
    return np.tanh(A @ x)


# --- jacobian wrt=x at=(np.array([0.3, -0.2]), np.array([[0.5, 1.0], [0.2, -0.4], [0.7, 0.1]])) ---
# Written by s2sdiff from arrays_jacobian.py, line 4.

import numpy as np


def layer_jacobian(x, A):
    """Jacobian of layer with respect to x.

    In forward mode (equation 5.121) where there are no more inputs than outputs, else in
    reverse mode (equation 5.120).
    """
    layer = np.tanh(A @ x)
    a = x.shape[0]
    b = layer.shape[0]
    if a <= b:
        c = np.eye(a)
        d = np.zeros((b, a))
        e = 1.0 - layer * layer
        for i in range(a):
            layer_dot = A @ c[i] * e
            d[..., i] = layer_dot
    else:
        f = np.eye(b)
        d = np.zeros((b, a))
        g = 1.0 - layer * layer
        for i in range(b):
            layer_bar = f[i]
            x_bar = layer_bar * g @ A
            d[i] = x_bar
    return d
