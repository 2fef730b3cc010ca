"""Type rules that primitives share. Each takes the arguments and gives the types of the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from s2sdiff.ir.core import Atom, Const
from s2sdiff.ir.shapes import broadcast
from s2sdiff.ir.types import (
    FLOAT,
    INT,
    Array,
    Dict,
    Kind,
    Record,
    Scalar,
    Static,
    Tuple,
    Type,
    array,
    axes_of,
    join_kinds,
    likely_rank,
    smooth_kind,
)

TypeRule: TypeAlias = Callable[[tuple[Atom, ...]], tuple[Type, ...]]


def kinds(args: tuple[Atom, ...]) -> tuple[Kind, ...]:
    """The kinds of numeric arguments; a TypeError where one is no number and no array of numbers."""
    found: list[Kind] = []
    for arg in args:
        if not isinstance(arg.type, Scalar | Array):
            raise TypeError(f"a number is needed, not {describe(arg.type)}")
        found.append(arg.type.kind)
    return tuple(found)


def kind_of(args: tuple[Atom, ...]) -> Kind:
    """The kind of a sum of the arguments, as NumPy promotes it: a number has no say about precision."""
    kinds(args)
    return joined_kind(arg.type for arg in args)


def joined_kind(types: Iterable[Type]) -> Kind:
    """The same for types of numbers and arrays."""
    given = [type_ for type_ in types if isinstance(type_, Scalar | Array)]
    found = tuple(type_.kind for type_ in given)
    arrays = [type_.kind for type_ in given if isinstance(type_, Array)]
    if not arrays or "float32" not in found:
        return join_kinds(found)
    joined = join_kinds(tuple(arrays))
    if joined == "float32" and "int" in arrays:
        return "float"
    return "complex" if "complex" in found else joined


def of_kind(args: tuple[Atom, ...], kind: Kind) -> tuple[Type, ...]:
    """The result of a function that is applied element by element: its axes are broadcast."""
    types = [arg.type for arg in args if isinstance(arg.type, Scalar | Array)]
    axes = broadcast(map(axes_of, types))
    if axes is None:
        ranks = [rank for rank in map(likely_rank, types) if rank is not None]
        return (Array(kind, None, max(ranks) if len(ranks) == len(types) else None),)
    return (array(kind, axes),)


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
    if isinstance(type_, Array):
        return f"an array {type_}"
    return f"a {type_}"


def always_float(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """Numbers in, one float out: most functions of `math`. Of arrays, an array."""
    kinds(args)
    return of_kind(args, smooth_kind(kind_of(args)))


def always_int(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    kinds(args)
    return of_kind(args, "int")


def always_bool(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    kinds(args)
    return of_kind(args, "bool")


def joined(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """Python's arithmetic: the larger kind, and at least int."""
    found = kind_of(args)
    return of_kind(args, "int" if found == "bool" and not _has_array(args) else found)


def signs(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """`sign(x)`: of complex numbers it is x / abs(x), which has a derivative, and no rule."""
    if kind_of(args) == "complex":
        raise TypeError("of complex numbers it has no rule; write x / np.abs(x)")
    return joined(args)


def magnitude(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """`abs(x)`: of the kind of x, of a complex number a float."""
    if kind_of(args) == "complex":
        return of_kind(args, "float")
    return joined(args)


def divided(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """True division: at least float."""
    return of_kind(args, smooth_kind(kind_of(args)))


def powered(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """`int ** int` is an int only where the exponent is known not to be negative."""
    base, exponent = kinds(args)
    if _has_array(args):
        return of_kind(args, kind_of(args))
    if base in ("bool", "int") and exponent in ("bool", "int"):
        power = args[1]
        known = isinstance(power, Const) and isinstance(power.value, int) and power.value >= 0
        return (INT,) if known else (FLOAT,)
    return (Scalar(join_kinds((base, exponent))),)


def selected(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """`max(a, b)`: one of the arguments, so the larger kind (bool stays bool)."""
    return of_kind(args, kind_of(args))


def bits(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """`a & b`: of bools a bool, of ints an int; floats have no bits."""
    found = kinds(args)
    if not set(found) <= {"bool", "int"}:
        raise TypeError("bits are of integers, not of floats")
    return of_kind(args, join_kinds(found))


def _has_array(args: tuple[Atom, ...]) -> bool:
    return any(isinstance(arg.type, Array) for arg in args)


def shifted(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """`a << b` and `~a`: an int of ints; `~a` of an array of bools is one of bools."""
    (found,) = bits(args)
    return (found,) if isinstance(found, Array) else (INT,)


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
