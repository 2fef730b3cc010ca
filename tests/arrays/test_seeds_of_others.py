"""Tangents and cotangents that share memory with what the function changes: they are read as they came."""

import copy

import numpy as np
import pytest

from s2sdiff import grad, hvp, jvp, vjp

A = np.array([0.3, -0.7, 1.1])
B = np.array([1.0, 2.0, -0.5])


def squared(x):
    x *= x
    return np.sum(x * x)


def squared_by_entry(x):
    for i in range(len(x)):
        x[i] *= x[i]
    return x @ x


def with_a_view(x):
    y = x[1:]
    y *= x[:-1]
    return np.sum(x * x * x)


def of_two(x, y):
    x[0] *= y[1]
    return np.sum(x * y * x)


def of_a_tuple(t):
    a, b = t
    a *= b
    return np.sum(a * a * b)


def of_a_dict(d):
    d["a"] *= d["b"]
    d["b"][0] = d["a"][1] ** 2
    return np.sum(d["a"] ** 2 * d["b"])


def of_an_array_and_a_list(x, xs):
    x *= xs[1]
    return np.sum(x * xs[0] * x)


def of_a_list_of_floats(xs):
    for i in range(len(xs)):
        xs[i] *= xs[i] * xs[0]
    return xs[0] + xs[1] * xs[1]


def two_arrays(x):
    y = x * x
    x *= 2.0
    return y, x


def a_dict(x):
    y = x * x
    x[1:] *= 2.0 * x[0]
    return {"one": y, "two": (x, 1.0)}


def a_list(x):
    y = x * x
    x += y
    return [y, x * y]


def one_array(x):
    x *= x
    return x


def floats(xs):
    s = 0.0
    for i in range(len(xs)):
        xs[i] *= xs[i]
        s += xs[i]
    return [s, xs[0] * xs[1]]


def apart(call, *args):
    """The same call, where nothing shares memory."""
    return call(*(copy.deepcopy(arg) for arg in args))


def flat(tree):
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, tuple | list):
        return [number for part in tree for number in flat(part)]
    return np.ravel(tree).tolist()


def check(derivative, make):
    """`make` gives arguments and seeds that share memory."""
    wanted = apart(derivative, *make())
    found = derivative(*make())
    np.testing.assert_allclose(flat(found), flat(wanted), rtol=1e-13)


BIG = np.arange(1.0, 8.0) * 0.3
SHARED = [
    (squared, 0, lambda a, b: (a, a)),
    (squared, 0, lambda a, b: (a, a[::-1])),
    (squared_by_entry, 0, lambda a, b: (a, a)),
    (with_a_view, 0, lambda a, b: (a, a)),
    (of_two, 0, lambda a, b: (a, b, a)),
    (of_two, 1, lambda a, b: (a, b, a)),
    (of_two, (0, 1), lambda a, b: (a, b, b, a)),
    (of_a_tuple, 0, lambda a, b: ((a, b), (b, a))),
    (of_a_dict, 0, lambda a, b: ({"a": a, "b": b}, {"a": b, "b": a})),
    (of_an_array_and_a_list, (0, 1), lambda a, b: (a, [b, b + 1.0], b, [a, a])),
    (of_a_list_of_floats, 0, lambda a, b: 2 * (a.tolist(),)),
]


@pytest.mark.parametrize("operator", [jvp, hvp])
@pytest.mark.parametrize("function, wrt, share", SHARED)
def test_tangents(operator, function, wrt, share):
    check(operator(function, wrt), lambda: share(A.copy(), B.copy()))


@pytest.mark.parametrize("function", [squared, squared_by_entry, with_a_view])
def test_tangents_that_overlap(function):
    def make():
        whole = BIG.copy()
        return whole[:4], whole[2:6]

    check(hvp(function), make)
    check(jvp(function), make)
    check(jvp(grad(function)), make)


@pytest.mark.parametrize(
    "function, share",
    [
        (one_array, lambda a: (a, a)),
        (two_arrays, lambda a: (a, (a, a))),
        (a_dict, lambda a: (a, {"one": a, "two": (a[::-1], 0.5)})),
        (a_list, lambda a: (a, [a, a])),
        (floats, lambda a: 2 * (a.tolist()[:2],)),
    ],
)
def test_cotangents(function, share):
    check(vjp(function), lambda: share(A.copy()))


def test_under_numba():
    check(hvp(squared, jit=True), lambda: 2 * (A.copy(),))
    check(vjp(two_arrays, jit=True), lambda: (lambda a: (a, (a, a)))(A.copy()))
