import math


def softplus(x):
    return math.log1p(math.exp(x))


# --- grad,grad wrt=x at=(0.4,) ---
# Written by s2sdiff from softplus_chain.py, line 4.

from math import exp, log1p


def softplus_grad_grad(x):
    """Gradient of softplus_grad with respect to x."""
    # forward sweep
    a = exp(x)
    softplus = log1p(a)
    a_bar = 1.0 / (1.0 + a)
    x_bar = a_bar * a
    # reverse sweep
    x_bar -= a * (a_bar * (1.0 - a_bar))
    return x_bar
