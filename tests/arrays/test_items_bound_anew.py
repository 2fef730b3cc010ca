"""Items of dicts, lists and objects that are changed in place and bound anew in one loop."""

from dataclasses import dataclass

import numpy as np
import pytest

from tests.arrays.test_stores import check_changing, check_or_refused

X = np.array([0.33, -0.72, 1.13, 0.45])


@dataclass
class P:
    v: np.ndarray


def other_name(x):
    xs = [x * 1.0]
    old = xs[0]
    for _ in range(2):
        xs[0] += x
        xs[0] = xs[0] * 2.0
    return np.sum(old)


def argument_in_a_list(x):
    xs = [x]
    for _ in range(2):
        xs[0] += x
        xs[0] = xs[0] * 2.0
    return np.sum(xs[0])


def other_name_in_while(x):
    d = {"v": x * 1.0}
    old = d["v"]
    i = 0
    while i < len(x):
        d["v"] += x
        d["v"] = d["v"] * 2.0
        i += 1
    return np.sum(old)


def field_with_other_name(x):
    d = P(x * 1.0)
    old = d.v
    for _ in range(len(x)):
        d.v += x
        d.v = d.v * 2.0
    return np.sum(old)


def part_with_other_name(x):
    xs = [x * 1.0]
    old = xs[0][1:]
    for t in range(len(x)):
        xs[0] += x
        if x[t] > 0:
            xs[0] = xs[0] * 2.0
    return np.sum(old)


def store_and_rebound(x):
    xs = [x * 1.0]
    old = xs[0]
    for _ in range(len(x)):
        xs[0][0] = x[1]
        xs[0] = xs[0] * 2.0
    return np.sum(old)


def list_in_a_dict(x):
    d = {"xs": [x[0], x[1]]}
    old = d["xs"]
    for t in range(2):
        d["xs"][0] = x[2] * t
        d["xs"] = [x[3], x[1] * 2]
    return old[0] * d["xs"][0]


def array_in_a_list_in_a_dict(x):
    xs = {"a": [x * 1.0]}
    old = xs["a"][0]
    for t in range(2):
        m = xs["a"]
        m[0][1] = x[0] * t
        xs["a"][0] = x * t
    return np.sum(old) + np.sum(xs["a"][0])


def under_two_keys(x):
    a = x * 1.0
    d = {"a": a, "b": a}
    for _ in range(len(x)):
        d["a"] += x
        d["a"] = d["a"] * 2.0
    return np.sum(d["b"])


def alone(x):
    xs = [x * 1.0]
    for _ in range(len(x)):
        xs[0] += x
        xs[0] = xs[0] * 2.0
    return np.sum(xs[0])


def rebound_on_a_path(x):
    xs = [x * 1.0]
    old = xs[0]
    if x[0] > 0:
        xs[0] = x * 2
    xs[0] += x
    return np.sum(old) + np.sum(xs[0])


def momentum(x):
    m = [x * 0.0, x * 1.0]
    for _ in range(len(x)):
        m[0] = 0.9 * m[0] + x
        m[1] -= m[0]
    return np.sum(m[1] ** 2)


def symplectic(x):
    s = {"p": x * 1.0, "v": x * 0.5}
    for _ in range(len(x)):
        s["v"] -= 0.1 * s["p"]
        s["p"] = s["p"] + 0.1 * s["v"]
    return np.sum(s["p"])


RIGHT = [argument_in_a_list, alone, momentum, symplectic, other_name]
DOUBTFUL = [
    rebound_on_a_path,
    other_name_in_while,
    field_with_other_name,
    part_with_other_name,
    store_and_rebound,
    list_in_a_dict,
    array_in_a_list_in_a_dict,
    under_two_keys,
]


@pytest.mark.parametrize("program", RIGHT)
def test_right(program):
    check_changing(program, X.copy())


@pytest.mark.parametrize("program", DOUBTFUL)
def test_right_or_refused(program):
    for x in (X, -X):
        check_or_refused(program, x, "S2S305", "S2S307")
