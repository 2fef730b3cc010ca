"""Functions that give an array another shape."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.infer import joined_kind
from s2sdiff.ir.shapes import is_same, longer, new_axis, product_axis
from s2sdiff.ir.types import Array, Axes, Axis, List, Type, axes_of, may_be_one
from s2sdiff.ir.types import array as array_type
from s2sdiff.rules.axes import (
    axes_of_shape,
    is_list,
    is_number,
    kind,
    known_axes,
    normal_axes,
    normal_axis,
    rank_of,
    total,
)
from s2sdiff.rules.general import linear
from s2sdiff.rules.registry import Library, defined
from s2sdiff.rules.signatures import static

np = Library("numpy")
runtime = Library("s2sdiff.runtime")
s2s = Library("s2sdiff.array")


def reshaped(a: Type, shape: Any) -> Type:
    found = list(axes_of_shape(shape))
    given = shape if isinstance(shape, tuple | list) else (shape,)
    if -1 in given and axes_of(a) is not None:  # type: ignore[arg-type]
        found[given.index(-1)] = rest_of(known_axes(a), found, given.index(-1))
    return array_type(kind(a), tuple(found))


def rest_of(mine: Axes, wanted: list[Axis], at: int) -> Axis:
    """The length of -1 in a shape: what the other axes leave of those of the array."""
    left = list(mine)
    for index, axis in enumerate(wanted):
        same = next((i for i, each in enumerate(left) if is_same(each, axis)), None)
        if index == at or axis == 1:
            continue
        if same is None:
            return new_axis()
        del left[same]
    return product_axis(tuple(left))


@linear(np.reshape, types=reshaped, passes_numbers=True)
def reshape(a: Any, y_bar: Any, *, shape: Any) -> Any:
    return y_bar if is_number(y_bar) else np.reshape(y_bar, np.shape(a))


def flattened(a: Type) -> Type:
    axes = known_axes(a)
    if len(axes) == 1:
        return array_type(kind(a), axes)
    return array_type(kind(a), (product_axis(axes),))


@linear(np.ravel, s2s.flatten, types=flattened, passes_numbers=True, guard=False)
def ravel(a: Any, y_bar: Any) -> Any:
    return y_bar if is_number(y_bar) else np.reshape(y_bar, np.shape(a))


@static
def order_of(axes: Any, a: Any) -> tuple[int, ...]:
    """The order of axes that a transposition makes."""
    rank = len(known_axes(a))
    return tuple(range(rank))[::-1] if axes is None else normal_axes(axes, rank)


@static
def is_reversed(order: Any) -> bool:
    return bool(tuple(order) == tuple(range(len(order)))[::-1])


@static
def inverse(order: Any) -> tuple[int, ...]:
    return tuple(order.index(at) for at in range(len(order)))


def transposed(a: Type, axes: Any = None) -> Type:
    mine = known_axes(a)
    return array_type(kind(a), tuple(mine[at] for at in order_of(axes, a)))


@linear(np.transpose, types=transposed, passes_numbers=True, guard=False)
def transpose(a: Any, y_bar: Any, *, axes: Any = None) -> Any:
    if is_number(y_bar):
        return y_bar
    order = inverse(order_of(axes, a))
    return np.transpose(y_bar) if is_reversed(order) else np.transpose(y_bar, order)


def with_new_axes(a: Type, axis: Any) -> Type:
    mine = list(known_axes(a))
    rank = len(mine) + (len(axis) if isinstance(axis, tuple | list) else 1)
    for at in sorted(normal_axes(axis, rank)):
        mine.insert(at, 1)
    return array_type(kind(a), tuple(mine))


@linear(np.expand_dims, types=with_new_axes, passes_numbers=True, guard=False)
def expand_dims(a: Any, y_bar: Any, *, axis: Any) -> Any:
    return y_bar if is_number(y_bar) else np.reshape(y_bar, np.shape(a))


def stretched(array: Type, shape: Any) -> Type:
    known_axes(array)
    return array_type(kind(array), axes_of_shape(shape))


# The driver sums over the axes along which the argument was broadcast.
def unbroadcast_type(x_bar: Type, x: Any) -> Type:
    return array_type(kind(x_bar), axes_of(x))


@linear(runtime.unbroadcast, types=unbroadcast_type, order="x_bar, x", guard=False)
def unbroadcast(x_bar: Any, y_bar: Any, *, x: Any) -> Any:
    return np.broadcast_to(y_bar, np.shape(x_bar))


@linear(np.broadcast_to, types=stretched, broadcasts=True)
def broadcast_to(array: Any, y_bar: Any, *, shape: Any) -> Any:
    return y_bar


# Axes


def swapped(a: Type, axis1: Any, axis2: Any) -> Type:
    mine = list(known_axes(a))
    one, two = normal_axis(axis1, len(mine)), normal_axis(axis2, len(mine))
    mine[one], mine[two] = mine[two], mine[one]
    return array_type(kind(a), tuple(mine))


@linear(np.swapaxes, types=swapped, passes_numbers=True, guard=False)
def swapaxes(a: Any, y_bar: Any, *, axis1: Any, axis2: Any) -> Any:
    return y_bar if is_number(y_bar) else np.swapaxes(y_bar, axis1, axis2)


def moved(a: Type, source: Any, destination: Any) -> Type:
    mine = known_axes(a)
    starts, ends = normal_axes(source, len(mine)), normal_axes(destination, len(mine))
    order = [at for at in range(len(mine)) if at not in starts]
    for end, start in sorted(zip(ends, starts, strict=True)):
        order.insert(end, start)
    return array_type(kind(a), tuple(mine[at] for at in order))


@linear(np.moveaxis, types=moved, passes_numbers=True, guard=False)
def moveaxis(a: Any, y_bar: Any, *, source: Any, destination: Any) -> Any:
    return y_bar if is_number(y_bar) else np.moveaxis(y_bar, destination, source)


def squeezed(a: Type, axis: Any = None) -> Type:
    mine = known_axes(a)
    if axis is None:
        if any(may_be_one(each) and each != 1 for each in mine):
            raise TypeError("which axes have length 1 is known at run time only: name them")
        return array_type(kind(a), tuple(each for each in mine if each != 1))
    gone = normal_axes(axis, len(mine))
    return array_type(kind(a), tuple(each for at, each in enumerate(mine) if at not in gone))


@linear(np.squeeze, types=squeezed, passes_numbers=True)
def squeeze(a: Any, y_bar: Any, *, axis: Any = None) -> Any:
    return y_bar if is_number(y_bar) else np.reshape(y_bar, np.shape(a))


def flipped(m: Type, axis: Any = None) -> Type:
    normal_axes(axis, len(known_axes(m)))
    return array_type(kind(m), known_axes(m))


@linear(np.flip, types=flipped, passes_numbers=True, guard=False)
def flip(m: Any, y_bar: Any, *, axis: Any = None) -> Any:
    if is_number(y_bar):
        return y_bar
    return np.flip(y_bar) if axis is None else np.flip(y_bar, axis)


@defined(np.fliplr)
def fliplr(m: Any) -> Any:
    return m[:, ::-1]


@defined(np.flipud)
def flipud(m: Any) -> Any:
    return m[::-1]


@defined(np.rot90)
def rot90(m: Any, k: Any = 1, axes: Any = (0, 1)) -> Any:
    turns = k % 4
    if turns == 0:
        return m
    if turns == 2:
        return np.flip(m, axes)
    if turns == 1:
        return np.swapaxes(np.flip(m, axes[1]), axes[0], axes[1])
    return np.flip(np.swapaxes(m, axes[0], axes[1]), axes[1])


def rolled(a: Type, shift: Any, axis: Any = None) -> Type:
    return array_type(kind(a), known_axes(a))


@static
def opposite(shift: Any) -> Any:
    return tuple(-each for each in shift) if isinstance(shift, tuple | list) else -shift


@linear(np.roll, types=rolled, passes_numbers=True, guard=False)
def roll(a: Any, y_bar: Any, *, shift: Any, axis: Any = None) -> Any:
    if is_number(y_bar):
        return y_bar
    back = -shift if is_one_number(shift) else opposite(shift)
    return np.roll(y_bar, back) if axis is None else np.roll(y_bar, back, axis)


@static
def is_one_number(shift: Any) -> bool:
    return not isinstance(shift, tuple | list)


@defined(np.atleast_1d)
def atleast_1d(a: Any) -> Any:
    return a if np.ndim(a) else np.reshape(a, 1)


@defined(np.atleast_2d)
def atleast_2d(a: Any) -> Any:
    if np.ndim(a) == 0:
        return np.reshape(a, (1, 1))
    return a[None, :] if np.ndim(a) == 1 else a


@defined(np.atleast_3d)
def atleast_3d(a: Any) -> Any:
    if np.ndim(a) == 0:
        return np.reshape(a, (1, 1, 1))
    if np.ndim(a) == 1:
        return a[None, :, None]
    return a[:, :, None] if np.ndim(a) == 2 else a


# Putting together


def item_of_list(arrays: Any) -> Array | None:
    """The type of the items of a run-time list of arrays."""
    if not isinstance(arrays, List):
        return None
    if not isinstance(arrays.item, Array):
        raise TypeError("a list of arrays of one rank is needed")
    return arrays.item


def joined(arrays: Any, axis: Any = 0) -> Type:
    item = item_of_list(arrays)
    if item is not None:
        mine = list(known_axes(item))
        if axis is None:
            return array_type(item.kind, (new_axis(),))
        mine[normal_axis(axis, len(mine))] = new_axis()
        return array_type(item.kind, tuple(map(renamed, mine)))
    shapes = [known_axes(each) for each in arrays]
    if axis is None:
        sizes = [total(each) for each in shapes]
        known = [size for size in sizes if size is not None]
        length = sum(known) if len(known) == len(sizes) else new_axis()
        return array_type(joined_kind(arrays), (length,))
    first = shapes[0]
    if any(len(each) != len(first) for each in shapes) or not first:
        raise TypeError("all the input arrays must have the same number of axes, and at least one")
    along = normal_axis(axis, len(first))
    axes: list[Axis] = []
    for at, column in enumerate(zip(*shapes, strict=True)):
        if at != along:
            axes.append(common(column))
            continue
        lengths = [each for each in column if isinstance(each, int)]
        is_known = len(lengths) == len(column)
        axes.append(sum(lengths) if is_known else longer_by(column))
    return array_type(joined_kind(arrays), tuple(axes))


def common(column: tuple[Axis, ...]) -> Axis:
    """The axis that all have: what is known best. Raises TypeError."""
    known = [each for each in column if isinstance(each, int)]
    if len(set(known)) > 1:
        raise TypeError(f"axes of lengths {known[0]} and {known[-1]} do not match")
    if known:
        return known[0]
    return next((each for each in column if not may_be_one(each)), column[0])


def longer_by(column: Any) -> Axis:
    """The axis of several joined ones."""
    sizes = [each for each in column if not isinstance(each, int)]
    if len(sizes) == 1:
        return longer(sizes[0], sum(each for each in column if isinstance(each, int)))
    return new_axis()


@linear(np.concatenate, types=joined)
def concatenate(arrays: Any, y_bar: Any, *, axis: Any = 0) -> Any:
    if is_list(arrays):
        return parts_of_list(arrays, y_bar, axis)
    if axis is None:
        parts = take_parts(y_bar, [np.size(each) for each in arrays], 0)
        return tuple(np.reshape(p, np.shape(a)) for p, a in zip(parts, arrays, strict=True))
    return take_parts(y_bar, [np.shape(each)[axis] for each in arrays], axis)


def parts_of_list(arrays: Any, y_bar: Any, axis: Any) -> Any:
    """The cotangents of the items of a run-time list that was joined."""
    parts = []
    start = 0
    for each in arrays:
        if axis is None:
            stop = start + np.size(each)
            parts.append(np.reshape(y_bar[start:stop], np.shape(each)))
        else:
            stop = start + np.shape(each)[axis]
            parts.append(part_along(y_bar, start, stop, axis))
        start = stop
    return parts


def take_parts(y_bar: Any, lengths: Any, axis: Any) -> Any:
    """Parts of these lengths, one behind the other along an axis."""
    parts = []
    start = 0
    *before, _ = lengths
    for length in before:
        stop = start + length
        parts.append(part_along(y_bar, start, stop, axis))
        start = stop
    return (*parts, part_along(y_bar, start, None, axis))


def part_along(x: Any, start: Any, stop: Any, axis: Any) -> Any:
    """`x[..., start:stop, ...]`."""
    along = axis_from_front(axis, x)
    if along == 0:
        return x[start:stop]
    if along == 1:
        return x[:, start:stop]
    if along == rank_of(x) - 1:
        return x[..., start:stop]
    return np.moveaxis(np.moveaxis(x, along, 0)[start:stop], 0, along)


@static
def axis_from_front(axis: Any, x: Any) -> int:
    return normal_axis(axis, len(known_axes(x)))


def renamed(axis: Axis) -> Axis:
    """An axis that all items of a list have."""
    return axis if isinstance(axis, int) or axis.name else new_axis(axis.may_be_one)


def stacked(arrays: Any, axis: Any = 0) -> Type:
    item = item_of_list(arrays)
    if item is not None:
        mine = [*map(renamed, known_axes(item))]
        mine.insert(normal_axis(axis, len(mine) + 1), new_axis())
        return array_type(item.kind, tuple(mine))
    shapes = [known_axes(each) for each in arrays]
    if any(len(each) != len(shapes[0]) for each in shapes):
        raise TypeError("all input arrays must have the same shape")
    axes = [common(column) for column in zip(*shapes, strict=True)]
    axes.insert(normal_axis(axis, len(axes) + 1), len(shapes))
    return array_type(joined_kind(arrays), tuple(axes))


@linear(np.stack, types=stacked)
def stack(arrays: Any, y_bar: Any, *, axis: Any = 0) -> Any:
    if is_list(arrays):
        return [np.copy(item_along(y_bar, at, axis)) for at in range(len(arrays))]
    return tuple(item_along(y_bar, at, axis) for at in range(len(arrays)))


def item_along(x: Any, at: Any, axis: Any) -> Any:
    """`x[..., at, ...]`."""
    along = axis_from_front(axis, x)
    if along == 0:
        return x[at]
    if along == 1:
        return x[:, at]
    if along == rank_of(x) - 1:
        return x[..., at]
    return np.moveaxis(x, along, 0)[at]


@defined(np.vstack)
def vstack(tup: Any) -> Any:
    return np.concatenate([np.atleast_2d(each) for each in tup], axis=0)


@defined(np.hstack)
def hstack(tup: Any) -> Any:
    parts = [np.atleast_1d(each) for each in tup]
    return np.concatenate(parts, axis=0 if np.ndim(parts[0]) == 1 else 1)


@defined(np.dstack)
def dstack(tup: Any) -> Any:
    return np.concatenate([np.atleast_3d(each) for each in tup], axis=2)


@defined(np.column_stack)
def column_stack(tup: Any) -> Any:
    return np.concatenate([e[:, None] if np.ndim(e) == 1 else e for e in tup], axis=1)


@defined(np.append)
def append(arr: Any, values: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.concatenate((np.reshape(arr, -1), np.reshape(values, -1)))
    return np.concatenate((arr, values), axis=axis)


# Taking apart


@defined(np.split)
def split(ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    length = np.shape(ary)[axis]
    if is_one_number(indices_or_sections):
        size = length // indices_or_sections
        starts = [at * size for at in range(indices_or_sections + 1)]
    else:
        starts = [0, *indices_or_sections, length]
    return [part_along(ary, starts[i], starts[i + 1], axis) for i in range(len(starts) - 1)]


@defined(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    length = np.shape(ary)[axis]
    if is_one_number(indices_or_sections):
        size, more = length // indices_or_sections, length % indices_or_sections
        starts = [at * size + min(at, more) for at in range(indices_or_sections + 1)]
    else:
        starts = [0, *indices_or_sections, length]
    return [part_along(ary, starts[i], starts[i + 1], axis) for i in range(len(starts) - 1)]


@defined(np.vsplit)
def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    return np.split(ary, indices_or_sections, axis=0)


@defined(np.hsplit)
def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    return np.split(ary, indices_or_sections, axis=1 if np.ndim(ary) > 1 else 0)


@defined(np.dsplit)
def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    return np.split(ary, indices_or_sections, axis=2)


# Repeating


@defined(np.tile)
def tile(A: Any, reps: Any) -> Any:
    many = (reps,) if is_one_number(reps) else reps
    rank = max(np.ndim(A), len(many))
    shape = (*(1,) * (rank - np.ndim(A)), *np.shape(A))
    counts = (*(1,) * (rank - len(many)), *many)
    inner, outer = [], []
    for length, times in zip(shape, counts, strict=True):
        inner += [1, length]
        outer += [times, length]
    spread = np.broadcast_to(np.reshape(A, tuple(inner)), tuple(outer))
    return np.reshape(
        spread, tuple(times * length for length, times in zip(shape, counts, strict=True))
    )


@defined(np.repeat)
def repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.repeat(np.reshape(a, -1), repeats, axis=0)
    if np.ndim(repeats):
        each = np.broadcast_to(np.asarray(repeats), (np.shape(a)[axis],))
        ends = np.cumsum(each)
        places = np.arange(np.sum(each))
        return np.take(a, np.searchsorted(ends, places, side="right"), axis=axis)
    along = axis_from_front(axis, a)
    shape = np.shape(a)
    front, behind = shape[:along], shape[along + 1 :]
    spread = np.broadcast_to(np.expand_dims(a, along + 1), (*front, shape[along], repeats, *behind))
    return np.reshape(spread, (*front, shape[along] * repeats, *behind))
