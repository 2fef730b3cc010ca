"""Loops whose turns read, in a loop inside, what other turns add to: their reverse goes back in order."""

import numpy as np
import pytest

from s2sdiff import value_and_grad
from tests.arrays.test_stores import check_changing

X = np.array([1.4, -0.7, 0.3, 0.6])


def eliminated(x):
    n = len(x)
    for i in range(n):
        q = x[i]
        for j in range(n):
            x[j] -= q
    return x @ np.arange(1.0, n + 1.0)


def entries_by_iteration(x):
    for q in x:
        for j in range(len(x)):
            x[j] -= q
    return np.sum(x * x)


def two_loops_inside(x):
    n = len(x)
    for i in range(n):
        q = x[i]
        for j in range(n):
            for k in range(2):
                x[j] += (k + 1) * q
    return x @ np.arange(1.0, n + 1.0)


def two_loops_outside(x):
    n = len(x)
    for _ in range(n):
        for k in range(n):
            q = x[k] * 0.5
            for j in range(k, n):
                x[j] -= q
    return x @ np.arange(1.0, n + 1.0)


def row_by_row(x):
    A = np.outer(x, np.arange(1.0, 4.0))
    for i in range(len(x)):
        for k in range(3):
            q = A[i, k]
            for j in range(len(x)):
                A[j, k] += q
    return np.sum(A * np.arange(1.0, 4.0)) + A[-1, 2]


def stored_in_a_loop_inside(x):
    n = len(x)
    y = x * 1.0
    for i in range(n):
        s = 0.0
        for j in range(n):
            s += y[j]
            y[j] = x[j] * (i + 1)
        y[i] += s
    return y @ np.arange(1.0, n + 1.0)


def stored_in_a_loop_inside_and_added_to(x):
    n = len(x)
    y = np.zeros(n)
    for i in range(n):
        for j in range(n):
            y[j] = x[i] * x[j]
        y[i] += x[i]
    return y @ np.arange(1.0, n + 1.0)


def two_arrays(x):
    n = len(x)
    y = x * 2.0
    for i in range(n):
        q = x[i]
        r = y[i]
        for j in range(n):
            x[j] -= r
            y[j] += q
    return x @ np.arange(1.0, n + 1.0) + y @ np.arange(2.0, n + 2.0)


def total_inside(x):
    n = len(x)
    s = 1.0
    for i in range(n):
        t = s * 1.0
        for j in range(n):
            s += t * (j + i)
        x[i] += s
    return np.sum(x) + s * x[0]


PROGRAMS = [
    eliminated,
    entries_by_iteration,
    two_loops_inside,
    two_loops_outside,
    row_by_row,
    stored_in_a_loop_inside,
    stored_in_a_loop_inside_and_added_to,
    two_arrays,
    total_inside,
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_order(program):
    for n in (1, 2, 4):
        check_changing(program, X[:n].copy())


def of_a_list(xs):
    ys = [x * 1.0 for x in xs]
    n = len(ys)
    for i in range(n):
        q = ys[i]
        for j in range(n):
            ys[j] -= q
    s = 0.0
    for i in range(n):
        s += (i + 1) * ys[i]
    return s


def of_rows(xs):
    rows = [[x, 2.0 * x] for x in xs]
    n = len(rows)
    for i in range(n):
        q = rows[i][0]
        for j in range(n):
            rows[j][0] -= q
            rows[j][1] += q
    s = 0.0
    for i in range(n):
        s += (i + 1) * rows[i][0] * rows[i][1]
    return s


@pytest.mark.parametrize("program", [of_a_list, of_rows])
def test_order_of_lists(program):
    xs = list(map(float, X))
    value, bars = value_and_grad(program)(xs)
    assert value == program(xs)
    for at, bar in enumerate(bars):
        above, below = list(xs), list(xs)
        above[at] += 1e-5
        below[at] -= 1e-5
        assert bar == pytest.approx((program(above) - program(below)) / 2e-5, abs=1e-7)


def test_turns_that_only_add_count_up():
    def f(x, y):
        s = 0.0
        for i in range(len(x)):
            for j in range(len(y)):
                s += x[i] * y[j]
        return s

    slope = value_and_grad(f, (0, 1))
    slope(X, X)
    assert "-1, -1" not in slope.source
