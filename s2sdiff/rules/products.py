"""Products of matrices and vectors (Giles, "Collected matrix derivative results for forward and reverse
mode algorithmic differentiation", 2008, section 2.2.1)."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.infer import joined_kind
from s2sdiff.ir.shapes import broadcast, is_same, longer, new_axis
from s2sdiff.ir.types import Axes, Axis, Type, array, may_be_one
from s2sdiff.rules.axes import kind, known_axes, normal_axes, rank_of, total
from s2sdiff.rules.general import linear, pullback, pushforward
from s2sdiff.rules.registry import Library, defined
from s2sdiff.rules.signatures import static

np = Library("numpy")
operator = Library("operator")
runtime = Library("s2sdiff.runtime")


def check_inner(one: Axes, two: Axes, at: int) -> None:
    """Raise TypeError where the axes that are summed over are known to differ."""
    left, right = one[-1], two[at]
    if isinstance(left, int) and isinstance(right, int) and left != right:
        raise TypeError(f"axes of lengths {left} and {right} are not aligned")


def multiplied(x1: Type, x2: Type) -> Type:
    one, two = known_axes(x1), known_axes(x2)
    if not one or not two:
        raise TypeError("a matrix product needs arrays; use * for numbers")
    check_inner(one, two, -1 if len(two) == 1 else -2)
    outer = broadcast((one[:-2], two[:-2]))
    assert outer is not None
    rows = one[-2:-1] if len(one) > 1 else ()
    columns = two[-1:] if len(two) > 1 else ()
    return array(joined_kind((x1, x2)), outer + rows + columns)


def across(a: Any) -> Any:
    """A matrix, or a stack of matrices, with rows and columns exchanged."""
    return np.transpose(a) if rank_of(a) == 2 else np.swapaxes(a, -1, -2)


@static
def batch_sums(a: Any, b: Any) -> Any:
    """The leading axes along which a stack of matrices was broadcast against another; None: by lengths."""
    mine, other = known_axes(a), known_axes(b)
    missing = len(other) - len(mine)
    gone = list(range(max(missing, 0)))
    kept: list[int] = []
    for at in range(len(mine) - 2):
        axis = mine[at]
        there = at + missing
        across = other[there] if 0 <= there < len(other) - 2 else 1
        if axis == 1 and across != 1:
            kept.append(at + max(missing, 0))
        elif may_be_one(axis) and not is_same(axis, across) and across != 1:
            return None
    return gone, kept


def stack_like(bar: Any, a: Any, b: Any) -> Any:
    """The cotangent of a stack of matrices `a` that was multiplied with `b`, summed where it was
    broadcast."""
    sums = batch_sums(a, b)
    if sums is None:
        return runtime.unbroadcast(bar, a)
    gone, kept = sums
    if len(kept):
        bar = np.sum(bar, axis=tuple(kept), keepdims=True)
    if len(gone):
        bar = np.sum(bar, axis=tuple(gone))
    return bar


@pullback(operator.matmul, operator.imatmul, np.matmul, types=multiplied)
def matmul(x1: Any, x2: Any, y: Any, y_bar: Any) -> Any:
    ranks = (rank_of(x1), rank_of(x2))
    if ranks == (1, 1):
        return y_bar * x2, y_bar * x1
    if ranks == (2, 1):
        return np.outer(y_bar, x2), y_bar @ x1
    if ranks == (1, 2):
        return x2 @ y_bar, np.outer(x1, y_bar)
    if ranks == (2, 2):
        return y_bar @ np.transpose(x2), np.transpose(x1) @ y_bar
    if rank_of(x1) == 1:
        axes = tuple(range(rank_of(x2) - 2))
        column = np.expand_dims(y_bar, -2)
        x1_bar = np.sum(column * x2, axis=(*axes, rank_of(x2) - 1))
        return x1_bar, np.expand_dims(x1, -1) * column
    if rank_of(x2) == 1:
        axes = tuple(range(rank_of(x1) - 1))
        row = np.expand_dims(y_bar, -1)
        return row * x2, np.sum(x1 * row, axis=axes)
    x1_bar = stack_like(y_bar @ across(x2), x1, x2)
    return x1_bar, stack_like(across(x1) @ y_bar, x2, x1)


@pushforward(operator.matmul, operator.imatmul, np.matmul, types=multiplied)
def matmul_pushforward(x1: Any, x2: Any, y: Any, x1_dot: Any, x2_dot: Any) -> Any:
    return x1_dot @ x2 + x1 @ x2_dot


def outer_type(a: Type, b: Type) -> Type:
    return array(joined_kind((a, b)), tuple(length_of(known_axes(each)) for each in (a, b)))


def length_of(axes: Axes) -> Axis:
    """The length of all entries in a row."""
    if len(axes) == 1:
        return axes[0]
    size = total(axes)
    return size if size is not None else new_axis()


@pullback(np.outer, types=outer_type, guard=False)
def outer(a: Any, b: Any, y: Any, y_bar: Any) -> Any:
    if rank_of(a) == 1 and rank_of(b) == 1:
        return y_bar @ b, a @ y_bar
    a_bar, b_bar = y_bar @ np.reshape(b, -1), np.reshape(a, -1) @ y_bar
    return np.reshape(a_bar, np.shape(a)), np.reshape(b_bar, np.shape(b))


@pushforward(np.outer, types=outer_type)
def outer_pushforward(a: Any, b: Any, y: Any, a_dot: Any, b_dot: Any) -> Any:
    return np.outer(a_dot, b) + np.outer(a, b_dot)


@defined(np.dot)
def dot(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    if np.ndim(b) <= 2 and (np.ndim(a) <= 2 or np.ndim(b) == 1):
        return a @ b
    return np.tensordot(a, b, axes=(-1, 0 if np.ndim(b) == 1 else -2))


@defined(np.inner)
def inner(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return a @ b
    return np.tensordot(a, b, axes=(-1, -1))


@defined(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    return np.reshape(a, -1) @ np.reshape(b, -1)


@static
def summed_axes(axes: Any, a: Any, b: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of both factors that are summed over."""
    one, two = len(known_axes(a)), len(known_axes(b))
    if isinstance(axes, int):
        return tuple(range(one - axes, one)), tuple(range(axes))
    left, right = axes
    return normal_axes(left, one), normal_axes(right, two)


@static
def free_axes(gone: Any, x: Any) -> tuple[int, ...]:
    return tuple(at for at in range(len(known_axes(x))) if at not in gone)


@defined(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    left, right = summed_axes(axes, a, b)
    rows, columns = free_axes(left, a), free_axes(right, b)
    shape = (*[np.shape(a)[at] for at in rows], *[np.shape(b)[at] for at in columns])
    first, *others = [np.shape(a)[at] for at in left] or [1]
    size = first
    for length in others:
        size = size * length
    one = np.reshape(np.transpose(a, (*rows, *left)), (-1, size))
    two = np.reshape(np.transpose(b, (*right, *columns)), (size, -1))
    return np.reshape(one @ two, shape)


@defined(np.kron)
def kron(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    rank = max(np.ndim(a), np.ndim(b))
    one = (*(1,) * (rank - np.ndim(a)), *np.shape(a))
    two = (*(1,) * (rank - np.ndim(b)), *np.shape(b))
    left, right = [], []
    for length, other in zip(one, two, strict=True):
        left += [length, 1]
        right += [1, other]
    product = np.reshape(a, tuple(left)) * np.reshape(b, tuple(right))
    return np.reshape(
        product, tuple(length * other for length, other in zip(one, two, strict=True))
    )


@defined(np.cross)
def cross(
    a: Any, b: Any, axisa: Any = -1, axisb: Any = -1, axisc: Any = -1, axis: Any = None
) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    one, two = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    a1, a2, a3 = one[..., 0], one[..., 1], one[..., 2]
    b1, b2, b3 = two[..., 0], two[..., 1], two[..., 2]
    parts = (a2 * b3 - a3 * b2, a3 * b1 - a1 * b3, a1 * b2 - a2 * b1)
    return np.stack(parts, axis=axisc if np.ndim(parts[0]) else 0)


# Diagonals and triangles


@defined(np.diagonal)
def diagonal(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    if np.ndim(a) != 2 or axis1 != 0:
        a = np.moveaxis(a, (axis1, axis2), (-2, -1))
    rows, columns = np.shape(a)[-2], np.shape(a)[-1]
    if offset == 0:
        at = np.arange(min(rows, columns))
        return a[..., at, at]
    if offset > 0:
        at = np.arange(min(rows, columns - offset))
        return a[..., at, at + offset]
    at = np.arange(min(rows + offset, columns))
    return a[..., at - offset, at]


@defined(np.trace)
def trace(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


def diagonal_type(v: Type, k: Any = 0) -> Type:
    axes = known_axes(v)
    if len(axes) == 1:
        side = longer(axes[0], abs(k)) if isinstance(k, int) else new_axis()
        return array(kind(v), (side, side))
    if len(axes) != 2:
        raise TypeError("np.diag() takes a vector or a matrix")
    if k == 0 and is_same(*axes):
        return array(kind(v), axes[:1])
    return array(kind(v), (new_axis(),))


@linear(np.diag, types=diagonal_type, guard=False)
def diag(v: Any, y_bar: Any, *, k: Any = 0) -> Any:
    if rank_of(v) == 1 or (k == 0 and is_square(v)):
        return np.diag(y_bar, k=k)
    return triangle_bar(v, y_bar, k)


@static
def is_square(a: Any) -> bool:
    """Is it known that there are as many rows as columns?"""
    rows, columns = known_axes(a)
    return is_same(rows, columns)


def triangle_bar(v: Any, y_bar: Any, k: Any) -> Any:
    """The matrix of the shape of `v` with this diagonal."""
    rows, columns = np.shape(v)
    place = np.arange(columns) - np.arange(rows)[:, None] == k
    along = np.arange(rows) + min(0, k)
    size = np.size(y_bar)
    return np.where(place, y_bar[np.minimum(np.maximum(along, 0), size - 1)][:, None], 0.0)


def same_type(m: Type, k: Any = 0) -> Type:
    if len(known_axes(m)) < 2:
        raise TypeError("a matrix is needed")
    return array(kind(m), known_axes(m))


@linear(np.tril, types=same_type, guard=False)
def tril(m: Any, y_bar: Any, *, k: Any = 0) -> Any:
    return np.tril(y_bar, k)


@linear(np.triu, types=same_type, guard=False)
def triu(m: Any, y_bar: Any, *, k: Any = 0) -> Any:
    return np.triu(y_bar, k)
