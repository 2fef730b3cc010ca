import numpy as np


def solved(a: "f8[n]", b: "f8[n]"):
    x = np.ones_like(a)
    for _ in range(20):
        f = x**3 + a * x - b
        if np.max(np.abs(f)) < 1e-12:
            return x
        x = x - f / (3.0 * x**2 + a)
    return x


# --- vjp wrt=a at=(np.array([1.0, 2.0]), np.array([2.0, 1.5])) ---
# Written by s2sdiff from arrays_fixed_point.py, line 4.

import numpy as np


def solved_vjp(a, b, solved_bar):
    """Value and vector-Jacobian product of solved with respect to a."""
    # forward sweep
    x = np.ones_like(a)
    x_tape = []
    tape = []
    returned = False
    for _ in range(20):
        f = x**3 + a * x - b
        c = np.max(np.abs(f)) < 1e-12
        x_tape.append((x, f, c))
        if c:
            returned = True
            solved = x
            break
        d = 3.0 * (x * x) + a
        e = f / d
        x = x - e
        tape.append((d, e))
    if not returned:
        solved = x
    # reverse sweep
    if np.shape(solved_bar) != np.shape(solved):
        raise ValueError("the shape of solved_bar is not that of solved")
    if returned:
        x_bar = np.zeros_like(x)
        solved_bar_2 = solved_bar
    else:
        solved_bar_2 = np.zeros_like(solved_bar)
        x_bar = solved_bar
    a_bar = np.zeros_like(a)
    for _ in range(len(x_tape)):
        x, f, g = x_tape.pop()
        if g:
            h = x_bar + solved_bar_2
            solved_bar_2 = np.zeros_like(solved_bar_2)
            f_bar = np.zeros_like(f)
        else:
            i, j = tape.pop()
            f_bar = -x_bar / i
            k = f_bar * j
            a_bar = a_bar - k
            h = x_bar - 6.0 * k * x
        a_bar += f_bar * x
        x_bar = h + f_bar * a + f_bar * 3.0 * (x * x)
    return solved, a_bar
