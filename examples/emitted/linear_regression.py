# Written by s2sdiff from linear_regression.py, line 11.

import numpy as np


def loss_value_and_grad(theta, features, y):
    """Value and gradient of loss with respect to theta."""
    # forward sweep
    e = y - features @ theta
    loss = np.sum(e * e)
    # reverse sweep
    e_bar = 2.0 * e  # dloss/de
    theta_bar = -e_bar @ features  # dloss/dtheta
    return loss, theta_bar
