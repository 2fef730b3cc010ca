"""Two inputs, two outputs: forward mode."""
from math import cos, sin


def cartesian(r, t):
    return r * cos(t), r * sin(t)


# --- jacobian wrt=r,t at=(2.0, 0.3) ---
# Written by s2sdiff from polar.py, line 5.

from math import cos, sin


def cartesian_jacobian(r, t):
    """Jacobian of cartesian with respect to r and t.

    Computed in forward mode (equation 5.121): 2 inputs, 2 outputs.
    """
    a = cos(t)
    b = sin(t)
    return (a, -b * r), (b, r * a)
