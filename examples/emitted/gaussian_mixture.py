# Written by s2sdiff from gaussian_mixture.py, line 12.

import numpy as np
from scipy.special import logsumexp


def log_likelihood_value_and_grad(weights, means, scales, x):
    """Value and gradient of log_likelihood with respect to weights, means and scales."""
    # forward sweep
    away = x[:, None, :] - means
    a = away * away
    b = np.exp(scales)
    square = np.sum(a * b, axis=2)
    c = weights - logsumexp(weights)
    inside = c + 0.5 * np.sum(scales, axis=1) - 0.5 * square
    d = logsumexp(inside, axis=1)
    log_likelihood = np.mean(d) - 0.5 * x.shape[1] * np.log(2.0 * np.pi)
    # reverse sweep
    # dlog_likelihood/dinside
    inside_bar = 1.0 / d.shape[0] * np.exp(inside - d[:, None])
    e = inside_bar.sum(axis=0)
    square_bar = inside_bar * -0.5  # dlog_likelihood/dsquare
    f = square_bar[:, :, None]
    away_bar = f * b * 2.0 * away  # dlog_likelihood/daway
    weights_bar = e - np.sum(e) * np.exp(c)  # dlog_likelihood/dweights
    means_bar = -away_bar.sum(axis=0)  # dlog_likelihood/dmeans
    # dlog_likelihood/dscales
    scales_bar = (e * 0.5)[:, None] + np.sum(f * a, axis=0) * b
    return log_likelihood, (weights_bar, means_bar, scales_bar)
