"""Rounding, remainders, signs and the bits of floats.

Functions that are constant between jumps have zero derivative; the jumps themselves are not seen.
`abs` has derivative 0 at 0.
"""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.infer import (
    always_bool,
    always_float,
    always_int,
    joined_first,
    magnitude,
    rounded,
    signs,
)
from s2sdiff.rules.axes import is_complex, is_number
from s2sdiff.rules.registry import (
    INFINITY,
    INTEGERS,
    LINE,
    Library,
    elementwise,
    expanded,
    zero_derivative,
)

math = Library("math")
np = Library("numpy")
builtins = Library("builtins")
runtime = Library("s2sdiff.runtime")
operator = Library("operator")


def sign(x: Any) -> Any:
    """1, -1, or 0 at 0; NaN has none, which `0.0 * x` says."""
    if not is_number(x):
        return np.sign(x)
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0 * x


@elementwise(
    builtins.abs,
    operator.abs,
    np.abs,
    np.absolute,
    symbolic="Abs",
    type_rule=magnitude,
    raises=False,
    kinks=(0.0,),
)
def abs_(x: Any, y: Any) -> Any:
    if is_complex(x):
        return np.conj(x) / y if y != 0 else 0.0
    return sign(x)


@elementwise(math.fabs, np.fabs, symbolic="Abs", raises=False, kinks=(0.0,))
def fabs(x: Any, y: Any) -> Any:
    return sign(x)


@elementwise(
    math.copysign,
    np.copysign,
    symbolic="Abs(x1) * sign(x2)",
    kinks=(0.0,),
    raises=False,
)
def copysign(x1: Any, x2: Any, y: Any) -> Any:
    return sign(x1) * np.copysign(1.0, x2), 0.0


# fmod(x, m) = x - n * m with the integer n = trunc(x / m); so does remainder, with the nearest n.
@elementwise(
    math.fmod,
    np.fmod,
    symbolic="x - m * floor(Abs(x / m)) * sign(x / m)",
    domain=(LINE, (0, INFINITY)),
    guard=True,
)
def fmod(x: Any, m: Any, y: Any) -> Any:
    return 1.0, (y - x) / m


@elementwise(
    math.remainder,
    symbolic="x - m * floor(x / m + Rational(1, 2))",
    domain=(LINE, (0, INFINITY)),
    guard=True,
)
def ieee_remainder(x: Any, m: Any, y: Any) -> Any:
    return 1.0, (y - x) / m


@elementwise(math.ldexp, np.ldexp, symbolic="x * 2**i", domain=(LINE, INTEGERS))
def ldexp(x: Any, i: Any, y: Any) -> Any:
    return np.ldexp(1.0, i), 0.0


@elementwise(builtins.float, symbolic="x")
def float_(x: Any, y: Any) -> Any:
    return 1.0


@elementwise(math.nextafter, np.nextafter, symbolic="x1", raises=False)
def nextafter(x1: Any, x2: Any, y: Any) -> Any:
    return 1.0, 0.0


expanded(math.modf, runtime.fractional_part, runtime.integral_part)
expanded(math.frexp, runtime.mantissa, runtime.exponent)


@elementwise(runtime.fractional_part, symbolic="x - sign(x) * floor(Abs(x))", raises=False)
def fractional_part(x: Any, y: Any) -> Any:
    return 1.0


@elementwise(
    runtime.mantissa,
    symbolic="x / 2**(floor(log(Abs(x), 2)) + 1)",
    raises=False,
    kinks=(0.0,),
)
def mantissa(x: Any, y: Any) -> Any:
    return math.ldexp(1.0, -runtime.exponent(x))


zero_derivative(runtime.integral_part, symbolic="sign(x) * floor(Abs(x))", raises=False)
zero_derivative(
    runtime.exponent,
    symbolic="floor(log(Abs(x), 2)) + 1",
    type_rule=always_int,
    raises=False,
)
zero_derivative(
    builtins.round,
    symbolic="floor(x * 10**digits + Rational(1, 2)) / 10**digits",
    parameters="x, digits=0",
    domain=(LINE, INTEGERS),
    type_rule=rounded,
)
zero_derivative(
    np.round,
    np.around,
    symbolic="floor(x * 10**decimals + Rational(1, 2)) / 10**decimals",
    parameters="x, decimals=0",
    domain=(LINE, INTEGERS),
    type_rule=joined_first,
    raises=False,
)
zero_derivative(builtins.int, math.trunc, symbolic="sign(x) * floor(Abs(x))", type_rule=always_int)
zero_derivative(math.floor, symbolic="floor", type_rule=always_int)
zero_derivative(math.ceil, symbolic="ceiling", type_rule=always_int)
zero_derivative(np.floor, symbolic="floor", type_rule=always_float, raises=False)
zero_derivative(np.ceil, symbolic="ceiling", type_rule=always_float, raises=False)
zero_derivative(
    np.trunc, np.fix, symbolic="sign(x) * floor(Abs(x))", type_rule=always_float, raises=False
)
zero_derivative(np.rint, symbolic="floor(x + Rational(1, 2))", raises=False)
zero_derivative(np.sign, symbolic="sign", type_rule=signs, raises=False)
zero_derivative(math.ulp, np.spacing, raises=False)
zero_derivative(
    builtins.bool,
    operator.truth,
    math.isfinite,
    math.isinf,
    math.isnan,
    np.isfinite,
    np.isinf,
    np.isnan,
    np.signbit,
    type_rule=always_bool,
    raises=False,
)
zero_derivative(
    math.isclose,
    np.isclose,
    parameters="x1, x2",
    type_rule=always_bool,
    raises=False,
)
