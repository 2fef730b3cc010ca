"""Methods of ufuncs: `np.add.reduce`, `np.multiply.accumulate`, `np.subtract.outer`."""

from __future__ import annotations

from typing import Any

from s2sdiff.rules.axes import rank_of
from s2sdiff.rules.registry import Library, defined
from s2sdiff.rules.signatures import static

np = Library("numpy")
s2sdiff = Library("s2sdiff")


@defined(np.add.reduce)
def add_reduce(array: Any, axis: Any = 0, *, keepdims: Any = False) -> Any:
    return np.sum(array, axis=axis, keepdims=keepdims)


@defined(np.multiply.reduce)
def multiply_reduce(array: Any, axis: Any = 0, *, keepdims: Any = False) -> Any:
    return np.prod(array, axis=axis, keepdims=keepdims)


@defined(np.maximum.reduce)
def maximum_reduce(array: Any, axis: Any = 0, *, keepdims: Any = False) -> Any:
    return np.max(array, axis=axis, keepdims=keepdims)


@defined(np.minimum.reduce)
def minimum_reduce(array: Any, axis: Any = 0, *, keepdims: Any = False) -> Any:
    return np.min(array, axis=axis, keepdims=keepdims)


@defined(np.logaddexp.reduce)
def logaddexp_reduce(array: Any, axis: Any = 0, *, keepdims: Any = False) -> Any:
    most = s2sdiff.stop_gradient(np.max(array, axis=axis, keepdims=axis is not None))
    total = np.sum(np.exp(array - most), axis=axis, keepdims=axis is not None)
    found = most + np.log(total)
    return found if keepdims else np.squeeze(found, axis)


@defined(np.add.accumulate)
def add_accumulate(array: Any, axis: Any = 0) -> Any:
    return np.cumsum(array, axis=axis)


@defined(np.multiply.accumulate)
def multiply_accumulate(array: Any, axis: Any = 0) -> Any:
    return np.cumprod(array, axis=axis)


@static
def places(a: Any, b: Any) -> tuple[int, ...]:
    """Where `a` gets new axes, one for each of `b`."""
    return tuple(range(rank_of(a), rank_of(a) + rank_of(b)))


def spread_out(a: Any, b: Any) -> Any:
    """`a` with an axis of length 1 for each axis of `b`."""
    return np.expand_dims(a, places(a, b)) if places(a, b) else a


@defined(np.add.outer)
def add_outer(A: Any, B: Any) -> Any:
    return spread_out(A, B) + B


@defined(np.subtract.outer)
def subtract_outer(A: Any, B: Any) -> Any:
    return spread_out(A, B) - B


@defined(np.multiply.outer)
def multiply_outer(A: Any, B: Any) -> Any:
    return spread_out(A, B) * B


@defined(np.divide.outer)
def divide_outer(A: Any, B: Any) -> Any:
    return spread_out(A, B) / B


@defined(np.power.outer)
def power_outer(A: Any, B: Any) -> Any:
    return spread_out(A, B) ** B


@defined(np.maximum.outer)
def maximum_outer(A: Any, B: Any) -> Any:
    return np.maximum(spread_out(A, B), B)


@defined(np.minimum.outer)
def minimum_outer(A: Any, B: Any) -> Any:
    return np.minimum(spread_out(A, B), B)


@defined(np.arctan2.outer)
def arctan2_outer(A: Any, B: Any) -> Any:
    return np.arctan2(spread_out(A, B), B)
