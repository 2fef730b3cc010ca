"""Rows of a table that change places, and are stored to afterwards."""

import copy

import pytest

from s2sdiff import S2SDiffError, grad, jvp, value_and_grad

TABLE = [[0.3, 2.0, -1.0], [1.5, -0.4, 0.7], [-2.2, 0.9, 1.1]]


def determinant(a: list[list[float]], x):
    """Gaussian elimination with pivoting."""
    n = len(a)
    found = x
    for c in range(n):
        p = c
        for r in range(c + 1, n):
            if abs(a[r][c]) > abs(a[p][c]):
                p = r
        if p != c:
            a[c], a[p] = a[p], a[c]
            found = -found
        found = found * a[c][c]
        for r in range(c + 1, n):
            factor = a[r][c] / a[c][c]
            for k in range(c, n):
                a[r][k] -= factor * a[c][k]
    return found


def sorted_by_first(a: list[list[float]], x):
    for i in range(len(a)):
        for j in range(len(a) - 1):
            if a[j][0] > a[j + 1][0]:
                a[j], a[j + 1] = a[j + 1], a[j]
        a[i][0] = a[i][0] * x
    return a[0][1] * a[1][0] + a[2][2] * a[0][0] * x


def with_itself(a: list[list[float]], x):
    for i in range(3):
        k = (2 * i) % 3
        a[i], a[k] = a[k], a[i]
        a[k][0] = a[i][1] * x + a[k][0]
    return a[0][0] * a[1][0] + a[2][0]


def of_its_own(a: list[list[float]], x):
    b = [[x * (i + k) for k in range(2)] for i in range(len(a))]
    b[0], b[-1] = b[-1], b[0]
    b[0][0] = b[1][1] * a[0][0]
    b[1], b[0] = b[0], b[1]
    b[0][1] *= x
    return b[0][0] * b[0][1] + b[1][0] * b[-1][1]


@pytest.mark.parametrize("f", [determinant, sorted_by_first, with_itself, of_its_own])
def test_exchanged(f):
    def at(i=None, k=0, step=0.0):
        table = copy.deepcopy(TABLE)
        if i is not None:
            table[i][k] += step
        return f(table, 0.7 + (step if i is None else 0.0))

    given, left = copy.deepcopy(TABLE), copy.deepcopy(TABLE)
    value, (table_bar, x_bar) = value_and_grad(f, (0, 1))(given, 0.7)
    assert value == f(left, 0.7) and given == left
    h = 1e-6
    assert x_bar == pytest.approx((at(step=h) - at(step=-h)) / (2 * h), abs=1e-7)
    for i in range(3):
        for k in range(3):
            wanted = (at(i, k, h) - at(i, k, -h)) / (2 * h)
            assert table_bar[i][k] == pytest.approx(wanted, abs=1e-7)
    given = copy.deepcopy(TABLE)
    assert jvp(f, 1)(given, 0.7, 1.0) == (value, pytest.approx(x_bar))
    assert given == left


def three_at_once(a: list[list[float]], x):
    a[0], a[1], a[2] = a[1], a[2], a[0]
    a[0][0] = x
    return a[1][0] * x


def by_a_name(a: list[list[float]], x):
    row = a[0]
    a[0], a[1] = a[1], a[0]
    row[0] = x * 3
    return a[1][0] * x


def held_elsewhere(a: list[list[float]], x):
    b = [a[0], a[1]]
    b[0], b[1] = b[1], b[0]
    a[0][0] = x
    return b[1][0] * x


@pytest.mark.parametrize("f", [three_at_once, by_a_name, held_elsewhere])
def test_refused(f):
    with pytest.raises(S2SDiffError, match="S2S307"):
        grad(f, 1)(copy.deepcopy(TABLE), 0.7)
