"""A helper that no standard library has is written into the file."""
import math


def f(x):
    return math.lgamma(x) * x


# --- value_and_grad wrt=x at=(2.7,) ---
# Written by s2sdiff from gamma_function.py, line 5.

import math
from math import lgamma


def _digamma(x: float) -> float:
    """The derivative of log(abs(gamma(x))). Raises ValueError at 0, -1, -2, ...

    Abramowitz and Stegun: reflection (6.3.7) where x < 0, recurrence (6.3.5) up to
    x >= 10, asymptotic series (6.3.18) from there.
    """
    result = 0.0
    if x <= 0.0:
        angle = -(-x % 1.0)
        if angle == 0.0:
            raise ValueError("math domain error")
        if angle < -0.5:
            angle += 1.0
        result -= math.pi / math.tan(math.pi * angle)
        x = 1.0 - x
    while x < 10.0:
        result -= 1.0 / x
        x += 1.0
    z = 1.0 / x / x
    series = 1.0 / 132.0 - z * (691.0 / 32760.0 - z / 12.0)
    series = 1.0 / 252.0 - z * (1.0 / 240.0 - z * series)
    series = 1.0 / 12.0 - z * (1.0 / 120.0 - z * series)
    return result + (math.log(x) - 0.5 / x - z * series)


def f_value_and_grad(x):
    """Value and gradient of f with respect to x."""
    # forward sweep
    a = lgamma(x)
    f = a * x
    # reverse sweep
    x_bar = a + x * _digamma(x)  # df/dx, through a and f
    return f, x_bar
