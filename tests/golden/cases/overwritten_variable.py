"""One name, three values: those that the reverse sweep reads keep apart."""
import math


def f(x):
    x = math.sin(x)
    x = x * x
    x += math.exp(x)
    return x


# --- value_and_grad wrt=x at=(0.7,) ---
# Written by s2sdiff from overwritten_variable.py, line 5.

from math import cos, exp, sin


def f_value_and_grad(x):
    """Value and gradient of f with respect to x."""
    # forward sweep
    x_2 = sin(x)
    x_3 = x_2 * x_2
    a = exp(x_3)
    x_3 = x_3 + a
    # reverse sweep
    x_3_bar = 1.0 + a  # df/dx_3, through a and x_3
    x_2_bar = x_3_bar * 2.0 * x_2  # df/dx_2
    x_bar = x_2_bar * cos(x)  # df/dx
    return x_3, x_bar
