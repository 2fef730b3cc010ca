"""Entries that were stored before a loop which stores them again: their cotangents are zero there."""

import numpy as np
import pytest

from tests.arrays.test_stores import check_changing

X = np.array([0.4, -0.7, 0.3, 0.6])


def first_entry(t, x):
    y = np.zeros(len(x))
    y[0] = t
    for i in range(len(x)):
        y[i] = x[i]
    return y @ y


def second_entry(t, x):
    y = np.zeros(4)
    y[1] = t * t
    for i in range(len(x)):
        a = x[i] * x[i]
        y[i] = a * 2.0
    return y @ y + t


def of_an_argument(t, x):
    x[0] *= t
    for i in range(3, -1, -1):
        x[i] = 1.0
    return x @ x


def loop_by_loop(t, x):
    y = np.ones(len(x))
    for _ in range(2):
        for j in range(1, len(x)):
            y[j] = t
    for i in range(2):
        y[i] = y[-1] * x[i]
    return y @ np.arange(1.0, len(x) + 1.0)


def not_the_first(t, x):
    y = np.zeros(len(x))
    y[0] = t
    for i in range(1, len(x)):
        y[i] = y[i - 1] * x[i]
    return y @ y


def under_a_test(t, x):
    y = np.zeros(len(x))
    y[0] = t
    for i in range(len(x)):
        if x[i] > 0.0:
            y[i] = x[i] * t
    return y @ y


def of_a_table(t, x):
    A = np.zeros((len(x), 2))
    A[0, 1] = t
    A[-1, 0] = t * t
    for i in range(len(x)):
        for j in range(2):
            s = x[i] * (j + 1)
            A[i, j] = s * s
    return np.sum(A * A)


def stored_twice(t, x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = t * x[i]
    for i in range(len(x)):
        b = x[i] + t
        y[i] = b * b
    return y @ y


def four_entries(t, x):
    y = np.zeros(4)
    y[0] = t
    for i in range(4):
        y[i] = x[i % len(x)]
    y[3] = y[0] * t
    return y @ y


PROGRAMS = [
    first_entry,
    second_entry,
    of_an_argument,
    loop_by_loop,
    not_the_first,
    under_a_test,
    of_a_table,
    stored_twice,
    four_entries,
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_program(program):
    check_changing(program, 0.7, X.copy())
