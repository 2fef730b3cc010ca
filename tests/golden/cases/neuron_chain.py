"""Equations 5.111-5.118 with one neuron a layer: each layer reuses the cotangent above it."""
from math import tanh


def loss(w1, b1, w2, b2, x, y):
    f1 = tanh(w1 * x + b1)
    f2 = tanh(w2 * f1 + b2)
    return (y - f2) ** 2


# --- value_and_grad wrt=w1,b1,w2,b2 at=(0.5, 0.1, -0.3, 0.2, 1.5, 0.7) ---
# Written by s2sdiff from neuron_chain.py, line 5.

from math import tanh


def loss_value_and_grad(w1, b1, w2, b2, x, y):
    """Value and gradient of loss with respect to w1, b1, w2 and b2."""
    # forward sweep
    a = w1 * x + b1
    f1 = tanh(a)
    b = w2 * f1 + b2
    f2 = tanh(b)
    c = y - f2
    loss = c * c
    # reverse sweep
    f2_bar = -2.0 * c  # dloss/df2
    b_bar = f2_bar * (1.0 - f2 * f2)  # dloss/db
    f1_bar = b_bar * w2  # dloss/df1
    a_bar = f1_bar * (1.0 - f1 * f1)  # dloss/da
    w1_bar = a_bar * x  # dloss/dw1
    w2_bar = b_bar * f1  # dloss/dw2
    return loss, (w1_bar, a_bar, w2_bar, b_bar)
