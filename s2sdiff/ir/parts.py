"""Parts of arrays: those that were taken with the same bounds, and parts of parts.

A[i, k:], A[j, k:]        have the same length
A[:, j][i]                is A[i, j]
"""

from __future__ import annotations

from collections import deque
from typing import TypeAlias

from s2sdiff.ir.core import (
    Apply,
    Atom,
    Const,
    Group,
    Layout,
    Op,
    Primitive,
    are_equal,
    constant,
    is_none,
    size_of,
)
from s2sdiff.ir.shapes import is_new_name
from s2sdiff.ir.types import INT, Array, Axis, Size, Type

MOST_LOOKED_AT = 60  # ops of the same block
Place: TypeAlias = tuple[Layout, tuple[Atom, ...]]  # an index: its layout, and its atoms
_SLICE = Group("slice", (None, None, None))


def composed(outer: Place, inner: Place) -> Place | None:
    """The one index for two that follow each other: `x[i][1:]` is `x[i, 1:]`, `x[:, j][i]` is `x[i, j]`.

    None where numbers and slices do not say it: `x[1:][i]` is `x[1 + i]` for some i only.
    """
    mine, later = index_parts(*outer), deque(index_parts(*inner))
    found: list[Place] = []
    for part in mine:
        if is_number(part):
            found.append(part)
        elif not is_slice(part):
            return None
        elif not later or is_everything(later[0]):
            found.append(part)
            if later:
                later.popleft()
        elif is_everything(part) and (is_number(later[0]) or is_slice(later[0])):
            found.append(later.popleft())
        else:
            return None
    found += later
    is_plain = all(is_number(part) or is_slice(part) for part in found)
    while is_plain and len(found) > 1 and is_everything(found[-1]):
        found.pop()
    layouts = tuple(layout for layout, _ in found)
    atoms = tuple(atom for _, several in found for atom in several)
    return (Group("tuple", layouts) if len(layouts) > 1 else layouts[0]), atoms


def names_entries_of(outer: Place, inner: Place) -> bool:
    """Is `x[inner]` a part of `x[outer]`, which is there if that is: `x[i, j]` of `x[:, j]`?

    False where numbers and slices do not say it.
    """
    mine, theirs = index_parts(*outer), index_parts(*inner)
    if len(theirs) < len(mine):
        mine, more = mine[: len(theirs)], mine[len(theirs) :]
        if not all(map(is_everything, more)):
            return False
    if not all(is_number(part) or is_slice(part) for part in theirs):
        return False
    return all(
        is_everything(one)
        or (is_number(one) and is_number(two) and are_equal(one[1][0], two[1][0]))
        for one, two in zip(mine, theirs, strict=False)
    )


def index_parts(layout: Layout, index: tuple[Atom, ...]) -> list[Place]:
    """What an index says of the axes, one after the other."""
    atoms = iter(index)
    parts = layout.parts if layout is not None and layout.kind == "tuple" else (layout,)
    return [(part, tuple(next(atoms) for _ in range(size_of(part)))) for part in parts]


def is_number(part: Place) -> bool:
    layout, atoms = part
    return layout is None and atoms[0].type == INT


def is_slice(part: Place) -> bool:
    return part[0] == _SLICE


def is_everything(part: Place) -> bool:
    """Is it `:`?"""
    return is_slice(part) and all(map(is_none, part[1]))


def axes_taken(
    whole: Type, layout: Layout, index: tuple[Atom, ...]
) -> tuple[tuple[object, ...], ...] | None:
    """The axes that numbers and slices leave of an array: each with the bounds of its slice.

    Equal ones have equal lengths. None for other indices.
    """
    axes = whole.axes if isinstance(whole, Array) else None
    if axes is None:
        return None
    remaining = iter(axes)
    found: list[tuple[object, ...]] = []
    for part in index_parts(layout, index):
        if is_number(part):
            next(remaining)
        elif is_slice(part):
            keys = (each.key if isinstance(each, Const) else each for each in part[1])
            found.append((next(remaining), *keys))
        else:
            return None
    none = constant(None).key
    return (*found, *((axis, none, none, none) for axis in remaining))


def with_known_axes(
    primitive: Primitive, args: tuple[Atom, ...], types: tuple[Type, ...], earlier: list[Op]
) -> tuple[Type, ...]:
    """The types of results, with the axes of a part with the same bounds that `earlier` ops took."""
    (made, *_) = types or (None,)
    if primitive.name != "operator.getitem" or primitive.layout is None:
        return types
    if not isinstance(made, Array) or not made.axes or not any(map(_is_new, made.axes)):
        return types
    mine = axes_taken(args[0].type, primitive.layout[1], args[1:])
    if mine is None or len(mine) != len(made.axes):
        return types
    known: dict[tuple[object, ...], Axis] = {}
    for op in earlier[-MOST_LOOKED_AT:]:
        if not isinstance(op, Apply) or op.primitive.name != primitive.name:
            continue
        layout, (found,) = op.primitive.layout, op.results
        if layout is None or not isinstance(found.type, Array) or found.type.axes is None:
            continue
        taken = axes_taken(op.args[0].type, layout[1], op.args[1:]) or ()
        if len(taken) == len(found.type.axes):
            known.update(zip(taken, found.type.axes, strict=True))
    axes = tuple(known.get(key, axis) for key, axis in zip(mine, made.axes, strict=True))
    return (Array(made.kind, axes),)


def _is_new(axis: Axis) -> bool:
    return isinstance(axis, Size) and is_new_name(axis.name)
