# Written by s2sdiff from gaussian_mixture.py, line 12.

import numpy as np

from scipy.special import logsumexp


def log_likelihood_value_and_grad(weights, means, scales, x):
    """Value and gradient of log_likelihood with respect to weights, means and scales."""
    # forward sweep
    away = x[:, None, :] - means
    a = away * away
    b = np.exp(scales)
    c = a * b
    square = np.sum(c, axis=2)
    d = weights - logsumexp(weights)
    e = d + 0.5 * np.sum(scales, axis=1)
    inside = e - 0.5 * square
    f = logsumexp(inside, axis=1)
    log_likelihood = np.mean(f) - 0.5 * x.shape[1] * np.log(2.0 * np.pi)
    # reverse sweep
    # dlog_likelihood/dinside
    inside_bar = 1.0 / f.shape[0] * np.exp(inside - np.expand_dims(f, 1))
    e_bar = inside_bar.sum(axis=0)  # dlog_likelihood/de
    square_bar = inside_bar * -0.5  # dlog_likelihood/dsquare
    c_bar = np.expand_dims(square_bar, 2)  # dlog_likelihood/dc
    away_bar = c_bar * b * 2.0 * away  # dlog_likelihood/daway
    weights_bar = e_bar - np.sum(e_bar) * np.exp(d)  # dlog_likelihood/dweights
    means_bar = -away_bar.sum(axis=0)  # dlog_likelihood/dmeans
    # dlog_likelihood/dscales
    scales_bar = np.expand_dims(e_bar * 0.5, 1) + np.sum(c_bar * a, axis=0) * b
    return log_likelihood, (weights_bar, means_bar, scales_bar)
