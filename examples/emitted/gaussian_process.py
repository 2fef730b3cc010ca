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
    j = solve_triangular(factor, y, 0, True)
    k = np.diag(factor)
    m = 0.5 * (y @ weights) + np.sum(np.log(k))
    negative_log_likelihood = m + 0.5 * g * np.log(2 * np.pi)
    n = solve_triangular(factor, j, 1, True)
    # reverse sweep
    k_bar = 1.0 / k  # dnegative_log_likelihood/dk
    o = np.arange(factor.shape[0])
    p = np.arange(factor.shape[1]) - o[:, None] == 0
    q = k_bar[np.minimum(np.maximum(o + 0, 0), k_bar.shape[0] - 1)][:, None]
    weights_bar = 0.5 * y
    # dnegative_log_likelihood/dj
    j_bar = solve_triangular(factor, weights_bar, 0, True, False)
    r = -np.outer(solve_triangular(factor, j_bar, 1, True, False), j)
    s = np.where(p, q, 0.0) + np.tril(-np.outer(n, j_bar), 0)
    # dnegative_log_likelihood/dfactor, through j, n and k
    factor_bar = s + np.tril(r, 0)
    t = factor.T
    u = t @ factor_bar
    v = np.tril(u) * (1.0 - 0.5 * np.eye(u.shape[1]))
    # dnegative_log_likelihood/di
    i_bar = 0.5 * np.linalg.solve(t, np.linalg.solve(t, v + v.T).T).T
    # dnegative_log_likelihood/dlength
    length_bar = np.sum(i_bar * b * e * c) * d * -2.0
    height_bar = np.sum(i_bar * e) * b * 2.0  # dnegative_log_likelihood/dheight
    noise_bar = np.sum(i_bar * h) * f * 2.0  # dnegative_log_likelihood/dnoise
    return negative_log_likelihood, (length_bar, height_bar, noise_bar)
