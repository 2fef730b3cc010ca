"""Parts of arrays that were taken with the same bounds have the same lengths: `A[i, k:]` and `A[j, k:]`."""

from __future__ import annotations

from s2sdiff.ir.core import Apply, Atom, Const, Layout, Op, Primitive, constant
from s2sdiff.ir.shapes import is_new_name
from s2sdiff.ir.types import INT, Array, Axis, Size, Type

MOST_LOOKED_AT = 60  # ops of the same block


def axes_taken(
    whole: Type, layout: Layout, index: tuple[Atom, ...]
) -> tuple[tuple[object, ...], ...] | None:
    """The axes that numbers and slices leave of an array: each with the bounds of its slice.

    Equal ones have equal lengths. None for other indices.
    """
    axes = whole.axes if isinstance(whole, Array) else None
    if axes is None:
        return None
    atoms, remaining = iter(index), iter(axes)
    found: list[tuple[object, ...]] = []
    for part in layout.parts if layout is not None and layout.kind == "tuple" else (layout,):
        if part is None:
            if next(atoms).type != INT:
                return None
            next(remaining)
        elif part.kind == "slice":
            bounds = (next(atoms), next(atoms), next(atoms))
            keys = (each.key if isinstance(each, Const) else each for each in bounds)
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
