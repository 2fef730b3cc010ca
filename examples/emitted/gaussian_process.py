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
    m = solve_triangular(factor, y, 0, True)
    # reverse sweep
    j_bar = 1.0 / j  # dnegative_log_likelihood/dj
    n = np.arange(factor.shape[0])
    o = np.arange(factor.shape[1]) - n[:, None] == 0
    p = j_bar[np.minimum(np.maximum(n + 0, 0), j_bar.shape[0] - 1)][:, None]
    weights_bar = 0.5 * y  # dnegative_log_likelihood/dweights
    # dnegative_log_likelihood/dm
    m_bar = solve_triangular(factor, weights_bar, 0, True, False)
    q = -np.outer(solve_triangular(factor, m_bar, 1, True, False), m)
    r = np.where(o, p, 0.0) + np.tril(-np.outer(weights, m_bar), 0)
    # dnegative_log_likelihood/dfactor, through m, weights and j
    factor_bar = r + np.tril(q, 0)
    s = factor.T
    t = s @ factor_bar
    u = np.tril(t) * (1.0 - 0.5 * np.eye(t.shape[1]))
    # dnegative_log_likelihood/di
    i_bar = 0.5 * np.linalg.solve(s, np.linalg.solve(s, u + u.T).T).T
    # dnegative_log_likelihood/dlength
    length_bar = np.sum(i_bar * b * e * c) * d * -2.0
    height_bar = np.sum(i_bar * e) * b * 2.0  # dnegative_log_likelihood/dheight
    noise_bar = np.sum(i_bar * h) * f * 2.0  # dnegative_log_likelihood/dnoise
    return negative_log_likelihood, (length_bar, height_bar, noise_bar)
