# Written by s2sdiff from network.py, line 16.

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


def loss_value_and_grad(params, x, y, activation="tanh"):
    """Value and gradient of loss with respect to params."""
    # forward sweep
    if activation != "tanh":
        raise ValueError("this derivative is for activation = 'tanh' only")
    a = len(params)
    f_tape = []
    f = x
    for A, b in params:
        z = f @ A + b
        f_2 = np.tanh(z)
        f_tape.append((f, f_2))
        f = f_2
    c = y - f
    loss = np.mean(c * c)
    # reverse sweep
    f_bar = _unbroadcast(-2.0 / c.size * c, f)
    params_bar = [None] * len(params)
    for i in range(a - 1, -1, -1):
        f, f_2 = f_tape[i]
        A, b = params[i]
        z_bar = f_bar * (1.0 - f_2 * f_2)
        b_bar = z_bar.sum(axis=0)
        f_bar = z_bar @ A.T
        A_bar = f.T @ z_bar
        params_bar[i] = A_bar, b_bar
    return loss, params_bar
