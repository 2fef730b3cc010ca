"""Indices of arrays in the user's code: how they are laid out, and what is read with them.

x[1:, None]       ->     operator.getitem(x, (1:, None))
for row in x      ->     x[0], x[1], ... each read in its turn
"""

from __future__ import annotations

import ast

from s2sdiff.errors import Span
from s2sdiff.frontend.array_arguments import ranked
from s2sdiff.frontend.array_shapes import length
from s2sdiff.frontend.arrays import apply_call, laid_out
from s2sdiff.frontend.meanings import Meaning, Sequence, Turns, Wish
from s2sdiff.frontend.operations import Frame, OperationLowerer
from s2sdiff.ir.core import Atom, Const, Group, Hint, Layout, constant
from s2sdiff.ir.types import Array, Scalar, Type, axes_of
from s2sdiff.rules.registry import RULES


def index_layout(
    low: OperationLowerer, frame: Frame, node: ast.expr, atoms: list[Atom], span: Span
) -> Layout:
    """Append the atoms of an index; how they are grouped."""
    match node:
        case ast.Tuple(elts=[]):  # the whole array
            atoms.append(constant(...))
            return None
        case ast.Tuple(elts=items):
            return Group(
                "tuple", tuple(index_layout(low, frame, item, atoms, span) for item in items)
            )
        case ast.Slice(lower=lower, upper=upper, step=step):
            parts: list[Layout] = []
            for bound in (lower, upper, step):
                if bound is None:
                    atoms.append(constant(None))
                    parts.append(None)
                else:
                    parts.append(laid_out(low, low.expression(frame, bound), atoms, span))
            return Group("slice", tuple(parts))
    return _unslice(laid_out(low, low.expression(frame, node), atoms, span), atoms)


def _unslice(layout: Layout, atoms: list[Atom]) -> Layout:
    """Slices that are constants, as groups of their own. Only whole indices of rules hold them."""
    if layout is None:
        last = atoms[-1]
        if isinstance(last, Const) and isinstance(last.value, slice):
            atoms[-1:] = [constant(b) for b in (last.value.start, last.value.stop, last.value.step)]
            return Group("slice", (None, None, None))
        return None
    if layout.kind == "tuple":
        start = len(atoms) - sum(1 for _ in layout.parts)
        if all(part is None for part in layout.parts):
            flat = atoms[start:]
            del atoms[start:]
            parts: list[Layout] = []
            for atom in flat:
                atoms.append(atom)
                parts.append(_unslice(None, atoms))
            return Group("tuple", tuple(parts))
    return layout


def item(
    low: OperationLowerer, frame: Frame, whole: Meaning, node: ast.expr, hint: Hint, span: Span
) -> Meaning:
    """`x[index]`."""
    atoms: list[Atom] = []
    layout = index_layout(low, frame, node, atoms, span)
    return item_at(low, whole, layout, tuple(atoms), span, hint)


def of_entry(
    type_: Type, layout: Layout, index: tuple[Atom, ...]
) -> tuple[Layout, tuple[Atom, ...]]:
    """`x[..., i]` of an array of one axis as `x[i]`, and its like; other indices as they are."""
    axes = axes_of(type_) if isinstance(type_, Array) else None
    if layout is None or layout.kind != "tuple" or any(layout.parts) or axes is None:
        return layout, index
    kept = tuple(a for a in index if not (isinstance(a, Const) and a.value is ...))
    are_ints = all(isinstance(a.type, Scalar) and a.type.kind == "int" for a in kept)
    if len(kept) == len(index) or len(kept) != len(axes) or not are_ints:
        return layout, index
    return (Group("tuple", (None,) * len(kept)) if len(kept) > 1 else None), kept


def item_at(
    low: OperationLowerer,
    whole: Meaning,
    layout: Layout,
    index: tuple[Atom, ...],
    span: Span,
    hint: Hint = None,
) -> Meaning:
    """`x[index]`, of an index that is laid out."""
    whole, (layout, index) = low.place_now(whole, (layout, index))
    base = low.atom(whole, span)
    layout, entry = of_entry(base.type, layout, index)
    rule = RULES["operator.getitem"]
    atoms = [base, *entry]
    found = apply_call(low, rule, "operator.getitem", (None, layout), (), atoms, hint, span)
    if entry is not index:
        low.loosen(found, "what x[..., i] gives, which is a part of an array")
    return found


def row_of(low: OperationLowerer, whole: Meaning, index: Atom, hint: Hint, span: Span) -> Meaning:
    """`x[i]`."""
    return item_at(low, whole, None, (index,), span, hint)


def rows(low: OperationLowerer, whole: Meaning, span: Span) -> Sequence | Turns:
    """What a loop over an array meets."""
    type_ = ranked(low, low.atom(whole, span), span).type
    assert isinstance(type_, Array)
    if type_.axes is not None and isinstance(type_.axes[0], int) and type_.axes[0] <= 16:
        return Sequence(
            tuple(row_of(low, whole, constant(at), None, span) for at in range(type_.axes[0]))
        )

    return turns_over_rows(low, whole, span)


def turns_over_rows(low: OperationLowerer, whole: Meaning, span: Span) -> Turns:
    """The same, each row read in its turn."""

    def at(index: Atom, wish: Wish) -> Meaning:
        return row_of(low, whole, index, wish if isinstance(wish, str) else None, span)

    return Turns(lambda: length(low, low.atom(whole, span), span), at)
