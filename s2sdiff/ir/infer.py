"""Type rules that primitives share. Each takes the arguments and gives the types of the results."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from s2sdiff.ir.core import Atom, Const
from s2sdiff.ir.types import (
    BOOL,
    FLOAT,
    INT,
    Dict,
    Kind,
    Record,
    Scalar,
    Static,
    Tuple,
    Type,
    join_kinds,
)

TypeRule: TypeAlias = Callable[[tuple[Atom, ...]], tuple[Type, ...]]


def kinds(args: tuple[Atom, ...]) -> tuple[Kind, ...]:
    """The kinds of numeric arguments; a TypeError where one is not a number."""
    found: list[Kind] = []
    for arg in args:
        if not isinstance(arg.type, Scalar):
            raise TypeError(f"a number is needed, not {describe(arg.type)}")
        found.append(arg.type.kind)
    return tuple(found)


def describe(type_: Type) -> str:
    """A type in a sentence."""
    if isinstance(type_, Tuple):
        return f"a {type_.kind} of {len(type_.items)}"
    if isinstance(type_, Dict):
        return "a dict"
    if isinstance(type_, Record):
        return f"a {type_.name}"
    if isinstance(type_, Static):
        return repr(type_.value)
    return f"a {type_}"


def always_float(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """Numbers in, one float out: most functions of `math`."""
    kinds(args)
    return (FLOAT,)


def always_int(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    kinds(args)
    return (INT,)


def always_bool(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    kinds(args)
    return (BOOL,)


def joined(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """Python's arithmetic: the larger kind, and at least int."""
    return (Scalar(join_kinds((*kinds(args), "int"))),)


def divided(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """True division: at least float."""
    return (Scalar(join_kinds((*kinds(args), "float"))),)


def powered(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """`int ** int` is an int only where the exponent is known not to be negative."""
    base, exponent = kinds(args)
    if base in ("bool", "int") and exponent in ("bool", "int"):
        power = args[1]
        known = isinstance(power, Const) and isinstance(power.value, int) and power.value >= 0
        return (INT,) if known else (FLOAT,)
    return (Scalar(join_kinds((base, exponent))),)


def selected(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """`max(a, b)`: one of the arguments, so the larger kind (bool stays bool)."""
    return (Scalar(join_kinds(kinds(args))),)


def bits(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """`a & b`: of bools a bool, of ints an int; floats have no bits."""
    found = kinds(args)
    if not set(found) <= {"bool", "int"}:
        raise TypeError("bits are of integers, not of floats")
    return (Scalar(join_kinds(found)),)


def shifted(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """`a << b` and `~a`: an int of ints."""
    bits(args)
    return (INT,)


def rounded(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """`round(x)` is an int, `round(x, digits)` is of the kind of `x`."""
    return always_int(args) if len(args) == 1 else joined_first(args)


def joined_first(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """NumPy's `round(x, decimals)`: of the kind of `x`, and at least int."""
    return joined(args[:1])


def packed(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    return (Tuple(tuple(arg.type for arg in args)),)


def unpacked(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    (whole,) = args
    if not isinstance(whole.type, Tuple):
        raise TypeError(f"a tuple is needed, not {describe(whole.type)}")
    return whole.type.items


def same_number(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """The type of the only argument, which is a number."""
    kinds(args)
    return (args[0].type,)


def nothing(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """A primitive that is run for its effect."""
    return ()
