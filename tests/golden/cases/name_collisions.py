"""A parameter called like a library function, a variable called like a cotangent."""
import math


def f(exp):
    x_bar = math.exp(exp)
    sin = math.sin(x_bar)
    return sin * x_bar


# --- value_and_grad wrt=exp at=(0.7,) ---
# Written by s2sdiff from name_collisions.py, line 5.

from math import cos, exp as math_exp, sin as math_sin


def f_value_and_grad(exp):
    """Value and gradient of f with respect to exp."""
    # forward sweep
    x_bar = math_exp(exp)
    sin = math_sin(x_bar)
    f = sin * x_bar
    # reverse sweep
    x_bar_bar = sin + x_bar * cos(x_bar)  # df/dx_bar, through sin and f
    exp_bar = x_bar_bar * x_bar  # df/dexp
    return f, exp_bar
