"""Functions of arrays with gradients written by hand in NumPy, as one writes them who cares for speed."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import logsumexp

DRAW = np.random.default_rng(0)


@dataclass(frozen=True)
class Program:
    """`by_hand` gives the value and the gradients for `wrt`, as value_and_grad does.

    `bar` is the most that ours may take of its time; `ahead` how many times faster than autograd it has
    to be, and whether it has to be faster than JAX.
    """

    function: Callable[..., Any]
    by_hand: Callable[..., Any]
    args: tuple[Any, ...]
    wrt: tuple[int, ...]
    bar: float
    number: int
    ahead: float = 1.0
    before_jax: bool = False


def network(params, x, y):
    f = x
    for A, b in params:
        f = np.tanh(f @ A + b)
    return np.mean((y - f) ** 2)


def network_by_hand(params, x, y):
    f = x
    states = [f]
    for A, b in params:
        f = np.tanh(f @ A + b)
        states.append(f)
    r = f - y
    f_bar = r * (2.0 / r.size)
    params_bar = [None] * len(params)
    for i in range(len(params) - 1, -1, -1):
        A, _ = params[i]
        z_bar = f_bar * (1.0 - states[i + 1] * states[i + 1])
        params_bar[i] = (states[i].T @ z_bar, z_bar.sum(axis=0))
        f_bar = z_bar @ A.T
    return np.mean(r * r), params_bar


def network_args(sizes, batch):
    params = [
        (DRAW.normal(size=(p, q)) / np.sqrt(p), DRAW.normal(size=q) / 9)
        for p, q in itertools.pairwise(sizes)
    ]
    return params, DRAW.normal(size=(batch, sizes[0])), DRAW.normal(size=(batch, sizes[-1]))


def cross_entropy(W, b, x, targets):
    z = x @ W + b
    return np.mean(logsumexp(z, axis=1) - np.sum(z * targets, axis=1))


def cross_entropy_by_hand(W, b, x, targets):
    z = x @ W + b
    total = logsumexp(z, axis=1)
    loss = np.mean(total - np.sum(z * targets, axis=1))
    z_bar = (np.exp(z - total[:, None]) - targets) / len(x)
    return loss, (x.T @ z_bar, z_bar.sum(axis=0))


def distances(x, c):
    d = x[:, None, :] - c
    return np.sum(np.sqrt(np.sum(d * d, axis=2) + 1e-6))


def distances_by_hand(x, c):
    d = x[:, None, :] - c
    far = np.sqrt(np.sum(d * d, axis=2) + 1e-6)
    d_bar = d / far[:, :, None]
    return np.sum(far), (d_bar.sum(axis=1), -d_bar.sum(axis=0))


def mixture(weights, means, scales, x):
    away = x[:, None, :] - means
    square = np.sum(away**2 * np.exp(scales), axis=2)
    inside = weights - logsumexp(weights) + 0.5 * np.sum(scales, axis=1) - 0.5 * square
    return np.mean(logsumexp(inside, axis=1))


def mixture_by_hand(weights, means, scales, x):
    away = x[:, None, :] - means
    precision = np.exp(scales)
    square = away * away
    logits = weights - logsumexp(weights)
    inside = logits + 0.5 * np.sum(scales, axis=1) - 0.5 * np.sum(square * precision, axis=2)
    total = logsumexp(inside, axis=1)
    shares = np.exp(inside - total[:, None]) / len(x)
    counts = shares.sum(axis=0)
    means_bar = np.sum(shares[:, :, None] * away, axis=0) * precision
    scales_bar = 0.5 * (counts[:, None] - np.sum(shares[:, :, None] * square, axis=0) * precision)
    return np.mean(total), (counts - np.exp(logits) * np.sum(counts), means_bar, scales_bar)


def lstm(weights, bias, out, x, y):
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


def lstm_by_hand(weights, bias, out, x, y):
    units = out.shape[0]
    h = np.zeros((x.shape[1], units))
    c = np.zeros((x.shape[1], units))
    tape = []
    for t in range(x.shape[0]):
        e = np.concatenate((x[t], h), axis=1)
        z = e @ weights + bias
        i = 1.0 / (1.0 + np.exp(-z[:, :units]))
        f = 1.0 / (1.0 + np.exp(-z[:, units : 2 * units]))
        o = 1.0 / (1.0 + np.exp(-z[:, 2 * units : 3 * units]))
        g = np.tanh(z[:, 3 * units :])
        before = c
        c = f * c + i * g
        w = np.tanh(c)
        tape.append((e, i, f, o, g, before, w))
        h = o * w
    r = h @ out - y
    r_bar = r * (2.0 / r.size)
    out_bar = r_bar @ h
    h_bar = np.outer(r_bar, out)
    c_bar = np.zeros_like(c)
    weights_bar = np.zeros_like(weights)
    bias_bar = np.zeros_like(bias)
    for e, i, f, o, g, before, w in reversed(tape):
        c_bar = c_bar + h_bar * o * (1.0 - w * w)
        z_bar = np.concatenate(
            (
                c_bar * g * (i * (1.0 - i)),
                c_bar * before * (f * (1.0 - f)),
                h_bar * w * (o * (1.0 - o)),
                c_bar * i * (1.0 - g * g),
            ),
            axis=1,
        )
        c_bar = c_bar * f
        weights_bar += e.T @ z_bar
        bias_bar += z_bar.sum(axis=0)
        h_bar = (z_bar @ weights.T)[:, x.shape[2] :]
    return np.mean(r * r), (weights_bar, bias_bar, out_bar)


def normal(*shape):
    return DRAW.normal(size=shape)


PROGRAMS = {
    "network 2-8-8-1": Program(
        network, network_by_hand, network_args((2, 8, 8, 1), 1), (0,), 1.05, 400, before_jax=True
    ),
    "network 64-128-128-10": Program(
        network, network_by_hand, network_args((64, 128, 128, 10), 32), (0,), 1.05, 60
    ),
    "network 784-1024-1024-10": Program(
        network, network_by_hand, network_args((784, 1024, 1024, 10), 256), (0,), 1.05, 1
    ),
    "softmax cross-entropy": Program(
        cross_entropy,
        cross_entropy_by_hand,
        (normal(8, 5), normal(5), normal(16, 8), np.eye(5)[DRAW.integers(0, 5, 16)]),
        (0, 1),
        1.1,
        100,
        2.0,
    ),
    "pairwise distances": Program(
        distances, distances_by_hand, (normal(20, 3), normal(6, 3)), (0, 1), 1.1, 200, 2.0
    ),
    "Gaussian mixture": Program(
        mixture,
        mixture_by_hand,
        (normal(3), normal(3, 2), normal(3, 2), normal(30, 2)),
        (0, 1, 2),
        1.1,
        60,
        2.0,
    ),
    "LSTM": Program(
        lstm,
        lstm_by_hand,
        (normal(9, 32) / 3, normal(32), normal(8), normal(10, 16, 1), normal(16)),
        (0, 1, 2),
        1.1,
        15,
        2.0,
    ),
}
