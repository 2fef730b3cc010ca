import math


def recurrence(x, d: list[list[float]]):
    s = 0.5
    for i in range(len(d)):
        row = d[i]
        s = s * x + row[0] * row[1]
        d[i][0] = s * x
        x = math.sin(x) * row[0]
    return s * x


# --- value_and_grad wrt=x,d at=(0.5, [[0.3, -0.2], [0.7, 0.4]]) ---
# Written by s2sdiff from list_rows_overwritten.py, line 4.

from math import cos, sin


def recurrence_value_and_grad(x, d):
    """Value and gradient of recurrence with respect to x and d."""
    # forward sweep
    a = len(d)
    if len(set(map(id, d))) < len(d):
        raise ValueError("the lists in d must be different: one of them is changed")
    x_tape = []
    s = 0.5
    for i in range(a):
        row = d[i]
        b = row[0]
        c = row[1]
        s_2 = s * x + b * c
        d[i][0] = s_2 * x
        row = d[i]
        e = row[0]
        x_tape.append((x, s, b, c, e))
        x = sin(x) * e
        s = s_2
    recurrence = s * x
    # reverse sweep
    d_bar = [([0.0] * len(row)) for row in d]
    x_bar = s  # drecurrence/dx
    s_bar = x  # drecurrence/ds
    for i in range(a - 1, -1, -1):
        x, s, f, g, h = x_tape[i]
        s_2 = s * x + f * g
        j = d_bar[i][0] + x_bar * sin(x)
        s_2_bar = s_bar + j * x
        d_bar[i][1] += s_2_bar * f
        d_bar[i][0] = s_2_bar * g
        x_bar = x_bar * h * cos(x) + j * s_2 + s_2_bar * s
        s_bar = s_2_bar * x
    return recurrence, (x_bar, d_bar)
