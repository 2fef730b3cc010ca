"""The second derivative of Example 5.14: reverse over reverse."""
import math


def f(x):
    return math.sqrt(x**2 + math.exp(x**2)) + math.cos(x**2 + math.exp(x**2))


# --- grad,grad wrt=x at=(0.7,) ---
# Written by s2sdiff from example_5_14_twice.py, line 5.

from math import cos, exp, sin, sqrt


def f_grad_grad(x):
    """Gradient of f_grad with respect to x."""
    # forward sweep
    a = x * x
    b = exp(a)
    c = a + b
    d = sqrt(c)
    e = 0.5 / d
    f = sin(c)
    c_bar = e - f
    a_bar = c_bar + c_bar * b
    # reverse sweep
    a_bar_bar = x * 2.0
    c_bar_bar = a_bar_bar + a_bar_bar * b
    c_bar_2 = -c_bar_bar * cos(c) - c_bar_bar / d * e * 0.5 / d
    b_bar = a_bar_bar * c_bar + c_bar_2
    a_bar_2 = c_bar_2 + b_bar * b
    x_bar = a_bar * 2.0 + a_bar_2 * 2.0 * x
    return x_bar
