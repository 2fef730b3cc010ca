"""Programs that fill arrays in loops, and their gradients as one writes them by hand for numba.

The hand-written gradients read what still stands in the arrays, record on arrays made beforehand what is
overwritten and nothing else, and compute value and gradient in one pass where that is possible.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, exp, log, sin, sqrt, tanh
from typing import Any

import numpy as np


def recurrence(x):
    n = len(x)
    y = np.empty(n)
    y[0] = x[0]
    for i in range(1, n):
        y[i] = 0.5 * y[i - 1] + math.sin(x[i])
    s = 0.0
    for i in range(n):
        s += y[i] * y[i]
    return s


def recurrence_by_hand(x):
    n = len(x)
    y = np.empty(n)
    y[0] = x[0]
    for i in range(1, n):
        y[i] = 0.5 * y[i - 1] + sin(x[i])
    s = 0.0
    for i in range(n):
        s += y[i] * y[i]
    x_bar = np.zeros_like(x)
    y_bar = np.zeros_like(y)
    for i in range(n - 1, -1, -1):
        y_bar[i] += 2.0 * y[i]
    for i in range(n - 1, 0, -1):
        y_bar[i - 1] += 0.5 * y_bar[i]
        x_bar[i] += cos(x[i]) * y_bar[i]
    x_bar[0] += y_bar[0]
    return s, x_bar


def rosenbrock(x):
    s = 0.0
    for i in range(len(x) - 1):
        s += 100.0 * (x[i + 1] - x[i] * x[i]) ** 2 + (1.0 - x[i]) ** 2
    return s


def rosenbrock_by_hand(x):
    x_bar = np.zeros_like(x)
    s = 0.0
    for i in range(len(x) - 1):
        a = x[i + 1] - x[i] * x[i]
        b = 1.0 - x[i]
        s += 100.0 * a * a + b * b
        x_bar[i] -= 400.0 * a * x[i] + 2.0 * b
        x_bar[i + 1] += 200.0 * a
    return s, x_bar


def lotka_volterra(p, n: int):
    u, v = 1.0, 0.5
    h = 0.01
    for _ in range(n):
        a1 = p[0] * u - p[1] * u * v
        b1 = p[2] * u * v - p[3] * v
        u2, v2 = u + 0.5 * h * a1, v + 0.5 * h * b1
        a2 = p[0] * u2 - p[1] * u2 * v2
        b2 = p[2] * u2 * v2 - p[3] * v2
        u3, v3 = u + 0.5 * h * a2, v + 0.5 * h * b2
        a3 = p[0] * u3 - p[1] * u3 * v3
        b3 = p[2] * u3 * v3 - p[3] * v3
        u4, v4 = u + h * a3, v + h * b3
        a4 = p[0] * u4 - p[1] * u4 * v4
        b4 = p[2] * u4 * v4 - p[3] * v4
        u = u + h / 6.0 * (a1 + 2.0 * a2 + 2.0 * a3 + a4)
        v = v + h / 6.0 * (b1 + 2.0 * b2 + 2.0 * b3 + b4)
    return u * u + v


def lotka_volterra_by_hand(p, n):
    h = 0.01
    us, vs = np.empty(n), np.empty(n)
    u, v = 1.0, 0.5
    p0, p1, p2, p3 = p[0], p[1], p[2], p[3]
    for i in range(n):
        us[i], vs[i] = u, v
        a1 = p0 * u - p1 * u * v
        b1 = p2 * u * v - p3 * v
        u2, v2 = u + 0.5 * h * a1, v + 0.5 * h * b1
        a2 = p0 * u2 - p1 * u2 * v2
        b2 = p2 * u2 * v2 - p3 * v2
        u3, v3 = u + 0.5 * h * a2, v + 0.5 * h * b2
        a3 = p0 * u3 - p1 * u3 * v3
        b3 = p2 * u3 * v3 - p3 * v3
        u4, v4 = u + h * a3, v + h * b3
        a4 = p0 * u4 - p1 * u4 * v4
        b4 = p2 * u4 * v4 - p3 * v4
        u = u + h / 6.0 * (a1 + 2.0 * a2 + 2.0 * a3 + a4)
        v = v + h / 6.0 * (b1 + 2.0 * b2 + 2.0 * b3 + b4)
    value = u * u + v
    u_bar, v_bar = 2.0 * u, 1.0
    q0, q1, q2, q3 = 0.0, 0.0, 0.0, 0.0
    for i in range(n - 1, -1, -1):
        u, v = us[i], vs[i]
        u2 = u + 0.5 * h * (p0 * u - p1 * u * v)
        v2 = v + 0.5 * h * (p2 * u * v - p3 * v)
        u3 = u + 0.5 * h * (p0 * u2 - p1 * u2 * v2)
        v3 = v + 0.5 * h * (p2 * u2 * v2 - p3 * v2)
        u4 = u + h * (p0 * u3 - p1 * u3 * v3)
        v4 = v + h * (p2 * u3 * v3 - p3 * v3)
        a_bar, b_bar = h / 6.0 * u_bar, h / 6.0 * v_bar
        q0 += a_bar * u4
        q1 -= a_bar * u4 * v4
        q2 += b_bar * u4 * v4
        q3 -= b_bar * v4
        u4_bar = a_bar * (p0 - p1 * v4) + b_bar * p2 * v4
        v4_bar = b_bar * (p2 * u4 - p3) - a_bar * p1 * u4
        a_bar = h / 3.0 * u_bar + h * u4_bar
        b_bar = h / 3.0 * v_bar + h * v4_bar
        q0 += a_bar * u3
        q1 -= a_bar * u3 * v3
        q2 += b_bar * u3 * v3
        q3 -= b_bar * v3
        u3_bar = a_bar * (p0 - p1 * v3) + b_bar * p2 * v3
        v3_bar = b_bar * (p2 * u3 - p3) - a_bar * p1 * u3
        a_bar = h / 3.0 * u_bar + 0.5 * h * u3_bar
        b_bar = h / 3.0 * v_bar + 0.5 * h * v3_bar
        q0 += a_bar * u2
        q1 -= a_bar * u2 * v2
        q2 += b_bar * u2 * v2
        q3 -= b_bar * v2
        u2_bar = a_bar * (p0 - p1 * v2) + b_bar * p2 * v2
        v2_bar = b_bar * (p2 * u2 - p3) - a_bar * p1 * u2
        a_bar = h / 6.0 * u_bar + 0.5 * h * u2_bar
        b_bar = h / 6.0 * v_bar + 0.5 * h * v2_bar
        q0 += a_bar * u
        q1 -= a_bar * u * v
        q2 += b_bar * u * v
        q3 -= b_bar * v
        u_bar += u2_bar + u3_bar + u4_bar + a_bar * (p0 - p1 * v) + b_bar * p2 * v
        v_bar += v2_bar + v3_bar + v4_bar + b_bar * (p2 * u - p3) - a_bar * p1 * u
    return value, np.array([q0, q1, q2, q3])


def heat(u0, k: float, steps: int):
    m, n = u0.shape
    u = u0.copy()
    new = u0.copy()
    for _ in range(steps):
        for i in range(1, m - 1):
            for j in range(1, n - 1):
                around = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
                new[i, j] = u[i, j] + k * (around - 4.0 * u[i, j])
        for i in range(1, m - 1):
            for j in range(1, n - 1):
                u[i, j] = new[i, j]
    s = 0.0
    for i in range(m):
        for j in range(n):
            s += u[i, j] * u[i, j]
    return s


def heat_by_hand(u0, k, steps):
    m, n = u0.shape
    u = u0.copy()
    new = u0.copy()
    for _ in range(steps):
        for i in range(1, m - 1):
            for j in range(1, n - 1):
                around = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
                new[i, j] = u[i, j] + k * (around - 4.0 * u[i, j])
        for i in range(1, m - 1):
            for j in range(1, n - 1):
                u[i, j] = new[i, j]
    s = 0.0
    for i in range(m):
        for j in range(n):
            s += u[i, j] * u[i, j]
    u_bar = np.zeros_like(u)
    for i in range(m):
        for j in range(n):
            u_bar[i, j] += 2.0 * u[i, j]
    new_bar = np.zeros_like(new)
    for _ in range(steps):
        for i in range(1, m - 1):
            for j in range(1, n - 1):
                new_bar[i, j] = u_bar[i, j]
                u_bar[i, j] = 0.0
        for i in range(1, m - 1):
            for j in range(1, n - 1):
                a = new_bar[i, j]
                b = k * a
                u_bar[i, j] += a - 4.0 * b
                u_bar[i - 1, j] += b
                u_bar[i + 1, j] += b
                u_bar[i, j - 1] += b
                u_bar[i, j + 1] += b
    return s, u_bar


def matrix_vector(a, x):
    m, n = a.shape
    y = np.zeros(m)
    for i in range(m):
        for j in range(n):
            y[i] += a[i, j] * x[j]
    s = 0.0
    for i in range(m):
        s += y[i] * y[i]
    return s


def matrix_vector_by_hand(a, x):
    m, n = a.shape
    y = np.zeros(m)
    for i in range(m):
        for j in range(n):
            y[i] += a[i, j] * x[j]
    s = 0.0
    for i in range(m):
        s += y[i] * y[i]
    a_bar = np.zeros_like(a)
    x_bar = np.zeros_like(x)
    for i in range(m):
        y_bar = 2.0 * y[i]
        for j in range(n):
            a_bar[i, j] += y_bar * x[j]
            x_bar[j] += y_bar * a[i, j]
    return s, (a_bar, x_bar)


def cholesky(a):
    n = len(a)
    factor = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j]
            for k in range(j):
                s -= factor[i, k] * factor[j, k]
            if i == j:
                factor[i, i] = math.sqrt(s)
            else:
                factor[i, j] = s / factor[j, j]
    total = 0.0
    for i in range(n):
        total += math.log(factor[i, i])
    return total


def cholesky_by_hand(a):
    n = len(a)
    factor = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j]
            for k in range(j):
                s -= factor[i, k] * factor[j, k]
            if i == j:
                factor[i, i] = sqrt(s)
            else:
                factor[i, j] = s / factor[j, j]
    total = 0.0
    for i in range(n):
        total += log(factor[i, i])
    bar = np.zeros_like(factor)
    a_bar = np.zeros_like(a)
    for i in range(n):
        bar[i, i] += 1.0 / factor[i, i]
    for i in range(n - 1, -1, -1):
        for j in range(i, -1, -1):
            if i == j:
                s_bar = 0.5 * bar[i, i] / factor[i, i]
            else:
                s_bar = bar[i, j] / factor[j, j]
                bar[j, j] -= s_bar * factor[i, j]
            for k in range(j):
                bar[i, k] -= s_bar * factor[j, k]
                bar[j, k] -= s_bar * factor[i, k]
            a_bar[i, j] += s_bar
    return total, a_bar


def mixture(means, x):
    n, d = x.shape
    count = len(means)
    total = 0.0
    for i in range(n):
        z = 0.0
        for k in range(count):
            s = 0.0
            for j in range(d):
                away = x[i, j] - means[k, j]
                s += away * away
            z += math.exp(-0.5 * s)
        total += math.log(z)
    return total


def mixture_by_hand(means, x):
    n, d = x.shape
    count = len(means)
    terms = np.empty(count)
    bar = np.zeros_like(means)
    total = 0.0
    for i in range(n):
        z = 0.0
        for k in range(count):
            s = 0.0
            for j in range(d):
                away = x[i, j] - means[k, j]
                s += away * away
            terms[k] = exp(-0.5 * s)
            z += terms[k]
        total += log(z)
        for k in range(count):
            weight = terms[k] / z
            for j in range(d):
                bar[k, j] += weight * (x[i, j] - means[k, j])
    return total, bar


def k_means(means, x):
    n, d = x.shape
    total = 0.0
    for i in range(n):
        best = 0
        least = 1e300
        for k in range(len(means)):
            s = 0.0
            for j in range(d):
                s += (x[i, j] - means[k, j]) ** 2
            if s < least:
                best, least = k, s
        for j in range(d):
            away = x[i, j] - means[best, j]
            total += away * away
    return total


def k_means_by_hand(means, x):
    n, d = x.shape
    bar = np.zeros_like(means)
    total = 0.0
    for i in range(n):
        best = 0
        least = 1e300
        for k in range(len(means)):
            s = 0.0
            for j in range(d):
                s += (x[i, j] - means[k, j]) ** 2
            if s < least:
                best, least = k, s
        for j in range(d):
            away = x[i, j] - means[best, j]
            total += away * away
            bar[best, j] -= 2.0 * away
    return total, bar


def lstm(w, x):
    size = w.shape[1]
    hidden = np.zeros(size)
    cell = np.zeros(size)
    gates = np.empty(4 * size)
    for t in range(len(x)):
        for i in range(4 * size):
            s = x[t]
            for j in range(size):
                s += w[i, j] * hidden[j]
            gates[i] = s
        for i in range(size):
            a = 1.0 / (1.0 + math.exp(-gates[i]))
            f = 1.0 / (1.0 + math.exp(-gates[size + i]))
            o = 1.0 / (1.0 + math.exp(-gates[2 * size + i]))
            g = math.tanh(gates[3 * size + i])
            cell[i] = f * cell[i] + a * g
            hidden[i] = o * math.tanh(cell[i])
    s = 0.0
    for i in range(size):
        s += hidden[i] * hidden[i]
    return s


def lstm_by_hand(w, x):
    size = w.shape[1]
    n = len(x)
    hs = np.zeros((n + 1, size))
    cs = np.zeros((n + 1, size))
    kept = np.empty((n, 4 * size))
    for t in range(n):
        for i in range(4 * size):
            s = x[t]
            for j in range(size):
                s += w[i, j] * hs[t, j]
            kept[t, i] = s
        for i in range(size):
            a = 1.0 / (1.0 + exp(-kept[t, i]))
            f = 1.0 / (1.0 + exp(-kept[t, size + i]))
            o = 1.0 / (1.0 + exp(-kept[t, 2 * size + i]))
            g = tanh(kept[t, 3 * size + i])
            kept[t, i], kept[t, size + i] = a, f
            kept[t, 2 * size + i], kept[t, 3 * size + i] = o, g
            cs[t + 1, i] = f * cs[t, i] + a * g
            hs[t + 1, i] = o * tanh(cs[t + 1, i])
    value = 0.0
    h_bar = np.zeros(size)
    c_bar = np.zeros(size)
    for i in range(size):
        value += hs[n, i] * hs[n, i]
        h_bar[i] = 2.0 * hs[n, i]
    w_bar = np.zeros_like(w)
    gates_bar = np.empty(4 * size)
    for t in range(n - 1, -1, -1):
        for i in range(size):
            a, f = kept[t, i], kept[t, size + i]
            o, g = kept[t, 2 * size + i], kept[t, 3 * size + i]
            y = tanh(cs[t + 1, i])
            bar = c_bar[i] + h_bar[i] * o * (1.0 - y * y)
            gates_bar[2 * size + i] = h_bar[i] * y * o * (1.0 - o)
            gates_bar[i] = bar * g * a * (1.0 - a)
            gates_bar[size + i] = bar * cs[t, i] * f * (1.0 - f)
            gates_bar[3 * size + i] = bar * a * (1.0 - g * g)
            c_bar[i] = bar * f
            h_bar[i] = 0.0
        for i in range(4 * size):
            bar = gates_bar[i]
            for j in range(size):
                w_bar[i, j] += bar * hs[t, j]
                h_bar[j] += bar * w[i, j]
    return value, w_bar


def springs(k, x0, steps: int):
    n = len(x0)
    x = x0.copy()
    v = np.zeros(n)
    force = np.zeros(n)
    for _ in range(steps):
        for i in range(1, n - 1):
            force[i] = k[i] * (x[i + 1] - x[i]) - k[i - 1] * (x[i] - x[i - 1]) - 0.1 * x[i] ** 3
        for i in range(1, n - 1):
            v[i] += 0.01 * force[i]
            x[i] += 0.01 * v[i]
    s = 0.0
    for i in range(n):
        s += x[i] * x[i]
    return s


def springs_by_hand(k, x0, steps):
    n = len(x0)
    x = x0.copy()
    v = np.zeros(n)
    force = np.zeros(n)
    xs = np.empty((steps, n))
    for t in range(steps):
        for i in range(n):
            xs[t, i] = x[i]
        for i in range(1, n - 1):
            force[i] = k[i] * (x[i + 1] - x[i]) - k[i - 1] * (x[i] - x[i - 1]) - 0.1 * x[i] ** 3
        for i in range(1, n - 1):
            v[i] += 0.01 * force[i]
            x[i] += 0.01 * v[i]
    s = 0.0
    x_bar = np.zeros(n)
    for i in range(n):
        s += x[i] * x[i]
        x_bar[i] = 2.0 * x[i]
    v_bar = np.zeros(n)
    force_bar = np.zeros(n)
    k_bar = np.zeros_like(k)
    for t in range(steps - 1, -1, -1):
        for i in range(1, n - 1):
            v_bar[i] += 0.01 * x_bar[i]
            force_bar[i] = 0.01 * v_bar[i]
        for i in range(1, n - 1):
            bar = force_bar[i]
            left = xs[t, i] - xs[t, i - 1]
            right = xs[t, i + 1] - xs[t, i]
            k_bar[i] += bar * right
            k_bar[i - 1] -= bar * left
            x_bar[i + 1] += bar * k[i]
            x_bar[i - 1] += bar * k[i - 1]
            x_bar[i] -= bar * (k[i] + k[i - 1] + 0.3 * xs[t, i] * xs[t, i])
    return s, k_bar


@dataclass(frozen=True)
class Program:
    """A function, its gradient by hand, arguments, what it is differentiated for, and its bar.

    `entries` are the tape entries of the one by hand for the `small` arguments, where there are such; the
    gradient runs `number` times in one measurement, in CPython too if `python` says so.
    """

    function: Callable[..., Any]
    by_hand: Callable[..., Any]
    args: tuple[Any, ...]
    wrt: tuple[int, ...] = (0,)
    bar: float = 1.3
    python: bool = False
    number: int = 100
    small: tuple[Any, ...] = ()
    entries: int = 0


def _positive(rng, n):
    a = rng.normal(size=(n, n))
    return a @ a.T + n * np.eye(n)


def programs():
    """Table: all programs by name, with arguments of moderate size."""
    rng = np.random.default_rng(5)
    means, points = rng.normal(size=(5, 3)), rng.normal(size=(200, 3))
    rates = np.array([1.0, 0.5, 0.4, 0.8])
    long, short = rng.normal(size=100_000), rng.normal(size=1000)
    plate, chain = rng.normal(size=(40, 40)), rng.normal(size=200)
    stiffness = rng.uniform(1.0, 2.0, size=200)
    weights, inputs = 0.3 * rng.normal(size=(64, 16)), rng.normal(size=20)
    return {
        "recurrence, 1,000": Program(
            recurrence, recurrence_by_hand, (short,), bar=1.2, python=True
        ),
        "recurrence, 100,000": Program(
            recurrence, recurrence_by_hand, (long,), bar=1.2, number=2, small=(short,)
        ),
        "Rosenbrock, 100,000": Program(
            rosenbrock, rosenbrock_by_hand, (long,), bar=1.2, number=20, small=(short,)
        ),
        "Lotka-Volterra": Program(
            lotka_volterra, lotka_volterra_by_hand, (rates, 1000), bar=1.2, entries=1000
        ),
        "heat, 2-D": Program(
            heat, heat_by_hand, (plate, 0.1, 100), number=10, small=(plate, 0.1, 3)
        ),
        "matrix-vector": Program(
            matrix_vector,
            matrix_vector_by_hand,
            (rng.normal(size=(200, 200)), rng.normal(size=200)),
            (0, 1),
        ),
        "Cholesky": Program(cholesky, cholesky_by_hand, (_positive(rng, 60),)),
        "mixture": Program(mixture, mixture_by_hand, (means, points)),
        "k-means": Program(k_means, k_means_by_hand, (means, points)),
        "LSTM": Program(lstm, lstm_by_hand, (weights, inputs), entries=20 * (16 + 1)),
        "springs": Program(springs, springs_by_hand, (stiffness, chain, 100), entries=100),
    }
