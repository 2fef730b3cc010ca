"""Derivatives in the shape of what they are of, where the path says more than the type of the whole.

    box = [y, t]            y_bar = box_bar[0]
                            t_bar = float(box_bar[1])

The items of `box` are arrays or numbers, and those of `box_bar` arrays that may have no axes. Such an
array is changed in place where a number is not, and is no float for the caller.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Value
from s2sdiff.ir.shapes import is_one, is_same
from s2sdiff.ir.structure import SURE
from s2sdiff.ir.sure import RANKED, known_as
from s2sdiff.ir.types import COMPLEX, FLOAT, Array, Scalar, Type
from s2sdiff.rules.registry import primitive


def known_like(builder: Builder, bar: Atom, type_: Type) -> Atom:
    """`bar`, a derivative of a value of this type, in its shape; what is visibly spread stays."""
    if not isinstance(bar, Value) or not isinstance(bar.type, Array):
        return bar
    mine = bar.type.axes
    if isinstance(type_, Scalar):
        return bar if mine is not None else _number(builder, bar)
    if not isinstance(type_, Array) or type_.axes is None:
        return bar
    if mine is not None:
        if len(mine) != len(type_.axes) or all(map(is_same, mine, type_.axes)):
            return bar
        if any(is_one(a) and not is_one(b) for a, b in zip(mine, type_.axes, strict=True)):
            return bar
    name = SURE.name if mine is not None else RANKED
    return known_as(builder, bar, replace(bar.type, axes=type_.axes), name)


def _number(builder: Builder, bar: Value) -> Value:
    """A number, or an array without axes, as a number."""
    kind = bar.type.kind if isinstance(bar.type, Array) else "float"
    name, type_ = ("complex", COMPLEX) if kind == "complex" else ("float", FLOAT)
    number = Value(None, type_, builder.span)
    builder.append(Apply(primitive(f"builtins.{name}"), (bar,), (number,), builder.span))
    return number
