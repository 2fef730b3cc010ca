"""An LSTM cell over a sequence, trained to say how often a wave swings.

Four gates in one product; the loop over time is an ordinary loop, its gradient a loop backwards that reads
states from a tape.
"""

import numpy as np


def loss(weights: "f8[m,q]", bias: "f8[q]", out: "f8[h]", x: "f8[t,n,d]", y: "f8[n]"):
    """The mean squared error of the last state's projection.

    x: time, batch, features; weights: float[features + units, 4 units], bias: float[4 units].
    """
    units = out.shape[0]
    h = np.zeros((x.shape[1], units))
    c = np.zeros((x.shape[1], units))
    for t in range(x.shape[0]):
        z = np.concatenate((x[t], h), axis=1) @ weights + bias
        i = 1.0 / (1.0 + np.exp(-z[:, :units]))
        f = 1.0 / (1.0 + np.exp(-z[:, units : 2 * units]))
        o = 1.0 / (1.0 + np.exp(-z[:, 2 * units : 3 * units]))
        g = np.tanh(z[:, 3 * units :])
        c = f * c + i * g
        h = o * np.tanh(c)
    return np.mean((h @ out - y) ** 2)


def main():
    from s2sdiff import value_and_grad

    rng = np.random.default_rng(4)
    speed = rng.uniform(0.2, 1.2, size=64)
    x = np.sin(np.arange(20)[:, None] * speed + rng.uniform(0, 6, size=64))[:, :, None]
    units = 8
    point = [
        rng.normal(size=(1 + units, 4 * units)) / 3.0,
        np.repeat([0.0, 1.0, 0.0, 0.0], units),
        rng.normal(size=units) / 3.0,
    ]
    slope = value_and_grad(loss, (0, 1, 2))
    first, bars = slope(*point, x, speed)
    direction = [rng.normal(size=part.shape) for part in point]
    along = sum(np.sum(bar * d) for bar, d in zip(bars, direction, strict=True))
    above = loss(*(part + 1e-5 * d for part, d in zip(point, direction, strict=True)), x, speed)
    below = loss(*(part - 1e-5 * d for part, d in zip(point, direction, strict=True)), x, speed)
    assert abs(along - (above - below) / 2e-5) < 1e-6
    sizes = [np.zeros_like(part) for part in point]
    for _ in range(300):
        value, bars = slope(*point, x, speed)
        sizes = [0.9 * s + 0.1 * bar**2 for s, bar in zip(sizes, bars, strict=True)]
        steps = [0.01 * bar / (np.sqrt(s) + 1e-8) for bar, s in zip(bars, sizes, strict=True)]
        point = [part - step for part, step in zip(point, steps, strict=True)]
    assert value < 0.2 * first
    print(f"slope in a direction {along:.6f}, difference {(above - below) / 2e-5:.6f}")
    print(f"mean squared error {first:.4f} -> {value:.4f}")


if __name__ == "__main__":
    main()
