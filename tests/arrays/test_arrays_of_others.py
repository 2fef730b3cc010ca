"""Cotangents that are arrays of the caller's or of the module: they are copied before they are changed."""

import copy

import numpy as np
import pytest

from s2sdiff import hvp, value_and_grad
from tests.arrays.test_stores import check_changing

W = np.array([1.0, 2.0, 3.0])
X = np.array([0.8, -0.9, 0.4])


def made_anew(x, m, c):
    y = x * 1.0
    y[0] *= x[0]
    for _ in range(m):
        y = np.zeros(len(x))
    return y @ W + y @ c


def only_an_argument(x, m, c):
    y = x * x[1]
    y[0] = 1.0
    for _ in range(m):
        y = np.zeros(len(x))
    return y @ c


def sum_of_the_argument(x, m, c):
    y = x * x[2]
    y[0] = 1.0
    z = x * x
    for _ in range(m):
        y = np.zeros(len(x))
    w = y + z
    return np.sum(w * x)


def made_in_each_turn(x, m, c):
    y = x * 1.0
    y[0] *= x[0]
    w = x * 2.0
    for _ in range(m):
        w = w + y
        y = np.zeros(len(x))
    return w @ c


def module_in_each_turn(x, m, c):
    y = x * 1.0
    y[0] *= x[0]
    w = x * 2.0
    for _ in range(m):
        w = w + y
        y = np.zeros(len(x))
    return w @ W


def in_a_while_loop(x, m, c):
    y = x * 1.0
    y[0] = y[0] * y[1]
    k = 0
    while k < m:
        y = np.ones(len(x))
        k += 1
    return y @ c + c @ c


def left_early(x, m, c):
    y = x * 1.0
    y[0] = 1.0
    for i in range(2):
        if i >= m:
            break
        y = x * c
    return y @ c


def filled_before(x, m, c):
    y = x * 1.0
    for i in range(2):
        y[i] = y[i] * x[2]
    for _ in range(m):
        y = np.zeros(len(x))
    return y @ c


PROGRAMS = [
    made_anew,
    only_an_argument,
    sum_of_the_argument,
    made_in_each_turn,
    module_in_each_turn,
    in_a_while_loop,
    left_early,
    filled_before,
]


@pytest.mark.parametrize("m", [0, 1, 2])
@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_of_others_is_changed(program, m):
    args = (X.copy(), m, np.array([1.5, -2.0, 0.5]))
    constants = W.copy()
    gradient, product = value_and_grad(program), hvp(program)
    dot = np.array([0.3, 0.2, -0.5])
    given = (*copy.deepcopy(args), dot.copy())
    first, again = gradient(*given[:3]), gradient(*given[:3])
    np.testing.assert_array_equal(first[1], again[1])
    one, two = product(*given), product(*given)
    np.testing.assert_array_equal(one, two)
    for now, then in zip(given, (*args, dot), strict=True):
        np.testing.assert_array_equal(now, then)
    np.testing.assert_array_equal(W, constants)


@pytest.mark.parametrize("m", [0, 2])
@pytest.mark.parametrize("program", PROGRAMS)
def test_gradient(program, m):
    check_changing(lambda x, c: program(x, m, c), X.copy(), np.array([1.5, -2.0, 0.5]))
