import math


def f(x0: float, v0: list[float]):
    x_bar = 0.0
    for e0 in v0:
        x_bar = e0 * x0
        for i1 in range(len(v0)):
            x_bar = x_bar * x0 + e0
    return x_bar


# --- value_and_grad wrt=x0,v0 at=(0.7, [1.5, 0.3]) ---
# Written by s2sdiff from loop_in_a_loop_over_one_list.py, line 4.


def f_value_and_grad(x0, v0):
    """Value and gradient of f with respect to x0 and v0."""
    # forward sweep
    a = len(v0)
    x_bar_tape = []
    x_bar = 0.0
    for e0 in v0:
        x_bar = e0 * x0
        for _ in range(a):
            x_bar_tape.append(x_bar)
            x_bar = x_bar * x0 + e0
    f = x_bar
    # reverse sweep
    v0_bar = [0.0] * len(v0)
    x_bar_bar = 1.0
    x0_bar = 0.0
    for i in range(a - 1, -1, -1):
        e0 = v0[i]
        e0_bar = 0.0
        for _ in range(a):
            x_bar = x_bar_tape.pop()
            e0_bar += x_bar_bar
            x0_bar += x_bar_bar * x_bar
            x_bar_bar = x_bar_bar * x0
        x0_bar += x_bar_bar * e0
        e0_bar += x_bar_bar * x0
        v0_bar[i] += e0_bar
        x_bar_bar = 0.0
    return f, (x0_bar, v0_bar)
