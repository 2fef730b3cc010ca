"""A gradient comes back in the structure of its parameter."""
from math import hypot


def length(p: tuple[float, float]):
    x, y = p
    return hypot(x, y)


# --- value_and_grad wrt=p at=((3.0, 4.0),) ---
# Written by s2sdiff from tuple_parameter.py, line 5.

from math import hypot


def length_value_and_grad(p):
    """Value and gradient of length with respect to p."""
    # forward sweep
    x, y = p
    length = hypot(x, y)
    # reverse sweep
    a = length != 0.0
    x_bar = x / length if a else 0.0  # dlength/dx
    y_bar = y / length if a else 0.0  # dlength/dy
    return length, (x_bar, y_bar)
