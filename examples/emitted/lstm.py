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
    units = out.shape[0]
    a = x.shape[0]
    b = x.shape[1]
    h = np.zeros((b, units))
    c = np.zeros((b, units))
    c_tape = []
    for t in range(a):
        d = np.concatenate((x[t], h), axis=1)
        z = d @ weights + bias
        i = 1.0 / (1.0 + np.exp(-z[:, :units]))
        e = 2 * units
        f = 1.0 / (1.0 + np.exp(-z[:, units:e]))
        j = 3 * units
        o = 1.0 / (1.0 + np.exp(-z[:, e:j]))
        g = np.tanh(z[:, j:])
        k = f * c
        m = i * g
        c_2 = k + m
        n = np.tanh(c_2)
        c_tape.append((c, d, i, f, o, g, k, m, n))
        h = o * n
        c = c_2
    p = h @ out - y
    loss = np.mean(p * p)
    # reverse sweep
    p_bar = 2.0 / p.shape[0] * p  # dloss/dp
    h_bar = np.outer(p_bar, out)
    out_bar = p_bar @ h  # dloss/dout
    c_bar = np.zeros_like(c)
    bias_bar = np.zeros_like(bias)
    weights_bar = np.zeros_like(weights)
    for t in range(a - 1, -1, -1):
        c, q, i, f, o, g, r, s, u = c_tape[t]
        v = 2 * units
        w = 3 * units
        o_bar = _unbroadcast(h_bar * u, o)
        c_2_bar = c_bar + _unbroadcast(h_bar * o, u) * (1.0 - u * u)
        k_bar = _unbroadcast(c_2_bar, r)
        m_bar = _unbroadcast(c_2_bar, s)
        i_bar = _unbroadcast(m_bar * g, i)
        g_bar = _unbroadcast(m_bar * i, g)
        f_bar = _unbroadcast(k_bar * c, f)
        c_bar = _unbroadcast(k_bar * f, c)
        z_bar = np.zeros((b, weights.shape[1]))
        z_bar[:, w:] = g_bar * (1.0 - g * g)
        z_bar[:, v:w] = o_bar * (o * (1.0 - o))
        z_bar[:, units:v] = f_bar * (f * (1.0 - f))
        z_bar[:, :units] = i_bar * (i * (1.0 - i))
        bias_bar += z_bar.sum(axis=0)
        weights_bar += q.T @ z_bar
        h_bar = (z_bar @ weights.T)[:, x.shape[2] :]
    return loss, (weights_bar, bias_bar, out_bar)
