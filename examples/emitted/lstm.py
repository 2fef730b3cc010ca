# Written by s2sdiff from lstm.py, line 10.

import numpy as np


def _unbroadcast(x_bar, x):
    """The cotangent of what was broadcast from `x`, summed over the axes that this added or stretched."""
    shape = np.shape(x)
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
    h_tape = []
    for t in range(b):
        e = np.concatenate((x[t], h), axis=1)
        z = e @ weights + bias
        j = np.exp(-z[:, :a])
        k = 1.0 + j
        i = 1.0 / k
        m = 2 * a
        n = np.exp(-z[:, a:m])
        p = 1.0 + n
        f = 1.0 / p
        q = 3 * a
        r = np.exp(-z[:, m:q])
        s = 1.0 + r
        o = 1.0 / s
        g = np.tanh(z[:, q:])
        u = f * c
        v = i * g
        c_2 = u + v
        w = np.tanh(c_2)
        h_tape.append((h, c, e, z, j, k, i, n, p, f, r, s, o, g, u, v, w))
        h = o * w
        c = c_2
    a1 = h @ out - y
    b1 = a1 * a1
    loss = np.mean(b1)
    # reverse sweep
    a1_bar = 1.0 / b1.shape[0] * 2.0 * a1  # dloss/da1
    h_bar = np.outer(a1_bar, out)
    out_bar = a1_bar @ h  # dloss/dout
    c_bar = np.zeros_like(c)
    bias_bar = np.zeros_like(bias)
    weights_bar = np.zeros_like(weights)
    for t in range(b - 1, -1, -1):
        h, c, c1, z, d1, e1, i, f1, g1, f, h1, i1, o, g, j1, k1, m1 = h_tape[t]
        n1 = 2 * a
        o1 = 3 * a
        o_bar = _unbroadcast(h_bar * m1, o)
        c_2_bar = c_bar + _unbroadcast(h_bar * o, m1) * (1.0 - m1 * m1)
        u_bar = _unbroadcast(c_2_bar, j1)
        v_bar = _unbroadcast(c_2_bar, k1)
        i_bar = _unbroadcast(v_bar * g, i)
        g_bar = _unbroadcast(v_bar * i, g)
        f_bar = _unbroadcast(u_bar * c, f)
        c_bar = _unbroadcast(u_bar * f, c)
        z_bar = np.zeros_like(z)
        z_bar[:, o1:] += g_bar * (1.0 - g * g)
        z_bar[:, n1:o1] += o_bar / i1 * o * h1
        z_bar[:, a:n1] += f_bar / g1 * f * f1
        z_bar[:, :a] += i_bar / e1 * i * d1
        bias_bar = bias_bar + z_bar.sum(axis=0)
        weights_bar = weights_bar + c1.T @ z_bar
        p1 = 0 + x[t].shape[1]
        h_bar = (z_bar @ weights.T)[:, p1:p1 + h.shape[1]]
    return loss, (weights_bar, bias_bar, out_bar)
