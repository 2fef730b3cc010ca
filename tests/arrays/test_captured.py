"""Arrays from outside the function."""

import numpy as np
import pytest

from s2sdiff import S2SDiffError, grad, value_and_grad, vjp
from tests.arrays.checking import check

KERNEL = np.array([1.0, -2.0, 1.0])
PLACES = np.array([2, 0])
CHOSEN = np.array([True, False, True])
LAYERS = [np.ones((3, 2)), np.full((2, 1), 0.5)]
TABLES = {"metric": np.diag([1.0, 2.0, 3.0])}
SINGLE = np.array([1.0, 2.0, 3.0], np.float32)
LARGE = np.zeros(5000)
OBJECTS = np.array([1.0, None])
X = np.array([3.0, 1.0, 2.0])


def weighted(x):
    return np.sum(KERNEL * x * x) + np.sum(np.convolve(x, KERNEL) ** 2)


def chosen(x):
    return np.sum(x[PLACES] ** 2) + np.sum(np.where(CHOSEN, x, 0) ** 2)


def through_layers(x):
    for layer in LAYERS:
        x = np.tanh(x @ layer)
    return np.sum(x)


def in_a_metric(x):
    return x @ TABLES["metric"] @ x * len(KERNEL) * KERNEL.shape[0]


def in_a_loop(x):
    s = 0.0
    for i in PLACES:
        s = s + x[i] * KERNEL[i]
    return s * s


def single(x):
    return np.sum(SINGLE * x)


@pytest.mark.parametrize(
    "program", [weighted, chosen, through_layers, in_a_metric, in_a_loop, single]
)
def test_derivatives(program):
    check(program, X)


def test_text_stands_alone():
    text = grad(weighted).compiled_for((X,))[1].source
    assert "\nKERNEL = np.array([1.0, -2.0, 1.0])\n" in text


weights = np.array([1.0, 2.0, 3.0])


def by_weights(x):
    return np.sum(weights * x)


def test_changes_are_seen(monkeypatch):
    gradient = grad(by_weights)
    np.testing.assert_array_equal(gradient(X), [1.0, 2.0, 3.0])
    weights[0] = 5.0
    np.testing.assert_array_equal(gradient(X), [5.0, 2.0, 3.0])
    monkeypatch.setitem(globals(), "weights", np.ones(3))
    np.testing.assert_array_equal(gradient(X), np.ones(3))


def gives_both(x):
    return x * 2.0, KERNEL


def test_results_are_copies():
    value, _ = vjp(gives_both)(X, (np.ones(3), np.ones(3)))
    assert not np.shares_memory(value[1], KERNEL)


def adds_to_it(x):
    y = KERNEL
    y += x
    return np.sum(y)


def too_large(x):
    return np.sum(LARGE[:3] * x)


def of_objects(x):
    return np.sum(OBJECTS[0] * x)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (adds_to_it, "S2S307 an array from outside the function is changed"),
        (too_large, "S2S306 LARGE is an array of 5000 numbers"),
        (of_objects, "S2S306 OBJECTS is an array of 2 numbers .object. from outside"),
    ],
)
def test_refused(program, message):
    with pytest.raises(S2SDiffError, match=message):
        value_and_grad(program)(X)
    assert KERNEL[0] == 1.0
