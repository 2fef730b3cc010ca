import math


def walk(x, y, n: int):
    s = 0.0
    for i in range(n):
        z = math.exp(-x * i)
        if z > y:
            s += z * z
        elif z > y / 2:
            w = math.sin(z)
            s += w * y
        else:
            continue
        x = x + 0.01 * s
    return s


# --- value_and_grad wrt=x,y at=(0.3, 0.5, 8) ---
# Written by s2sdiff from loop_turn_by_turn_branch.py, line 4.

from math import cos, exp, sin


def walk_value_and_grad(x, y, n):
    """Value and gradient of walk with respect to x and y."""
    # forward sweep
    z_tape = []
    s = 0.0
    for i in range(n):
        z = exp(-x * i)
        z_tape.append(z)
        if z > y:
            s = s + z * z
            x = x + 0.01 * s
        elif z > y / 2:
            w = sin(z)
            s = s + w * y
            x = x + 0.01 * s
    # reverse sweep
    x_bar = 0.0
    s_bar = 1.0
    y_bar = 0.0
    for i in range(n - 1, -1, -1):
        z = z_tape[i]
        if z > y:
            s_bar += x_bar * 0.01
            z_bar = s_bar * 2.0 * z
        elif z > y / 2:
            w = sin(z)
            s_bar += x_bar * 0.01
            z_bar = s_bar * y * cos(z)
            y_bar += s_bar * w
        else:
            z_bar = 0.0
        x_bar -= z_bar * z * i
    return s, (x_bar, y_bar)
