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
    i = cover + f * h
    factor = np.linalg.cholesky(i)
    weights = cho_solve((factor, True), y)
    j = np.diag(factor)
    k = 0.5 * (y @ weights) + np.sum(np.log(j))
    negative_log_likelihood = k + 0.5 * g * np.log(2 * np.pi)
    m = solve_triangular(factor, y, lower=True)
    # reverse sweep
    weights_bar = 0.5 * y  # dnegative_log_likelihood/dweights
    # dnegative_log_likelihood/dm
    m_bar = solve_triangular(factor, weights_bar, lower=True)
    n = np.tril(-np.outer(solve_triangular(factor, m_bar, trans=1, lower=True), m))
    # dnegative_log_likelihood/dfactor, through m, weights and j
    factor_bar = np.diag(1.0 / j) + np.tril(-np.outer(weights, m_bar)) + n
    o = factor.T
    p = o @ factor_bar
    q = np.tril(p) * (1.0 - 0.5 * np.eye(p.shape[1]))
    # dnegative_log_likelihood/di
    i_bar = 0.5 * np.linalg.solve(o, np.linalg.solve(o, q + q.T).T).T
    # dnegative_log_likelihood/dlength
    length_bar = np.sum(i_bar * b * e * c) * d * -2.0
    height_bar = np.sum(i_bar * e) * b * 2.0  # dnegative_log_likelihood/dheight
    noise_bar = np.sum(i_bar * h) * f * 2.0  # dnegative_log_likelihood/dnoise
    return negative_log_likelihood, (length_bar, height_bar, noise_bar)
