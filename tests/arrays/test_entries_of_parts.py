"""Entries of columns, rows and slices that have names of their own: each read is one of the whole array."""

import math

import numpy as np
import pytest

from s2sdiff import grad, jvp
from tests.arrays.test_stores import check_changing

X = np.array([0.3, -0.7, 1.5, 0.4])
A = np.array([[0.3, -0.7, 1.5], [0.4, 0.9, -1.1], [1.3, 0.2, 0.6], [-0.5, 0.8, 0.1]])


def _thomas(d, r, y):
    n = len(d)
    for i in range(1, n):
        w = 0.1 / d[i - 1]
        d[i] -= w * 0.2
        r[i] -= w * r[i - 1]
    y[n - 1] = r[n - 1] / d[n - 1]
    for i in range(n - 2, -1, -1):
        y[i] = (r[i] - 0.2 * y[i + 1]) / d[i]


def helper_of_columns(x):
    n = len(x)
    u = np.zeros((n, 3))
    r = np.zeros((n, 3))
    for j in range(3):
        r[:, j] = x * (j + 1)
        _thomas(np.full(n, 4.0), r[:, j], u[:, j])
    return np.sum(u * u)


def helper_of_rows(x):
    n = len(x)
    u = np.zeros((3, n))
    r = np.zeros((3, n))
    for j in range(3):
        r[j] = x * (j + 1)
        _thomas(np.full(n, 4.0), r[j], u[j])
    return np.sum(u * u)


def column_from_column(x):
    n = len(x)
    u = np.zeros((n, 3))
    u[:, 0] = x
    for j in range(1, 3):
        v = u[:, j]
        v[0] = u[0, j - 1]
        for i in range(1, n):
            v[i] = v[i - 1] * 0.5 + np.sin(u[i, j - 1])
    return np.sum(u[:, 2])


def last_entries(x):
    u = np.zeros((3, len(x), 2))
    v = u[1, :, 0]
    for i in range(len(x)):
        v[-1 - i] = x[i] + v[-1] * x[0]
    return np.sum(u**2) + v[-2]


def parts_of_columns(x):
    u = np.outer(x, x)
    v = u[:, 1]
    for i in range(1, len(x)):
        v[i:] *= x[i]
        v[:i] += np.sin(v[i])
    return v[1:] @ v[:-1]


def column_of_a_slice(x):
    u = np.outer(x, x)
    inner = u[1:-1]
    v = inner[:, 1]
    for i in range(len(v)):
        v[i] += np.sin(v[i]) * u[0, i]
    return np.sum(u * u) + v[0]


def transposed(x):
    u = np.outer(x, x)
    v = u.T[2]
    for i in range(1, len(x)):
        v[i] = v[i - 1] * x[i] + u[i, 0]
    return np.sum(u * u)


def two_names(x):
    u = np.outer(x, x)
    v = u[:, 0]
    w = u[0]
    for i in range(1, len(x)):
        v[i] = w[i] * 0.5 + v[i - 1]
        w[i] = v[i] * x[i]
    return np.sum(u * u)


def named_again(x):
    u = np.outer(x, x)
    v = u[:, 0]
    v[0] = v[1] * v[2]
    for i in range(1, len(x)):
        v = u[:, i]
        v[i] += v[i - 1]
    return np.sum(v * v) + np.sum(u)


def with_masks(x):
    u = np.outer(x, x)
    v = u[:, 1]
    for i in range(len(x)):
        v[i] = x[i] ** 3
        v[v > 0] *= 0.5
        v[[0, 2]] = v[[2, 0]]
    return np.sum(u * u)


def early_exit(x):
    u = np.outer(x, x)
    for j in range(len(x)):
        v = u[:, j]
        for i in range(1, len(x)):
            if v[i] > 0.5:
                break
            v[i] += v[i - 1] ** 2
    return np.sum(u * u)


def arrays_in_a_list(x):
    us = [np.outer(x, x), np.outer(x, np.sin(x))]
    for u in us:
        v = u[:, 1]
        for i in range(1, len(x)):
            v[i] += v[i - 1] ** 2
    return np.sum(us[0] * us[1])


PROGRAMS = [
    helper_of_columns,
    helper_of_rows,
    column_from_column,
    last_entries,
    two_names,
    early_exit,
    arrays_in_a_list,
]
OTHERS = [parts_of_columns, column_of_a_slice, transposed, named_again, with_masks]


@pytest.mark.parametrize("program", [*PROGRAMS, *OTHERS])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_gradients(program, sign):
    check_changing(program, sign * X)


@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_as_long_as_a_part_in_a_turn(program):
    source = grad(program).compiled_for((X,))[1].source
    loops = source.partition("# reverse sweep")[2].partition("for ")[2]
    assert "zeros" not in loops and "[:, j][" not in source, source


def columns(a):
    s = 0.0
    for j in range(a.shape[1]):
        v = a[:, j]
        s += v[0] * v[2]
    return s


def rows(a):
    s = 0.0
    for row in a:
        s += row[0] * row[-1] + np.sum(row[1:] ** 2)
    return s


def parts_of_slices(a):
    s = 0.0
    for i in range(1, len(a)):
        s += a[i][0] * a[i - 1][1] + a[1:][i - 1][0] * a.T[1][i]
    return s


def wide_and_narrow(a):
    w = np.zeros(1)
    w[0] = a[0, 0]
    part = a[1:, 1]
    return np.sum(part * w) + np.sum(part[0] * w)


def read_as_a_whole_too(a):
    s = 0.0
    for i in range(len(a)):
        row = a[i]
        s += row @ row * row[0]
        row = row * 2.0
        s += row[1]
    return s


def new_axes_of_rows(a):
    row = a[0]
    return np.sum(row[..., None, :] * a) + np.sum(a[1][..., None] * a.T)


READING = [new_axes_of_rows, columns, rows, parts_of_slices, wide_and_narrow, read_as_a_whole_too]


@pytest.mark.parametrize("program", READING)
def test_gradients_of_reads(program):
    check_changing(program, A)


@pytest.mark.parametrize("program", [columns, rows])
def test_entries_of_parts_go_to_the_whole(program):
    source = grad(program).compiled_for((A,))[1].source
    assert source.count("zeros") == 1, source


def out_of_range(x, k):
    u = np.outer(x, x)
    v = u[:, 1]
    v[0] = x[0]
    v[k]
    return v[1] * x[2]


def no_such_column(x, k):
    u = np.outer(x, x)
    u[:, k]
    u[0, 1] = x[0]
    return u[0, 1] * x[1]


@pytest.mark.parametrize("program", [out_of_range, no_such_column])
def test_exceptions_stay(program):
    for f in (program, grad(program)):
        f(X, 3)
        with pytest.raises(IndexError):
            f(X, 4)


M = np.random.default_rng(1).normal(size=(2, 3, 4))


def rows_by_a_list(a):
    b = a[[0, 0, 1]]
    return b[0, 0] * b[2, 1] + a[:, [1, 0]][0, 0] ** 2


def list_behind_a_row(a):
    r = a[1]
    a[0, 0, 0] = 0.0
    return np.sum(r[:, [0, 1]][0] ** 2) + r[[1, 0]][0][1]


def stored_by_a_list(a):
    b = a.copy()
    r = b[1]
    b *= a
    r[:, [0, 1]] = np.sin(a[0][:, :2])
    r[0][[0, 1]] += a[0, 0, 0]
    return np.sum(b * b * b)


def slice_of_a_column(a):
    v = a[:, 1]
    w = v[1:]
    s = 0.0
    for i in range(3):
        s += w[i] * w[0]
        a[i, 1] = s
    return s


@pytest.mark.parametrize(
    ("program", "a"),
    [
        (rows_by_a_list, A),
        (list_behind_a_row, M),
        (stored_by_a_list, M),
        (slice_of_a_column, A),
    ],
)
def test_lists_of_indices_and_slices(program, a):
    check_changing(program, a)


def raised_between(x):
    a = np.zeros((3, 2)) * x[0]
    a[:, 2]
    b = math.log(x[3])
    a[0, 2] = x[1]
    return np.sum(a) + b


def stored_between(x):
    a = np.zeros((3, 2)) * x[0]
    a[:, 2]
    x[0] = 7.0
    a[0, 2] = x[1]
    return np.sum(a)


def read_in_a_branch(x, z):
    s = 0.1
    if z[0] > 0.5:
        s = math.sin(z[3])
        x[1] = x[0] * z[0]
    return s + x[1]


@pytest.mark.parametrize(
    ("program", "more"),
    [(raised_between, ()), (stored_between, ()), (read_in_a_branch, (np.array([0.6, 0.2]),))],
)
def test_the_exception_is_that_of_the_program(program, more):
    x = np.array([1.0, 2.0, 3.0, -0.4])
    for f in (program, grad(program)):
        given = x.copy()
        with pytest.raises(IndexError):
            f(given, *more)
        assert np.array_equal(given, x)


def complex_entries(x):
    c = np.zeros(4, complex) + x
    for i in range(2):
        c[i] = c[i] * 1j
    c[0] = c[1] * 1j
    return np.sum(c.imag) + np.sum(c.real)


def test_forward_mode_of_complex_entries():
    check_changing(complex_entries, X)
    _, pushed = jvp(complex_entries)(X, np.ones(4))
    assert pushed == pytest.approx(np.sum(grad(complex_entries)(X)))


def step_of_nothing(x, k):
    a = np.ones((3, 2)) * x[0]
    a[::k]
    return np.sum(a)


def test_a_step_of_zero_is_an_exception():
    for f in (step_of_nothing, grad(step_of_nothing)):
        f(X, 2)
        with pytest.raises(ValueError, match="step"):
            f(X, 0)
