"""What is taken where a function has no derivative: the same in both modes.

A row says: at these arguments, these partials. Where the limit of the derivative is infinite there
is no number to take: the gradient raises, and the row names the exception. Everything follows from
the rules; the tests check every row against them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, final

Partials: TypeAlias = "tuple[float, ...] | type[ArithmeticError]"


@final
@dataclass(frozen=True, slots=True)
class Convention:
    """`function` is a qualified name; `arguments` and `partials` are flat, as in a rule."""

    function: str
    arguments: tuple[float, ...]
    partials: Partials
    why: str


_MIDDLE = "the mean of the slopes on both sides"
_TIES = "all that are equal to the result share equally"
_JUMP = "zero almost everywhere; the jump is not seen"
_SAWTOOTH = "the slope of the pieces on both sides; the jump is not seen"
_NO_DIRECTION = "the length has a slope in every direction; their mean is taken"
_VERTICAL = "the tangent is vertical: there is no number to take"

CONVENTIONS: tuple[Convention, ...] = (
    Convention("builtins.abs", (0.0,), (0.0,), _MIDDLE),
    Convention("math.fabs", (0.0,), (0.0,), _MIDDLE),
    Convention("numpy.abs", (0.0,), (0.0,), _MIDDLE),
    Convention("math.copysign", (0.0, 1.0), (0.0, 0.0), _MIDDLE),
    Convention("math.copysign", (2.0, 0.0), (1.0, 0.0), _JUMP),
    Convention("builtins.max", (1.0, 1.0), (0.5, 0.5), _TIES),
    Convention("builtins.max", (2.0, 1.0, 2.0), (0.5, 0.0, 0.5), _TIES),
    Convention("builtins.max", (1.0, 1.0, 1.0), (1 / 3, 1 / 3, 1 / 3), _TIES),
    Convention("builtins.min", (1.0, 1.0), (0.5, 0.5), _TIES),
    Convention("builtins.min", (1.0, 2.0, 1.0), (0.5, 0.0, 0.5), _TIES),
    Convention("numpy.maximum", (0.0, 0.0), (0.5, 0.5), _TIES),
    Convention("numpy.minimum", (0.0, 0.0), (0.5, 0.5), _TIES),
    Convention("numpy.fmax", (0.0, 0.0), (0.5, 0.5), _TIES),
    Convention("numpy.fmin", (0.0, 0.0), (0.5, 0.5), _TIES),
    Convention("operator.pow", (0.0, 2.0), (0.0, 0.0), "0**y is 0 for y > 0, constant in y"),
    Convention("operator.pow", (0.0, 1.0), (1.0, 0.0), "0**y is 0 for y > 0, constant in y"),
    Convention("operator.pow", (0.0, 0.0), (0.0, 0.0), "x**0 is constant in x; 0**y jumps"),
    Convention("operator.pow", (0.0, 0.5), ZeroDivisionError, _VERTICAL),
    Convention("math.pow", (0.0, 2.0), (0.0, 0.0), "0**y is 0 for y > 0, constant in y"),
    Convention("math.pow", (0.0, 1.0), (1.0, 0.0), "0**y is 0 for y > 0, constant in y"),
    Convention("math.pow", (0.0, 0.0), (0.0, 0.0), "x**0 is constant in x; 0**y jumps"),
    Convention("math.hypot", (0.0, 0.0), (0.0, 0.0), _NO_DIRECTION),
    Convention("numpy.hypot", (0.0, 0.0), (0.0, 0.0), _NO_DIRECTION),
    Convention("math.dist", (1.0, 2.0, 1.0, 2.0), (0.0, 0.0, 0.0, 0.0), _NO_DIRECTION),
    Convention("math.floor", (2.0,), (0.0,), _JUMP),
    Convention("math.ceil", (2.0,), (0.0,), _JUMP),
    Convention("math.trunc", (2.0,), (0.0,), _JUMP),
    Convention("builtins.round", (2.5,), (0.0,), _JUMP),
    Convention("numpy.sign", (0.0,), (0.0,), _JUMP),
    Convention("operator.floordiv", (2.0, 1.0), (0.0, 0.0), _JUMP),
    Convention("operator.mod", (2.0, 1.0), (1.0, -2.0), _SAWTOOTH),
    Convention("math.fmod", (2.0, 1.0), (1.0, -2.0), _SAWTOOTH),
    Convention("math.remainder", (2.5, 1.0), (1.0, -2.0), _SAWTOOTH),
    Convention("s2sdiff.runtime.fractional_part", (2.0,), (1.0,), _SAWTOOTH),
    Convention("s2sdiff.runtime.integral_part", (2.0,), (0.0,), _JUMP),
    Convention("s2sdiff.runtime.mantissa", (1.0,), (0.5,), _SAWTOOTH),
    Convention("s2sdiff.runtime.mantissa", (0.0,), (1.0,), "frexp(0.0) is (0.0, 0): 2**-0"),
    Convention("math.sqrt", (0.0,), ZeroDivisionError, _VERTICAL),
    Convention("math.cbrt", (0.0,), ZeroDivisionError, _VERTICAL),
    Convention("math.asin", (1.0,), ZeroDivisionError, _VERTICAL),
    Convention("math.acos", (-1.0,), ZeroDivisionError, _VERTICAL),
    Convention("math.acosh", (1.0,), ZeroDivisionError, _VERTICAL),
    Convention(
        "math.atan2", (0.0, 0.0), ZeroDivisionError, "the angle takes every value around the origin"
    ),
)
