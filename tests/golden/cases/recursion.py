import math
def power(x, n: int):
    if n == 0:
        return 1.0
    p = power(x, n - 1)
    return x * math.sin(p) + p


# --- value_and_grad wrt=x at=(0.7, 5) ---
# Written by s2sdiff from recursion.py, line 2.

from math import cos, sin


def _power_forward(x, n):
    if n == 0:
        power = 1.0
        p = None
        residuals = None
    else:
        p, residuals = _power_forward(x, n - 1)
        power = x * sin(p) + p
    residuals = p, residuals
    return power, residuals


def _power_reverse(x, n, power_bar, residuals):
    p, residuals = residuals
    if n == 0:
        a = 0.0
    else:
        x_bar = _power_reverse(x, n - 1, power_bar + power_bar * x * cos(p), residuals)
        a = power_bar * sin(p) + x_bar
    return a


def power_value_and_grad(x, n):
    """Value and gradient of power with respect to x."""
    # forward sweep
    power, residuals = _power_forward(x, n)
    # reverse sweep
    x_bar = _power_reverse(x, n, 1.0, residuals)  # dpower/dx
    return power, x_bar
