"""Arrays put together from blocks, and arrays with entries left out or put in."""

from __future__ import annotations

from typing import Any

from s2sdiff.rules.axes import rank_of
from s2sdiff.rules.creation import is_nested
from s2sdiff.rules.registry import Library, defined
from s2sdiff.rules.shaping import axis_from_front, part_along
from s2sdiff.rules.signatures import is_known, static

np = Library("numpy")


@static
def depth_of(blocks: Any) -> int:
    """How many lists there are around a block. Raises TypeError."""
    if not isinstance(blocks, tuple | list):
        return 0
    inner = [isinstance(each, tuple | list) for each in blocks]
    if any(inner) and not all(inner):
        raise TypeError("blocks are given in a list, or in a list of lists of rows")
    return 2 if any(inner) else 1


@defined(np.block)
def block(arrays: Any) -> Any:
    if depth_of(arrays) == 0:
        return np.atleast_1d(arrays) if np.ndim(arrays) else arrays
    if depth_of(arrays) == 1:
        return np.concatenate([np.atleast_1d(each) for each in arrays], axis=-1)
    rows = [np.concatenate([np.atleast_2d(e) for e in row], axis=-1) for row in arrays]
    return np.concatenate(rows, axis=-2)


@static
def check_index(obj: Any) -> None:
    if is_nested(obj) or isinstance(obj, slice) or rank_of(obj):
        raise TypeError("one index is needed, not several")


@static
def is_small(obj: Any) -> bool:
    """Is it surely an index from the front?"""
    return is_known(obj) and obj >= 0


def in_a_row(arr: Any) -> Any:
    return arr if rank_of(arr) == 1 else np.reshape(arr, -1)


def place(obj: Any, length: Any) -> Any:
    """An index counted from the front."""
    check_index(obj)
    return obj if is_small(obj) else obj % length


@defined(np.delete)
def delete(arr: Any, obj: Any, axis: Any = None) -> Any:
    if axis is None:
        arr, axis = in_a_row(arr), 0
    at = place(obj, np.shape(arr)[axis])
    rest = (part_along(arr, None, at, axis), part_along(arr, at + 1, None, axis))
    return np.concatenate(rest, axis=axis)


@defined(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    if axis is None:
        arr, axis = in_a_row(arr), 0
    at = insertion(obj, np.shape(arr)[axis])
    first, last = part_along(arr, None, at, axis), part_along(arr, at, None, axis)
    added = row_of(values) if rank_of(arr) == 1 else between(values, first, axis)
    return np.concatenate((first, added, last), axis=axis)


def row_of(values: Any) -> Any:
    return in_a_row(values) if rank_of(values) else np.array([values])


def insertion(obj: Any, length: Any) -> Any:
    check_index(obj)
    return obj if is_small(obj) else (obj if obj >= 0 else obj + length)


def between(values: Any, like: Any, axis: Any) -> Any:
    """What is put into an array at one place of an axis."""
    along = axis_from_front(axis, like)
    shape = np.shape(like)
    row = np.broadcast_to(values, (*shape[:along], *shape[along + 1 :]))
    return np.expand_dims(row, along)
