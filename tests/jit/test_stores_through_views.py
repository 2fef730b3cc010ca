"""Stores through views in functions with list comprehensions, which numba cuts: right, or refused."""

import numpy as np
import pytest

from s2sdiff import S2SDiffError, value_and_grad

X = np.array([[0.7, -0.4, 0.9], [0.3, 0.55, -0.8], [-0.6, 0.25, 0.45]])


def rows_of(B):
    rows = []
    for z in range(3):
        rows.append(B[z] * 0.3)
    return np.sum(B**2) + np.sum(np.sin(rows[0]))


def through_transpose(x):
    B = x * 1.0
    for i in range(3):
        B.T[i, 0] = B[1, i] * 2.0
    return rows_of(B)


def through_axes(x):
    B = x * 1.0
    for i in range(3):
        np.transpose(B, (1, 0))[i, 0] = B[1, i] * 2.0
    return rows_of(B)


def through_the_same(x):
    B = x * 1.0
    y = np.asarray(B)
    for i in range(3):
        y[0, i] = B[1, i] * 2.0
    return rows_of(B)


def through_a_line(x):
    B = np.zeros((3, 3))
    B[:] = x
    for i in range(3):
        B.reshape(-1)[i] = B[1, i] * 2.0
        B.ravel()[6 + i] *= B[1, i]
    return rows_of(B)


def through_parts(x):
    B = x * 1.0
    for row in B[1:]:
        row[:2] *= row[1:]
    return rows_of(B)


@pytest.mark.parametrize(
    "function",
    [through_transpose, through_axes, through_the_same, through_a_line, through_parts],
)
def test_right(function):
    value, gradient = value_and_grad(function, jit=True)(X.copy())
    wanted, slopes = value_and_grad(function)(X.copy())
    assert value == pytest.approx(wanted, rel=1e-13) == function(X.copy())
    np.testing.assert_allclose(gradient, slopes, rtol=1e-12)


def through_swapped_axes(x):
    B = x * 1.0
    for i in range(3):
        np.swapaxes(B, 0, 1)[i, 0] = B[1, i] * 2.0
    return rows_of(B)


def through_moved_axes(x):
    B = x * 1.0
    for row in np.moveaxis(B, 0, -1):
        row[0] = row[1] * 2.0
    return rows_of(B)


def through_turned(x):
    B = x * 1.0
    np.flip(B)[0, 0] = 2.0
    return rows_of(B)


@pytest.mark.parametrize("function", [through_swapped_axes, through_moved_axes, through_turned])
def test_what_numba_may_lose_is_refused(function):
    with pytest.raises(S2SDiffError, match="S2S601 numba does not compile a store through np"):
        value_and_grad(function, jit=True)(X.copy())
