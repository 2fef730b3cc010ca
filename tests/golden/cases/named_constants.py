import math
from math import tau

DENSITY = 7.85e3
SHAPE = (4.0, 3.0)


def mass(r):
    top, bottom = SHAPE
    return DENSITY * top / bottom * math.pi * r**3 + tau * 0 * r


# --- value_and_grad wrt=r at=(1.4,) ---
# Written by s2sdiff from named_constants.py, line 8.

from math import pi, tau

DENSITY = 7850.0
SHAPE_0 = 4.0
SHAPE_1 = 3.0


def mass_value_and_grad(r):
    """Value and gradient of mass with respect to r."""
    # forward sweep
    a = DENSITY * SHAPE_0 / SHAPE_1 * pi
    b = tau * 0
    mass = a * r**3 + b * r
    # reverse sweep
    r_bar = b + a * 3.0 * (r * r)  # dmass/dr
    return mass, r_bar
