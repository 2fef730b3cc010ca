import numpy as np


def convolved(w: "f8[k]", x: "f8[n]"):
    length = x.shape[0] - w.shape[0] + 1
    out = 0.0
    for i in range(w.shape[0]):
        out = out + w[i] * x[i : i + length]
    return np.sum(np.tanh(out) ** 2)


# --- grad wrt=w,x at=(np.array([0.3, -0.2]), np.array([0.5, 1.0, -0.3, 0.7])) ---
# Written by s2sdiff from arrays_convolution_from_zero.py, line 4.

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


def convolved_grad(w, x):
    """Gradient of convolved with respect to w and x."""
    # forward sweep
    a = w.shape[0]
    length = x.shape[0] - a + 1
    out = 0.0
    for i in range(a):
        out = out + w[i] * x[i : i + length]
    b = np.tanh(out)
    c = b * b
    # reverse sweep
    d = _unbroadcast(2.0 * b * np.ones_like(c), b) * (1.0 - c)
    out_bar = _unbroadcast(d, out)
    x_bar = np.zeros_like(x)
    w_bar = np.zeros_like(w)
    for i in range(a):
        e = i + length
        x_bar[i:e] += out_bar * w[i]
        w_bar[i] += np.sum(out_bar * x[i:e])
    return w_bar, x_bar
