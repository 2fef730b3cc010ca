# Written by s2sdiff from logistic_regression.py, line 10.

import numpy as np


def loss_value_and_grad(w, x, sign, penalty=1.0):
    """Value and gradient of loss with respect to w."""
    # forward sweep
    margin = sign * (x @ w)
    a = -margin
    b = np.logaddexp(0.0, a)
    c = 0.5 * penalty
    loss = np.sum(b) + c * (w @ w)
    # reverse sweep
    margin_bar = -np.exp(a - b)  # dloss/dmargin
    w_bar = 2.0 * (c * w) + margin_bar * sign @ x  # dloss/dw
    return loss, w_bar
