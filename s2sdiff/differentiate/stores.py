"""Derivatives of stores into arrays. The shadow of a view is the same view of the shadow.

    x[i] = v                  v_bar = x_bar[i]; x_bar[i] = 0.0
    x[i] += v                 v_bar = x_bar[i]
    x[:] = v                  v_bar = x_bar, and what was in x before has no cotangent
    x.T[1:][i] = v            v_bar = x_bar.T[1:][i]; x_bar.T[1:][i] = 0.0
    xs[k][i] = v              v_bar = xs_bar[k][i]; xs_bar[k][i] = 0.0

Where an array of indices names an entry twice, the last store is the one that counts:

    x[index] = v              order = np.arange(v.size)
                              last = np.zeros(x.shape, int); last[index] = order
                              v_bar = np.where(last[index] == order, x_bar[index], 0.0)
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.differentiate.accumulate import Cotangents
from s2sdiff.differentiate.arrays import (
    call,
    contribution,
    dtype,
    full,
    kind_of,
    real_part,
    retyped,
)
from s2sdiff.differentiate.gathering import item
from s2sdiff.ir.arrays import (
    SIZE,
    Store,
    adds_up,
    is_put,
    is_whole,
    parts_of_store,
    put,
    shape_of,
)
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Cotangent, Op, Value, constant
from s2sdiff.ir.lists import ITEM
from s2sdiff.ir.parts import axes_taken
from s2sdiff.ir.types import Array
from s2sdiff.rules.registry import find_rule, primitive

EQUAL = primitive("operator.eq")
# Functions whose result has no number twice.
DISTINCT = ("numpy.arange", "numpy.argsort", "numpy.flatnonzero", "numpy.nonzero")


def store_back(
    builder: Builder,
    cotangents: Cotangents,
    op: Apply,
    bar: Atom,
    wanted: tuple[bool, ...],
    made: dict[Value, Op],
) -> None:
    """The pullback of a store. `wanted`: which arguments have a cotangent; `made`: the primal's ops."""
    (result,) = op.results
    parts = parts_of_store(op)
    bar = full(builder, bar, result)
    is_replaced = is_put(op.primitive)
    is_all = not parts.way and is_whole(parts.layout, parts.index)
    if wanted[-1] and isinstance(parts.value, Value):
        part = bar if is_all else _item(builder, bar, parts)
        if is_replaced and adds_up(parts.layout, parts.index) and not _are_distinct(parts, made):
            part = _of_last(builder, part, parts, bar if parts.way else result)
        if isinstance(part, Value) and part is not bar and _fills_place(parts, made):
            part = retyped(builder, part, parts.value.type)
        if kind_of(parts.value) != "complex":
            part = real_part(builder, part)
        terms = contribution(cotangents.chain, part, constant(1.0), part, parts.value)  # type: ignore[arg-type]
        cotangents.add(parts.value, *terms, result)
    if not wanted[0] or (is_all and is_replaced) or not isinstance(parts.whole, Value):
        return
    left = bar
    if is_replaced:
        hint = Cotangent(parts.whole)
        left = builder.apply(op.primitive, bar, *parts.place, constant(0.0), hint=hint)
    cotangents.add_tree(parts.whole, left, result)


def _item(builder: Builder, whole: Atom, parts: Store) -> Atom:
    """What is at the place of a store, in an array of the shape that it stores into."""
    for step, atoms in parts.way:
        whole = builder.apply(step, whole, *atoms)
    if parts.way and parts.way[-1][0] is ITEM and is_whole(parts.layout, parts.index):
        return whole
    return item(builder, whole, parts.layout, parts.index)


def _fills_place(parts: Store, made: dict[Value, Op]) -> bool:
    """Has what is stored surely the shape of its place: `A[i, k:] -= v * A[k, k:]`?"""
    if parts.way:
        return False
    place = axes_taken(parts.whole.type, parts.layout, parts.index)
    return place is not None and _shape_of(parts.value, made) == place


def _shape_of(atom: Atom, made: dict[Value, Op]) -> tuple[object, ...] | None:
    """The shape of what is computed, entry by entry, of parts of arrays; None where it is anything else."""
    op = made.get(atom) if isinstance(atom, Value) else None
    if not isinstance(op, Apply):
        return None
    layout = op.primitive.layout
    if op.primitive.name == "operator.getitem" and layout is not None:
        whole, *index = op.args
        return axes_taken(whole.type, layout[1], tuple(index))
    rule = find_rule(op.primitive)
    if rule is None or rule.form != "elementwise" or rule.call is not None:
        return None
    shapes = {_shape_of(arg, made) for arg in op.args if isinstance(arg.type, Array)}
    return shapes.pop() if len(shapes) == 1 else None


def _are_distinct(parts: Store, made: dict[Value, Op]) -> bool:
    """Does the index surely name no entry twice?"""
    arrays = [
        each for each in parts.index if isinstance(each, Value) and isinstance(each.type, Array)
    ]
    if not arrays or any(len(a.type.axes or ()) != 1 for a in arrays if isinstance(a.type, Array)):
        return False
    makers = [made.get(each) for each in arrays]
    return any(isinstance(op, Apply) and op.primitive.name in DISTINCT for op in makers)


def _of_last(builder: Builder, part: Atom, parts: Store, like: Atom) -> Atom:
    """The cotangents `part` of what is stored, but of those that others took the place of.

    What was stored into has the shape of `like`, or its items have.
    """
    while parts.way and parts.way[0][0] is ITEM:
        like = builder.apply(ITEM, like, *parts.way[0][1])
        parts = replace(parts, way=parts.way[1:])
    count = builder.apply(SIZE, part)
    order: Atom = call(builder, "numpy.arange", (count,))
    if isinstance(part.type, Array) and len(part.type.axes or ()) != 1:
        order = call(builder, "numpy.reshape", (order, shape_of(builder, part)))
    last: Atom = call(
        builder, "numpy.zeros", (shape_of(builder, like),), "last", dtype=dtype("int")
    )
    layout = put(parts.layout, tuple(step for step, _ in parts.way))
    last = builder.apply(layout, last, *parts.place, order, hint="last")
    is_last = builder.apply(EQUAL, _item(builder, last, parts), order)
    return call(builder, "numpy.where", (is_last, part, constant(0.0)))
