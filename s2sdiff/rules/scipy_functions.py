"""Functions of `scipy.special` that reduce axes, and functions of `scipy.linalg`."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.types import Tuple, Type, array, smooth_kind
from s2sdiff.rules.array_reductions import remaining, spread
from s2sdiff.rules.axes import kind, known_axes, rank_of
from s2sdiff.rules.general import pullback, pushforward
from s2sdiff.rules.linear_algebra import (
    completed,
    eigen_bars,
    eigen_dots,
    factor_bar,
    factor_dot,
    folded,
    matrix,
    solution,
)
from s2sdiff.rules.products import across
from s2sdiff.rules.registry import Library, defined, unsupported
from s2sdiff.rules.signatures import static

np = Library("numpy")
sp = Library("scipy.special")
runtime = Library("s2sdiff.runtime")
linalg = Library("scipy.linalg")


def reduced(a: Type, b: Any = None, axis: Any = None, keepdims: Any = False) -> Type:
    return array(smooth_kind(kind(a)), remaining(a, axis, keepdims))


# Shares of the sum: exp(a - y), which does not overflow.
@pullback(
    sp.logsumexp,
    types=reduced,
    order="a, axis=None, b=None, keepdims=False",
    passes_numbers=True,
    guard=False,
)
def logsumexp(
    a: Any, b: Any, y: Any, y_bar: Any, *, axis: Any = None, keepdims: Any = False
) -> Any:
    shares = np.exp(a - spread(y, a, axis, keepdims))
    bar = spread(y_bar, a, axis, keepdims)
    if b is None:
        return bar * shares, None
    return runtime.unbroadcast(bar * shares * b, a), runtime.unbroadcast(bar * shares, b)


@pushforward(sp.logsumexp, types=reduced)
def logsumexp_pushforward(
    a: Any,
    b: Any,
    y: Any,
    a_dot: Any,
    b_dot: Any,
    *,
    axis: Any = None,
    keepdims: Any = False,
) -> Any:
    shares = np.exp(a - spread(y, a, axis, keepdims))
    if b is None:
        return np.sum(shares * a_dot, axis=axis, keepdims=keepdims)
    return np.sum(shares * (b * a_dot + b_dot), axis=axis, keepdims=keepdims)


def same_type(x: Type, axis: Any = None) -> Type:
    return array(smooth_kind(kind(x)), known_axes(x))


@pullback(sp.softmax, types=same_type, guard=False)
def softmax(x: Any, y: Any, y_bar: Any, *, axis: Any = None) -> Any:
    return y * (y_bar - np.sum(y_bar * y, axis=axis, keepdims=axis is not None))


@pushforward(sp.softmax, types=same_type)
def softmax_pushforward(x: Any, y: Any, x_dot: Any, *, axis: Any = None) -> Any:
    return y * (x_dot - np.sum(x_dot * y, axis=axis, keepdims=axis is not None))


@pullback(sp.log_softmax, types=same_type, guard=False)
def log_softmax(x: Any, y: Any, y_bar: Any, *, axis: Any = None) -> Any:
    return y_bar - np.exp(y) * np.sum(y_bar, axis=axis, keepdims=axis is not None)


@pushforward(sp.log_softmax, types=same_type)
def log_softmax_pushforward(x: Any, y: Any, x_dot: Any, *, axis: Any = None) -> Any:
    return x_dot - np.sum(np.exp(y) * x_dot, axis=axis, keepdims=axis is not None)


@static
def halves(d: Any) -> tuple[float, ...]:
    if not isinstance(d, int):
        raise TypeError("the dimension has to be known while compiling")
    return tuple(0.5 * at for at in range(d))


@defined(sp.multigammaln)
def multigammaln(a: Any, d: Any) -> Any:
    found = 0.25 * d * (d - 1) * np.log(np.pi)
    for half in halves(d):
        found = found + sp.gammaln(a - half)
    return found


# Linear algebra


@defined(linalg.pinv)
def pinv(a: Any) -> Any:
    return np.linalg.pinv(a)


SYMMETRIC = ("sym", "symmetric", "her", "hermitian", "pos", "positive definite")


@static
def is_symmetric(assume_a: Any) -> bool:
    """Is one triangle read? Raises TypeError where still less of the matrix is read."""
    if assume_a is not None and assume_a not in (*SYMMETRIC, "gen", "general"):
        raise TypeError(f"with assume_a={assume_a!r} it has no rule; use solve_triangular")
    return assume_a in SYMMETRIC


@static
def triangle_name(lower: Any) -> str:
    return "L" if lower else "U"


def solution_by(a: Type, b: Type, lower: Any = False, assume_a: Any = None) -> Type:
    return solution(a, b)


@pullback(linalg.solve, types=solution_by, order="a, b, lower=False, *, assume_a=None")
def solve(a: Any, b: Any, y: Any, y_bar: Any, *, lower: Any = False, assume_a: Any = None) -> Any:
    b_bar = solved(across(a), y_bar, not lower, assume_a)
    outer = -np.outer(b_bar, y) if rank_of(b) == 1 else -(b_bar @ across(y))
    return folded(outer, triangle_name(lower)) if is_symmetric(assume_a) else outer, b_bar


def solved(a: Any, b: Any, lower: Any, assume_a: Any) -> Any:
    if is_symmetric(assume_a):
        return linalg.solve(a, b, lower, assume_a=assume_a)
    return np.linalg.solve(a, b)


@pushforward(linalg.solve, types=solution_by)
def solve_pushforward(
    a: Any,
    b: Any,
    y: Any,
    a_dot: Any,
    b_dot: Any,
    *,
    lower: Any = False,
    assume_a: Any = None,
) -> Any:
    read = completed(a_dot, triangle_name(lower)) if is_symmetric(assume_a) else a_dot
    return solved(a, b_dot - read @ y, lower, assume_a)


@defined(linalg.norm)
def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    return np.linalg.norm(a, ord, axis, keepdims)


def eigen_type(a: Type, b: Any = None, lower: Any = True, eigvals_only: Any = False) -> Type:
    axes = matrix(a)
    given = smooth_kind(kind(a))
    values = array(given, axes[:-1])
    return values if eigvals_only else Tuple((values, array(given, axes)))


@pullback(linalg.eigh, types=eigen_type, order="a, b=None, *, lower=True, eigvals_only=False")
def eigh(
    a: Any, b: Any, y: Any, y_bar: Any, *, lower: Any = True, eigvals_only: Any = False
) -> Any:
    if eigvals_only:
        return values_bars(a, b, y, y_bar, lower)
    w, v = y
    w_bar, v_bar = y_bar
    return eigen_bars(b, w, v, w_bar, v_bar, triangle_name(lower))


@pushforward(linalg.eigh, types=eigen_type)
def eigh_pushforward(
    a: Any,
    b: Any,
    y: Any,
    a_dot: Any,
    b_dot: Any,
    *,
    lower: Any = True,
    eigvals_only: Any = False,
) -> Any:
    if eigvals_only:
        return values_dot(a, b, y, a_dot, b_dot, lower)
    w, v = y
    return eigen_dots(b, w, v, a_dot, b_dot, triangle_name(lower))


def values_bars(a: Any, b: Any, y: Any, y_bar: Any, lower: Any) -> Any:
    _, v = linalg.eigh(a, b, lower=lower)
    return eigen_bars(b, y, v, y_bar, None, triangle_name(lower))


def values_dot(a: Any, b: Any, y: Any, a_dot: Any, b_dot: Any, lower: Any) -> Any:
    _, v = linalg.eigh(a, b, lower=lower)
    return eigen_dots(b, y, v, a_dot, b_dot, triangle_name(lower))[0]


def values_type(a: Type, b: Any = None, lower: Any = True) -> Type:
    return array(smooth_kind(kind(a)), matrix(a)[:-1])


@pullback(linalg.eigvalsh, types=values_type, order="a, b=None, lower=True")
def eigvalsh(a: Any, b: Any, y: Any, y_bar: Any, *, lower: Any = True) -> Any:
    return values_bars(a, b, y, y_bar, lower)


@pushforward(linalg.eigvalsh, types=values_type)
def eigvalsh_pushforward(
    a: Any, b: Any, y: Any, a_dot: Any, b_dot: Any, *, lower: Any = True
) -> Any:
    return values_dot(a, b, y, a_dot, b_dot, lower)


@defined(linalg.svdvals)
def svdvals(a: Any) -> Any:
    return np.linalg.svd(a, compute_uv=False)


@defined(linalg.block_diag)
def block_diag(*arrs: Any) -> Any:
    blocks = [np.atleast_2d(each) for each in arrs]
    rows = []
    for at, block in enumerate(blocks):
        height = np.shape(block)[0]
        parts = [
            block if other == at else np.zeros((height, np.shape(each)[1]))
            for other, each in enumerate(blocks)
        ]
        rows.append(np.concatenate(parts, axis=1))
    return np.concatenate(rows, axis=0)


# By default SciPy gives the upper factor.
def factor_type(a: Type, lower: Any = False) -> Type:
    return array(smooth_kind(kind(a)), matrix(a))


@pullback(linalg.cholesky, types=factor_type)
def cholesky(a: Any, y: Any, y_bar: Any, *, lower: Any = False) -> Any:
    return factor_bar(y, y_bar) if lower else across(factor_bar(across(y), across(y_bar)))


@pushforward(linalg.cholesky, types=factor_type)
def cholesky_pushforward(a: Any, y: Any, a_dot: Any, *, lower: Any = False) -> Any:
    return factor_dot(y, a_dot) if lower else across(factor_dot(across(y), across(a_dot)))


def triangular(
    a: Type, b: Type, trans: Any = 0, lower: Any = False, unit_diagonal: Any = False
) -> Type:
    return solution(a, b)


@static
def is_turned(trans: Any, a: Any) -> bool:
    if trans in (2, "C") and kind(a) == "complex":
        raise TypeError("with trans='C' it has no rule for complex matrices")
    return trans in (1, "T", 2, "C")


@pullback(linalg.solve_triangular, types=triangular)
def solve_triangular(
    a: Any,
    b: Any,
    y: Any,
    y_bar: Any,
    *,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
) -> Any:
    turned = is_turned(trans, a)
    b_bar = linalg.solve_triangular(
        a, y_bar, trans=0 if turned else 1, lower=lower, unit_diagonal=unit_diagonal
    )
    one, two = (y, b_bar) if turned else (b_bar, y)
    outer = -np.outer(one, two) if rank_of(b) == 1 else -(one @ across(two))
    return triangle(outer, lower, unit_diagonal), b_bar


def triangle(a: Any, lower: Any, unit_diagonal: Any) -> Any:
    """The part of a matrix that is read."""
    away = 1 if unit_diagonal else 0
    return np.tril(a, k=-away) if lower else np.triu(a, k=away)


@pushforward(linalg.solve_triangular, types=triangular)
def solve_triangular_pushforward(
    a: Any,
    b: Any,
    y: Any,
    a_dot: Any,
    b_dot: Any,
    *,
    trans: Any = 0,
    lower: Any = False,
    unit_diagonal: Any = False,
) -> Any:
    read = triangle(a_dot, lower, unit_diagonal)
    moved = across(read) @ y if is_turned(trans, a) else read @ y
    return linalg.solve_triangular(
        a, b_dot - moved, trans=trans, lower=lower, unit_diagonal=unit_diagonal
    )


@defined(linalg.cho_factor)
def cho_factor(a: Any, lower: Any = False) -> Any:
    return linalg.cholesky(a, lower), lower


@defined(linalg.cho_solve)
def cho_solve(c_and_lower: Any, b: Any) -> Any:
    factor, lower = c_and_lower
    first = linalg.solve_triangular(factor, b, trans=0 if lower else 1, lower=lower)
    return linalg.solve_triangular(factor, first, trans=1 if lower else 0, lower=lower)


# The matrix exponential: its derivative in a direction stands in the corner of a larger one (Higham,
# "Functions of Matrices", 2008, theorem 3.6).
def exponential_type(A: Type) -> Type:
    return array(smooth_kind(kind(A)), matrix(A))


def in_corner(a: Any, direction: Any) -> Any:
    size = np.shape(a)[-1]
    above = np.concatenate((a, direction), axis=1)
    below = np.concatenate((np.zeros_like(a), a), axis=1)
    return linalg.expm(np.concatenate((above, below), axis=0))[:size, size:]


@pullback(linalg.expm, types=exponential_type, guard=False)
def expm(A: Any, y: Any, y_bar: Any) -> Any:
    return in_corner(across(A), y_bar)


@pushforward(linalg.expm, types=exponential_type)
def expm_pushforward(A: Any, y: Any, A_dot: Any) -> Any:
    return in_corner(A, A_dot)


unsupported(
    "its factors have no derivative here; use scipy.linalg.cholesky or numpy.linalg.qr",
    linalg.lu,
    linalg.lu_factor,
    linalg.qr,
    linalg.schur,
    linalg.hessenberg,
    linalg.ldl,
)
unsupported(
    "it has no derivative rule yet; add one with @s2sdiff.pullback",
    linalg.sqrtm,
    linalg.logm,
    linalg.solve_sylvester,
    linalg.solve_banded,
    linalg.lstsq,
)
