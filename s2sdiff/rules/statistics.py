"""Covariances, grids and other functions that are written with functions that have rules."""

from __future__ import annotations

from typing import Any

from s2sdiff.rules.array_reductions import in_rows
from s2sdiff.rules.axes import axes_in_order, known_axes
from s2sdiff.rules.registry import Library, defined
from s2sdiff.rules.signatures import static

np = Library("numpy")


@static
def is_single(x: Any) -> bool:
    """Is there surely one entry in a matrix?"""
    return all(axis == 1 for axis in known_axes(x))


@defined(np.cov)
def cov(m: Any, y: Any = None, rowvar: Any = True, bias: Any = False, ddof: Any = None) -> Any:
    rows = np.atleast_2d(m)
    if not rowvar and np.ndim(m) > 1:
        rows = rows.T
    if y is not None:
        more = np.atleast_2d(y)
        rows = np.concatenate((rows, more if rowvar or np.ndim(y) == 1 else more.T), axis=0)
    lost = (0 if bias else 1) if ddof is None else ddof
    away = rows - np.mean(rows, axis=1, keepdims=True)
    found = away @ away.T / (np.shape(rows)[1] - lost)
    return found[0, 0] if is_single(found) else found


@defined(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: Any = True) -> Any:
    found = np.cov(x, y, rowvar)
    if np.ndim(found) == 0:
        return found / found
    scale = np.sqrt(np.diag(found))
    return found / scale[:, None] / scale


@defined(np.meshgrid)
def meshgrid(*xi: Any, indexing: Any = "xy") -> Any:
    rank = len(xi)
    first = (1, 0, *range(2, rank)) if indexing == "xy" and rank > 1 else tuple(range(rank))
    lengths = [np.size(each) for each in xi]
    shape = tuple(lengths[at] for at in first)
    return [
        np.broadcast_to(
            np.reshape(each, tuple(-1 if first[k] == at else 1 for k in range(rank))), shape
        )
        for at, each in enumerate(xi)
    ]


@defined(np.vander)
def vander(x: Any, N: Any = None, increasing: Any = False) -> Any:
    powers = np.arange(np.size(x) if N is None else N)
    return x[:, None] ** (powers if increasing else powers[::-1])


@defined(np.logspace)
def logspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True, base: Any = 10.0) -> Any:
    return base ** np.linspace(start, stop, num, endpoint)


@defined(np.geomspace)
def geomspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True) -> Any:
    return np.exp(np.linspace(np.log(start), np.log(stop), num, endpoint))


@defined(np.vecdot, np.linalg.vecdot)
def vecdot(x1: Any, x2: Any, axis: Any = -1) -> Any:
    return np.sum(x1 * x2, axis=axis)


@defined(np.matvec)
def matvec(x1: Any, x2: Any) -> Any:
    return np.sum(x1 * x2[..., None, :], axis=-1)


@defined(np.vecmat)
def vecmat(x1: Any, x2: Any) -> Any:
    return np.sum(x1[..., :, None] * x2, axis=-2)


@defined(np.diagflat)
def diagflat(v: Any, k: Any = 0) -> Any:
    return np.diag(np.reshape(v, -1), k)


@defined(np.cumulative_sum)
def cumulative_sum(x: Any, *, axis: Any = None) -> Any:
    return np.cumsum(x, axis=axis)


@defined(np.cumulative_prod)
def cumulative_prod(x: Any, *, axis: Any = None) -> Any:
    return np.cumprod(x, axis=axis)


@defined(np.nanmedian)
def nanmedian(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    rows = in_rows(a, axis)
    ranked = np.sort(rows, axis=-1)
    size = np.sum(np.logical_not(np.isnan(rows)), axis=-1, keepdims=True)
    low = np.take_along_axis(ranked, (size - 1) // 2, axis=-1)
    found = (low + np.take_along_axis(ranked, size // 2, axis=-1)) / 2.0
    if axis is None:
        return np.reshape(found, (1,) * np.ndim(a)) if keepdims else found[0]
    found = found[..., 0]
    return np.expand_dims(found, axes_in_order(axis, a)) if keepdims else found


@defined(np.rollaxis)
def rollaxis(a: Any, axis: Any, start: Any = 0) -> Any:
    axis = axis % np.ndim(a)
    start = start + np.ndim(a) if start < 0 else start
    return np.moveaxis(a, axis, start - 1 if axis < start else start)


@defined(np.permute_dims)
def permute_dims(a: Any, axes: Any = None) -> Any:
    return np.transpose(a) if axes is None else np.transpose(a, axes)


@defined(np.concat)
def concat(arrays: Any, axis: Any = 0) -> Any:
    return np.concatenate(arrays, axis=axis)


@defined(np.broadcast_arrays)
def broadcast_arrays(*args: Any) -> Any:
    whole = 0.0
    for each in args:
        whole = whole + 0.0 * each
    return tuple(np.broadcast_to(each, np.shape(whole)) for each in args)


@defined(np.linalg.vector_norm)
def vector_norm(x: Any, *, axis: Any = None, keepdims: Any = False, ord: Any = 2) -> Any:
    if axis is None:
        found = np.linalg.norm(np.reshape(x, -1), ord)
        return np.reshape(found, (1,) * np.ndim(x)) if keepdims else found
    found = np.linalg.norm(in_rows(x, axis), ord, -1)
    return np.expand_dims(found, axes_in_order(axis, x)) if keepdims else found


@defined(np.linalg.matrix_norm)
def matrix_norm(x: Any, *, keepdims: Any = False, ord: Any = "fro") -> Any:
    return np.linalg.norm(x, ord, (-2, -1), keepdims)


@defined(np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    if p is None or p == 2:
        found = np.linalg.svd(x, compute_uv=False)
        return found[..., 0] / found[..., -1]
    return np.linalg.norm(x, p) * np.linalg.norm(np.linalg.inv(x), p)


@defined(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any) -> Any:
    shape = np.shape(a)[np.ndim(b) :]
    return np.reshape(np.linalg.solve(np.reshape(a, (np.size(b), -1)), np.reshape(b, -1)), shape)


@defined(np.linalg.outer)
def outer(x1: Any, x2: Any) -> Any:
    return x1[:, None] * x2


@defined(np.linalg.matmul)
def matmul(x1: Any, x2: Any) -> Any:
    return x1 @ x2


@defined(np.linalg.trace)
def trace(x: Any, *, offset: Any = 0) -> Any:
    return np.trace(x, offset, -2, -1)


@defined(np.linalg.diagonal)
def diagonal(x: Any, *, offset: Any = 0) -> Any:
    return np.diagonal(x, offset, -2, -1)


@defined(np.linalg.cross)
def cross(x1: Any, x2: Any, *, axis: Any = -1) -> Any:
    return np.cross(x1, x2, axis=axis)


@defined(np.linalg.tensordot)
def tensordot(x1: Any, x2: Any, *, axes: Any = 2) -> Any:
    return np.tensordot(x1, x2, axes)
