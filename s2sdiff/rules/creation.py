"""Functions that make arrays of numbers: most have no derivative."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.infer import joined_kind
from s2sdiff.ir.shapes import new_axis
from s2sdiff.ir.types import Array, Axes, List, Scalar, Type, array, axes_of
from s2sdiff.rules.axes import axes_of_shape, axis_of_length, is_list, kind, known_axes
from s2sdiff.rules.general import linear, pushforward
from s2sdiff.rules.registry import Library, without_derivative
from s2sdiff.rules.signatures import static

np = Library("numpy")
s2s = Library("s2sdiff.array")


def like(a: Type, dtype: Any = None) -> Type:
    if not isinstance(a, Array | Scalar):
        raise TypeError("an array is needed")
    return array(dtype or a.kind, axes_of(a))


def made(shape: Any, dtype: Any = "float") -> Type:
    return array(dtype, axes_of_shape(shape))


without_derivative(
    np.zeros_like, np.ones_like, np.empty_like, signature="a, dtype=None", types=like, guard=False
)
without_derivative(
    np.zeros, np.ones, np.empty, signature="shape, dtype='float'", types=made, guard=False
)


def filled_like(fill_value: Type, a: Any = None, dtype: Any = None) -> Type:
    return like(a, dtype)


def filled(fill_value: Type, shape: Any = None, dtype: Any = None) -> Type:
    return array(dtype or kind(fill_value), axes_of_shape(shape))


# The driver sums over the axes along which the entries were repeated.
@linear(
    np.full_like,
    types=filled_like,
    order="a, fill_value, dtype=None",
    broadcasts=True,
    guard=False,
)
def full_like(fill_value: Any, y_bar: Any, *, a: Any, dtype: Any = None) -> Any:
    return y_bar


@pushforward(np.full_like, types=filled_like)
def full_like_pushforward(
    fill_value: Any, y: Any, fill_value_dot: Any, *, a: Any, dtype: Any = None
) -> Any:
    if is_of_ints(a):  # ints have derivatives that are floats
        return np.full(np.shape(a), fill_value_dot)
    return np.full_like(a, fill_value_dot)


@static
def is_of_ints(a: Any) -> bool:
    return kind(a) in ("bool", "int")


@linear(np.full, types=filled, order="shape, fill_value, dtype=None", broadcasts=True, guard=False)
def full(fill_value: Any, y_bar: Any, *, shape: Any, dtype: Any = None) -> Any:
    return y_bar


def copied(a: Type) -> Type:
    return array(kind(a), axes_of(a))  # type: ignore[arg-type]


@linear(np.copy, types=copied, passes_numbers=True, guard=False)
def copy(a: Any, y_bar: Any) -> Any:
    return y_bar


def converted(a: Type, dtype: Any) -> Type:
    if not isinstance(a, Array | Scalar) or dtype not in (
        "bool",
        "int",
        "float32",
        "float",
        "complex",
    ):
        raise TypeError("astype() needs one of float, int, bool, complex, np.float32 and the like")
    return array(dtype, axes_of(a))


# To bools and ints the derivative is zero; `varied_values` knows by the type of the result.
def same(a: Type, dtype: Any = None) -> Type:
    return converted(a, dtype) if dtype is not None else copied(a)


@linear(
    np.asanyarray,
    np.ascontiguousarray,
    np.asfortranarray,
    types=same,
    passes_numbers=True,
    guard=False,
)
def asanyarray(a: Any, y_bar: Any, *, dtype: Any = None) -> Any:
    return y_bar


def number(x: Type) -> Type:
    return array("float", axes_of(x))  # type: ignore[arg-type]


def single_number(x: Type) -> Type:
    return array("float32", axes_of(x))  # type: ignore[arg-type]


@linear(np.float64, np.double, types=number, passes_numbers=True, guard=False)
def float64(x: Any, y_bar: Any) -> Any:
    return y_bar


@linear(np.float32, np.single, types=single_number, passes_numbers=True, guard=False)
def float32(x: Any, y_bar: Any) -> Any:
    return y_bar


def whole_number(x: Type) -> Type:
    return array("int", axes_of(x))  # type: ignore[arg-type]


without_derivative(np.int64, np.int32, np.intp, signature="x", types=whole_number)


@linear(s2s.astype, types=converted, passes_numbers=True, guard=False)
def astype(a: Any, y_bar: Any, *, dtype: Any) -> Any:
    return y_bar


def counted_up(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Type:
    given = [each for each in (start, stop, step) if each is not None]
    if dtype is None:
        dtype = "float" if any(isinstance(g, float) or is_float(g) for g in given) else "int"
    if step in (None, 1) and (stop is None or start == 0):
        return array(dtype, (axis_of_length(start if stop is None else stop),))
    if all(isinstance(each, int) for each in given):
        return array(dtype, (len(range(*given)),))
    return array(dtype, (new_axis(),))


def is_float(value: Any) -> bool:
    return isinstance(value, Scalar) and value.kind == "float"


without_derivative(
    np.arange, signature="start, stop=None, step=None, dtype=None", types=counted_up, guard=False
)


def unit_matrix(N: Any, M: Any = None, k: Any = 0, dtype: Any = "float") -> Type:
    rows = axis_of_length(N)
    return array(dtype, (rows, rows if M is None else axis_of_length(M)))


def square_unit_matrix(n: Any, dtype: Any = "float") -> Type:
    return unit_matrix(n, dtype=dtype)


without_derivative(
    np.eye, signature="N, M=None, k=0, dtype='float'", types=unit_matrix, guard=False
)
without_derivative(np.identity, signature="n, dtype='float'", types=square_unit_matrix, guard=False)


def spaced(start: Type, stop: Type, num: Any = 50, endpoint: Any = True, axis: Any = 0) -> Type:
    if known_axes(start) or known_axes(stop):
        raise TypeError("np.linspace() takes two numbers")
    return array("float", (axis_of_length(num),))


@linear(
    np.linspace, types=spaced, order="start, stop, num=50, endpoint=True, *, axis=0", guard=False
)
def linspace(
    start: Any, stop: Any, y_bar: Any, *, num: Any = 50, endpoint: Any = True, axis: Any = 0
) -> Any:
    weights = np.linspace(0.0, 1.0, num) if endpoint else np.arange(num) / num
    return np.sum((1.0 - weights) * y_bar), np.sum(weights * y_bar)


# Arrays of numbers, and of arrays


def shape_of_items(items: Any) -> Axes:
    if not isinstance(items, list | tuple):
        return known_axes(items)
    inner = [shape_of_items(each) for each in items]
    if any(len(each) != len(inner[0]) for each in inner):
        raise TypeError("the items have different shapes")
    return (len(inner), *(inner[0] if inner else ()))


def flat_items(items: Any) -> list[Any]:
    if not isinstance(items, list | tuple):
        return [items]
    return [leaf for each in items for leaf in flat_items(each)]


def array_type(object: Any, dtype: Any = None) -> Type:
    if isinstance(object, List):
        return listed_type(object, dtype)
    leaves = flat_items(object)
    if not all(isinstance(each, Scalar | Array) for each in leaves):
        raise TypeError("an array is made of numbers and arrays")
    given = dtype or (joined_kind(leaves) if leaves else "float")
    return array(given, shape_of_items(object))


def listed_type(items: List, dtype: Any) -> Type:
    depth, inner = 0, items
    axes: list[Any] = []
    item: Type = items
    while isinstance(item, List):
        axes.append(new_axis())
        item = item.item
        depth += 1
    if depth > 2:
        raise TypeError("an array of more than two axes is made of lists in lists: stack arrays")
    if isinstance(item, Array):
        axes += [new_axis() for _ in known_axes(item)]
    if not isinstance(item, Scalar | Array) or not isinstance(inner, List):
        raise TypeError("an array is made of numbers and arrays")
    return array(dtype or item.kind, tuple(axes))


@static
def is_nested(items: Any) -> bool:
    return isinstance(items, list | tuple)


def items_back(items: Any, bar: Any) -> Any:
    """The cotangents of the items of an array."""
    if not is_nested(items):
        return bar
    return tuple(items_back(each, bar[at]) for at, each in enumerate(items))


@static
def is_list_of_lists(items: Any) -> bool:
    return isinstance(items, List) and isinstance(items.item, List)


@linear(np.array, np.asarray, types=array_type, guard=False)
def array_(object: Any, y_bar: Any, *, dtype: Any = None) -> Any:
    if is_list_of_lists(object):
        return [list_back(object[at], y_bar[at]) for at in range(len(object))]
    if is_list(object):
        return list_back(object, y_bar)
    return items_back(object, y_bar)


def list_back(items: Any, bar: Any) -> Any:
    """The cotangent of a list whose items an array holds."""
    return [bar[at] for at in range(len(items))]
