"""A heat equation backwards: which conductivity makes a bar cool as it was measured to?

    u[i] += dt / dx**2 * (k[i + 1/2] * (u[i + 1] - u[i]) - k[i - 1/2] * (u[i] - u[i - 1]))

The temperatures are stored step by step in one array, and the loss sums squares in a loop: NumPy code with
stores, as one writes it. The gradient goes back through 100 steps in time; each keeps the temperatures
before it. Where numba is installed it is compiled.
"""

import importlib.util
import sys

import numpy as np


def loss(k: "f8[m]", start: "f8[n]", measured: "f8[n]", steps: int):
    """The squared distance to what was measured, after so many steps.

    k: conductivity between neighbours, m = n - 1; start and measured: temperatures at n places.
    """
    n = len(start)
    u = start.copy()
    flow = np.zeros(n - 1)
    for _ in range(steps):
        for i in range(n - 1):
            flow[i] = k[i] * (u[i + 1] - u[i])
        for i in range(1, n - 1):
            u[i] += 0.2 * (flow[i] - flow[i - 1])
    total = 0.0
    for i in range(n):
        total += (u[i] - measured[i]) ** 2
    return total


def cooled(k, start, steps):
    """The temperatures after so many steps."""
    u = start.copy()
    for _ in range(steps):
        flow = k * (u[1:] - u[:-1])
        u[1:-1] += 0.2 * (flow[1:] - flow[:-1])
    return u


def bars(values, most):
    """A row of characters for each value."""
    return ["#" * round(40 * value / most) for value in values]


def picture(truth, found, path):
    """Both conductivities, in a file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.plot(truth, label="the conductivity that was used")
    axes.plot(found, "--", label="recovered")
    axes.set_xlabel("place")
    axes.set_ylabel("conductivity")
    axes.legend()
    figure.savefig(path)


def main(path=None):
    from s2sdiff import value_and_grad

    n, steps = 24, 100
    places = (np.arange(n - 1) + 0.5) / (n - 1)
    truth = 1.0 + 0.8 * np.exp(-((places - 0.65) ** 2) / 0.02)
    starts = [np.cos(wave * np.pi * np.arange(n) / (n - 1)) for wave in (1, 2, 3, 4)]
    measured = [cooled(truth, start, steps) for start in starts]
    slope = value_and_grad(loss, jit=importlib.util.find_spec("numba") is not None)
    k = np.ones(n - 1)

    def total(k):
        parts = [slope(k, u, v, steps) for u, v in zip(starts, measured, strict=True)]
        return sum(value for value, _ in parts), sum(bar for _, bar in parts)

    first, bar = total(k)
    h = 1e-6 * np.eye(n - 1)[7]
    difference = (total(k + h)[0] - total(k - h)[0]) / 2e-6
    slope_there = bar[7]
    assert abs(difference - slope_there) < 1e-7
    mean, square = np.zeros_like(k), np.zeros_like(k)
    for step in range(1, 1501):
        value, bar = total(k)
        mean = 0.9 * mean + 0.1 * bar
        square = 0.999 * square + 0.001 * bar**2
        k = k - 0.01 * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-12)
    wrong = np.max(np.abs(k - truth))
    assert wrong < 0.1
    print(f"dloss/dk[7] {slope_there:.6f}, by differences {difference:.6f}")
    print(f"loss {first:.4f} -> {value:.1e}, largest error of the conductivity {wrong:.3f}")
    for place, row in zip(places, bars(k, 2.0), strict=True):
        print(f"{place:5.2f} {row}")
    if path is not None:
        picture(truth, k, path)


if __name__ == "__main__":
    main(*sys.argv[1:2])
