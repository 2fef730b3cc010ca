import math
def swing(x0, v0, k, dt, n: int):
    x, v = x0, v0
    for _ in range(n):
        a = -k * math.sin(x)
        v = v + dt * a
        x = x + dt * v
    return x


# --- jvp wrt=x0,k at=(0.3, -0.1, 9.8, 0.01, 20) ---
# Written by s2sdiff from loop_jvp.py, line 2.

from math import cos, sin


def swing_jvp(x0, v0, k, dt, n, x0_dot, k_dot):
    """Value and Jacobian-vector product of swing with respect to x0 and k."""
    x = x0
    v = v0
    x_dot = x0_dot
    v_dot = 0.0
    for _ in range(n):
        b = sin(x)
        a = -k * b
        a_dot = -k_dot * b - x_dot * cos(x) * k
        v = v + dt * a
        v_dot += a_dot * dt
        x = x + dt * v
        x_dot += v_dot * dt
    return x, x_dot
