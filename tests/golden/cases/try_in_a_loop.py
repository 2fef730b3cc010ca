import math


def f(x: float, n: int):
    s = 0.0
    for i in range(n):
        try:
            s += math.sqrt(x - i) * s + x
        except ValueError:
            s = s * x
    return s


# --- value_and_grad wrt=x at=(2.5, 5) ---
# Written by s2sdiff from try_in_a_loop.py, line 4.

from math import sqrt


def f_value_and_grad(x, n):
    """Value and gradient of f with respect to x."""
    # forward sweep
    s_tape = []
    s = 0.0
    for i in range(n):
        try:
            a = sqrt(x - i)
            s_2 = s + (a * s + x)
            caught = False
        except ValueError:
            s_2 = s * x
            caught = True
        s_tape.append((s, caught))
        s = s_2
    f = s
    # reverse sweep
    s_bar = 1.0
    x_bar = 0.0
    for i in range(n - 1, -1, -1):
        s, caught = s_tape[i]
        if caught:
            x_bar += s_bar * s
            s_bar = s_bar * x
        else:
            b = sqrt(x - i)
            x_bar += s_bar
            x_bar += s_bar * s * 0.5 / b
            s_bar += s_bar * b
    return f, x_bar
