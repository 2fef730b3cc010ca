"""`stop_gradient`: the same value, taken for a constant."""

import math

import pytest

import s2sdiff
from s2sdiff import grad, hessian, jvp, stop_gradient, value_and_grad
from s2sdiff.errors import S2SDiffError


def f(x, y):
    return x * stop_gradient(math.sin(x * y)) + y


def test_both_modes_and_second_order():
    value, slopes = value_and_grad(f, (0, 1))(0.7, 1.3)
    assert value == 0.7 * math.sin(0.7 * 1.3) + 1.3
    assert slopes == (math.sin(0.7 * 1.3), 1.0)
    assert jvp(f, (0, 1))(0.7, 1.3, 1.0, 0.0)[1] == slopes[0]
    second = hessian(f, (0, 1))(0.7, 1.3)
    assert second == ((0.0, 0.0), (0.0, 0.0))  # a constant for the second derivative as well
    assert "stop_gradient(" not in value_and_grad(f).source


def test_structures_and_loops():
    def g(x, n):
        s = x
        for _ in range(n):
            a, b = s2sdiff.stop_gradient((s, x))
            s = s * x + a * b
        return s

    def by_hand(x, n):
        s, slope = x, 1.0
        for _ in range(n):
            slope = slope * x + s
            s = s * x + s * x
        return slope

    assert grad(g)(0.9, 3) == pytest.approx(by_hand(0.9, 3))


def test_refused():
    with pytest.raises(S2SDiffError, match=r"S2S404 stop_gradient\(\) takes one argument"):
        grad(lambda x: stop_gradient(x, 1.0) * x)(1.0)
