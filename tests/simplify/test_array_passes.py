"""What the passes about arrays do, and where they must not: read in the text, and by the numbers."""

import numpy as np
import pytest

from s2sdiff import grad, value_and_grad
from tests.arrays.checking import check

X = np.array([0.3, -0.7, 1.1, 0.4, 0.9])


def text_of(program, *args):
    check(program, *args)
    derivative = grad(program)
    derivative(*(np.copy(arg) for arg in args))
    _, text = derivative.source.split(f"def {program.__name__}_grad")
    return text


def lines(text, start):
    return [line.strip() for line in text.splitlines() if line.strip().startswith(start)]


# Loops in ascending order, and both sweeps in one


def terms(x):
    s = 0.0
    for i in range(len(x)):
        s += np.sin(x[i]) * x[i]
    return s


def after_the_mean(x):
    m = 0.0
    for i in range(len(x)):
        m += x[i] / len(x)
    s = 0.0
    for i in range(len(x)):
        s += (x[i] - m) ** 3
    return s


def product(x):
    s = 1.0
    for i in range(len(x)):
        s *= np.sin(x[i])
    return s


def neighbours(x):
    s = 0.0
    for i in range(1, len(x)):
        s += (x[i] - x[i - 1] ** 2) ** 2
    return s


@pytest.mark.parametrize(
    ("program", "loops"),
    [
        (terms, ["for i in range(x.shape[0]):"]),
        (neighbours, ["for i in range(1, x.shape[0]):"]),
        (after_the_mean, ["for i in range(a):"] * 3),
        (product, ["for i in range(a):", "for i in range(a - 1, -1, -1):"]),
    ],
)
def test_order_of_loops(program, loops):
    assert lines(text_of(program, X), "for ") == loops


def recurrence(x):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = y[i - 1] * 0.5 + np.sin(x[i])
    return y[-1]


def backwards(x):
    y = x.copy()
    for i in range(len(x) - 2, -1, -1):
        y[i] = y[i + 1] * y[i]
    return y[0]


def test_turns_that_depend_on_each_other_are_made_in_reverse():
    assert "range(a - 1, 0, -1)" in text_of(recurrence, X)
    assert lines(text_of(backwards, X), "for ")[-1] == "for i in range(a - 1):"


# Entries of cotangents that are set to zero


def stored_twice(x):
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[i] = y[i - 1] * 0.5 + np.sin(x[i])
        y[i - 1] = y[i] * x[i]
    return np.sum(y * y)


def stored_at_one_place(x):
    y = np.zeros(2)
    for i in range(len(x)):
        y[0] = y[1] * x[i]
        y[1] = y[0] + x[i] ** 2
    return y[0] * y[1]


def test_entries_that_nobody_meets_again_are_not_cleared():
    assert "= 0.0" not in text_of(recurrence, X)


def test_entries_that_are_met_again_are_cleared():
    assert "] = 0.0" in text_of(stored_twice, X)
    assert lines(text_of(stored_at_one_place, X), "y_bar[0] = ")


def every_entry(u, n):
    """A buffer that each turn stores as a whole."""
    new = np.zeros(len(u))
    for _ in range(n):
        for i in range(len(u)):
            new[i] = np.sin(u[i]) + 0.1 * u[i - 1]
        for i in range(len(u)):
            u[i] = new[i]
    return np.sum(u * u)


def buffer(x):
    return every_entry(x.copy(), 3)


def growing_buffer(x):
    u = x.copy()
    new = np.zeros(len(x))
    for _ in range(3):
        for i in range(len(x)):
            new[i] += np.sin(u[i])
        for i in range(len(x)):
            u[i] = new[i] * 0.5
    return np.sum(u * new)


def test_buffers():
    check(buffer, X)
    text = text_of(growing_buffer, X)
    assert "new_bar[i] += " in text  # it keeps what later turns gave it


# Lengths


def lengths(x):
    y = x.copy()
    for i in range(len(y)):
        y[i] *= y[i - 1]
        for j in range(len(y)):
            y[j] += 0.1 * y[i]
    return y[len(y) - 1]


def another_length(x):
    y = x.copy()
    for _ in range(2):
        y[0] *= y[1]
        y = y[: len(y) - 1].copy()
    return np.sum(y * len(y))


def test_lengths_of_changed_arrays_are_asked_once():
    assert text_of(lengths, X).count(".shape[0]") == 1
    assert text_of(another_length, X).count(".shape[0]") > 1


# Parts that are met for the first time


def gates(z, h):
    n = len(h)
    return np.sum(np.tanh(z[:n]) * np.exp(z[n : 2 * n]) * np.sin(z[2 * n :]) * h)


def overlapping_gates(z, h):
    n = len(h)
    return np.sum(np.tanh(z[:n]) * np.exp(z[1 : n + 1]) * h)


def test_first_stores():
    z, h = np.linspace(-1.0, 1.0, 6), np.array([0.5, -0.3])
    first = lines(text_of(gates, z, h), "z_bar[")
    assert [" += " in line for line in first] == [False, False, False]
    overlapping = lines(text_of(overlapping_gates, z, h), "z_bar[")
    assert [" += " in line for line in overlapping] == [True, True]


# Arrays of the caller's


def filled(x, w):
    y = w * 1.0
    y[1] += x[0] ** 2
    return np.dot(y, w) + x[1]


def test_what_is_filled_is_not_the_callers():
    args = (X.copy(), X[::-1].copy())
    given = [arg.copy() for arg in args]
    value_and_grad(filled, (0, 1))(*args)
    for arg, then in zip(args, given, strict=True):
        np.testing.assert_array_equal(arg, then)
    check(filled, *args)
