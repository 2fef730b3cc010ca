"""Arrays without axes, which are numbers to the compiler, changed by `+=`: right, or refused."""

import numpy as np
import pytest

from s2sdiff import S2SDiffError, grad
from tests.arrays.test_stores import check_changing, check_or_refused

X = np.array([0.33, -0.72, 1.13, 0.45])


def listed(x):
    s = np.array(0.0)
    hist = []
    for v in x:
        s += v
        hist.append(s)
    return hist[0] * x[0]


def chosen(x):
    y = np.where(x[0] > 0, x[1], 0.0)
    z = y
    y += x[2]
    return z * x[0]


def items_of_a_list(x):
    h = [np.zeros(()) for i in range(len(x))]
    for v in h:
        v += x[1]
    return h[1] ** 2


def parts_in_a_list(x):
    h = [x[i, ...] for i in range(len(x))]
    h[1] += 1.0
    return x[1] ** 2


def sum_without_axes(x):
    s = np.array(0.0)
    for v in x:
        s += v**2
    return s * x[0]


def chosen_alone(x):
    y = np.where(x[0] > 0, x[1], 0.0)
    y += x[2]
    y *= 2.0
    return y * y


def behind_by_two(x):
    y = 0.0
    z = 0.0
    for i in range(len(x)):
        y += x[i]
        s = z
        z = y
        y = np.where(x[i] > 0, y, 2 * y)
    return z + s


def behind_by_one(x):
    y = 0.0
    old = 0.0
    for i in range(len(x)):
        old = y
        y += x[i]
        y = np.where(x[i] > 0, y, 2 * y)
    return y * old


def in_a_dict(x):
    d = {"a": np.where(x[0] > 0, x[1], x[2])}
    o = d["a"]
    d["a"] += x[0]
    return o * d["a"]


def in_a_dict_alone(x):
    d = {"a": np.where(x[0] > 0, x[1], x[2])}
    for i in range(len(x)):
        d["a"] += x[i]
    return d["a"] ** 2


def added(p, v):
    p += v
    return p


def by_a_helper(x):
    y = np.select([x[0] > 0], [x[1]], 0.0)
    z = added(y, x[2])
    return y * z


def with_another_name(x):
    y = np.tensordot(x, x, 1)
    z = y
    for i in range(len(x)):
        y *= x[i]
    return z * x[0]


def in_a_tuple(x):
    y = np.copy(x[0])
    t = (y, 1.0)
    y += x[1]
    return t[0] * x[2]


def on_one_path(x):
    s = np.zeros(())
    if x[0] > 0:
        t = s
    else:
        t = x[1]
    s += x[2]
    return t + s


RIGHT = [sum_without_axes, chosen_alone, in_a_dict_alone]
DOUBTFUL = [
    listed,
    chosen,
    items_of_a_list,
    parts_in_a_list,
    behind_by_two,
    behind_by_one,
    in_a_dict,
    by_a_helper,
    with_another_name,
    in_a_tuple,
    on_one_path,
]


@pytest.mark.parametrize("program", RIGHT)
def test_right(program):
    check_changing(program, X.copy())


@pytest.mark.parametrize("program", DOUBTFUL)
def test_right_or_refused(program):
    check_or_refused(program, X, "S2S305", "S2S307")


def test_argument_without_axes():
    def doubled(x):
        x *= 2.0
        return x * x

    assert grad(doubled)(0.5) == 4.0
    with pytest.raises(
        S2SDiffError, match="S2S306 x is an array without axes, which doubled changes"
    ):
        grad(doubled)(np.array(0.5))
    assert grad(lambda x: x * x)(np.array(0.5)) == 1.0
