"""Special functions: the error function, the gamma function and its derivatives.

`digamma` and `polygamma` are in no standard library; the emitted text carries its own copy of the
functions of these names in `s2sdiff.runtime`.
"""

from __future__ import annotations

from typing import Any

from s2sdiff.rules.registry import INFINITY, INTEGERS, Library, elementwise

math = Library("math")
runtime = Library("s2sdiff.runtime")


@elementwise(math.erf, symbolic="erf", raises=False)
def erf(x: Any, y: Any) -> Any:
    TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)
    return TWO_OVER_SQRT_PI * math.exp(-x * x)


@elementwise(math.erfc, symbolic="erfc", raises=False)
def erfc(x: Any, y: Any) -> Any:
    TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)
    return -TWO_OVER_SQRT_PI * math.exp(-x * x)


@elementwise(math.gamma, symbolic="gamma", domain=(0, INFINITY))
def gamma(x: Any, y: Any) -> Any:
    return y * runtime.digamma(x)


@elementwise(math.lgamma, symbolic="loggamma", domain=(0, INFINITY))
def lgamma(x: Any, y: Any) -> Any:
    return runtime.digamma(x)


@elementwise(runtime.digamma, symbolic="digamma", domain=(0, INFINITY))
def digamma(x: Any, y: Any) -> Any:
    return runtime.polygamma(1, x)


@elementwise(runtime.polygamma, symbolic="polygamma", domain=(INTEGERS, (0, INFINITY)))
def polygamma(n: Any, x: Any, y: Any) -> Any:
    return 0.0, runtime.polygamma(n + 1, x)
