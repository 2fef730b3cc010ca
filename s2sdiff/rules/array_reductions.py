"""Sums and their like: functions that make one number of the entries along axes, or running ones."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.shapes import new_axis
from s2sdiff.ir.types import Axes, Type, array, smooth_kind
from s2sdiff.rules.axes import (
    axes_in_order,
    is_number,
    kind,
    known_axes,
    normal_axes,
    rank_of,
    total,
)
from s2sdiff.rules.general import linear, pullback, pushforward
from s2sdiff.rules.registry import Library, defined, without_derivative
from s2sdiff.rules.signatures import static

np = Library("numpy")
s2s = Library("s2sdiff.array")


def remaining(a: Type, axis: Any, keepdims: Any) -> Axes:
    """The axes that a reduction leaves."""
    if axis is None and not keepdims:
        return ()
    mine = known_axes(a)
    gone = normal_axes(axis, len(mine))
    if keepdims:
        return tuple(1 if at in gone else each for at, each in enumerate(mine))
    return tuple(each for at, each in enumerate(mine) if at not in gone)


def summed(a: Type, axis: Any = None, keepdims: Any = False, where: Any = None) -> Type:
    given = kind(a)
    return array("int" if given == "bool" else given, remaining(a, axis, keepdims))


def averaged(
    a: Type, axis: Any = None, keepdims: Any = False, ddof: Any = 0, where: Any = None
) -> Type:
    return array(smooth_kind(kind(a)), remaining(a, axis, keepdims))


def chosen(a: Type, axis: Any = None, keepdims: Any = False) -> Type:
    return array(kind(a), remaining(a, axis, keepdims))


def tested(a: Type, axis: Any = None, keepdims: Any = False) -> Type:
    return array("bool", remaining(a, axis, keepdims))


def counted(a: Type, axis: Any = None, keepdims: Any = False) -> Type:
    return array("int", remaining(a, axis, keepdims))


@static
def is_leading(axis: Any, x: Any) -> bool:
    """Are the axes the first ones? Then what is left is broadcast along them anyway."""
    axes = axes_in_order(axis, x)
    return bool(axes == tuple(range(len(axes))))


def spread(bar: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    """What is left of `x` along `axis`, such that it is broadcast along it."""
    if is_number(bar) or keepdims or axis is None or is_leading(axis, x):
        return bar
    return np.expand_dims(bar, axis)


def count(x: Any, axis: Any) -> Any:
    """How many entries there are along the axes."""
    if axis is None:
        return np.size(x)
    first, *others = axes_in_order(axis, x)
    found = np.shape(x)[first]
    for at in others:
        found = found * np.shape(x)[at]
    return found


# `array.sum` is the method: emitted text calls it on names.
@linear(
    np.sum,
    s2s.sum,
    types=summed,
    order="a, axis=None, *, keepdims=False, where=None",
    passes_numbers=True,
    guard=False,
)
def sum_(a: Any, y_bar: Any, *, axis: Any = None, keepdims: Any = False, where: Any = None) -> Any:
    bar = spread(y_bar, a, axis, keepdims)
    return bar if where is None else np.where(where, bar, 0.0)


@linear(
    np.mean,
    types=averaged,
    order="a, axis=None, *, keepdims=False",
    passes_numbers=True,
    guard=False,
)
def mean(a: Any, y_bar: Any, *, axis: Any = None, keepdims: Any = False) -> Any:
    return spread(y_bar / count(a, axis), a, axis, keepdims)


# Sums of squares: the partial by the mean is zero.
@pullback(
    np.var,
    types=averaged,
    order="a, axis=None, *, ddof=0, keepdims=False",
    passes_numbers=True,
    guard=False,
)
def var(
    a: Any, y: Any, y_bar: Any, *, axis: Any = None, ddof: Any = 0, keepdims: Any = False
) -> Any:
    scaled = spread(y_bar * (2.0 / (count(a, axis) - ddof)), a, axis, keepdims)
    return scaled * (a - np.mean(a, axis=axis, keepdims=axis is not None))


@pushforward(np.var, types=averaged)
def var_pushforward(
    a: Any, y: Any, a_dot: Any, *, axis: Any = None, ddof: Any = 0, keepdims: Any = False
) -> Any:
    away = a - np.mean(a, axis=axis, keepdims=axis is not None)
    total = np.sum(away * a_dot, axis=axis, keepdims=keepdims)
    return total * (2.0 / (count(a, axis) - ddof))


# Where all entries are equal it has a slope in every direction; their mean is taken.
@pullback(
    np.std,
    types=averaged,
    order="a, axis=None, *, ddof=0, keepdims=False",
    passes_numbers=True,
    guard=False,
)
def std(
    a: Any, y: Any, y_bar: Any, *, axis: Any = None, ddof: Any = 0, keepdims: Any = False
) -> Any:
    below = (y if y != 0 else 1.0) * (count(a, axis) - ddof)
    scaled = spread(y_bar / below, a, axis, keepdims)
    return scaled * (a - np.mean(a, axis=axis, keepdims=axis is not None))


@pushforward(np.std, types=averaged)
def std_pushforward(
    a: Any, y: Any, a_dot: Any, *, axis: Any = None, ddof: Any = 0, keepdims: Any = False
) -> Any:
    away = a - np.mean(a, axis=axis, keepdims=axis is not None)
    total = np.sum(away * a_dot, axis=axis, keepdims=keepdims)
    return total / ((y if y != 0 else 1.0) * (count(a, axis) - ddof))


# Ties share equally.
def ties(a: Any, y: Any, axis: Any, keepdims: Any) -> Any:
    """The share of each entry: those that are equal to the result share equally."""
    equal = a == spread(y, a, axis, keepdims)
    return equal / np.sum(equal, axis=axis, keepdims=axis is not None)


@pullback(np.max, np.amax, np.min, np.amin, types=chosen, order="a, axis=None, *, keepdims=False")
def max_(a: Any, y: Any, y_bar: Any, *, axis: Any = None, keepdims: Any = False) -> Any:
    return spread(y_bar, a, axis, keepdims) * ties(a, y, axis, keepdims)


@pushforward(np.max, np.amax, np.min, np.amin, types=chosen)
def max_pushforward(a: Any, y: Any, a_dot: Any, *, axis: Any = None, keepdims: Any = False) -> Any:
    return np.sum(ties(a, y, axis, keepdims) * a_dot, axis=axis, keepdims=keepdims)


@defined(np.ptp)
def ptp(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    largest = np.max(a, axis=axis, keepdims=keepdims)
    return largest - np.min(a, axis=axis, keepdims=keepdims)


# Running sums and products


def running(a: Type, axis: Any = None) -> Type:
    given = kind(a)
    given = "int" if given == "bool" else given
    mine = known_axes(a)
    if axis is None and len(mine) != 1:
        size = total(mine)
        return array(given, (size if size is not None else new_axis(),))
    normal_axes(axis, len(mine))
    return array(given, mine)


@linear(np.cumsum, types=running, guard=False)
def cumsum(a: Any, y_bar: Any, *, axis: Any = None) -> Any:
    along = 0 if axis is None else axis
    bar = np.flip(np.cumsum(np.flip(y_bar, along), axis=along), along)
    return np.reshape(bar, np.shape(a)) if axis is None and rank_of(a) != 1 else bar


def others(a: Any) -> Any:
    """For each entry the product of the other ones along the last axis: exact where entries are zero."""
    ones = np.ones_like(a[..., :1])
    before = np.cumprod(np.concatenate((ones, a[..., :-1]), axis=-1), axis=-1)
    behind = np.cumprod(np.concatenate((ones, a[..., :0:-1]), axis=-1), axis=-1)
    return before * behind[..., ::-1]


@static
def moved_last(axis: Any, x: Any) -> tuple[int, ...]:
    """The order of axes with those of a reduction behind the others."""
    gone = axes_in_order(axis, x)
    return (*(at for at in range(len(known_axes(x))) if at not in gone), *gone)


@static
def inverse_order(order: Any) -> tuple[int, ...]:
    return tuple(order.index(at) for at in range(len(order)))


def product_of_others(a: Any, axis: Any) -> Any:
    """For each entry the product of the others that are multiplied with it."""
    if axis is None:
        return np.reshape(others(np.reshape(a, -1)), np.shape(a))
    if is_last(axis, a):
        return others(a)
    order = moved_last(axis, a)
    moved = np.transpose(a, order)
    many = len(axes_in_order(axis, a))
    flat = np.reshape(moved, (*np.shape(moved)[: len(order) - many], -1))
    return np.transpose(np.reshape(others(flat), np.shape(moved)), inverse_order(order))


@static
def is_last(axis: Any, x: Any) -> bool:
    return bool(axes_in_order(axis, x) == (len(known_axes(x)) - 1,))


@pullback(np.prod, types=summed, order="a, axis=None, *, keepdims=False", guard=False)
def prod(a: Any, y: Any, y_bar: Any, *, axis: Any = None, keepdims: Any = False) -> Any:
    return spread(y_bar, a, axis, keepdims) * product_of_others(a, axis)


@pushforward(np.prod, types=summed)
def prod_pushforward(a: Any, y: Any, a_dot: Any, *, axis: Any = None, keepdims: Any = False) -> Any:
    return np.sum(product_of_others(a, axis) * a_dot, axis=axis, keepdims=keepdims)


def later_products(a: Any) -> Any:
    """P[..., i, j], the derivative of the j-th running product by the i-th entry, along the last axis."""
    size = np.shape(a)[-1]
    place = np.arange(size)
    without = np.where(place[:, None] == place, 1.0, np.expand_dims(a, -2))
    return np.where(place[:, None] <= place, np.cumprod(without, axis=-1), 0.0)


@pullback(np.cumprod, types=running, guard=False)
def cumprod(a: Any, y: Any, y_bar: Any, *, axis: Any = None) -> Any:
    if axis is None:
        bar = later_products(np.reshape(a, -1)) @ y_bar
        return np.reshape(bar, np.shape(a))
    bar = np.moveaxis(y_bar, axis, -1)[..., None, :]
    products = later_products(np.moveaxis(a, axis, -1))
    return np.moveaxis(np.sum(products * bar, axis=-1), -1, axis)


@pushforward(np.cumprod, types=running)
def cumprod_pushforward(a: Any, y: Any, a_dot: Any, *, axis: Any = None) -> Any:
    if axis is None:
        return np.reshape(a_dot, -1) @ later_products(np.reshape(a, -1))
    dot = np.moveaxis(a_dot, axis, -1)[..., :, None]
    products = later_products(np.moveaxis(a, axis, -1))
    return np.moveaxis(np.sum(products * dot, axis=-2), -1, axis)


@defined(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, *, keepdims: Any = False) -> Any:
    if weights is None:
        return np.mean(a, axis=axis, keepdims=keepdims)
    check_ascending(axis)
    if np.ndim(weights) != np.ndim(a):
        weights = np.expand_dims(weights, other_axes(axis, a))
        weights = np.broadcast_to(weights, np.shape(a))
    scaled = np.sum(a * weights, axis=axis, keepdims=keepdims)
    return scaled / np.sum(weights, axis=axis, keepdims=keepdims)


@static
def check_ascending(axis: Any) -> None:
    """Raise TypeError for axes in another order, in which NumPy takes those of the weights, too."""
    if isinstance(axis, tuple) and list(axis) != sorted(axis):
        raise TypeError("with weights, its axes have to be in ascending order")


@static
def other_axes(axis: Any, x: Any) -> tuple[int, ...]:
    gone = axes_in_order(axis, x)
    return tuple(at for at in range(len(known_axes(x))) if at not in gone)


@defined(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    if axis != -1:
        y = np.moveaxis(y, axis, -1)
    if x is None:
        return dx * np.sum((y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)
    if axis != -1 and np.ndim(x) > 1:
        x = np.moveaxis(x, axis, -1)
    steps = x[..., 1:] - x[..., :-1]
    return np.sum(steps * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)


@defined(np.nansum)
def nansum(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    return np.sum(np.where(np.isnan(a), 0.0, a), axis=axis, keepdims=keepdims)


@defined(np.nanmean)
def nanmean(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    there = np.logical_not(np.isnan(a))
    total = np.sum(np.where(there, a, 0.0), axis=axis, keepdims=keepdims)
    return total / np.sum(there, axis=axis, keepdims=keepdims)


@defined(np.median)
def median(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    ranked = np.sort(in_rows(a, axis), axis=-1)
    size = np.shape(ranked)[-1]
    found = (ranked[..., (size - 1) // 2] + ranked[..., size // 2]) / 2.0
    return np.expand_dims(found, axes_in_order(axis, a)) if keepdims else found


def in_rows(a: Any, axis: Any) -> Any:
    """`a` with the axes that a reduction takes away behind the others, as one."""
    if axis is None:
        return np.reshape(a, -1)
    check_some(axis)
    gone = axes_in_order(axis, a)
    if len(gone) == 1:
        return np.moveaxis(a, gone[0], -1)
    moved = np.moveaxis(a, gone, last(gone))
    return np.reshape(moved, (*np.shape(moved)[: -len(gone)], -1))


@static
def check_some(axis: Any) -> None:
    """Raise TypeError for no axes at all."""
    if axis == ():
        raise TypeError("there has to be an axis in axis=")


@static
def last(axes: Any) -> tuple[int, ...]:
    """The last places, as many as there are axes."""
    return tuple(range(-len(axes), 0))


without_derivative(np.argmax, np.argmin, signature="a, axis=None, *, keepdims=False", types=counted)
without_derivative(
    np.count_nonzero, signature="a, axis=None, *, keepdims=False", types=counted, guard=False
)
without_derivative(
    np.any, np.all, signature="a, axis=None, *, keepdims=False", types=tested, guard=False
)
