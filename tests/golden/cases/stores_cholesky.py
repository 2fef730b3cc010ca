import math

import numpy as np


def log_determinant(A: "f8[n,n]"):
    n = len(A)
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]
            for k in range(j):
                s -= L[i, k] * L[j, k]
            if i == j:
                L[i, j] = math.sqrt(s)
            else:
                L[i, j] = s / L[j, j]
    total = 0.0
    for i in range(n):
        total += 2.0 * math.log(L[i, i])
    return total


# --- value_and_grad wrt=A at=(np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]]),) ---
# Written by s2sdiff from stores_cholesky.py, line 6.

from math import log, sqrt

import numpy as np


def log_determinant_value_and_grad(A):
    """Value and gradient of log_determinant with respect to A."""
    # forward sweep
    n = A.shape[0]
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = A[i, j]
            for k in range(j):
                a = L[i, k] * L[j, k]
                s = s - a
            if i == j:
                L[i, j] = sqrt(s)
            else:
                L[i, j] = s / L[j, j]
    L_bar = np.zeros_like(L)
    total = 0.0
    for i in range(n):
        b = L[i, i]
        total = total + 2.0 * log(b)
        L_bar[i, i] += 2.0 / b
    # reverse sweep
    A_bar = np.zeros_like(A)
    for i in range(n - 1, -1, -1):
        for j in range(i, -1, -1):
            if i == j:
                s_bar = L_bar[i, j] * 0.5 / L[i, j]
            else:
                s_bar = L_bar[i, j] / L[j, j]
                L_bar[j, j] -= s_bar * L[i, j]
            for k in range(j):
                a_bar = -s_bar
                L_bar[j, k] += a_bar * L[i, k]
                L_bar[i, k] += a_bar * L[j, k]
            A_bar[i, j] += s_bar
    return total, A_bar
