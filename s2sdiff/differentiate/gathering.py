"""Derivatives of reads of arrays: the cotangent goes back to where the entries came from, in place.

    y = x[1:]               x_bar = np.zeros_like(x)
    z = x[i]          ->    x_bar[i] += z_bar
                            x_bar[1:] += y_bar

All reads of one array fill one cotangent, so n reads of single entries cost O(n). Where an array of indices
names an entry twice its cotangents add up. What is added to a part of a part goes there at once:

    row = x[i]
    y = row[0]        ->    x_bar[i, 0] += y_bar
"""

from __future__ import annotations

from typing import TypeAlias

from s2sdiff.differentiate.accumulate import Cotangents
from s2sdiff.differentiate.arrays import (
    call,
    full,
    is_spread,
    kind_of,
    real_part,
    retyped,
)
from s2sdiff.differentiate.closing import close_like
from s2sdiff.ir.arrays import (
    ZEROS,
    Store,
    adds_up,
    is_basic,
    is_scatter,
    is_store,
    length_of_axis,
    parts_of_store,
    scatter,
)
from s2sdiff.ir.build import Builder, number
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Cotangent,
    Group,
    Hint,
    Layout,
    Primitive,
    Value,
    is_none,
)
from s2sdiff.ir.forms import Tree
from s2sdiff.ir.lists import ITEM
from s2sdiff.ir.parts import Place, composed, index_parts
from s2sdiff.ir.shapes import is_same
from s2sdiff.ir.types import Array
from s2sdiff.rules.registry import RULES, called_primitive, getting

GETITEM = "operator.getitem"
Views: TypeAlias = tuple[tuple[Primitive, tuple[Atom, ...]], ...]  # each with its arguments


def give_back(
    builder: Builder,
    cotangents: Cotangents,
    op: Apply,
    bar: Tree,
    way: tuple[Value, tuple[Atom, ...]],
    standing: tuple[Value, ...] = (),
) -> None:
    """Add the cotangent of `x[index]` to that of x.

    `way` is the list whose cotangent takes it, and where x is in it; x itself where there is none.
    Lengths of axes are read from what is `standing`.
    """
    whole, *index = op.args
    assert isinstance(whole, Value) and not isinstance(bar, list) and bar is not None
    assert op.primitive.layout is not None
    layout = op.primitive.layout[1]
    hint = Cotangent(whole)
    added = new_axes(layout, tuple(index))
    if added is not None:
        bar = full(builder, bar, op.results[0])
        plain, factor = _without_factor(builder, bar)
        if added and factor != 1:  # a sum that keeps its axes is one that does not
            part = call(builder, "numpy.squeeze", (plain,), axis=added)
            cotangents.add_tree(whole, cotangents.chain.scale(part, factor, None), op.results[0])
            return
        shape = call(builder, "numpy.squeeze", (bar,), axis=added) if added else bar
        cotangents.add_tree(whole, shape, op.results[0])
        return
    if kind_of(whole) != "complex":
        bar = real_part(builder, bar)
    many = adds_up(layout, tuple(index))
    root, path = way
    if path:
        now, hint = cotangents.list_bar(root), Cotangent(root)
    else:
        if whole not in cotangents.running:
            start_gathering(builder, cotangents, whole, standing)
        now = cotangents.running[whole]
    place = (layout, tuple(index))
    for views, (inner, at), part_bar in _added_parts(builder, op, place, bar):
        steps = tuple(atom for _, atoms in views for atom in atoms)
        adding = scatter(inner, many, (ITEM,) * len(path) + tuple(step for step, _ in views))
        now = builder.apply(adding, now, *path, *steps, *at, part_bar, hint=hint)
    cotangents.running[root if path else whole] = now


def _added_parts(
    builder: Builder, op: Apply, place: Place, bar: Atom
) -> list[tuple[Views, Place, Atom]]:
    """What is added for `bar`, the cotangent of `x[place]`: through what views of x_bar, where, and what.

    That is each part by itself, where `bar` is made of zeros by adding to parts of it.
    """
    layout, index = place
    is_like = kind_of(bar) == kind_of(op.args[0]) and not is_spread(bar, op.results[0].type)
    added = _added_to_zeros(builder, bar) if is_like and is_basic(layout, index) else []
    found: list[tuple[Views, Place, Atom]] = []
    for each in added:
        inner = (each.layout, each.index)
        joint = None if each.way else composed(place, inner)
        views = () if joint else ((getting(layout), index), *each.way)
        found.append((views, joint or inner, each.value))
    return found or [((), place, bar)]


def _added_to_zeros(builder: Builder, bar: Atom) -> list[Store]:
    """The numbers and slices that were added to zeros, which gave `bar`; none where there is more to it."""
    found: list[Store] = []
    made = builder.maker(bar)
    while is_store(made) and is_scatter(made.primitive):
        parts = parts_of_store(made)
        if any(step is ITEM for step, _ in parts.way) or not is_basic(parts.layout, parts.index):
            return []
        found.insert(0, parts)
        made = builder.maker(parts.whole)
    is_zero = isinstance(made, Apply) and made.primitive.name in ZEROS
    return found if is_zero else []


def start_gathering(
    builder: Builder, cotangents: Cotangents, whole: Value, standing: tuple[Value, ...]
) -> None:
    """From here on the cotangent of an array is added to in place."""
    hint = Cotangent(whole)
    taken = cotangents.take(whole)
    zeros = None if taken is not None else zeros_of_lengths(builder, whole, standing, hint)
    cotangents.running[whole] = zeros or close_like(builder, taken, whole, hint)
    if taken is None:
        cotangents.begun.add(whole)


def _without_factor(builder: Builder, bar: Atom) -> tuple[Atom, float]:
    """x and c, where `bar` was computed as x * c."""
    made = builder.maker(bar)
    if isinstance(made, Apply) and made.primitive.name == "operator.mul":
        for x, by in (made.args, made.args[::-1]):
            factor = number(by)
            if isinstance(factor, float | int):
                return x, float(factor)
    return bar, 1.0


def new_axes(layout: Layout, index: tuple[Atom, ...]) -> tuple[int, ...] | None:
    """The axes that `x[:, None]` adds; None where it does something else."""
    parts = index_parts(layout, index)
    if not all(is_none(atom) for _, inside in parts for atom in inside):
        return None
    return tuple(at for at, (part, _) in enumerate(parts) if part is None)


def zeros_of_lengths(
    builder: Builder, whole: Value, standing: tuple[Value, ...], hint: Hint
) -> Value | None:
    """Zeros in the shape of `whole` without reading it; None where its lengths are not known otherwise."""
    type_ = whole.type
    if not isinstance(type_, Array) or type_.kind != "float" or not type_.axes:
        return None
    places = [
        (value, at, axis)
        for value in standing
        if isinstance(value.type, Array)
        for at, axis in enumerate(value.type.axes or ())
    ]
    found: list[tuple[Value, int]] = []
    for mine in type_.axes:
        place = next(((v, at) for v, at, axis in places if is_same(mine, axis)), None)
        if place is None:
            return None
        found.append(place)
    lengths = [length_of_axis(builder, value, at) for value, at in found]
    rule = RULES["numpy.zeros"]
    assert rule.call is not None
    group = Group("tuple", (None,) * len(lengths))
    made = called_primitive("numpy.zeros", rule.call, (group,), ())
    return retyped(builder, builder.apply(made, *lengths, hint=hint), type_)


def item(builder: Builder, whole: Atom, layout: Layout, index: tuple[Atom, ...]) -> Value:
    """`whole[index]`."""
    return builder.apply(getting(layout), whole, *index)
