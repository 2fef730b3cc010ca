# Written by s2sdiff from gaussian_process.py, line 11.

import numpy as np
from scipy.linalg import cho_solve, solve_triangular


def negative_log_likelihood_value_and_grad(length, height, noise, x, y):
    """Value and gradient of negative_log_likelihood with respect to length, height and noise."""
    # forward sweep
    a = x[:, None, :] - x
    square = np.sum(a * a, axis=2)
    b = np.exp(2.0 * height)
    c = -0.5 * square
    d = np.exp(-2.0 * length)
    e = np.exp(c * d)
    cover = b * e
    f = np.exp(2.0 * noise)
    g = x.shape[0]
    h = np.eye(g)
    factor = np.linalg.cholesky(cover + f * h)
    weights = cho_solve((factor, True), y)
    i = np.diag(factor)
    j = 0.5 * (y @ weights) + np.sum(np.log(i))
    negative_log_likelihood = j + 0.5 * g * np.log(2 * np.pi)
    k = solve_triangular(factor, y, lower=True)
    # reverse sweep
    weights_bar = 0.5 * y  # dnegative_log_likelihood/dweights
    # dnegative_log_likelihood/dk
    k_bar = solve_triangular(factor, weights_bar, lower=True)
    m = np.tril(-np.outer(solve_triangular(factor, k_bar, trans=1, lower=True), k))
    # dnegative_log_likelihood/dfactor, through k, weights and i
    factor_bar = np.diag(1.0 / i) + np.tril(-np.outer(weights, k_bar)) + m
    n = factor.T
    o = n @ factor_bar
    p = np.tril(o) * (1.0 - 0.5 * np.eye(o.shape[1]))
    q = np.linalg.solve(n, np.linalg.solve(n, p + p.T).T)
    r = np.tril(q) * (1.0 - 0.5 * np.eye(q.shape[1]))
    length_bar = np.sum(r * b * e * c) * d * -2.0  # dnegative_log_likelihood/dlength
    height_bar = np.sum(r * e) * b * 2.0  # dnegative_log_likelihood/dheight
    noise_bar = np.sum(r * h) * f * 2.0  # dnegative_log_likelihood/dnoise
    return negative_log_likelihood, (length_bar, height_bar, noise_bar)
