"""What may raise outside a branch is not moved into one of its sides."""
import math


def f(x, y):
    a = math.sqrt(1.5 + x * x) / y
    if x < y:
        assert x < 3.0, "x is too large"
        b = math.log(1.0 + x)
    else:
        b = x
    return a * b


# --- grad,grad wrt=x at=(0.4, 0.9) ---
# Written by s2sdiff from effects_inside_a_branch.py, line 5.

from math import log, sqrt


def f_grad_grad(x, y):
    """Gradient of f_grad with respect to x."""
    # forward sweep
    c = 1.5 + x * x
    d = sqrt(c)
    a = d / y
    e = x < y
    if e:
        assert x < 3.0, "x is too large"
        b = log(1.0 + x)
    else:
        b = x
    f = b / y * 0.5
    c_bar = f / d
    # reverse sweep
    f_bar = x * 2.0 / d
    if e:
        g = 1.0 + x
        a_bar = 1.0 / g
        h = -a / g / g
    else:
        a_bar = 1.0
        h = 0.0
    b_bar = f_bar * 0.5 / y
    d_bar = a_bar / y - f_bar * c_bar
    i = c_bar * 2.0 + h + (b_bar / (1.0 + x) if e else b_bar)
    x_bar = i + d_bar * 0.5 / d * 2.0 * x
    return x_bar
