"""The functions of `math` that random programs use, on mpmath numbers."""

from mpmath import (
    asinh,
    atan,
    atan2,
    cos,
    exp,
    floor,
    fsum,
    hypot,
    mpf,
    sin,
    sqrt,
    tanh,
)


def prod(items):
    total = mpf(1)
    for item in items:
        total *= item
    return total


def dist(one, two):
    return sqrt(sum((p - q) ** 2 for p, q in zip(one, two, strict=True)))


def copysign(x, y):
    return abs(x) if y > 0 else -abs(x)


def divided(x, m):
    """`divmod` of mpmath numbers."""
    quotient = floor(x / m)
    return quotient, x - quotient * m


__all__ = [
    "asinh", "atan", "atan2", "copysign", "cos", "dist", "divided", "exp", "fsum", "hypot", "prod", "sin",
    "sqrt", "tanh",
]  # fmt: skip
