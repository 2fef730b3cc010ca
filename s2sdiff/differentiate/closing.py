"""Derivatives as one value, with zeros written out: in the structure and the shapes of what they are of.

zero of a list of floats         [0.0] * len(xs)
cotangent of (x, a) where only x has one        (x_bar, np.zeros_like(a))
"""

from __future__ import annotations

from s2sdiff.differentiate.accumulate import close_tree
from s2sdiff.differentiate.arrays import full, zeros
from s2sdiff.errors import internal
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Hint, Value, constant
from s2sdiff.ir.forms import BUILD, Tree, build, open_parts
from s2sdiff.ir.lists import ZEROS_LIKE
from s2sdiff.ir.structure import PACK, SHAPED
from s2sdiff.ir.types import (
    Array,
    List,
    Structure,
    Tuple,
    Type,
    cotangent_type,
    has_derivative,
    holds_arrays,
    parts,
)


def zero(builder: Builder, like: Atom) -> Atom:
    """The derivative zero of a value of this type."""
    return zero_of(builder, like.type, like)


def zero_of(builder: Builder, type_: Type, like: Atom | None = None) -> Atom:
    """The derivative zero of a type; that of a list needs a list of that length."""
    match type_:
        case List():
            if like is None:
                raise internal("differentiate", "a list inside a list has no derivative")
            return builder.apply(ZEROS_LIKE, like)
        case Array():
            if like is None:
                raise internal("differentiate", "an array of unknown shape has no derivative")
            return zeros(builder, like)
        case Tuple() if like is not None and holds_arrays(type_):
            return close_like(builder, None, like)
        case Tuple():
            return close_tree(builder, None, type_)
    return constant(0.0)


def check_shapes(builder: Builder, seed: Tree, primal: Atom) -> None:
    """Append a check of each array in a seed: a seed of another shape would be broadcast."""
    if isinstance(seed, list) and isinstance(primal, Value) and holds_arrays(primal.type):
        for part, value in zip(seed, _parts_of(builder, primal), strict=True):
            check_shapes(builder, part, value)
    elif isinstance(seed, Value) and isinstance(primal, Value) and isinstance(primal.type, Array):
        name, other = (each.hint if isinstance(each.hint, str) else "" for each in (seed, primal))
        sentence = f"the shape of {name or 'a seed'} is not that of {other or 'what it is for'}"
        builder.run(SHAPED, seed, primal, constant(sentence))


def close_like(builder: Builder, tree: Tree, primal: Atom, hint: Hint = None) -> Atom:
    """A derivative of `primal` as one value, zeros written out; those of lists have its lengths."""
    type_ = primal.type
    if tree is None and isinstance(type_, List):
        return builder.apply(ZEROS_LIKE, primal)
    if isinstance(type_, Array):
        assert not isinstance(tree, list)
        if not has_derivative(type_):
            return constant(None)
        return zeros(builder, primal, hint) if tree is None else full(builder, tree, primal, hint)
    if not isinstance(type_, Structure) or not _needs_primal(tree, type_):
        return close_tree(builder, tree, cotangent_type(type_), hint)
    trees = tree if isinstance(tree, list) else [None] * len(parts(type_))
    assert isinstance(primal, Value)
    items = _parts_of(builder, primal)
    closed = [close_like(builder, t, item) for t, item in zip(trees, items, strict=True)]
    whole = cotangent_type(type_)
    assert isinstance(whole, Structure)
    return build(builder, whole, closed)


def _parts_of(builder: Builder, whole: Value) -> tuple[Atom, ...]:
    """The parts of a structure: those that it was packed from, if that was done in this block."""
    op = builder.maker(whole)
    if isinstance(op, Apply) and op.primitive is PACK:
        return op.args
    if isinstance(op, Apply) and op.primitive is BUILD and isinstance(whole.type, Tuple):
        return op.args[1:]
    return open_parts(builder, whole, "part")


def opened(builder: Builder, bar: Atom) -> Tree:
    """A derivative as a tree: of the parts that it was packed from, if that was done in this block."""
    if isinstance(bar, Value) and isinstance(bar.type, Tuple):
        return [opened(builder, part) for part in _parts_of(builder, bar)]
    return bar


def _needs_primal(tree: Tree, type_: Type) -> bool:
    """Is there a list in the structure `type_` for which `tree` has nothing, or an array?"""
    if isinstance(type_, Structure):
        items = parts(type_)
        trees = tree if isinstance(tree, list) else [None] * len(items)
        return any(_needs_primal(t, item) for t, item in zip(trees, items, strict=True))
    return isinstance(type_, Array) or (tree is None and isinstance(type_, List))
