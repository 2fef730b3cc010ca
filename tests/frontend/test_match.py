"""`match` on values: each case against central differences of the primal, captures as Python binds them."""

import pytest

import s2sdiff
from s2sdiff.errors import S2SDiffError


def staged(x, k):
    s, y = 0.0, 1.0
    match x * k:
        case 0 | 2 if k > 1:
            s = 5 * x
        case y if y > 3:
            s = y * x
        case 1 as z:
            match k:
                case 1:
                    s = z * z
                case _:
                    return x * x
        case _:
            s = 2 * x
    return s + y


POINTS = [(2.0, 2.0), (3.0, 0.5), (-1.0, 2.0), (-2.0, 3.0)]


@pytest.mark.parametrize("point", POINTS)
def test_derivatives(point):
    x, k = point
    step = 1e-4
    slope = (staged(x + step, k) - staged(x - step, k)) / (2 * step)
    curve = (staged(x + step, k) - 2 * staged(x, k) + staged(x - step, k)) / step**2
    value, gradient = s2sdiff.value_and_grad(staged)(x, k)
    assert value == staged(x, k)
    assert gradient == pytest.approx(slope, rel=1e-7)
    assert s2sdiff.jvp(staged)(x, k, 1.0) == pytest.approx((value, slope), rel=1e-7)
    assert s2sdiff.hessian(staged)(x, k) == pytest.approx(curve, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize(
    ("point", "slope"), [((1.0, 2.0), 5.0), ((1.0, 1.0), 3.0), ((0.25, 4.0), 2 * 0.25)]
)
def test_cases_that_hold_at_one_point(point, slope):
    """Differences cannot see these; the derivative of the path taken can be told by hand."""
    value, gradient = s2sdiff.value_and_grad(staged)(*point)
    assert value == staged(*point)
    assert gradient == slope


def sequence(x):
    match (x, 1):
        case (a, 1):
            return a
    return x


def guarded(x):
    match x:
        case 1 | 2 as y if x > 0:
            return y
    return x


@pytest.mark.parametrize("function", [sequence, guarded])
def test_refused(function):
    with pytest.raises(S2SDiffError, match=r"pattern.* is not in the accepted subset"):
        s2sdiff.grad(function)(1.0)
