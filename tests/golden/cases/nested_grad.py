import math

from s2sdiff import grad


def potential(x, y):
    return x * x * y + math.sin(x * y)


def work(x, y):
    return x * grad(potential, 0)(x, y)


# --- value_and_grad wrt=x,y at=(0.7, 1.3) ---
# Written by s2sdiff from nested_grad.py, line 10.

from math import cos, sin


def work_value_and_grad(x, y):
    """Value and gradient of work with respect to x and y."""
    # forward sweep
    a = x * y
    b = cos(a)
    c = y * 2.0 * x
    x_bar = b * y + c
    work = x * x_bar
    # reverse sweep
    a_bar = -a * sin(a)  # dwork/da
    x_bar = x_bar + c + a_bar * y  # dwork/dx, through a, c and work
    y_bar = x * b + x * x * 2.0 + a_bar * x  # dwork/dy
    return work, (x_bar, y_bar)
