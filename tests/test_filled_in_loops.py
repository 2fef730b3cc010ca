# ruff: noqa: B007
"""Lists that are empty at first, and whose items later turns read."""

import math

import pytest

from s2sdiff import S2SDiffError, jvp, value_and_grad


def by_a_while_loop(x, n):
    y = []
    k = 0
    while k < n:
        if k >= 1:
            t = y[k - 1] * x
        else:
            t = x
        y.append(t)
        k += 1
    return sum(y)


def insertion_sort(xs: list, x):
    out = []
    for v in xs:
        k = 0
        while k < len(out) and out[k] < v * x:
            k += 1
        out.insert(k, v * x)
    s = 0.0
    for j in range(len(out)):
        s += out[j] * j
    return s


def in_a_conditional(x, n):
    y = []
    for k in range(n):
        y.append(x if k == 0 else y[k - 1] * x)
    return y[-1]


def by_an_inner_loop(x, n):
    y = []
    for k in range(n):
        for j in range(len(y)):
            x = x + y[j] * 0.1
        y.append(x)
    return x


def never_filled(x, n):
    y = []
    for k in range(n):
        x = x * y[k]
    return x


def empty_on_a_path(x, n):
    y = []
    if n > 5:
        x = y[n]
    return x


def stack(x, n):
    q = []
    s = 0.0
    for k in range(n):
        while q and q[-1] > x * k:
            s += q.pop()
        q.append(math.sin(x * k))
    return s + sum(q)


def rows(x, n):
    rows = []
    for k in range(n):
        if k > 0:
            rows.append([rows[k - 1][0] * x, x])
        else:
            rows.append([x, 1.0])
    return rows[-1][0]


def last_of_a_history(x, n):
    s = x
    hist = []
    for i in range(n):
        if i > 0:
            s = s * hist[-1]
        hist.append(s)
    return s


def stored_later(x, n):
    xs = [x]
    for i in range(n):
        if i > 0:
            xs[1] = x * xs[1]
        xs.append(x * i)
    return xs[0] * xs[-1]


def looked_at_its_end(x, n):
    xs = []
    i = 0
    while i < n and (i == 0 or xs[-1] < 3):
        xs.append(x * i)
        i += 1
    return sum(xs)


@pytest.mark.parametrize(
    ("f", "args", "wrt"),
    [
        (by_a_while_loop, (0.7, 4), 0),
        (insertion_sort, ([0.3, 0.9, 0.1], 0.7), 1),
        (in_a_conditional, (0.7, 4), 0),
        (by_an_inner_loop, (0.7, 4), 0),
        (stack, (0.7, 6), 0),
        (rows, (0.7, 4), 0),
        (last_of_a_history, (0.7, 4), 0),
        (stored_later, (0.7, 4), 0),
        (looked_at_its_end, (0.7, 4), 0),
    ],
)
def test_filled_in_a_loop(f, args, wrt):
    def at(step):
        moved = list(args)
        moved[wrt] += step
        return f(*moved)

    value, slope = value_and_grad(f, wrt)(*args)
    assert value == at(0.0)
    assert slope == pytest.approx((at(1e-6) - at(-1e-6)) / 2e-6, rel=1e-6)
    assert jvp(f, wrt)(*args, 1.0)[1] == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize("f", [never_filled, empty_on_a_path])
def test_never_filled(f):
    with pytest.raises(S2SDiffError, match="nothing was put into"):
        value_and_grad(f)(0.7, 1)
