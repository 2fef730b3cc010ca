import math
from typing import NamedTuple


class Point(NamedTuple):
    x: float
    y: float


def wave(p: Point):
    u, v = p
    return math.sin(u * v) + u**2


# --- hessian wrt=p at=(Point(0.7, 1.1),) ---
# Written by s2sdiff from namedtuple_hessian.py, line 10.

from math import cos, sin

from namedtuple_hessian import Point


def wave_hessian(p):
    """Hessian of wave with respect to p."""
    u = p.x
    v = p.y
    a = u * v
    b = sin(a)
    c = -u * b
    d = c * v + cos(a)
    return Point(x=Point(x=2.0 - v * b * v, y=d), y=Point(x=d, y=c * u))
