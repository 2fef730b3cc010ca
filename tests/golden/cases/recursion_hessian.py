import math
def power(x, n: int):
    if n == 0:
        return 1.0
    p = power(x, n - 1)
    return x * math.sin(p) + p


# --- hessian wrt=x at=(0.7, 5) ---
# Written by s2sdiff from recursion_hessian.py, line 2.

from math import cos, sin


def _power_forward_jvp(x, n, x_dot):
    if n == 0:
        power = 1.0
        p = None
        residuals = None
        power_dot = 0.0
        p_dot = None
        residuals_dot = None
    else:
        p, residuals, p_dot, residuals_dot = _power_forward_jvp(x, n - 1, x_dot)
        a = sin(p)
        power = x * a + p
        power_dot = x_dot * a + p_dot * cos(p) * x + p_dot
    residuals = p, residuals
    residuals_dot = p_dot, residuals_dot
    return power, residuals, power_dot, residuals_dot


def _power_reverse_jvp(x, n, power_bar, residuals, x_dot, power_bar_dot, residuals_dot):
    p, residuals = residuals
    p_dot, residuals_dot = residuals_dot
    if n == 0:
        a = 0.0
        a_dot = 0.0
    else:
        b = sin(p)
        c = cos(p)
        d = power_bar * x
        e = (power_bar_dot * x + x_dot * power_bar) * c
        x_bar, x_bar_dot = _power_reverse_jvp(
            x,
            n - 1,
            power_bar + d * c,
            residuals,
            x_dot,
            power_bar_dot + (e - p_dot * b * d),
            residuals_dot,
        )
        a = power_bar * b + x_bar
        a_dot = power_bar_dot * b + p_dot * c * power_bar + x_bar_dot
    return a, a_dot


def power_hessian(x, n):
    """Hessian of power with respect to x."""
    _, residuals, _, residuals_dot = _power_forward_jvp(x, n, 1.0)
    _, x_bar_dot = _power_reverse_jvp(x, n, 1.0, residuals, 1.0, 0.0, residuals_dot)
    return x_bar_dot
