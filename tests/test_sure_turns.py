"""Variables that a loop assigns which makes turns for sure are assigned behind it."""

import pytest

from s2sdiff import S2SDiffError, grad, jvp, value_and_grad


def bisection(x, n):
    low, high = 0.0, 3.0
    for _ in range(20):
        mid = (low + high) / 2
        if mid**3 + mid - x > 0:
            high = mid
        else:
            low = mid
    for _ in range(3):
        mid = mid - (mid**3 + mid - x) / (3 * mid * mid + 1)
    return mid


def last_of_many(x, n):
    for i in range(30, 0, -2):
        t = x * i + n
        x = x + 0.01 * t
    return t * x


def nested(x, n):
    for i in range(12):
        for j in range(15):
            q = x * (i + j)
            x = x + 0.001 * q
        s = q * x
    return s * q


@pytest.mark.parametrize("f", [bisection, last_of_many, nested])
def test_assigned(f):
    value, slope = value_and_grad(f)(0.7, 2)
    assert value == pytest.approx(f(0.7, 2), rel=1e-14)
    assert slope == pytest.approx((f(0.7 + 1e-6, 2) - f(0.7 - 1e-6, 2)) / 2e-6, rel=1e-6)
    assert jvp(f)(0.7, 2, 1.0)[1] == pytest.approx(slope, rel=1e-12)


def left_before(x, n):
    for i in range(20):
        if x > n:
            break
        t = x * i
        x = x + t
    return t * x


def on_some_paths(x, n):
    for i in range(20):
        if i > n:
            t = x * i
            x = x * 1.01
    return t * x


def none_at_all(x, n):
    for i in range(20, 20):
        t = x * i
    return t * x


@pytest.mark.parametrize("f", [left_before, on_some_paths, none_at_all])
@pytest.mark.parametrize("n", [0, 30])
def test_not_assigned(f, n):
    """The derivative raises what the function raises, or is refused."""
    try:
        wanted = f(0.7, n)
    except UnboundLocalError:
        wanted = None
    try:
        value, slope = value_and_grad(f)(0.7, n)
    except UnboundLocalError:
        assert wanted is None
    except S2SDiffError as refused:
        assert refused.code == "S2S305"
    else:
        assert value == pytest.approx(wanted)
        assert slope == pytest.approx((f(0.7 + 1e-6, n) - f(0.7 - 1e-6, n)) / 2e-6, rel=1e-5)
    with pytest.raises((UnboundLocalError, S2SDiffError)):
        grad(none_at_all)(0.7, n)
