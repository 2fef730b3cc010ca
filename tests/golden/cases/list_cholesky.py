import math


def log_determinant(a: list[list[float]], n: int):
    L = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            s = a[i][j]
            for k in range(j):
                s -= L[i][k] * L[j][k]
            if i == j:
                L[i][j] = math.sqrt(s)
            else:
                L[i][j] = s / L[j][j]
    return sum(math.log(L[i][i]) for i in range(n))


# --- value_and_grad wrt=a at=([[4.0, 0.5, 0.2], [0.5, 3.0, 0.1], [0.2, 0.1, 2.0]], 3) ---
# Written by s2sdiff from list_cholesky.py, line 4.

from math import log, sqrt


def log_determinant_value_and_grad(a, n):
    """Value and gradient of log_determinant with respect to a."""
    # forward sweep
    L = []
    for _ in range(n):
        L.append([0.0] * n)
    tape = []
    s_tape = []
    tape_2 = []
    for i in range(n):
        for j in range(i + 1):
            s = a[i][j]
            for k in range(j):
                b = L[i][k]
                c = L[j][k]
                tape.append((b, c))
                d = b * c
                s = s - d
            s_tape.append(s)
            if i == j:
                L[i][j] = sqrt(s)
            else:
                e = L[j][j]
                L[i][j] = s / e
                tape_2.append(e)
    L_bar = [([0.0] * len(row)) for row in L]
    total = 0
    for i in range(n):
        f = L[i][i]
        total += log(f)
        L_bar[i][i] += 1.0 / f
    # reverse sweep
    a_bar = [([0.0] * len(row)) for row in a]
    for i in range(n - 1, -1, -1):
        for j in range(i, -1, -1):
            s = s_tape.pop()
            if i == j:
                g = L_bar[i][j]
                L_bar[i][j] = 0.0
                s_bar = g * 0.5 / sqrt(s)
            else:
                h = tape_2.pop()
                m = L_bar[i][j]
                L_bar[i][j] = 0.0
                s_bar = m / h
                L_bar[j][j] -= s_bar * (s / h)
            for k in range(j - 1, -1, -1):
                o, p = tape.pop()
                d_bar = -s_bar
                L_bar[j][k] += d_bar * o
                L_bar[i][k] += d_bar * p
            a_bar[i][j] += s_bar
    return total, a_bar
