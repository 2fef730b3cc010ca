"""Tapes that are read by the number of the turn, against differences; the text says where it is done."""

import inspect
import math

import pytest

import s2sdiff


def one_side(x, y, n):
    s = x
    for i in range(n):
        if s > 40.0:
            break
        if i % 3 == 0:
            if s > 1.0:
                s = s * s / (1.0 + y)
            else:
                s = s + y
        else:
            s = s + x * i
    return s


def two_values(x, y, n):
    s, t = x, y
    for i in range(n):
        s, t = s * t + i, math.sin(t * i) + s / (1.0 + i)
    return s * t


def read_outside(x, y, n):
    s = x
    for i in range(n):
        if i % 2:
            s = s * s * 0.5 + y
        s = s + math.cos(s) * i * y
    return s


def from_two(x, y, n):
    s = x
    for i in range(2, n + 2):
        s = s * s / i + y * i
    return s


def inner_loop(x, y, n):
    s = x
    for i in range(n):
        for j in range(i):
            s = s + 0.1 * math.sin(s * j + y * i)
    return s


BY_TURN = (one_side, two_values, read_outside)


@pytest.mark.parametrize("function", [*BY_TURN, from_two, inner_loop], ids=lambda f: f.__name__)
@pytest.mark.parametrize("args", [(0.7, 0.4, 5), (1.3, 0.9, 4), (0.2, 0.5, 0), (2.5, 0.1, 7)])
def test_derivatives(function, args):
    x, y, n = args
    step = 1e-5
    slopes = (
        (function(x + step, y, n) - function(x - step, y, n)) / (2 * step),
        (function(x, y + step, n) - function(x, y - step, n)) / (2 * step),
    )
    gradient = s2sdiff.grad(function, (0, 1))
    assert gradient(*args) == pytest.approx(slopes, rel=1e-5, abs=1e-7)
    curves = [
        (above - below) / (2 * step)
        for above, below in zip(gradient(x + step, y, n), gradient(x - step, y, n), strict=True)
    ]
    hessian = s2sdiff.hessian(function, (0, 1))(*args)
    assert hessian[0] == pytest.approx(curves, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("function", [*BY_TURN, from_two, inner_loop], ids=lambda f: f.__name__)
def test_only_the_number_of_the_turn_is_an_index(function):
    gradient = s2sdiff.grad(function, (0, 1))
    gradient(0.7, 0.4, 5)
    text = inspect.getsource(gradient.__wrapped__)
    assert ("tape[i]" in text) == (function in BY_TURN)
    assert (".pop()" in text) == (function not in BY_TURN)
