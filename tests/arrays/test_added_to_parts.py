"""Sums into parts of an array that what is added changes, or is a part of; under numba, too."""

import numpy as np
import pytest

from s2sdiff import S2SDiffError, grad, value_and_grad
from tests.arrays.test_stores import check_changing

X = np.array([0.3, 0.7, 1.5])


def bump(a):
    a[0] = 10.0 * a[0]
    return a[1]


def chosen_by_a_mask(x):
    x[x > 0.0] += bump(x)
    m = x > 0.6
    x[m] -= bump(x) * x[0]
    return x @ x


def views(x):
    x[1:] += bump(x)
    x[:2] -= bump(x)
    x[None, 1:] += bump(x)
    return x @ x


def by_indices(x):
    x[[0, 2]] += bump(x)
    x[np.array([0, 1])] *= bump(x)
    return x @ x


def added_to_itself(x):
    np.add.at(x, np.array([1, 2]), x[:2])
    np.subtract.at(x, np.array([0, 2, 2]), x[::-1])
    return x @ x


def one_value_for_all(x):
    np.add.at(x, np.array([1, 2, 2]), x[x > -9.0][:1])
    return x @ x


def in_a_matrix(x):
    a = np.outer(x, x)
    np.add.at(a, (np.array([0, 2, 2]), np.array([1, 1, 1])), x)
    np.add.at(a, np.array([0, 2, 2]), a)
    return np.sum(a * a)


PROGRAMS = [chosen_by_a_mask, views, by_indices, added_to_itself, one_value_for_all, in_a_matrix]


@pytest.mark.parametrize("program", PROGRAMS)
def test_gradients(program):
    check_changing(program, X)


@pytest.mark.parametrize("program", [chosen_by_a_mask, views, *PROGRAMS[3:]])
def test_under_numba(program):
    pytest.importorskip("numba")
    one, two = X.copy(), X.copy()
    found, wanted = value_and_grad(program, jit=True)(one), value_and_grad(program)(two)
    np.testing.assert_allclose(found[0], wanted[0])
    np.testing.assert_allclose(found[1], wanted[1])
    np.testing.assert_array_equal(one, two)


def one_row_for_all(x):
    a = np.outer(x, x)
    np.add.at(a, np.array([0, 2, 2]), x)
    return np.sum(a * a)


def test_values_that_are_broadcast_are_refused_by_numba_only():
    pytest.importorskip("numba")
    check_changing(one_row_for_all, X)
    with pytest.raises(S2SDiffError, match="S2S601 numba does not compile"):
        grad(one_row_for_all, jit=True)(X)


def _add_to_last(p):
    p[-1] += 1.0
    return p[0] + 1.0


def item_of_a_list(x):
    rows = [np.zeros(4) * x[0] for _ in range(len(x))]
    row = rows[0]
    row[-1] += _add_to_last(row)
    rows[0][-1] -= _add_to_last(rows[0]) * x[1]
    return np.sum(rows[0]) * x[1]


def items_in_a_loop(x):
    rows = [np.zeros(4) * x[0] for _ in range(len(x))]
    for i in range(3):
        for row in rows:
            row[-1] *= _add_to_last(row) + x[i]
            row[-1] += _add_to_last(row) + x[i] if x[i] > 0 else 1.0
            row[1:] -= _add_to_last(row)
    return np.sum(rows[0]) * x[1]


def value_of_a_dict(x):
    d = {"v": x * 1.0}
    d["v"][0] += _add_to_last(d["v"])
    d["v"][-1] -= _add_to_last(d["v"])
    return d["v"] @ x


@pytest.mark.parametrize("program", [item_of_a_list, items_in_a_loop, value_of_a_dict])
def test_what_is_added_changes_the_item(program):
    check_changing(program, np.array([0.3, -0.7, 1.5]))
