"""Indices that are other numbers in each turn under one name: what they name is another entry."""

import math

import numpy as np
import pytest

from s2sdiff import grad, jvp
from tests.arrays.test_stores import check_changing

X = np.array([0.3, 0.7, 0.9])


def carried(x):
    y = x.copy()
    s = 0.0
    m = 2
    for _ in range(2):
        for j in range(m):
            s += math.sin(y[j])
        for j in range(3):
            if j == m:
                y[j] = s
        m -= 1
    return s


def computed(x):
    y = np.zeros(3)
    s = 0.0
    for t in range(2):
        k = 1 - t
        for j in range(3):
            if j == k:
                s += x[t] * y[j]
            if j == k + 1:
                y[j] += x[j] * (s + 1)
    return s + x[0] * y[0]


def stored_before_it_is_read(x):
    y = np.zeros(4)
    s = 0.0
    for t in range(3):
        k = 2 - t
        for j in range(3):
            if j == k + 1:
                y[j] = x[j] * (s + 1)
            if j == k:
                s += (x[t] + 1) * y[j]
    return s + y[1]


def from_a_list(x):
    order = [2, 1, 0]
    y = x.copy()
    s = 0.0
    for t in range(len(order)):
        k = order[t]
        for j in range(len(x)):
            if j == k - 1:
                s += y[j] * y[j]
            elif j == k:
                y[j] = y[j] * s + 0.5
    return s


def ends_of_loops(x):
    y = x.copy()
    s = 0.0
    k = 3
    for t in range(3):
        for j in range(k):
            s += y[j] * x[t]
        k = 2 - t
        for j in range(k, 3):
            y[j] = s * x[j]
    return s


def whole_rows(x):
    A = np.outer(x, np.arange(1.0, 3.0))
    B = A * 2.0
    s = 1.0
    for t in range(3):
        k = 2 - t
        for i in range(3):
            if i == k:
                s += np.sum(np.sin(B[i])) * A[0, 0]
            if i == k + 1:
                B[i] = s * A[i]
    return s + B[1, 1]


def number_of_the_loop(x):
    y = x.copy()
    s = 0.0
    for m in range(2, -1, -1):
        for j in range(3):
            if j < m:
                s += math.sin(y[j])
            elif j == m:
                y[j] = s * y[j]
    return s


PROGRAMS = [
    carried,
    computed,
    stored_before_it_is_read,
    from_a_list,
    ends_of_loops,
    whole_rows,
    number_of_the_loop,
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_program(program):
    check_changing(program, X.copy())


# Values of other kinds than the entry where they are stored


def rounded(x):
    y = np.zeros(len(x), dtype=np.float32)
    s = 0.0
    for i in range(len(x)):
        v = math.exp(x[i])
        y[i] = v
        s += 1 / (v - 1.0)
    return s + y[0]


def index(x, idx):
    y = np.zeros(len(x))
    s = 0.0
    for i in range(len(x)):
        k = idx[i]
        y[i] = k
        s += x[k] * x[k]
    return s * y[0]


def turns(x):
    y = np.zeros(len(x))
    s = 1.0
    for i in range(len(x)):
        k = int(x[i])
        y[i] = k
        for _ in range(k):
            s = s * x[i]
    return s * y[1]


def complex_entry(x):
    w = np.zeros(len(x), dtype=complex)
    s = 0.0
    for i in range(len(x)):
        v = math.exp(x[i])
        w[i] = v
        s += math.sin(v)
    return s * abs(w[0])


def test_float32_entry_is_not_the_number():
    x = np.array([1e-6, 2e-6])
    exact = -np.exp(x) / np.expm1(x) ** 2
    np.testing.assert_allclose(grad(rounded)(x), exact, rtol=1e-6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "program, args",
    [
        (index, (X, np.array([2, 0, 1]))),
        (turns, (np.array([1.2, 1.7, 2.1]),)),
        (complex_entry, (X,)),
    ],
)
def test_kind_of_the_entry(program, args):
    x, *rest = args
    bar = grad(program)(x, *rest)
    for at in range(len(x)):
        dot = np.eye(len(x))[at]
        _, slope = jvp(program)(x, *rest, dot)
        assert bar[at] == pytest.approx(slope, rel=1e-12)
