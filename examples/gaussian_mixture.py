"""A Gaussian mixture: its log-likelihood, climbed by gradient steps.

The weights are a softmax and the precisions exponentials, so that nothing has to be kept positive.
The responsibilities of expectation maximisation are not written down: they come out of the gradient
of logsumexp.
"""

import numpy as np
from scipy.special import logsumexp


def log_likelihood(weights: "f8[k]", means: "f8[k,d]", scales: "f8[k,d]", x: "f8[n,d]"):
    """The mean log-density of x; weights are logits, scales log-precisions of each component."""
    away = x[:, None, :] - means
    square = np.sum(away**2 * np.exp(scales), axis=2)
    inside = weights - logsumexp(weights) + 0.5 * np.sum(scales, axis=1) - 0.5 * square
    return np.mean(logsumexp(inside, axis=1)) - 0.5 * x.shape[1] * np.log(2.0 * np.pi)


def main():
    from sklearn.datasets import load_iris

    from s2sdiff import value_and_grad

    x, species = load_iris(return_X_y=True)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    rng = np.random.default_rng(2)
    point = [np.zeros(3), x[rng.choice(len(x), 3, replace=False)], np.zeros((3, 4))]
    slope = value_and_grad(log_likelihood, (0, 1, 2))
    first, _ = slope(*point, x)
    momentum = [np.zeros_like(part) for part in point]
    for _ in range(1500):
        value, bars = slope(*point, x)
        momentum = [0.9 * m + bar for m, bar in zip(momentum, bars, strict=True)]
        point = [part + 0.05 * m for part, m in zip(point, momentum, strict=True)]
    weights, means, scales = point
    # at a maximum, each mean is the average of x under its responsibilities
    away = x[:, None, :] - means
    inside = weights + 0.5 * np.sum(scales, axis=1) - 0.5 * np.sum(away**2 * np.exp(scales), axis=2)
    shares = np.exp(inside - logsumexp(inside, axis=1)[:, None])
    averages = shares.T @ x / shares.sum(axis=0)[:, None]
    gap = np.max(np.abs(averages - means))
    assert gap < 1e-2 and value > first
    print(f"mean log-likelihood {first:.4f} -> {value:.4f}")
    print(f"means are {gap:.1e} away from what expectation maximisation would give")
    chosen = np.argmax(shares, axis=1)
    pure = sum(np.max(np.bincount(species[chosen == k])) for k in range(3) if np.any(chosen == k))
    print(f"{pure} of {len(x)} flowers are with their own species")


if __name__ == "__main__":
    main()
