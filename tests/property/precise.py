"""The functions of `math` that random programs and their derivatives use, on mpmath numbers."""

import math
from math import isfinite, isinf, isnan

import mpmath
from mpmath import (
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    ceil,
    cos,
    cosh,
    exp,
    expm1,
    floor,
    fsum,
    hypot,
    mpf,
    pi,
    sin,
    sinh,
    tan,
    tanh,
)

inf = mpf("inf")
nan = mpf("nan")
trunc = math.trunc


def acos(x):
    return _real(mpmath.acos, x, abs(x) <= 1)


def log(x):
    return _real(mpmath.log, x, x > 0)


def sqrt(x):
    return _real(mpmath.sqrt, x, x >= 0)


def _real(function, x, is_defined):
    if not is_defined:
        raise ValueError("math domain error")
    return function(x)


def prod(items):
    total = mpf(1)
    for item in items:
        total *= item
    return total


def dist(one, two):
    return sqrt(sum((p - q) ** 2 for p, q in zip(one, two, strict=True)))


def copysign(x, y):
    return abs(x) if y > 0 else -abs(x)


def fabs(x):
    return mpmath.fabs(x)


def divided(x, m):
    """`divmod` of mpmath numbers."""
    quotient = floor(x / m)
    return quotient, x - quotient * m


__all__ = [
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "copysign", "cos", "cosh", "dist",
    "divided", "exp", "expm1", "fabs", "floor", "fsum", "hypot", "inf", "isfinite", "isinf", "isnan", "log",
    "nan", "pi", "prod", "sin", "sinh", "sqrt", "tan", "tanh", "trunc",
]  # fmt: skip
