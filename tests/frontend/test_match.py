"""`match` on values: each case against central differences of the primal, captures as Python binds them."""

from typing import NamedTuple

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


class Pair(NamedTuple):
    one: float
    two: float


def tuples(x, k):
    s = 0.0
    flag = x > 1.0
    if k in (1, 2, 5):
        s = s + x
    if k not in [3] and flag is True:
        s = s * x + k
    if flag is not False:
        s = s + 1.0
    match (x, k, (k, x * x)), "text", Pair(x, k):
        case _, ("text", *_), _:
            s = 1000.0
        case (a, 1 | 2, (1, b)), "text", (c, d):
            s = s + a * b + c * d
        case (a, 3, [*_]), _, _:
            s = s + a / 2
        case [(a, *rest), *_] if a > 5:
            s = s * rest[1][1]
        case (*_, (c, d)), *_:
            s = s + d * d * c
    return s


@pytest.mark.parametrize("point", [(1.1, 1), (0.9, 2), (0.8, 3), (6.0, 4), (2.0, 5), (0.5, 7)])
def test_tuples_and_membership(point):
    x, k = point
    step = 1e-5
    slope = (tuples(x + step, k) - tuples(x - step, k)) / (2 * step)
    value, gradient = s2sdiff.value_and_grad(tuples)(x, k)
    assert value == tuples(x, k)
    assert gradient == pytest.approx(slope, rel=1e-7, abs=1e-9)
    assert s2sdiff.jvp(tuples)(x, k, 1.0) == pytest.approx((value, gradient), rel=1e-12)


def keyed(x):
    match {"a": x}:
        case {"a": y}:
            return y
    return x


def guarded(x):
    match x:
        case 1 | 2 as y if x > 0:
            return y
    return x


@pytest.mark.parametrize("function", [keyed, guarded])
def test_refused(function):
    with pytest.raises(S2SDiffError, match=r"pattern.* is not in the accepted subset"):
        s2sdiff.grad(function)(1.0)
