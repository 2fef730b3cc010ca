"""Rows of a matrix that are changed by other rows: parts with the same bounds have the same length."""

import numpy as np
import pytest

from s2sdiff import grad
from tests.arrays.test_stores import check_changing

A = np.random.default_rng(8).normal(size=(4, 4)) + 4.0 * np.eye(4)
B = np.array([0.3, 0.7, 1.5, -0.4])


def rows(a):
    for k in range(len(a) - 1):
        for i in range(k + 1, len(a)):
            v = a[i, k] / a[k, k]
            a[i, k:] -= v * a[k, k:]
    return np.sum(np.diagonal(a) ** 2)


def columns(a):
    for k in range(len(a) - 1):
        for i in range(k + 1, len(a)):
            v = a[k, i] / a[k, k]
            a[k:, i] = a[k:, i] * 2.0 - np.sin(v * a[k:, k])
    return np.sum(np.diagonal(a) ** 2)


def with_a_right_side(a, b):
    n = len(b)
    for k in range(n - 1):
        if abs(a[k + 1, k]) > abs(a[k, k]):
            for j in range(n):
                a[k, j], a[k + 1, j] = a[k + 1, j], a[k, j]
            b[k], b[k + 1] = b[k + 1], b[k]
        for i in range(k + 1, n):
            v = a[i, k] / a[k, k]
            a[i, k:] -= v * a[k, k:]
            b[i] -= v * b[k]
    return np.sum(b**2) + np.sum(np.diagonal(a))


def stretched(a):
    for k in range(len(a) - 1):
        a[k + 1, k:] -= 0.3 * a[k, k : k + 1]
        a[k + 1, k:] += a[k, -1:] * a[0, 0]
    return np.sum(a**2)


def other_bounds(a):
    for k in range(1, len(a)):
        a[k, k:] *= a[k - 1, : len(a) - k]
        a[k, 1:] = a[k - 1, :-1] * a[0, 1:]
    return np.sum(a**2)


def of_a_narrow_matrix(a):
    c = a[:, :1] * 1.0
    for k in range(len(a) - 1):
        a[k, 0:] += c[k, 0:]
        a[k + 1, :] += c[k, :] * a[k, :]
    return np.sum(a**2)


@pytest.mark.parametrize("program", [rows, columns, stretched, other_bounds, of_a_narrow_matrix])
def test_gradients(program):
    check_changing(program, A)


def test_gradient_with_a_right_side():
    check_changing(with_a_right_side, A, B)


@pytest.mark.parametrize("program", [rows, columns, with_a_right_side])
def test_shapes_are_known(program):
    args = (A.copy(), B.copy())[: program.__code__.co_argcount]
    source = grad(program).compiled_for(args)[1].source
    assert "_unbroadcast" not in source


def test_rows_that_stand_are_read_again():
    source = grad(with_a_right_side).compiled_for((A.copy(), B.copy()))[1].source
    assert ".copy()" not in source, source


def relaxed(a, b):
    x = np.zeros(len(b))
    for k in range(3 * len(b)):
        i = k % len(b)
        x[i] = (b[i] - a[i] @ x) / a[i, i] + x[i]
    return np.sum(x * b)


def test_what_is_added_to_an_entry_leaves_its_cotangent():
    check_changing(relaxed, A, B)
    source = grad(relaxed).compiled_for((A.copy(), B.copy()))[1].source
    assert "x_bar[i] =" not in source
