"""Rows, columns and slices that no later turn changes: the reverse sweep reads them again."""

import numpy as np
import pytest

from s2sdiff import grad
from tests.arrays.checking import check_second_order
from tests.arrays.test_stores import check_changing

X = np.array([0.3, 0.7, 1.1, 0.5])


def _matrix(x):
    return np.outer(x, np.sin(x)) + 2.0 * np.eye(len(x))


def upper_triangle(x):
    u = _matrix(x)
    n = len(u)
    for k in range(n):
        for i in range(k + 1, n):
            u[i, k:] -= u[i, k] / u[k, k] * u[k, k:]
    return np.sum(np.log(np.abs(np.diagonal(u))))


def columns_made_orthogonal(x):
    q = _matrix(x)
    n = len(q)
    r = np.zeros((n, n))
    for j in range(n):
        for k in range(j):
            r[k, j] = q[:, k] @ q[:, j]
            q[:, j] -= r[k, j] * q[:, k]
        r[j, j] = np.sqrt(q[:, j] @ q[:, j])
        q[:, j] /= r[j, j]
    return np.sum(r**2 * 0.1) + q[0, 1] * q[1, 2]


def rows_of_steps(x):
    n = len(x)
    u = np.zeros((5, n))
    u[0] = x
    for t in range(4):
        u[t + 1, 1:-1] = u[t, 1:-1] * u[t, 2:] + u[t, :-2]
        u[t + 1, 0] = np.sin(u[t, 0])
        u[t + 1, -1] = u[t, -1] * u[t, 0]
    return np.sum(u[4] ** 2)


def stages(x):
    k = np.zeros((4, len(x)))
    y = x.copy()
    total = 0.0
    for _ in range(3):
        k[0] = y * np.cos(y)
        k[1] = np.sin(y + 0.5 * k[0])
        k[2] = k[1] * k[0]
        y = y + 0.1 * (k[0] + k[1] * k[2])
        total += y[0] * y[-1]
    return total


def overwritten_later(x):
    a = _matrix(x)
    for i in range(len(x)):
        row = a[i] * a[i - 1]
        a[i] = row * np.sin(row)
    return np.sum(a * a)


def from_the_end(x):
    a = _matrix(x)
    for i in range(1, len(x)):
        a[-i] = a[i] * a[-i - 1]
    return np.sum(a * a)


def stretched(x):
    a = _matrix(x)
    for i in range(1, len(x)):
        a[i, 1:] = a[i - 1, :1] * x[i]
        a[i, :1] = np.sin(a[i, 1:2])
    return np.sum(a * a)


def blocks(x):
    a = _matrix(x)
    for i in range(0, len(x), 2):
        a[i : i + 2] = a[i : i + 2] * a[i, i]
        a[i + 1] *= a[i]
    return np.sum(a * a)


STANDING = [upper_triangle, rows_of_steps]
OTHERS = [columns_made_orthogonal, stages, overwritten_later, from_the_end, stretched, blocks]


@pytest.mark.parametrize("program", [*STANDING, *OTHERS])
@pytest.mark.parametrize("scale", [1.0, -0.8])
def test_gradients(program, scale):
    check_changing(program, scale * X)


@pytest.mark.parametrize("program", STANDING)
def test_nothing_is_copied(program):
    source = grad(program).compiled_for((X,))[1].source
    assert ".copy()" not in source.replace("_bar[", "").partition("# reverse")[0], source


@pytest.mark.parametrize("program", [upper_triangle, rows_of_steps, columns_made_orthogonal])
def test_second_order(program):
    check_second_order(program, X, np.array([1.0, -2.0, 0.5, 0.3]), rtol=1e-6)


def scaled(x, c):
    x *= c
    x -= np.sin(x)
    return x @ x


def test_operators_in_place_are_written_so():
    source = grad(scaled).compiled_for((X, 2.0))[1].source
    assert "x *= c\n" in source and "x -= np.sin(x)" in source, source
    check_changing(lambda x: scaled(x, 2.0), X)
