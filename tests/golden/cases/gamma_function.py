"""A helper that no standard library has is written into the file."""
import math


def f(x):
    return math.lgamma(x) * x


# --- value_and_grad wrt=x at=(2.7,) ---
# Written by s2sdiff from gamma_function.py, line 5.

import math
from math import lgamma


def _digamma(x: float) -> float:
    """The derivative of log(gamma(x)) (Abramowitz and Stegun, 6.3.5, 6.3.7 and 6.3.18)."""
    raise NotImplementedError


def f_value_and_grad(x):
    """Value and gradient of f with respect to x."""
    # forward sweep
    a = lgamma(x)
    f = a * x
    # reverse sweep
    x_bar = a + x * _digamma(x)  # df/dx, through a and f
    return f, x_bar
