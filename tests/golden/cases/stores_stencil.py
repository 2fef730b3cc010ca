import numpy as np


def heat(u0: "f8[n]", k, steps: int):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u**2)


# --- value_and_grad wrt=u0,k at=(np.array([0.3, -0.2, 0.8, 0.1, 0.6]), 0.2, 3) ---
# Written by s2sdiff from stores_stencil.py, line 4.

import numpy as np


def heat_value_and_grad(u0, k, steps):
    """Value and gradient of heat with respect to u0 and k."""
    # forward sweep
    u = u0.copy()
    tape = []
    for _ in range(steps):
        a = u[2:] - 2.0 * u[1:-1] + u[:-2]
        tape.append(a)
        u[1:-1] += k * a
    heat = np.sum(u * u)
    # reverse sweep
    u_bar = 2.0 * u
    k_bar = 0.0
    for _ in range(steps):
        b = tape.pop()
        c = u_bar[1:-1]
        k_bar += np.sum(c * b)
        a_bar = c * k
        u_bar[:-2] += a_bar
        u_bar[1:-1] -= a_bar * 2.0
        u_bar[2:] += a_bar
    return heat, (u_bar, k_bar)
