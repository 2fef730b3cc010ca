# Written by s2sdiff from heat_inverse.py, line 16.

import numpy as np


def loss_value_and_grad(k, start, measured, steps):
    """Value and gradient of loss with respect to k."""
    # forward sweep
    n = start.shape[0]
    u = start.copy()
    a = n - 1
    flow = np.zeros(a)
    u_tape = []
    for _ in range(steps):
        u_tape.append(u.copy())
        for i in range(a):
            b = u[i + 1] - u[i]
            flow[i] = k[i] * b
        for i in range(1, a):
            c = flow[i] - flow[i - 1]
            u[i] += 0.2 * c
    u_bar = np.zeros_like(u)
    total = 0.0
    for i in range(n):
        d = u[i] - measured[i]
        total = total + d * d
        u_bar[i] += 2.0 * d
    # reverse sweep
    flow_bar = np.zeros_like(flow)
    k_bar = np.zeros_like(k)
    for _ in range(steps):
        u = u_tape.pop()
        for i in range(1, a):
            c_bar = u_bar[i] * 0.2
            flow_bar[i - 1] -= c_bar
            flow_bar[i] += c_bar
        for i in range(n - 1):
            e = i + 1
            f = flow_bar[i]
            flow_bar[i] = 0.0
            b_bar = f * k[i]
            u_bar[i] -= b_bar
            u_bar[e] += b_bar
            k_bar[i] += f * (u[e] - u[i])
    return total, k_bar
