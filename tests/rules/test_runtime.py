"""Helper functions that are copied into emitted text, against mpmath and the standard library."""

import math
import random

import mpmath
import pytest

from s2sdiff import grad, runtime


def points(seed, low, high, count):
    draw = random.Random(seed)
    return [10 ** draw.uniform(low, high) for _ in range(count)]


@pytest.mark.parametrize("n", range(7))
def test_polygamma(n):
    with mpmath.workdps(40):
        for x in points(n, -3, 6, 60):
            expected = mpmath.psi(n, mpmath.mpf(x))
            scale = max(1, abs(expected)) if n == 0 else abs(expected)
            assert abs(runtime.polygamma(n, x) - expected) <= 2e-15 * scale


@pytest.mark.parametrize("n", range(7))
def test_polygamma_where_x_is_negative(n):
    """Relative to the larger term of the reflection formula, and to what x + ulp would give."""
    with mpmath.workdps(40):
        for x in (-size for size in points(n, -3, 2, 40)):
            expected = mpmath.psi(n, mpmath.mpf(x))
            scale = abs(expected) + abs(mpmath.psi(n, 1 - mpmath.mpf(x))) + 1
            assert abs(runtime.polygamma(n, x) - expected) <= 2e-13 * scale
        for x in (-1e-9, -3 + 2**-40, -3 - 2**-40):
            expected = mpmath.psi(n, mpmath.mpf(x))
            assert abs(runtime.polygamma(n, x) - expected) <= 2e-14 * abs(expected)


def test_poles_and_limits():
    for pole in (0.0, -0.0, -1.0, -7.0, -1e300):
        for n in (0, 1, 4):
            with pytest.raises(ValueError, match=r"^math domain error$"):
                runtime.polygamma(n, pole)
    with pytest.raises(ValueError, match=r"^math domain error$"):
        runtime.polygamma(-1, 2.0)
    assert runtime.digamma(math.inf) == math.inf
    assert runtime.polygamma(1, math.inf) == 0.0
    assert all(math.isnan(runtime.polygamma(n, math.nan)) for n in range(3))


@pytest.mark.parametrize("x", [2.75, -2.75, 0.0, -0.0, 1e300, 5e-324, math.inf, -math.inf])
def test_modf_and_frexp(x):
    assert repr((runtime.fractional_part(x), runtime.integral_part(x))) == repr(math.modf(x))
    assert repr((runtime.mantissa(x), runtime.exponent(x))) == repr(math.frexp(x))


def log_gamma_ratio(x):
    return math.lgamma(x) / x


def test_three_times():
    third = grad(grad(grad(log_gamma_ratio)))
    with mpmath.workdps(40):
        expected = mpmath.diff(lambda x: mpmath.loggamma(x) / x, mpmath.mpf(2.5), 3)
    assert math.isclose(third(2.5), float(expected), rel_tol=1e-12)
    assert "def _polygamma(n: int, x: float) -> float:" in third.source


def test_numba_compiles_them():
    numba = pytest.importorskip("numba")
    compiled = numba.njit(runtime.digamma)
    assert math.isclose(compiled(0.3), runtime.digamma(0.3), rel_tol=1e-15)
    assert math.isclose(compiled(-1.7), runtime.digamma(-1.7), rel_tol=1e-15)
