"""Functions that choose entries by conditions, limits and order."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.infer import always_bool, bits, shifted
from s2sdiff.ir.shapes import new_axis
from s2sdiff.ir.types import Array, Tuple, Type, array
from s2sdiff.rules.array_reductions import in_rows
from s2sdiff.rules.axes import axes_in_order, axis_of_length, known_axes
from s2sdiff.rules.general import linear, pullback, pushforward
from s2sdiff.rules.indexing import ordered
from s2sdiff.rules.registry import (
    INTEGERS,
    Library,
    defined,
    elementwise,
    without_derivative,
    zero_derivative,
)
from s2sdiff.rules.signatures import static

np = Library("numpy")

zero_derivative(np.heaviside, symbolic="Heaviside(x1, x2)", parameters="x1, x2", raises=False)
zero_derivative(
    np.logical_and,
    np.logical_or,
    np.logical_xor,
    parameters="x1, x2",
    type_rule=always_bool,
    raises=False,
)
zero_derivative(
    np.isneginf, np.isposinf, np.isreal, np.iscomplex, type_rule=always_bool, raises=False
)
zero_derivative(
    np.bitwise_and,
    np.bitwise_or,
    np.bitwise_xor,
    parameters="x1, x2",
    domain=INTEGERS,
    type_rule=bits,
    raises=False,
)
zero_derivative(
    np.left_shift,
    np.right_shift,
    np.bitwise_left_shift,
    np.bitwise_right_shift,
    parameters="x1, x2",
    domain=INTEGERS,
    type_rule=shifted,
)
zero_derivative(
    np.invert, np.bitwise_not, np.bitwise_invert, domain=INTEGERS, type_rule=shifted, raises=False
)


@defined(np.nan_to_num)
def nan_to_num(x: Any) -> Any:
    return np.where(np.isfinite(x), x, 0.0)


@elementwise(np.logaddexp, symbolic="log(exp(x1) + exp(x2))", raises=False)
def logaddexp(x1: Any, x2: Any, y: Any) -> Any:
    return np.exp(x1 - y), np.exp(x2 - y)


@elementwise(np.logaddexp2, symbolic="log(2**x1 + 2**x2) / log(2)", raises=False)
def logaddexp2(x1: Any, x2: Any, y: Any) -> Any:
    return np.exp2(x1 - y), np.exp2(x2 - y)


# sin(z) / z with z = pi x, and 1 at 0, where it is smooth. Near 0 the difference would be cancelled: there
# the series -z/3 + z**3/30 - z**5/840 + z**7/45360 stands for the derivative by z.
@elementwise(np.sinc, symbolic="sin(pi * x) / (pi * x)", raises=False)
def sinc(x: Any, y: Any) -> Any:
    z = np.pi * x
    square = z * z
    near = 1.0 / 3.0 - square * (1.0 / 30.0 - square * (1.0 / 840.0 - square / 45360.0))
    far = (np.cos(z) - y) / (x if abs(x) > 0.03 else 1.0)
    return far if abs(x) > 0.03 else -np.pi * z * near


@defined(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None) -> Any:
    if a_min is not None:
        a = np.maximum(a, a_min)
    return a if a_max is None else np.minimum(a, a_max)


@defined(np.select)
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    found = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        found = np.where(condition, choice, found)
    return found


@defined(np.choose)
def choose(a: Any, choices: Any) -> Any:
    found = choices[-1]
    for at, choice in reversed(list(enumerate(choices[:-1]))):
        found = np.where(a == at, choice, found)
    return found


@defined(np.compress)
def compress(condition: Any, a: Any, axis: Any = None) -> Any:
    return np.take(a, np.flatnonzero(condition), axis=axis)


@defined(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    return np.reshape(arr, -1)[np.flatnonzero(condition)]


# Of NaN


@defined(np.nanmax)
def nanmax(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    return np.max(np.where(np.isnan(a), -np.inf, a), axis=axis, keepdims=keepdims)


@defined(np.nanmin)
def nanmin(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    return np.min(np.where(np.isnan(a), np.inf, a), axis=axis, keepdims=keepdims)


@defined(np.nanprod)
def nanprod(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    return np.prod(np.where(np.isnan(a), 1.0, a), axis=axis, keepdims=keepdims)


@defined(np.nancumsum)
def nancumsum(a: Any, axis: Any = None) -> Any:
    return np.cumsum(np.where(np.isnan(a), 0.0, a), axis=axis)


@defined(np.nancumprod)
def nancumprod(a: Any, axis: Any = None) -> Any:
    return np.cumprod(np.where(np.isnan(a), 1.0, a), axis=axis)


@defined(np.nanvar)
def nanvar(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False) -> Any:
    there = np.logical_not(np.isnan(a))
    away = np.where(there, a - np.nanmean(a, axis=axis, keepdims=axis is not None), 0.0)
    many = np.sum(there, axis=axis, keepdims=keepdims) - ddof
    return np.sum(away * away, axis=axis, keepdims=keepdims) / many


@defined(np.nanstd)
def nanstd(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: Any = False) -> Any:
    found = np.nanvar(a, axis=axis, ddof=ddof, keepdims=keepdims)
    return np.where(found > 0.0, np.sqrt(np.where(found > 0.0, found, 1.0)), found)


# Order


def order_type(a: Type, kth: Any, axis: Any = -1) -> Type:
    found = ordered(a, axis)
    assert isinstance(found, Array)
    return array("int", found.axes)


without_derivative(np.argpartition, signature="a, kth, axis=-1", types=order_type)


def partition_type(a: Type, kth: Any, axis: Any = -1) -> Type:
    return ordered(a, axis)


# Between the places that are asked for the order is not that of np.argpartition: entries are found by rank.
@pullback(np.partition, types=partition_type, order="a, kth, axis=-1")
def partition(a: Any, y: Any, y_bar: Any, *, kth: Any, axis: Any = -1) -> Any:
    if axis is None:
        return np.reshape(by_rank(y_bar, y, np.reshape(a, -1), 0), np.shape(a))
    return by_rank(y_bar, y, a, axis)


@pushforward(np.partition, types=partition_type)
def partition_pushforward(a: Any, y: Any, a_dot: Any, *, kth: Any, axis: Any = -1) -> Any:
    if axis is None:
        return by_rank(np.reshape(a_dot, -1), np.reshape(a, -1), y, 0)
    return by_rank(a_dot, a, y, axis)


def by_rank(found: Any, source: Any, target: Any, axis: Any) -> Any:
    """What stands in `found` at the places of `source`, at the places with the same ranks of `target`."""
    ranked = np.take_along_axis(found, np.argsort(source, axis=axis), axis=axis)
    ranks = np.argsort(np.argsort(target, axis=axis), axis=axis)
    return np.take_along_axis(ranked, ranks, axis=axis)


@static
def is_linear(method: Any) -> None:
    """Raise TypeError for other ways to compute a quantile."""
    if method != "linear":
        raise TypeError("quantiles have a derivative with method='linear'")


@static
def check_line(q: Any) -> None:
    """Raise TypeError for a table of shares."""
    if not isinstance(q, list | tuple) and len(known_axes(q)) > 1:
        raise TypeError("the shares have at most one axis")


@defined(np.quantile)
def quantile(
    a: Any, q: Any, axis: Any = None, *, method: Any = "linear", keepdims: Any = False
) -> Any:
    is_linear(method)
    check_line(q)
    ranked = np.sort(in_rows(a, axis), axis=-1)
    if np.ndim(q):
        q = np.asarray(q)
    place = q * (np.shape(ranked)[-1] - 1)
    below = np.floor(place).astype(int) if np.ndim(q) else int(np.floor(place))
    above = np.ceil(place).astype(int) if np.ndim(q) else int(np.ceil(place))
    low, high = ranked[..., below], ranked[..., above]
    found = low + (place - below) * (high - low)
    if np.ndim(q):
        found = np.moveaxis(found, -1, 0)
    return np.expand_dims(found, behind(axes_in_order(axis, a), np.ndim(q))) if keepdims else found


@static
def behind(axes: Any, more: Any) -> tuple[int, ...]:
    """These axes behind so many others."""
    return tuple(axis + more for axis in axes)


@defined(np.percentile)
def percentile(
    a: Any, q: Any, axis: Any = None, *, method: Any = "linear", keepdims: Any = False
) -> Any:
    shares = np.asarray(q) / 100.0 if np.ndim(q) else q / 100.0
    return np.quantile(a, shares, axis=axis, method=method, keepdims=keepdims)


# Places


def places(a: Type) -> Type:
    one = array("int", (new_axis(),))
    return Tuple((one,) * max(1, len(known_axes(a))))


def flat_places(a: Type) -> Type:
    return array("int", (new_axis(),))


def rows_of_places(a: Type) -> Type:
    return array("int", (new_axis(), len(known_axes(a))))


def found_places(a: Type, v: Any, side: Any = "left") -> Type:
    return array("int", getattr(v, "axes", ()))


def bins_of(x: Any, bins: Any, right: Any = False) -> Type:
    return array("int", getattr(x, "axes", ()))


def triangle(n: Any, k: Any = 0, m: Any = None) -> Type:
    return Tuple((array("int", (new_axis(),)),) * 2)


def mesh_of_indices(*args: Any) -> Type:
    rank = len(args)
    found: list[Type] = []
    for at, each in enumerate(args):
        axes = known_axes(each) if not isinstance(each, list | tuple) else (len(each),)
        found.append(array("int", (*(1,) * at, axes[0], *(1,) * (rank - at - 1))))
    return Tuple(tuple(found))


def counted_in_bins(weights: Type = None, x: Any = None, minlength: Any = 0) -> Type:  # type: ignore[assignment]
    return array("int" if weights is None else "float", (new_axis(),))


def square_places(n: Any, ndim: Any = 2) -> Type:
    return Tuple((array("int", (axis_of_length(n),)),) * ndim)


without_derivative(np.nonzero, signature="a", types=places, guard=False)
without_derivative(np.flatnonzero, signature="a", types=flat_places, guard=False)
without_derivative(np.argwhere, signature="a", types=rows_of_places, guard=False)
without_derivative(np.searchsorted, signature="a, v, side='left'", types=found_places)
without_derivative(np.digitize, signature="x, bins, right=False", types=bins_of)
without_derivative(np.tril_indices, np.triu_indices, signature="n, k=0, m=None", types=triangle)
without_derivative(np.diag_indices, signature="n, ndim=2", types=square_places)
without_derivative(np.ix_, signature="*args", types=mesh_of_indices)


@linear(np.bincount, types=counted_in_bins, order="x, weights=None, minlength=0")
def bincount(weights: Any, y_bar: Any, *, x: Any, minlength: Any = 0) -> Any:
    return y_bar[x]
