"""Rates of an ordinary differential equation, fitted to counts of hares and lynxes that a model made.

The classical method of Runge and Kutta in a loop over time, its stages in a small array that each step
fills anew; the gradient with respect to the four rates goes backwards through all steps. Where numba is
installed it is compiled.
"""

import importlib.util

import numpy as np


def slope_of(y, p, out):
    """The right-hand side of the equations of Lotka and Volterra, stored in `out`."""
    out[0] = p[0] * y[0] - p[1] * y[0] * y[1]
    out[1] = p[2] * y[0] * y[1] - p[3] * y[1]


def loss(p: "f8[4]", start: "f8[2]", counts: "f8[t,2]", h: float):
    """The mean squared distance of the solution from the counts, one every ten steps.

    p: rates; counts: hares and lynxes at t times; h: the step in time.
    """
    y = start.copy()
    z = np.empty(2)
    k = np.empty((4, 2))
    total = 0.0
    for t in range(len(counts)):
        for _ in range(10):
            slope_of(y, p, k[0])
            for stage in range(1, 4):
                part = 0.5 * h if stage < 3 else h
                for j in range(2):
                    z[j] = y[j] + part * k[stage - 1, j]
                slope_of(z, p, k[stage])
            for j in range(2):
                y[j] += h / 6.0 * (k[0, j] + 2.0 * k[1, j] + 2.0 * k[2, j] + k[3, j])
        for j in range(2):
            total += (y[j] - counts[t, j]) ** 2
    return total / (2 * len(counts))


def solution(p, start, times, h):
    """Hares and lynxes at so many times."""
    y, found = start.copy(), []

    def slope(y):
        return np.array([p[0] * y[0] - p[1] * y[0] * y[1], p[2] * y[0] * y[1] - p[3] * y[1]])

    for _ in range(times):
        for _ in range(10):
            a = slope(y)
            b = slope(y + 0.5 * h * a)
            c = slope(y + 0.5 * h * b)
            d = slope(y + h * c)
            y = y + h / 6.0 * (a + 2.0 * b + 2.0 * c + d)
        found.append(y)
    return np.array(found)


def main():
    from scipy.optimize import minimize

    from s2sdiff import value_and_grad

    truth = np.array([0.9, 0.5, 0.3, 0.8])
    start, h = np.array([2.0, 1.0]), 0.05
    noise = np.random.default_rng(3).normal(scale=0.02, size=(40, 2))
    counts = solution(truth, start, 40, h) + noise
    compiled = importlib.util.find_spec("numba") is not None
    slope = value_and_grad(loss, jit=compiled)
    p = np.array([0.8, 0.6, 0.35, 0.7])
    first, bar = slope(p, start, counts, h)
    step = 1e-6 * np.eye(4)
    differences = [
        (loss(p + e, start, counts, h) - loss(p - e, start, counts, h)) / 2e-6 for e in step
    ]
    assert np.allclose(bar, differences, rtol=1e-5)
    found = minimize(
        slope, p, (start, counts, h), jac=True, method="L-BFGS-B", bounds=[(0.05, 2.0)] * 4
    )
    assert np.max(np.abs(found.x - truth)) < 0.02
    print("gradient    ", np.array2string(bar, precision=6))
    print("differences ", np.array2string(np.array(differences), precision=6))
    print(f"loss {first:.4f} -> {found.fun:.6f} in {found.nit} steps of L-BFGS")
    print("rates", np.array2string(found.x, precision=3), "used were", truth)


if __name__ == "__main__":
    main()
