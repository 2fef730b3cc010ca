# Written by s2sdiff from lstm.py, line 10.

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


def loss_value_and_grad(weights, bias, out, x, y):
    """Value and gradient of loss with respect to weights, bias and out."""
    # forward sweep
    a = out.shape[0]
    b = x.shape[0]
    d = x.shape[1]
    h = np.zeros((d, a))
    c = np.zeros((d, a))
    c_tape = []
    for t in range(b):
        e = np.concatenate((x[t], h), axis=1)
        z = e @ weights + bias
        i = 1.0 / (1.0 + np.exp(-z[:, :a]))
        j = 2 * a
        f = 1.0 / (1.0 + np.exp(-z[:, a:j]))
        k = 3 * a
        o = 1.0 / (1.0 + np.exp(-z[:, j:k]))
        g = np.tanh(z[:, k:])
        m = f * c
        n = i * g
        c_2 = m + n
        p = np.tanh(c_2)
        c_tape.append((c, e, i, f, o, g, m, n, p))
        h = o * p
        c = c_2
    q = h @ out - y
    loss = np.mean(q * q)
    # reverse sweep
    q_bar = 2.0 / q.shape[0] * q  # dloss/dq
    h_bar = np.outer(q_bar, out)
    out_bar = q_bar @ h  # dloss/dout
    c_bar = np.zeros_like(c)
    bias_bar = np.zeros_like(bias)
    weights_bar = np.zeros_like(weights)
    for t in range(b - 1, -1, -1):
        c, r, i, f, o, g, s, u, v = c_tape[t]
        w = 2 * a
        a1 = 3 * a
        o_bar = _unbroadcast(h_bar * v, o)
        c_2_bar = c_bar + _unbroadcast(h_bar * o, v) * (1.0 - v * v)
        m_bar = _unbroadcast(c_2_bar, s)
        n_bar = _unbroadcast(c_2_bar, u)
        i_bar = _unbroadcast(n_bar * g, i)
        g_bar = _unbroadcast(n_bar * i, g)
        f_bar = _unbroadcast(m_bar * c, f)
        c_bar = _unbroadcast(m_bar * f, c)
        z_bar = np.zeros((d, weights.shape[1]))
        z_bar[:, a1:] = g_bar * (1.0 - g * g)
        z_bar[:, w:a1] = o_bar * (o * (1.0 - o))
        z_bar[:, a:w] = f_bar * (f * (1.0 - f))
        z_bar[:, :a] = i_bar * (i * (1.0 - i))
        bias_bar += z_bar.sum(axis=0)
        weights_bar += r.T @ z_bar
        h_bar = (z_bar @ weights.T)[:, x.shape[2] :]
    return loss, (weights_bar, bias_bar, out_bar)
