import numpy as np


def network(W: "list[f8[m,n]]", x: "f8[n]"):
    h = [np.zeros(len(x)) for _ in range(len(W) + 1)]
    h[0][:] = x
    for k in range(len(W)):
        for i in range(len(x)):
            s = 0.0
            for j in range(len(x)):
                s += W[k][i, j] * h[k][j]
            h[k + 1][i] = np.tanh(s)
        h[k + 1] += x
    return np.sum(h[-1] ** 2)


# --- value_and_grad wrt=W,x at=([np.array([[0.3, -0.2], [0.8, 0.1]]), np.array([[0.1, 0.2], [-0.3, 0.5]])], np.array([0.4, -0.6])) ---
# Written by s2sdiff from stores_lists_of_arrays.py, line 4.

import numpy as np


def network_value_and_grad(W, x):
    """Value and gradient of network with respect to W and x."""
    # forward sweep
    a = len(W)
    h = []
    for _ in range(a + 1):
        h.append(np.zeros(x.shape[0]))
    h[0][:] = x
    tape = []
    tape_2 = []
    for k in range(a):
        b = x.shape[0]
        for i in range(b):
            s = 0.0
            for j in range(b):
                c = h[k][j]
                tape.append(c)
                s = s + W[k][i, j] * c
            d = np.tanh(s)
            tape_2.append(d)
            h[k + 1][i] = d
        h[k + 1] += x
    e = h[-1]
    network = np.sum(e * e)
    # reverse sweep
    h_bar = [np.zeros_like(p) for p in h]
    h_bar[-1] = 2.0 * e
    x_bar = np.zeros_like(x)
    W_bar = [np.zeros_like(p) for p in W]
    for k in range(a - 1, -1, -1):
        f = k + 1
        x_bar += h_bar[f]
        g = x.shape[0] - 1
        for i in range(g, -1, -1):
            m = tape_2.pop()
            n = h_bar[f][i]
            h_bar[f][i] = 0.0
            s_bar = n * (1.0 - m * m)
            for j in range(g, -1, -1):
                o = tape.pop()
                h_bar[k][j] += s_bar * W[k][i, j]
                W_bar[k][i, j] += s_bar * o
    x_bar += h_bar[0]  # dnetwork/dx
    return network, (W_bar, x_bar)
