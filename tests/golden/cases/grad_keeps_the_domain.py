"""1/x exists at x = -1, where log does not: the primal is run for its exception."""
import math


def f(x):
    return 3.0 * math.log(x)


# --- grad wrt=x at=(0.7,) ---
# Written by s2sdiff from grad_keeps_the_domain.py, line 5.

from math import log


def f_grad(x):
    """Gradient of f with respect to x."""
    # forward sweep
    log(x)  # raises outside its domain
    # reverse sweep
    x_bar = 3.0 / x  # df/dx
    return x_bar
