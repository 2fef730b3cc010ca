import math


def filtered(xs: list[float], w: list[float]):
    y = [0.0] * len(xs)
    for i in range(2, len(xs)):
        s = xs[i]
        for k in range(len(w)):
            s += w[k] * y[i - k - 1]
        y[i] = math.tanh(s)
    return y[-1]


# --- value_and_grad wrt=xs,w at=([0.9, 0.8, 1.1, -0.3, 0.5], [0.4, -0.7]) ---
# Written by s2sdiff from list_filter.py, line 4.

from math import tanh


def filtered_value_and_grad(xs, w):
    """Value and gradient of filtered with respect to xs and w."""
    # forward sweep
    a = len(xs)
    y = [0.0] * a
    tape = []
    tape_2 = []
    for i in range(2, a):
        s = xs[i]
        for k, b in enumerate(w):
            c = y[i - k - 1]
            tape.append(c)
            s = s + b * c
        d = tanh(s)
        tape_2.append(d)
        y[i] = d
    filtered = y[-1]
    # reverse sweep
    y_bar = [0.0] * len(y)
    y_bar[-1] = 1.0
    w_bar = [0.0] * len(w)
    xs_bar = [0.0] * len(xs)
    for i in range(a - 1, 1, -1):
        e = tape_2.pop()
        f = y_bar[i]
        y_bar[i] = 0.0
        s_bar = f * (1.0 - e * e)
        for k in range(len(w) - 1, -1, -1):
            g = tape.pop()
            y_bar[i - k - 1] += s_bar * w[k]
            w_bar[k] += s_bar * g
        xs_bar[i] += s_bar
    return filtered, (xs_bar, w_bar)
