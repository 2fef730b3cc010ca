"""Norms of vectors and matrices."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.types import Type
from s2sdiff.rules.array_reductions import averaged, spread
from s2sdiff.rules.axes import known_axes
from s2sdiff.rules.general import pullback, pushforward
from s2sdiff.rules.registry import Library
from s2sdiff.rules.signatures import static

np = Library("numpy")
s2sdiff = Library("s2sdiff")


@static
def is_vector_norm(ord: Any, axis: Any, x: Any) -> bool:
    if axis is None:
        return ord is None or len(known_axes(x)) == 1
    return not isinstance(axis, tuple) or len(axis) == 1


@static
def is_euclidean(ord: Any, axis: Any, x: Any) -> bool:
    """Is it the square root of the sum of squares?"""
    if ord is None or (ord == "fro" and not is_vector_norm(ord, axis, x)):
        return True
    return bool(ord == 2 and is_vector_norm(ord, axis, x))


def norm_type(x: Type, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Type:
    return averaged(x, axis, keepdims)


# The length of a zero vector has a slope in every direction; their mean is taken.
@pullback(np.linalg.norm, types=norm_type, order="x, ord=None, axis=None, keepdims=False")
def norm(
    x: Any, y: Any, y_bar: Any, *, ord: Any = None, axis: Any = None, keepdims: Any = False
) -> Any:
    if is_euclidean(ord, axis, x):
        scaled = y_bar / (y if y != 0 else 1.0)
        return spread(scaled, x, axis, keepdims) * x

    def other(z: Any) -> Any:
        return other_norm(z, ord, axis, keepdims)

    return s2sdiff.vjp(other)(x, y_bar)[1]


@pushforward(np.linalg.norm, types=norm_type)
def norm_pushforward(
    x: Any, y: Any, x_dot: Any, *, ord: Any = None, axis: Any = None, keepdims: Any = False
) -> Any:
    if is_euclidean(ord, axis, x):
        total = np.sum(x * x_dot, axis=axis, keepdims=keepdims)
        return total / (y if y != 0 else 1.0)

    def other(z: Any) -> Any:
        return other_norm(z, ord, axis, keepdims)

    return s2sdiff.jvp(other)(x, x_dot)[1]


def other_norm(x: Any, ord: Any, axis: Any, keepdims: Any) -> Any:
    """The norms that are not Euclidean."""
    if is_vector_norm(ord, axis, x):
        if ord == np.inf:
            return np.max(np.abs(x), axis=axis, keepdims=keepdims)
        if ord == -np.inf:
            return np.min(np.abs(x), axis=axis, keepdims=keepdims)
        if ord == 1:
            return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
        if ord == 0:
            return np.sum(np.where(x != 0, 1.0, 0.0), axis=axis, keepdims=keepdims)
        power = ord * 1.0
        return np.sum(np.abs(x) ** power, axis=axis, keepdims=keepdims) ** (1.0 / power)
    rows, columns = (0, 1) if axis is None else axis
    z = np.moveaxis(x, (rows, columns), (-2, -1))
    if ord == "nuc":
        found = np.sum(np.linalg.svd(z, compute_uv=False), axis=-1)
    elif ord == 2:
        found = np.linalg.svd(z, compute_uv=False)[..., 0]
    elif ord == -2:
        found = np.linalg.svd(z, compute_uv=False)[..., -1]
    elif ord == 1:
        found = np.max(np.sum(np.abs(z), axis=-2), axis=-1)
    elif ord == -1:
        found = np.min(np.sum(np.abs(z), axis=-2), axis=-1)
    elif ord == np.inf:
        found = np.max(np.sum(np.abs(z), axis=-1), axis=-1)
    else:
        found = np.min(np.sum(np.abs(z), axis=-1), axis=-1)
    return np.expand_dims(found, (rows, columns)) if keepdims else found
