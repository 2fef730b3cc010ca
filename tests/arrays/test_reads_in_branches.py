"""Entries that are read on one path only: one addition to one cotangent, nothing of the array's size."""

import numpy as np
import pytest

from s2sdiff import grad
from tests.arrays.test_stores import check_changing

X = np.array([0.3, -0.7, 1.5, 0.4])


def before_the_first(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        v = x[i]
        if i > 0:
            v += y[i - 1]
        y[i] = 0.5 * v
    return y @ y


def conditional_expression(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] * (y[i - 1] if i > 0 else 1.0) + x[0]
    return y @ y


def three_ways(x):
    a = np.zeros((len(x), 3))
    for t in range(len(x)):
        for s in range(3):
            if t == 0:
                a[t, s] = x[s]
            else:
                v = a[t - 1, s]
                if s > 0:
                    v += a[t - 1, s - 1] * x[t]
                if s > 1 and x[t] > 0:
                    v += np.sin(a[t - 1, s - 2])
                a[t, s] = v
    return np.sum(a[-1] ** 2)


def stored_or_read(x):
    y = x * 2.0
    s = 0.0
    for i in range(1, len(x)):
        if x[i] > 0:
            s += y[i - 1] ** 2
        else:
            y[i] *= s + x[0]
    return s + y @ x


def made_before_the_branch(x):
    y = np.sin(x)
    if x[0] > 0:
        s = y[0] * y[1]
    elif x[1] > 0:
        s = x[1]
    else:
        s = y[2]
    return s * x[0]


PROGRAMS = [before_the_first, conditional_expression, three_ways, stored_or_read]


@pytest.mark.parametrize("program", [*PROGRAMS, made_before_the_branch])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_gradients(program, sign):
    check_changing(program, sign * X)


@pytest.mark.parametrize("program", PROGRAMS[:3])
def test_nothing_of_the_size_of_the_array_in_a_turn(program):
    source = grad(program).compiled_for((X,))[1].source
    loops = source.partition("# reverse sweep")[2].partition("for ")[2]
    assert "zeros" not in loops and ".copy()" not in source, source
