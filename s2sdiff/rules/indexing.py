"""Reading parts of arrays, and choosing entries."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.infer import joined_kind
from s2sdiff.ir.shapes import broadcast, longer, new_axis
from s2sdiff.ir.types import (
    Array,
    Axes,
    Axis,
    List,
    Scalar,
    Type,
    array,
    axes_of,
)
from s2sdiff.rules.axes import kind, known_axes, normal_axis
from s2sdiff.rules.general import linear, pullback, pushforward
from s2sdiff.rules.registry import Library, defined, without_derivative
from s2sdiff.rules.signatures import static

np = Library("numpy")
operator = Library("operator")
runtime = Library("s2sdiff.runtime")


def sliced(axis: Axis, start: Any, stop: Any, step: Any) -> Axis:
    """The axis of `x[start:stop:step]`."""
    if not all(each is None or isinstance(each, int) for each in (start, stop, step)):
        return new_axis()
    if isinstance(axis, int):
        return len(range(axis)[start:stop:step])
    if step == -1 and start is None and stop is None:
        return axis
    if step not in (None, 1):
        return new_axis()
    first = start or 0
    if stop is None and first == 0:
        return axis
    if stop is None:
        return new_axis() if first < 0 else longer(axis, -first)
    if stop < 0 and first >= 0:
        return longer(axis, stop - first)
    return new_axis()


def is_advanced(part: Any) -> bool:
    """Is it an array or a list of indices, or a mask?"""
    return isinstance(part, Array | list | List)


def rank_used(part: Any) -> int:
    """How many axes a part of an index takes."""
    if part is None or part is Ellipsis:
        return 0
    if isinstance(part, Array) and part.kind == "bool":
        return len(known_axes(part))
    return 1


def axes_of_indices(part: Any) -> Axes:
    """The axes of an array of indices; a mask makes one of its own."""
    if isinstance(part, list):
        if any(isinstance(each, list) for each in part):
            return (len(part), *axes_of_indices(part[0]))
        return (len(part),)
    if isinstance(part, List):
        return (new_axis(),)
    if isinstance(part, Array) and part.kind == "bool":
        return (new_axis(),)
    if isinstance(part, Array):
        if part.kind != "int":
            raise TypeError("arrays used as indices must be of integer (or boolean) type")
        return known_axes(part)
    return ()


def indexed(a: Type, index: Any) -> Type:
    """The type of `a[index]`. Raises TypeError for what is no index."""
    mine = known_axes(a)
    parts = list(index) if isinstance(index, tuple) else [index]
    for part in parts:
        if isinstance(part, float) or (
            isinstance(part, Scalar) and part.kind not in ("int", "bool")
        ):
            raise TypeError("only integers, slices, None, ... and arrays of integers are indices")
        if isinstance(part, bool) or (isinstance(part, Scalar) and part.kind == "bool"):
            raise TypeError("a bool is used as an index")
        if isinstance(part, str):
            raise TypeError("only integers, slices, None, ... and arrays of integers are indices")
    used = sum(map(rank_used, parts))
    if used > len(mine):
        raise TypeError(
            f"too many indices for array: it has {len(mine)} axes, but {used} were indexed"
        )
    if not any(part is Ellipsis for part in parts):
        parts.append(Ellipsis)
    at = next(i for i, part in enumerate(parts) if part is Ellipsis)
    parts[at : at + 1] = [slice(None)] * (len(mine) - used)
    if any(part is Ellipsis for part in parts):
        raise TypeError("an index can only have a single ellipsis")
    return array(kind(a), _result_axes(mine, parts))


def _result_axes(mine: Axes, parts: list[Any]) -> Axes:
    found: list[Axis] = []
    remaining = iter(mine)
    # Numbers beside arrays of indices are indices as well, of no axes.
    has_arrays = any(map(is_advanced, parts))
    place: int | None = None
    places: list[int] = []
    shapes: list[Axes] = []
    for position, part in enumerate(parts):
        if part is None:
            found.append(1)
        elif isinstance(part, slice):
            found.append(sliced(next(remaining), part.start, part.stop, part.step))
        else:
            for _ in range(rank_used(part)):
                next(remaining)
            if has_arrays:
                places.append(position)
                place = len(found) if place is None else place
                shapes.append(axes_of_indices(part))
    if place is None:
        return tuple(found)
    together = places == list(range(places[0], places[0] + len(places)))
    start = place if together else 0
    made = broadcast(shapes)
    assert made is not None
    return (*found[:start], *made, *found[start:])


# Its derivative is not stated here: the cotangent of an array is filled in place
# (differentiate/gathering.py).
@linear(operator.getitem, types=indexed)
def getitem(a: Any, y_bar: Any, *, index: Any) -> Any:
    raise NotImplementedError


def chosen_by(condition: Type, x1: Type = None, x2: Type = None) -> Type:  # type: ignore[assignment]
    if x1 is None or x2 is None:
        raise TypeError("np.where() of a condition alone gives indices: use np.nonzero()")
    axes = broadcast(_axes(each) for each in (condition, x1, x2))
    return array(joined_kind((x1, x2)), axes)


def _axes(type_: Type) -> Axes | None:
    if not isinstance(type_, Array | Scalar):
        raise TypeError("numbers or arrays are needed")
    return axes_of(type_)


# Where nothing is chosen the cotangent is zero, whatever it is multiplied by: see `Chain.multiply`.
@pullback(np.where, types=chosen_by, broadcasts=True)
def where(condition: Any, x1: Any, x2: Any, y: Any, y_bar: Any) -> Any:
    return None, np.where(condition, y_bar, 0.0), np.where(condition, 0.0, y_bar)


@pushforward(np.where, types=chosen_by)
def where_pushforward(
    condition: Any, x1: Any, x2: Any, y: Any, condition_dot: Any, x1_dot: Any, x2_dot: Any
) -> Any:
    return np.where(condition, x1_dot, x2_dot)


# Sorting and taking


@defined(np.take)
def take(a: Any, indices: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.reshape(a, -1)[indices]
    along = front_axis(axis, a)
    places = places_of(indices)
    if along == 0:
        return a[indices]
    if along == 1:
        return a[:, indices]
    found = np.moveaxis(a, along, 0)[indices]
    return np.moveaxis(found, places, from_axis(along, places)) if places else found


@static
def places_of(indices: Any) -> tuple[int, ...]:
    """The first axes, as many as indices have. Raises TypeError for a list of no indices."""
    if isinstance(indices, list | tuple) and not indices:
        raise TypeError("there are no indices")
    return tuple(range(1 if isinstance(indices, list | tuple) else len(known_axes(indices))))


@static
def from_axis(along: Any, places: Any) -> tuple[int, ...]:
    return tuple(along + each for each in places)


@static
def front_axis(axis: Any, x: Any) -> int:
    return normal_axis(axis, len(known_axes(x)))


def along(arr: Type, indices: Any, axis: Any = -1) -> Type:
    mine, made = known_axes(arr), known_axes(indices)
    if axis is None:
        return array(kind(arr), made)
    return array(kind(arr), made if len(made) == len(mine) else mine)


@linear(np.take_along_axis, types=along)
def take_along_axis(arr: Any, y_bar: Any, *, indices: Any, axis: Any = -1) -> Any:
    if axis is None:
        zeros = np.zeros(np.size(arr))
        return np.reshape(runtime.add_along_axis(zeros, indices, y_bar, 0), np.shape(arr))
    zeros = np.zeros_like(arr) if is_smooth(arr) else np.zeros(np.shape(arr))
    return runtime.add_along_axis(zeros, indices, y_bar, axis)


@static
def is_smooth(x: Any) -> bool:
    """Is it of floats? Cotangents of ints are floats too."""
    return kind(x) in ("float32", "float", "complex")


def put_type(x: Type, indices: Any, values: Any = None, axis: Any = None) -> Type:
    return array(kind(x), known_axes(x))


@linear(runtime.add_along_axis, types=put_type, order="x, indices, values, axis")
def add_along_axis(x: Any, values: Any, y_bar: Any, *, indices: Any, axis: Any) -> Any:
    return y_bar, np.take_along_axis(y_bar, indices, axis=axis)


def ordered(a: Type, axis: Any = -1, kind: Any = None) -> Type:
    mine = known_axes(a)
    given = a.kind if isinstance(a, Array) else "float"
    if axis is None and len(mine) > 1:
        return array(given, (new_axis(),))
    return array(given, mine)


def order_type(a: Type, axis: Any = -1, kind: Any = None) -> Type:
    found = ordered(a, axis, kind)
    if not isinstance(found, Array):
        raise TypeError("a number has no order: an array is needed")
    return array("int", found.axes)


without_derivative(np.argsort, signature="a, axis=-1, kind=None", types=order_type, guard=False)


@defined(np.sort)
def sort(a: Any, axis: Any = -1, kind: Any = None) -> Any:
    if axis is None:
        a, axis = np.reshape(a, -1), 0
    return np.take_along_axis(a, np.argsort(a, axis=axis), axis=axis)
