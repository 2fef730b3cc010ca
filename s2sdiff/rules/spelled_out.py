"""Functions of NumPy with keywords that their rules do not know, in terms of functions that have rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from s2sdiff.rules.axes import kind
from s2sdiff.rules.registry import Library
from s2sdiff.rules.signatures import static

np = Library("numpy")


@static
def is_of_kind(x: Any, dtype: Any) -> bool:
    return bool(kind(x) == dtype)


def converted(a: Any, dtype: Any) -> Any:
    """`a` as it is summed with `dtype=`."""
    return a if dtype is None or is_of_kind(a, dtype) else a.astype(dtype)


def sum_(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    *,
    keepdims: Any = False,
    initial: Any = None,
    where: Any = None,
) -> Any:
    total = np.sum(converted(a, dtype), axis=axis, keepdims=keepdims, where=where)
    return total if initial is None else total + initial


def mean(
    a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, where: Any = None
) -> Any:
    a = converted(a, dtype)
    if where is None:
        return np.mean(a, axis=axis, keepdims=keepdims)
    there = np.broadcast_to(where, np.shape(a))
    total = np.sum(a, axis=axis, keepdims=keepdims, where=there)
    return total / np.sum(there, axis=axis, keepdims=keepdims)


def prod(a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False) -> Any:
    return np.prod(converted(a, dtype), axis=axis, keepdims=keepdims)


def std(
    a: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0, keepdims: Any = False
) -> Any:
    return np.std(converted(a, dtype), axis=axis, ddof=ddof, keepdims=keepdims)


def var(
    a: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0, keepdims: Any = False
) -> Any:
    return np.var(converted(a, dtype), axis=axis, ddof=ddof, keepdims=keepdims)


def cumsum(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    return np.cumsum(converted(a, dtype), axis=axis)


def cumprod(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    return np.cumprod(converted(a, dtype), axis=axis)


def max_(
    a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = None
) -> Any:
    if where is not None:
        a = np.where(where, a, initial)
    return np.maximum(np.max(a, axis=axis, keepdims=keepdims), initial)


def min_(
    a: Any, axis: Any = None, *, keepdims: Any = False, initial: Any = None, where: Any = None
) -> Any:
    if where is not None:
        a = np.where(where, a, initial)
    return np.minimum(np.min(a, axis=axis, keepdims=keepdims), initial)


SPELLED_OUT: dict[str, tuple[frozenset[str], Callable[..., Any]]] = {
    "numpy.sum": (frozenset(["dtype", "initial"]), sum_),
    "numpy.mean": (frozenset(["dtype", "where"]), mean),
    "numpy.prod": (frozenset(["dtype"]), prod),
    "numpy.std": (frozenset(["dtype"]), std),
    "numpy.var": (frozenset(["dtype"]), var),
    "numpy.cumsum": (frozenset(["dtype"]), cumsum),
    "numpy.cumprod": (frozenset(["dtype"]), cumprod),
    "numpy.max": (frozenset(["initial", "where"]), max_),
    "numpy.min": (frozenset(["initial", "where"]), min_),
}
