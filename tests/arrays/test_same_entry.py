"""Indices that name the same entry: `y[k]` and `y[k - n]`, where n is the length of the array."""

import math

import numpy as np
import pytest

from s2sdiff import value_and_grad
from s2sdiff.cli import main
from tests.arrays.test_stores import check_changing

X = np.array([0.3, 0.7, 0.9])


def delay_of_one(x):
    m = 1
    st = np.zeros(m)
    for t in range(len(x)):
        k = t % m
        st[k] = 0.4 * st[k] + st[k - 1] ** 2 + x[t]
    return st @ st


def delay_of_two(x):
    m = int(x[0] * 0) + 2
    st = np.zeros(m)
    for t in range(len(x)):
        k = t % m
        st[k] = 0.4 * st[k] + st[k - 2] ** 2 + x[t]
    return st @ st


def delay_of_the_length(x):
    st = np.ones(3)
    for t in range(len(x)):
        for k in range(3):
            st[k] = st[k] * x[t] + math.sin(st[k - 3])
    return st @ st


def without_a_time_loop(x):
    st = x * 1.0
    for k in range(3):
        st[k] *= 0.5
        st[k] += st[k - 3] ** 2
        st[k - 3] *= st[k]
    return st @ st


def one_row(x):
    st = np.ones((1, 2))
    for t in range(len(x)):
        for k in range(1):
            st[k] = 0.5 * st[k] + x[t] * st[k - 1] ** 2
    return np.sum(st * st)


def entry_of_one_row(x):
    st = np.ones((1, 2))
    for t in range(len(x)):
        for k in range(1):
            st[k, 0] = 0.5 * st[k, 0] + x[t] * st[k - 1, 0] ** 2
    return np.sum(st * st)


def stored_before(x):
    st = np.ones(1)
    for t in range(len(x)):
        for k in range(1):
            st[k - 1] = 0.5 * st[k] + x[t] * st[k - 1] ** 2
    return np.sum(st * st)


def stored_twice(x):
    n = len(x)
    y = np.zeros(n)
    for i in range(2 * n):
        y[i - n] = math.sin(x[i % n]) * (i + 1.0)
    return y @ y


def scaled_twice(x):
    n = len(x)
    y = x * 1.0
    for i in range(2 * n):
        y[i - n] *= x[i % n] + i
    return y @ y


def overwritten(x):
    n = len(x)
    y = x * 1.0
    for i in range(-n, n):
        y[i] = x[i] * 2.0 + i
    return y @ y


def overwritten_by_itself(x):
    n = len(x)
    y = x * 1.0
    for i in range(-n, n):
        y[i] = y[i] * x[i] + i
    return y @ y


def added_twice(x):
    n = len(x)
    y = x * 1.0
    s = 0.0
    for i in range(-n, n):
        y[i] += x[i] * s
        s += y[i]
    return s


def rows_from_the_end(x):
    n = len(x)
    A = np.outer(x, x)
    for i in range(-n, n):
        A[i] = A[i] * x + A[i - n] if i >= 0 else A[i] * 2.0
    return np.sum(A)


def parts_of_rows(x):
    n = len(x)
    A = np.outer(x, x)
    for i in range(-n, n):
        A[i, 1:] = A[i, :-1] * x[i]
    return np.sum(A * A)


def three_ways(x):
    n = len(x)
    y = np.zeros(n)
    for i in range(n):
        y[i] = x[i] * 2
        y[i - n] += x[i] ** 2
        y[-n + i] *= 3.0
    return y @ y


def read_from_the_end(x):
    n = len(x)
    s = 0.0
    y = x * 1.0
    for i in range(n):
        s += y[i] * y[i - n] * x[i - n]
    for i in range(-1, n - 1):
        y[i + 1] = y[i] * x[i]
    return y @ y + s


PROGRAMS = [
    delay_of_one,
    delay_of_two,
    delay_of_the_length,
    without_a_time_loop,
    one_row,
    entry_of_one_row,
    stored_before,
    stored_twice,
    scaled_twice,
    overwritten,
    overwritten_by_itself,
    added_twice,
    rows_from_the_end,
    parts_of_rows,
    three_ways,
    read_from_the_end,
]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("scale", [1.0, -0.6])
def test_gradients(program, scale):
    check_changing(program, scale * X)


def periodic(x):
    y = x.copy()
    for i in range(len(x)):
        y[i] = 0.5 * y[i] + math.sin(y[i - 1])
    return y @ y


@pytest.mark.parametrize("size", [1, 2, 3])
def test_written_files_hold_for_every_length(tmp_path, capsys, size):
    file = tmp_path / "periodic.py"
    file.write_text(
        "import math\n\n\ndef periodic(x: 'f8[n]'):\n    y = x.copy()\n    for i in range(len(x)):\n"
        "        y[i] = 0.5 * y[i] + math.sin(y[i - 1])\n    return y @ y\n"
    )
    main(["emit", f"{file}:periodic"])
    scope = {}
    exec(capsys.readouterr().out, scope)
    value, bar = scope["periodic_value_and_grad"](X[:size].copy())
    assert value == pytest.approx(periodic(X[:size]))
    np.testing.assert_allclose(bar, value_and_grad(periodic)(X[:size].copy())[1])
    shifts = 1e-6 * np.eye(size)
    expected = [(periodic(X[:size] + h) - periodic(X[:size] - h)) / 2e-6 for h in shifts]
    np.testing.assert_allclose(bar, expected, rtol=1e-7)
