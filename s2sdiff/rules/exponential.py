"""Exponentials, logarithms and roots."""

from __future__ import annotations

from typing import Any

from s2sdiff.rules.registry import INFINITY, Library, elementwise

math = Library("math")
np = Library("numpy")


@elementwise(np.exp, math.exp, symbolic="exp")
def exp(x: Any, y: Any) -> Any:
    return y


@elementwise(np.exp2, math.exp2, symbolic="2**x")
def exp2(x: Any, y: Any) -> Any:
    return y * np.log(2.0)


@elementwise(np.expm1, math.expm1, symbolic="exp(x) - 1")
def expm1(x: Any, y: Any) -> Any:
    return np.exp(x)


# log(x) to a base is log(x) / log(base).
@elementwise(
    np.log,
    math.log,
    symbolic="log(x) if base is None else log(x) / log(base)",
    domain=(0, INFINITY),
    guard=True,
)
def log(x: Any, base: Any = None, *, y: Any) -> Any:
    if base is None:
        return 1.0 / x
    return 1.0 / (x * math.log(base)), -y / (base * math.log(base))


@elementwise(np.log2, math.log2, symbolic="log(x) / log(2)", domain=(0, INFINITY), guard=True)
def log2(x: Any, y: Any) -> Any:
    return 1.0 / (x * np.log(2.0))


@elementwise(np.log10, math.log10, symbolic="log(x) / log(10)", domain=(0, INFINITY), guard=True)
def log10(x: Any, y: Any) -> Any:
    return 1.0 / (x * np.log(10.0))


@elementwise(np.log1p, math.log1p, symbolic="log(1 + x)", domain=(-1, INFINITY), guard=True)
def log1p(x: Any, y: Any) -> Any:
    return 1.0 / (1.0 + x)


@elementwise(np.sqrt, math.sqrt, symbolic="sqrt", domain=(0, INFINITY))
def sqrt(x: Any, y: Any) -> Any:
    return 0.5 / y


@elementwise(np.cbrt, math.cbrt, symbolic="sign(x) * abs(x)**Rational(1, 3)", kinks=(0.0,))
def cbrt(x: Any, y: Any) -> Any:
    return 1.0 / (3.0 * y * y)
