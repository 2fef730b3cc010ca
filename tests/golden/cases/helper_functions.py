"""Calls are inlined; lines from other functions say where they stand."""
import math


def logistic(z):
    power = math.exp(-z)
    return 1.0 / (1.0 + power)


def loss(x):
    p = logistic(3.0 * x)
    return -math.log(p)


# --- value_and_grad wrt=x at=(0.4,) ---
# Written by s2sdiff from helper_functions.py, line 10.

from math import exp, log


def loss_value_and_grad(x):
    """Value and gradient of loss with respect to x."""
    # forward sweep
    power = exp(-3.0 * x)  # helper_functions.py:6
    p = 1.0 / (1.0 + power)  # helper_functions.py:7
    loss = -log(p)
    # reverse sweep
    p_bar = -1.0 / p  # dloss/dp
    x_bar = p_bar * (p * (1.0 - p)) * 3.0  # dloss/dx
    return loss, x_bar
