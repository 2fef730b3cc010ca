import math
def fib(x, y, n: int):
    a, b = x, y
    for _ in range(n):
        a, b = b, a + math.sin(a) * b
    return a


# --- grad wrt=x at=(0.3, 0.4, 7) ---
# Written by s2sdiff from loop_grad_only.py, line 2.

from math import cos, sin


def fib_grad(x, y, n):
    """Gradient of fib with respect to x."""
    # forward sweep
    a_tape = []
    a = x
    b = y
    for _ in range(n):
        a_tape.append((a, b))
        b_2 = a + sin(a) * b
        a = b
        b = b_2
    # reverse sweep
    a_bar = 1.0
    b_bar = 0.0
    for _ in range(n):
        a, b = a_tape.pop()
        a_bar_2 = b_bar + b_bar * b * cos(a)
        b_bar = a_bar + b_bar * sin(a)
        a_bar = a_bar_2
    return a_bar
