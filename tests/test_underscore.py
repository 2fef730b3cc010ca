# ruff: noqa: B007
"""A variable that is called `_` is a variable."""

import pytest

from s2sdiff import jvp, value_and_grad


def parameter(x, _, n):
    for i in range(n):
        x = x * _
    return x


def variable(x, y, n):
    _ = x * y
    s = x
    for i in range(n):
        s = s * 0.5 + _
    return s * _


def unpacked(x, y, n):
    _, b = (x * y, x)
    for k in range(n):
        b = b * b
    return b * _


def index(x, y, n):
    s = x
    for _ in range(n):
        s = s + _ * y
        for k in range(2):
            s = s * s * _
    return s


def _(x, y, n):
    for i in range(n):
        x = x * x
    return x * y


def unread(x, y, n):
    for _ in range(n):
        x = x * y
    return x


@pytest.mark.parametrize("n", [0, 1, 3])
@pytest.mark.parametrize("f", [parameter, variable, unpacked, index, _, unread])
def test_underscore(f, n):
    value, (one, two) = value_and_grad(f, (0, 1))(1.1, 0.7, n)
    assert value == pytest.approx(f(1.1, 0.7, n), rel=1e-14)
    h = 1e-6
    assert one == pytest.approx((f(1.1 + h, 0.7, n) - f(1.1 - h, 0.7, n)) / (2 * h), rel=1e-6)
    assert two == pytest.approx(
        (f(1.1, 0.7 + h, n) - f(1.1, 0.7 - h, n)) / (2 * h), rel=1e-6, abs=1e-9
    )
    assert jvp(f)(1.1, 0.7, n, 1.0)[1] == pytest.approx(one, rel=1e-12)


def test_nobody_reads_it():
    derivative = value_and_grad(unread)
    derivative(1.1, 0.7, 2)
    assert "for _ in range(n)" in derivative.source
