import math
def fib(x, y, n: int):
    a, b = x, y
    for _ in range(n):
        a, b = b, a + math.sin(a) * b
    return a


# --- value_and_grad wrt=x,y at=(0.3, 0.4, 7) ---
# Written by s2sdiff from loop_swap.py, line 2.

from math import cos, sin


def fib_value_and_grad(x, y, n):
    """Value and gradient of fib with respect to x and y."""
    # forward sweep
    a_tape = []
    a = x
    b = y
    for _ in range(n):
        a_tape.append((a, b))
        b_2 = a + sin(a) * b
        a = b
        b = b_2
    fib = a
    # reverse sweep
    a_bar = 1.0
    b_bar = 0.0
    for _ in range(n):
        a, b = a_tape.pop()
        a_bar_2 = b_bar + b_bar * b * cos(a)
        b_bar = a_bar + b_bar * sin(a)
        a_bar = a_bar_2
    return fib, (a_bar, b_bar)
