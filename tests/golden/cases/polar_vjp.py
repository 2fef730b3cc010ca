"""The cotangent has the structure of the result."""
from math import cos, sin


def cartesian(r, t):
    return r * cos(t), r * sin(t)


# --- vjp wrt=r,t at=(2.0, 0.3) ---
# Written by s2sdiff from polar_vjp.py, line 5.

from math import cos, sin


def cartesian_vjp(r, t, cartesian_bar):
    """Value and vector-Jacobian product of cartesian with respect to r and t."""
    # forward sweep
    a = cos(t)
    b = sin(t)
    # reverse sweep
    cartesian_bar_0, cartesian_bar_1 = cartesian_bar
    r_bar = cartesian_bar_1 * b + cartesian_bar_0 * a
    t_bar = cartesian_bar_1 * r * a - cartesian_bar_0 * r * b
    return (r * a, r * b), (r_bar, t_bar)
