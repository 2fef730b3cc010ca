import math


class OutOfRange(ValueError):
    pass


def root_of(x: float) -> float:
    if x < 0.0:
        raise ValueError(f"{x} is negative")
    elif x > 100.0:
        raise OutOfRange("too large", x) from None
    y = math.sqrt(x)
    return y * math.sin(y)


# --- value_and_grad wrt=x at=(2.5,) ---
# Written by s2sdiff from raise_in_branch.py, line 8.

from math import cos, sin, sqrt

from raise_in_branch import OutOfRange


def root_of_value_and_grad(x):
    """Value and gradient of root_of with respect to x."""
    # forward sweep
    if x < 0.0:
        raise ValueError(f"{x} is negative")
    if x > 100.0:
        raise OutOfRange("too large", x) from None
    y = sqrt(x)
    a = sin(y)
    root_of = y * a
    # reverse sweep
    y_bar = a + y * cos(y)  # droot_of/dy, through a and root_of
    x_bar = y_bar * 0.5 / y  # droot_of/dx
    return root_of, x_bar
