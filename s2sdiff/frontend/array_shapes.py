"""What the user's code asks of the shape of an array: `x.shape`, `x.size`, `x.ndim`, `len(x)`."""

from __future__ import annotations

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.array_arguments import ranked
from s2sdiff.frontend.meanings import Meaning, Sequence
from s2sdiff.frontend.operations import OperationLowerer
from s2sdiff.ir.arrays import LENGTHS, RANK, SIZE, SIZE_OF_EITHER, length_of_axis
from s2sdiff.ir.core import Atom, Value, constant
from s2sdiff.ir.shapes import product_axis
from s2sdiff.ir.types import Array


def shape(low: OperationLowerer, whole: Atom, span: Span) -> Meaning:
    whole = ranked(low, whole, span)
    type_ = whole.type
    if not isinstance(type_, Array):
        return Sequence(())
    if type_.axes is None:
        fail(
            "S2S306",
            "the shape of an array whose rank is known at run time only",
            span,
            "give both paths arrays of the same rank",
        )
    lengths = tuple(length_of_axis(low.builder, whole, at) for at in range(len(type_.axes)))
    low.lengths.update(each for each in lengths if isinstance(each, Value))
    found = Sequence(lengths)
    if isinstance(whole, Value):
        low.shape_values[found] = whole
    return found


def size(low: OperationLowerer, whole: Atom) -> Atom:
    if not isinstance(whole.type, Array):
        return constant(1)
    axes = whole.type.axes
    if axes is not None and len(axes) == 1:
        return length_of_axis(low.builder, whole, 0)
    if axes is not None and all(isinstance(axis, int) for axis in axes):
        total = 1
        for axis in axes:
            assert isinstance(axis, int)
            total *= axis
        return constant(total)
    if axes is None:
        return low.builder.apply(SIZE_OF_EITHER, whole)
    found = low.builder.apply(SIZE, whole)
    LENGTHS[found] = product_axis(axes)
    return found


def rank(low: OperationLowerer, whole: Atom) -> Atom:
    if not isinstance(whole.type, Array):
        return constant(0)
    if whole.type.axes is not None:
        return constant(len(whole.type.axes))
    return low.builder.apply(RANK, whole)


def length(low: OperationLowerer, whole: Atom, span: Span) -> Atom:
    """`len(x)`. Raises S2S306."""
    whole = ranked(low, whole, span)
    type_ = whole.type
    assert isinstance(type_, Array)
    if type_.axes is None:
        fail("S2S306", "len() of an array whose rank is not known", span, "use one rank")
    found = length_of_axis(low.builder, whole, 0)
    if isinstance(found, Value):
        low.lengths.add(found)
    return found
