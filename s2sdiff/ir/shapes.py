"""Axes of arrays: how they are broadcast, which of them are equally long.

    broadcast((n, 1), (m,))     ->      (n, m)

An axis of length 1 is stretched to the length of the other one. Where both lengths are known at run time
only, they are equal or one of them is 1; if neither can be 1 they are equal, or NumPy raises.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace

from s2sdiff.ir.types import (
    Array,
    Axes,
    Axis,
    Dict,
    Record,
    Size,
    Tuple,
    Type,
    may_be_one,
    parts,
    with_parts,
)

_COUNT = itertools.count(1)


def new_axis(may_be_one: bool = True) -> Size:
    """An axis of which nothing is known but this."""
    return Size(f"~{next(_COUNT)}", 0, may_be_one)


def new_axes(rank: int) -> Axes:
    return tuple(new_axis() for _ in range(rank))


def is_new_name(name: str) -> bool:
    """Is it what `new_axis` calls an axis?"""
    return name.startswith("~") and name[1:].isdigit()


def with_axes_named(type_: Type, names: dict[str, str]) -> Type:
    """A type whose axes have other names."""
    match type_:
        case Array(axes=axes) if axes is not None:
            return replace(type_, axes=tuple(_renamed(axis, names) for axis in axes))
        case Tuple() | Dict() | Record():
            return with_parts(type_, tuple(with_axes_named(p, names) for p in parts(type_)))
    return type_


def _renamed(axis: Axis, names: dict[str, str]) -> Axis:
    if isinstance(axis, Size) and axis.name in names:
        return replace(axis, name=names[axis.name])
    return axis


def named(axes: Axes | None) -> Axes | None:
    """Give a name to each axis without one: two axes that have the same name are equally long."""
    if axes is None:
        return None
    return tuple(
        new_axis(axis.may_be_one) if isinstance(axis, Size) and not axis.name else axis
        for axis in axes
    )


EITHER = "~|"  # names of axes to which others are stretched, or which are
BOUND = "^"  # names of axes of the items of a list: each item has lengths of its own


def fresh(type_: Type, names: dict[str, Size] | None = None) -> Type:
    """A type for one value, its unknown axes named; those that are equally long get the same name."""
    names = {} if names is None else names
    match type_:
        case Array(axes=axes):
            return replace(type_, axes=named(_unbound(axes, names)))
        case Tuple() | Dict() | Record():
            return with_parts(type_, tuple(fresh(part, names) for part in parts(type_)))
    return type_


def _unbound(axes: Axes | None, names: dict[str, Size]) -> Axes | None:
    """Axes of one item of a list."""
    if axes is None:
        return None
    found: list[Axis] = []
    for axis in axes:
        if isinstance(axis, Size) and axis.name.startswith(BOUND):
            if axis.name not in names:
                names[axis.name] = new_axis(axis.may_be_one)
            axis = replace(names[axis.name], plus=axis.plus)
        found.append(axis)
    return tuple(found)


def is_same(one: Axis, two: Axis) -> bool:
    """Are both surely equally long?"""
    if isinstance(one, int) or isinstance(two, int):
        return one == two
    return bool(one.name) and (one.name, one.plus) == (two.name, two.plus)


def is_one(axis: Axis) -> bool:
    return axis == 1


def broadcast_axis(one: Axis, two: Axis) -> Axis:
    """The axis of the result. Raises TypeError where the lengths cannot fit."""
    if is_one(one) or is_same(one, two):
        return two
    if is_one(two):
        return one
    if isinstance(one, int) and isinstance(two, int):
        raise TypeError(f"axes of lengths {one} and {two} do not fit together")
    for axis in (one, two):
        if isinstance(axis, int):
            return axis
    for axis in (one, two):
        if not may_be_one(axis):
            return axis
    return _longer_of(one, two)


def _longer_of(one: Axis, two: Axis) -> Axis:
    """The axis of two of which either may be stretched; the same axis whenever it is of the same two."""
    names: set[str] = set()
    for axis in (one, two):
        if not isinstance(axis, Size) or not axis.name:
            return new_axis()
        if axis.name.startswith(EITHER) and not axis.plus:
            names.update(axis.name.removeprefix(EITHER).split("|"))
        else:
            names.add(f"{axis.name}{axis.plus:+d}")
    return Size(EITHER + "|".join(sorted(names)))


def broadcast(shapes: Iterable[Axes | None]) -> Axes | None:
    """The axes of arrays that are computed with element by element; None where one is unknown."""
    result: Axes = ()
    for axes in shapes:
        if axes is None:
            return None
        rank = max(len(result), len(axes))
        ones, twos = padded(result, rank), padded(axes, rank)
        result = tuple(map(broadcast_axis, ones, twos))
    return result


def padded(axes: Axes, rank: int) -> Axes:
    """Axes with as many of length 1 in front of them as it takes."""
    return (1,) * (rank - len(axes)) + axes


def product_axis(axes: Axes) -> Axis:
    """The axis of all entries of an array with these axes in a row."""
    known = 1
    names: list[str] = []
    for axis in axes:
        if isinstance(axis, int):
            known *= axis
        elif not axis.name:
            return new_axis(all(map(may_be_one, axes)))
        else:
            names.append(f"{axis.name}{axis.plus:+d}" if axis.plus else axis.name)
    sizes = [axis for axis in axes if isinstance(axis, Size)]
    if not sizes or known == 0:
        return known
    if len(sizes) == 1 and known == 1:
        return sizes[0]
    factors = [str(known)] if known != 1 else []
    name = "*".join([*factors, *sorted(names)])
    return Size(f"~{name}", 0, known == 1 and all(map(may_be_one, sizes)))


def longer(axis: Axis, by: int) -> Axis:
    """An axis that is longer by so much."""
    if isinstance(axis, int):
        return max(0, axis + by)
    if by == 0:
        return axis
    return Size(axis.name, axis.plus + by) if axis.name else new_axis()


def names_of(axis: Axis) -> set[str]:
    """What an axis is called; what all are called that it may have been stretched to."""
    if not isinstance(axis, Size):
        return set()
    if not axis.name.startswith(EITHER):
        return {axis.name}
    parts_ = axis.name.removeprefix(EITHER).split("|")
    return {part[: max(part.rfind("+"), part.rfind("-"))] for part in parts_}


def fits_into(before: Type, after: Type) -> bool:
    """Does an array of the type `after` surely take the place of one of the type `before`?"""
    if not isinstance(before, Array) or not isinstance(after, Array):
        return False
    one, two = before.axes, after.axes
    if before.kind != after.kind:
        return False
    if one is None:
        return True  # a number or an array: NumPy sees whether it fits
    if two is None or len(one) != len(two):
        return False
    return all(is_same(a, b) or not may_be_one(a) for a, b in zip(one, two, strict=True))


def fits_surely(shapes: Iterable[Axes | None]) -> bool:
    """Can arrays of these axes surely be broadcast together?"""
    known = list(shapes)
    if any(axes is None for axes in known):
        return False
    given = [axes for axes in known if axes is not None]
    rank = max(map(len, given), default=0)
    for column in zip(*(padded(axes, rank) for axes in given), strict=True):
        lengths = [axis for axis in column if not is_one(axis)]
        if any(not is_same(lengths[0], other) for other in lengths[1:]):
            return False
    return True
