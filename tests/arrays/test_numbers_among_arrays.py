"""Numbers in lists and variables that hold arrays on other paths: their derivatives are numbers."""

import numpy as np
import pytest

from s2sdiff import grad, jvp, value_and_grad
from s2sdiff.errors import Unsupported
from tests.arrays.test_stores import check_changing


def fewer_on_a_path(t, y):
    box = [y, t]
    if y[1] < 1.0:
        box = [y]
    return np.sum(box[0])


def other_orders(t, y):
    if y[1] < 1.0:
        box = [y, t, t]
    else:
        box = [t, y]
    s = 0.0
    for b in box:
        s += np.sum(b) * y[0]
    return s


def appended(t, y):
    box = []
    for i in range(3):
        if i == 1:
            box.append(t)
        else:
            box.append(y)
    s = 0.0
    for b in box:
        s += np.sum(b)
    return s


def appended_twice(t, y):
    box = [y]
    for i in range(3):
        box.append(t * i)
        box.append(box[-1] * t)
    s = 0.0
    for i, b in enumerate(box):
        s += i * np.sum(b * b)
    return s + t * t


def bound_in_a_loop(t, y):
    box = t
    for i in range(2):
        if y[i] > 1.0:
            box = y
    return np.sum(box)


def read_twice(t, y):
    box = [t * t, t]
    box.append(y)
    first = box[0]
    box[0] = box[1] * 3.0
    return np.sum(first) * t + np.sum(box[0]) + np.sum(box[0] * box[2])


def pairs(t, y):
    d = [(t, y) for _ in range(3)]
    if y[0] > 1.0:
        d = [(y, t)]
    return np.sum(d[0][0])


def replaced_twice(t, y):
    d = t * 2.0 if y[0] > 1.0 else t
    if y[0] > 1.2:
        d = y
    return np.sum(np.maximum(d, 0.0)) * 2


def grown(t, y):
    s = t
    for i in range(len(y)):
        if y[i] > 0.9:
            s = s + y * t
        else:
            s = s * t
    return np.sum(s)


def mean(t, y):
    b = y if y[0] > 1 else t
    return np.mean(b) * t + np.average(b) + np.var(b)


def replaced_by_a_number(t, y):
    h = [t, y]
    h[1] += y
    for _ in range(2):
        h[1] = t
    return t + np.sum(h[1])


def lists_of_the_argument(t, y):
    h = [y, y]
    if y[0] > 0.4:
        if t > 0:
            h.append(y)
        else:
            h = [y, y, t]
    return len(h) * t


def asked_twice(t, y):
    c = t
    if t > 0.3:
        if t > 0.3:
            c = t * 2
        else:
            for b in [t, y]:
                if y[0] > 0:
                    c = np.sum(b)
                    break
    return c


def last_item_replaced(t, y):
    h = [t, t, y]
    for _ in list(h):
        if t > 0.3:
            continue
        h[-1] = np.mean(y[0]) * t
    u = t
    for k, b in enumerate(h):
        u += (k + 1) * np.sum(b * b)
    return u


def items_replaced(t, y):
    h = [t, y, y]
    for i in range(3):
        for _ in h[:2]:
            h[(i + 1) % len(h)] = np.sin(t)
        if y[0] > 1.2:
            break
    u = t
    for k, b in enumerate(h):
        u += (k + 1) * np.sum(b * b)
    return u


PROGRAMS = [
    last_item_replaced,
    items_replaced,
    mean,
    replaced_by_a_number,
    lists_of_the_argument,
    asked_twice,
    fewer_on_a_path,
    other_orders,
    appended,
    appended_twice,
    bound_in_a_loop,
    read_twice,
    pairs,
    replaced_twice,
    grown,
]
POINTS = [np.array([1.5, 2.0, 3.0]), np.array([0.5, 0.3, 1.0])]


@pytest.mark.parametrize("y", POINTS, ids=["above", "below"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_program(program, y):
    t = 2.0 if y[0] > 1.0 else 0.2
    check_changing(program, t, y)
    _, (t_bar, y_bar) = value_and_grad(program, ("t", "y"))(t, y.copy())
    assert isinstance(t_bar, float) and y_bar.shape == y.shape
    _, dot = jvp(program, ("t", "y"))(t, y.copy(), 1.0, y)
    assert isinstance(dot, float)


def test_gradient_of_a_gradient():
    def slope(t, y):
        return grad(other_orders)(t, y) * t

    check_changing(slope, 1.3, POINTS[0])


def test_median_is_of_arrays():
    """Its rule needs the number of axes."""

    def f(t, y):
        b = y if y[0] > 1 else t
        return np.median(b)

    np.testing.assert_array_equal(grad(f, "y")(0.7, POINTS[0]), [0.0, 1.0, 0.0])
    with pytest.raises(Unsupported) as caught:
        grad(f, "t")(0.7, POINTS[0])
    assert caught.value.code == "S2S306"
