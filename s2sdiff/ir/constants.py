"""Arithmetic on constants, done only where it is exact.

`1 / 3` is left alone: its float is not a third, and a proof that runs the emitted text on rational
numbers would see the difference. `2 * 0.5` is 1.0. Literals mean the decimal number they show.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from s2sdiff.ir.core import Atom, Const, Primitive, constant
from s2sdiff.ir.evaluate import library
from s2sdiff.ir.types import Scalar

_EXACT: dict[str, Callable[..., Any]] = {
    "operator.add": operator.add,
    "operator.sub": operator.sub,
    "operator.mul": operator.mul,
    "operator.truediv": operator.truediv,
    "operator.neg": operator.neg,
    "operator.pos": operator.pos,
    "operator.pow": operator.pow,
    "builtins.float": lambda x: x,
    "builtins.abs": abs,
}
_DISCRETE = frozenset(
    f"operator.{name}" for name in ("lt", "le", "gt", "ge", "eq", "ne", "not_", "truth")
) | {"core.and", "core.or", "builtins.bool"}
_INTEGERS = frozenset({"operator.floordiv", "operator.mod", "builtins.int", "builtins.sum"}) | {
    "builtins.max",
    "builtins.min",
}
_LARGEST = 2**64


def fold(primitive: Primitive, args: tuple[Atom, ...]) -> Const | None:
    """The constant that `primitive(*args)` is, or None where it must be computed at run time."""
    if not args or not all(isinstance(arg, Const) for arg in args):
        return None
    values = [arg.value for arg in args if isinstance(arg, Const)]
    literal = all(isinstance(arg, Const) and arg.name is None for arg in args)
    numbers = all(isinstance(arg.type, Scalar) for arg in args)
    if any(isinstance(value, complex) for value in values):
        return None
    if primitive.name in _DISCRETE:
        return _discrete(primitive, values)
    if not literal or not numbers:
        return None
    if all(isinstance(value, int) for value in values) and primitive.name in _INTEGERS:
        return _integer(primitive, values)
    if primitive.name in _EXACT:
        return _exact(primitive.name, values)
    return None


def _discrete(primitive: Primitive, values: list[object]) -> Const | None:
    if primitive.name.startswith("core."):
        both = all if primitive.name == "core.and" else any
        return constant(both(values))
    try:
        return constant(bool(library(primitive.name)(*values)))
    except (TypeError, ValueError):
        return None


def _integer(primitive: Primitive, values: list[object]) -> Const | None:
    try:
        call = library(primitive.name)
        outcome = call(values) if primitive.calling == "sequence" else call(*values)
    except (ArithmeticError, ValueError, TypeError):
        return None
    return constant(outcome)


def _exact(name: str, values: list[Any]) -> Const | None:
    if any(isinstance(value, float) and not math.isfinite(value) for value in values):
        return None
    if name == "operator.pow" and not (
        isinstance(values[1], int) and abs(values[1]) <= 64 and abs(values[0]) <= _LARGEST
    ):
        return None
    if any(isinstance(value, float) and value == 0.0 for value in values) and name not in (
        "operator.neg",
        "builtins.float",
        "operator.pos",
    ):
        return None if name == "operator.truediv" else _signed_zero(name, values)
    try:
        if name == "builtins.float":
            outcome: Any = float(values[0])
        else:
            outcome = _EXACT[name](*values)
        exact = _EXACT[name](
            *(Fraction(repr(float(v)) if isinstance(v, float) else int(v)) for v in values)
        )
    except (ArithmeticError, ValueError):
        return None
    if isinstance(outcome, complex) or (isinstance(outcome, float) and not math.isfinite(outcome)):
        return None
    shown = Fraction(repr(outcome)) if isinstance(outcome, float) else Fraction(int(outcome))
    return constant(outcome) if shown == exact else None


def _signed_zero(name: str, values: list[Any]) -> Const | None:
    """Operations with a float zero: the sign of the result is Python's own."""
    if name == "operator.pow":
        return None
    outcome = _EXACT[name](*values)
    return constant(outcome) if isinstance(outcome, float) else None
