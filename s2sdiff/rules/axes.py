"""What rules of arrays know about axes, while compiling."""

from __future__ import annotations

import math
from typing import Any

from s2sdiff.ir.shapes import new_axis
from s2sdiff.ir.types import Array, Axes, Axis, Kind, List, Scalar, Size, Tuple, axes_of
from s2sdiff.rules.signatures import static


def known_axes(a: Any) -> Axes:
    """The axes of data. Raises TypeError where their number is known at run time only."""
    if isinstance(a, int | float):
        return ()
    if isinstance(a, List):
        raise TypeError("an array is needed, not a list: write np.array(xs)")
    if not isinstance(a, Array | Scalar):
        raise TypeError("an array is needed")
    axes = axes_of(a)
    if axes is None:
        raise TypeError("the number of its axes is known at run time only")
    return axes


def kind(a: Any) -> Kind:
    """The kind of data. Raises TypeError for anything else."""
    if isinstance(a, List):
        raise TypeError("an array is needed, not a list: write np.array(xs)")
    if not isinstance(a, Array | Scalar):
        raise TypeError("an array is needed")
    return a.kind


def normal_axis(axis: object, rank: int) -> int:
    """An axis counted from the front. Raises TypeError."""
    if not isinstance(axis, int):
        raise TypeError("an axis has to be known while compiling")
    if not -rank <= axis < rank:
        raise TypeError(f"axis {axis} is out of bounds for array of dimension {rank}")
    return axis % rank


def normal_axes(axis: object, rank: int) -> tuple[int, ...]:
    """Axes counted from the front; all of them for None. Raises TypeError."""
    if axis is None:
        return tuple(range(rank))
    given = axis if isinstance(axis, tuple | list) else (axis,)
    return tuple(normal_axis(each, rank) for each in given)


def axes_of_shape(shape: Any) -> Axes:
    """The axes of a shape; a length of -1 is worked out at run time."""
    if isinstance(shape, Tuple):
        return tuple(new_axis() for _ in shape.items)
    given = shape if isinstance(shape, tuple | list) else (shape,)
    return tuple(map(axis_of_length, given))


def axis_of_length(length: Any) -> Axis:
    if isinstance(length, Size):
        return length
    known = isinstance(length, int) and length >= 0
    return length if known else new_axis()


def total(axes: Axes) -> int | None:
    """How many entries there are, if that is known."""
    lengths = [axis for axis in axes if isinstance(axis, int)]
    return math.prod(lengths) if len(lengths) == len(axes) else None


@static
def is_number(x: Any) -> bool:
    """Is it one number, and no array?"""
    return not isinstance(x, Array)


@static
def is_list(items: Any) -> bool:
    """Is it a list whose length is known at run time only?"""
    return isinstance(items, List)


@static
def is_complex(x: Any) -> bool:
    """Is it a complex number, or an array of such?"""
    return isinstance(x, complex) or (isinstance(x, Array | Scalar) and x.kind == "complex")


@static
def rank_of(x: Any) -> int:
    return len(known_axes(x))


@static
def axes_in_order(axis: Any, x: Any) -> tuple[int, ...]:
    """The axes that `axis` names, counted from the front and in order; all of them for None."""
    return tuple(sorted(normal_axes(axis, len(known_axes(x)))))
