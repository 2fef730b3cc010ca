"""A Gaussian process: the marginal likelihood by its hyperparameters, through a Cholesky factor.

-log p(y) = 1/2 y^T K^-1 y + sum log L_ii + n/2 log 2 pi, with K = L L^T. The gradient is compared
with the trace formula, 1/2 tr((K^-1 - a a^T) dK/dtheta) with a = K^-1 y.
"""

import numpy as np
from scipy.linalg import cho_solve


def negative_log_likelihood(length, height, noise, x: "f8[n,d]", y: "f8[n]"):
    """Minus the log marginal likelihood; the three hyperparameters are logarithms."""
    square = np.sum((x[:, None, :] - x) ** 2, axis=2)
    cover = np.exp(2.0 * height) * np.exp(-0.5 * square * np.exp(-2.0 * length))
    factor = np.linalg.cholesky(cover + np.exp(2.0 * noise) * np.eye(len(x)))
    weights = cho_solve((factor, True), y)
    return 0.5 * (y @ weights) + np.sum(np.log(np.diag(factor))) + 0.5 * len(x) * np.log(2 * np.pi)


def by_trace(length, height, noise, x, y):
    """The gradient by the formula for the trace."""
    square = np.sum((x[:, None, :] - x) ** 2, axis=2) * np.exp(-2.0 * length)
    cover = np.exp(2.0 * height - 0.5 * square)
    inverse = np.linalg.inv(cover + np.exp(2.0 * noise) * np.eye(len(x)))
    weights = inverse @ y
    middle = inverse - np.outer(weights, weights)
    slopes = (cover * square, 2.0 * cover, 2.0 * np.exp(2.0 * noise) * np.eye(len(x)))
    return [0.5 * np.sum(middle * slope) for slope in slopes]


def main():
    from sklearn.datasets import load_diabetes

    from s2sdiff import value_and_grad

    x, y = load_diabetes(return_X_y=True)
    x, y = 20.0 * x[:120, [2, 8]], (y[:120] - y.mean()) / y.std()
    slope = value_and_grad(negative_log_likelihood, (0, 1, 2))
    point = np.zeros(3)
    first, gradient = slope(*point, x, y)
    expected = by_trace(*point, x, y)
    assert np.allclose(gradient, expected, rtol=1e-8)
    for _ in range(150):
        value, gradient = slope(*point, x, y)
        point = point - 0.01 * np.array(gradient)
    assert value < first
    gap = np.max(np.abs(np.subtract(slope(*point, x, y)[1], by_trace(*point, x, y))))
    print(f"equal to the trace formula: {gap:.1e}")
    print(f"-log p {first:.3f} -> {value:.3f}")
    length, height, noise = np.exp(point)
    print(f"length {length:.3f}, height {height:.3f}, noise {noise:.3f}")


if __name__ == "__main__":
    main()
