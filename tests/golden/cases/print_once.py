import sys


def trace(x: float, n: int) -> float:
    s = x
    for i in range(n):
        if i % 2 == 0:
            print("turn", i, s, sep=": ", file=sys.stderr)
        s = s * s + x
    print(f"after {n} turns s = {s:.6f}", (s, x), end="!\n")
    return s


# --- value_and_grad wrt=x at=(0.4, 3) ---
# Written by s2sdiff from print_once.py, line 4.

import sys


def trace_value_and_grad(x, n):
    """Value and gradient of trace with respect to x."""
    # forward sweep
    s_tape = []
    s = x
    for i in range(n):
        s_tape.append(s)
        if i % 2 == 0:
            print("turn", i, s, sep=": ", file=sys.stderr)
        s = s * s + x
    print(f"after {n} turns s = {s:.6f}", (s, x), end="!\n")
    trace = s
    # reverse sweep
    s_bar = 1.0
    x_bar = 0.0
    for _ in range(n):
        s = s_tape.pop()
        x_bar += s_bar
        s_bar = s_bar * 2.0 * s
    x_bar += s_bar  # dtrace/dx
    return trace, x_bar
