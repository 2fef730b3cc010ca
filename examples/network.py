"""The deep network of Figure 5.8: K layers, equations 5.111 to 5.118, trained by gradient descent.

Each layer is f_i = sigma(f_{i-1} A_i + b_i) for a batch of rows, the loss is the mean squared
difference. The gradient shares dL/df_i between all layers below; see `emitted/network.py`. The digits
(1,797 images of 8 x 8 pixels) come with scikit-learn.
"""

import itertools
import sys
import tempfile
from pathlib import Path

import numpy as np


def loss(params, x, y, activation="tanh"):
    """The mean squared error of the network; `params` holds (A, b) of each layer.

    x: float[n, d], y: float[n, k]; A: float[p, q], b: float[q].
    """
    f = x
    for A, b in params:
        z = f @ A + b
        if activation == "relu":
            f = np.maximum(z, 0.0)
        elif activation == "sigmoid":
            f = 1.0 / (1.0 + np.exp(-z))
        else:
            f = np.tanh(z)
    return np.mean((y - f) ** 2)


def predict(params, x):
    f = x
    for A, b in params:
        f = np.tanh(f @ A + b)
    return f


def initial(sizes, rng):
    """Layers with these numbers of units, scaled by their inputs."""
    pairs = itertools.pairwise(sizes)
    return [(rng.normal(size=(p, q)) / np.sqrt(p), np.zeros(q)) for p, q in pairs]


def trained(params, x, y, activation, steps, rate, batch, rng, progress):
    """Parameters after so many steps of gradient descent on random batches, and the losses."""
    from s2sdiff import value_and_grad

    slope = value_and_grad(loss)
    losses = []
    for _ in progress(range(steps)):
        rows = rng.choice(len(x), batch, replace=False)
        value, params_bar = slope(params, x[rows], y[rows], activation)
        params = [
            (A - rate * A_bar, b - rate * b_bar)
            for (A, b), (A_bar, b_bar) in zip(params, params_bar, strict=True)
        ]
        losses.append(value)
    return params, losses


def draw(losses, path):
    """The loss curve of each activation, as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    for name, values in losses.items():
        axes.semilogy(values, label=name)
    axes.set(xlabel="step", ylabel="mean squared error of the batch")
    axes.legend()
    figure.savefig(path)


def main():
    from sklearn.datasets import load_digits
    from tqdm import tqdm

    images, digits = load_digits(return_X_y=True)
    x, y = images / 8.0 - 1.0, 2.0 * np.eye(10)[digits] - 1.0
    curves = {}
    for activation in ("sigmoid", "tanh", "relu"):
        rng = np.random.default_rng(0)
        params = initial((64, 32, 16, 10), rng)
        target = y if activation == "tanh" else (y + 1.0) / 2.0

        def progress(turns, name=activation):
            return tqdm(turns, desc=name, file=sys.stderr, mininterval=1.0)

        rate = 6.0 if activation == "sigmoid" else 1.0
        params, curves[activation] = trained(
            params, x[:1500], target[:1500], activation, 600, rate, 64, rng, progress
        )
        first, last = curves[activation][0], np.mean(curves[activation][-50:])
        print(f"{activation:8} loss {first:.3f} -> {last:.3f}")
        assert last < 0.6 * first
        if activation == "tanh":
            found = np.argmax(predict(params, x[1500:]), axis=1)
            print(f"{'':8} {np.mean(found == digits[1500:]):.1%} of 297 new digits are read right")
    path = Path(tempfile.gettempdir()) / "s2sdiff_network_loss.png"
    draw(curves, path)
    print(f"loss curves: {path.name}, {path.stat().st_size > 0 and 'drawn'}")


if __name__ == "__main__":
    main()
