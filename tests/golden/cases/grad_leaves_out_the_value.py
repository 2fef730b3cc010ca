"""`grad` computes only what the gradient reads."""
import math


def f(x):
    return math.sqrt(x**2 + math.exp(x**2)) + math.cos(x**2 + math.exp(x**2))


# --- grad wrt=x at=(0.7,) ---
# Written by s2sdiff from grad_leaves_out_the_value.py, line 5.

from math import exp, sin, sqrt


def f_grad(x):
    """Gradient of f with respect to x."""
    # forward sweep
    a = x * x
    b = exp(a)
    c = a + b
    d = sqrt(c)
    # reverse sweep
    c_bar = 0.5 / d - sin(c)  # df/dc
    a_bar = c_bar + c_bar * b  # df/da, through b and c
    x_bar = a_bar * 2.0 * x  # df/dx
    return x_bar
