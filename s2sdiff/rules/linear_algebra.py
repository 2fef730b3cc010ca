"""Linear algebra.

Formulas are those of Giles, "Collected matrix derivative results for forward and reverse mode
algorithmic differentiation", 2008, and, for factorisations, of Seeger, Hetzel, Dai, Meissner and
Lawrence, "Auto-Differentiating Linear Algebra", 2017, and Murray, "Differentiation of the Cholesky
decomposition", 2016. All work on stacks of matrices.

`cholesky`, `eigh` and `eigvalsh` read one triangle of a matrix; their cotangents are zero in the other.
"""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.infer import joined_kind
from s2sdiff.ir.shapes import broadcast, is_same, new_axis
from s2sdiff.ir.types import Axes, Tuple, Type, array, smooth_kind
from s2sdiff.rules.axes import kind, known_axes, rank_of
from s2sdiff.rules.general import pullback, pushforward
from s2sdiff.rules.products import across, stack_like
from s2sdiff.rules.registry import Library, defined
from s2sdiff.rules.signatures import static

np = Library("numpy")
linalg = Library("scipy.linalg")
s2sdiff = Library("s2sdiff")


def matrix(a: Any) -> Axes:
    axes = known_axes(a)
    if len(axes) < 2:
        raise TypeError("a matrix is needed")
    return axes


def same_matrix(a: Type) -> Type:
    return array(smooth_kind(kind(a)), matrix(a))


@pullback(np.linalg.inv, linalg.inv, types=same_matrix)
def inv(a: Any, y: Any, y_bar: Any) -> Any:
    turned = across(y)
    return -(turned @ y_bar @ turned)


@pushforward(np.linalg.inv, linalg.inv, types=same_matrix)
def inv_pushforward(a: Any, y: Any, a_dot: Any) -> Any:
    return -(y @ a_dot @ y)


def solution(a: Type, b: Type) -> Type:
    one, two = matrix(a), known_axes(b)
    smooth = smooth_kind(joined_kind((a, b)))
    if len(two) == 1:
        return array(smooth, (*one[:-2], two[0]))
    outer = broadcast((one[:-2], two[:-2]))
    assert outer is not None
    return array(smooth, (*outer, *two[-2:]))


@pullback(np.linalg.solve, types=solution)
def solve(a: Any, b: Any, y: Any, y_bar: Any) -> Any:
    b_bar = np.linalg.solve(across(a), y_bar)
    if rank_of(b) == 1 and rank_of(a) == 2:
        return -np.outer(b_bar, y), b_bar
    if rank_of(b) == 1:
        b_bars = b_bar[..., None] * y[..., None, :]
        return -b_bars, np.sum(b_bar, axis=tuple(range(rank_of(b_bar) - 1)))
    return stack_like(-(b_bar @ across(y)), a, y), stack_like(b_bar, b, y)


@pushforward(np.linalg.solve, types=solution)
def solve_pushforward(a: Any, b: Any, y: Any, a_dot: Any, b_dot: Any) -> Any:
    return np.linalg.solve(a, b_dot - a_dot @ y)


def number_of_matrix(a: Type) -> Type:
    return array(smooth_kind(kind(a)), matrix(a)[:-2])


def per_matrix(x: Any) -> Any:
    """A number for each matrix, such that it is broadcast along the matrix."""
    return x if np.ndim(x) == 0 else x[..., None, None]


@pullback(np.linalg.det, linalg.det, types=number_of_matrix, guard=False)
def det(a: Any, y: Any, y_bar: Any) -> Any:
    return per_matrix(y_bar * y) * across(np.linalg.inv(a))


@pushforward(np.linalg.det, linalg.det, types=number_of_matrix)
def det_pushforward(a: Any, y: Any, a_dot: Any) -> Any:
    return y * np.trace(np.linalg.solve(a, a_dot), 0, -2, -1)


def sign_and_logarithm(a: Type) -> Type:
    one = number_of_matrix(a)
    return Tuple((one, one))


@pullback(np.linalg.slogdet, types=sign_and_logarithm, guard=False)
def slogdet(a: Any, y: Any, y_bar: Any) -> Any:
    _, bar = y_bar
    return None if bar is None else per_matrix(bar) * across(np.linalg.inv(a))


@pushforward(np.linalg.slogdet, types=sign_and_logarithm)
def slogdet_pushforward(a: Any, y: Any, a_dot: Any) -> Any:
    return None, np.trace(np.linalg.solve(a, a_dot), 0, -2, -1)


@static
def is_lower(UPLO: Any) -> bool:
    return str(UPLO).upper() == "L"


def completed(a: Any, UPLO: Any) -> Any:
    """The symmetric matrix of which this triangle is read."""
    if is_lower(UPLO):
        return np.tril(a) + across(np.tril(a, -1))
    return np.triu(a) + across(np.triu(a, 1))


def folded(bar: Any, UPLO: Any) -> Any:
    """The cotangent of the triangle that is read, from that of the symmetric matrix."""
    if is_lower(UPLO):
        return np.tril(bar) + across(np.triu(bar, 1))
    return np.triu(bar) + across(np.tril(bar, -1))


def halved_lower(a: Any) -> Any:
    """The lower triangle, its diagonal halved (the function Phi of Murray, 2016)."""
    size = np.shape(a)[-1]
    return np.tril(a) * (1.0 - 0.5 * np.eye(size))


def factor_bar(y: Any, y_bar: Any) -> Any:
    """The cotangent of a matrix from that of its lower factor."""
    turned = across(y)
    middle = halved_lower(turned @ y_bar)
    left = np.linalg.solve(turned, middle + across(middle))
    return halved_lower(np.linalg.solve(turned, across(left)))


def factor_dot(y: Any, a_dot: Any) -> Any:
    """The tangent of the lower factor from that of the lower triangle of a matrix."""
    left = np.linalg.solve(y, completed(a_dot, "L"))
    return y @ halved_lower(np.linalg.solve(y, across(left)))


@pullback(np.linalg.cholesky, types=same_matrix)
def cholesky(a: Any, y: Any, y_bar: Any) -> Any:
    return factor_bar(y, y_bar)


@pushforward(np.linalg.cholesky, types=same_matrix)
def cholesky_pushforward(a: Any, y: Any, a_dot: Any) -> Any:
    return factor_dot(y, a_dot)


# Eigenvalues w and eigenvectors v of symmetric matrices: a @ v = b @ v * w and v.T @ b @ v = 1, with
# the unit matrix for b where there is none.


def inverse_gaps(w: Any) -> Any:
    """1 / (w_j - w_i), and 0 on the diagonal."""
    eye = np.eye(np.shape(w)[-1])
    return (1.0 - eye) / (w[..., None, :] - w[..., :, None] + eye)


def eigen_bars(b: Any, w: Any, v: Any, w_bar: Any, v_bar: Any, UPLO: Any) -> Any:
    """The cotangents of a and b."""
    turned = across(v)
    if v_bar is None:
        along = v * w_bar[..., None, :]
        a_bar = folded(along @ turned, UPLO)
        if b is None:
            return a_bar, None
        return a_bar, folded(-(along * w[..., None, :]) @ turned, UPLO)
    mixed = turned @ v_bar
    middle = mixed * inverse_gaps(w)
    if w_bar is not None:
        middle = middle + np.eye(np.shape(w)[-1]) * w_bar[..., None, :]
    a_bar = folded(v @ middle @ turned, UPLO)
    if b is None:
        return a_bar, None
    scaled = middle * w[..., None, :] + 0.5 * np.eye(np.shape(w)[-1]) * mixed
    return a_bar, folded(-(v @ scaled @ turned), UPLO)


def eigen_dots(b: Any, w: Any, v: Any, a_dot: Any, b_dot: Any, UPLO: Any) -> Any:
    """The tangents of w and v."""
    inside = across(v) @ completed(a_dot, UPLO) @ v
    if b is None:
        return np.diagonal(inside, 0, -2, -1), v @ (inverse_gaps(w) * inside)
    norms = across(v) @ completed(b_dot, UPLO) @ v
    inside = inside - norms * w[..., None, :]
    mixed = inverse_gaps(w) * inside - 0.5 * np.eye(np.shape(w)[-1]) * norms
    return np.diagonal(inside, 0, -2, -1), v @ mixed


def values_and_vectors(a: Type, UPLO: Any = "L") -> Type:
    axes = matrix(a)
    given = smooth_kind(kind(a))
    return Tuple((array(given, axes[:-1]), array(given, axes)))


@pullback(np.linalg.eigh, types=values_and_vectors)
def eigh(a: Any, y: Any, y_bar: Any, *, UPLO: Any = "L") -> Any:
    w, v = y
    w_bar, v_bar = y_bar
    return eigen_bars(None, w, v, w_bar, v_bar, UPLO)[0]


@pushforward(np.linalg.eigh, types=values_and_vectors)
def eigh_pushforward(a: Any, y: Any, a_dot: Any, *, UPLO: Any = "L") -> Any:
    w, v = y
    return eigen_dots(None, w, v, a_dot, None, UPLO)


def eigenvectors(a: Any, UPLO: Any) -> Any:
    """The eigenvectors; numba takes no name of a triangle."""
    return np.linalg.eigh(a)[1] if is_lower(UPLO) else np.linalg.eigh(a, "U")[1]


def values_only(a: Type, UPLO: Any = "L") -> Type:
    return array(smooth_kind(kind(a)), matrix(a)[:-1])


@pullback(np.linalg.eigvalsh, types=values_only)
def eigvalsh(a: Any, y: Any, y_bar: Any, *, UPLO: Any = "L") -> Any:
    return eigen_bars(None, y, eigenvectors(a, UPLO), y_bar, None, UPLO)[0]


@pushforward(np.linalg.eigvalsh, types=values_only)
def eigvalsh_pushforward(a: Any, y: Any, a_dot: Any, *, UPLO: Any = "L") -> Any:
    return eigen_dots(None, y, eigenvectors(a, UPLO), a_dot, None, UPLO)[0]


# Of the singular values alone, and of the reduced factors.


def singular(a: Type, full_matrices: Any = True, compute_uv: Any = True) -> Type:
    axes = matrix(a)
    rows, columns = axes[-2:]
    given = smooth_kind(kind(a))
    both = isinstance(rows, int) and isinstance(columns, int)
    few = min(rows, columns) if both else new_axis()  # type: ignore[type-var]
    if not compute_uv:
        return array(given, (*axes[:-2], few))
    return Tuple(
        (
            array(given, (*axes[:-2], rows, rows if full_matrices else few)),
            array(given, (*axes[:-2], few)),
            array(given, (*axes[:-2], columns if full_matrices else few, columns)),
        )
    )


@static
def check_reduced(full_matrices: Any, a: Any) -> None:
    """Raise TypeError where factors are not determined by the matrix: they have more vectors than it."""
    rows, columns = matrix(a)[-2:]
    if full_matrices and not is_same(rows, columns):
        raise TypeError("its factors have a derivative with full_matrices=False")


@pullback(
    np.linalg.svd,
    linalg.svd,
    types=singular,
    order="a, full_matrices=True, compute_uv=True",
)
def svd(a: Any, y: Any, y_bar: Any, *, full_matrices: Any = True, compute_uv: Any = True) -> Any:
    if not compute_uv:
        left, _, right = np.linalg.svd(a, full_matrices=False)
        return (left * y_bar[..., None, :]) @ right
    u, s, vh = y
    u_bar, s_bar, vh_bar = y_bar
    if u_bar is None and vh_bar is None:
        few = np.shape(s)[-1]
        return (u[..., :few] * s_bar[..., None, :]) @ vh[..., :few, :]
    check_reduced(full_matrices, a)
    eye = np.eye(np.shape(s)[-1])
    gaps = (1.0 - eye) / (s[..., None, :] ** 2 - s[..., :, None] ** 2 + eye)
    inner = eye * s_bar[..., None, :] if s_bar is not None else 0.0 * eye
    a_bar = 0.0
    if u_bar is not None:
        part = across(u) @ u_bar
        inner = inner + (gaps * (part - across(part))) * s[..., None, :]
        a_bar = a_bar + ((u_bar - u @ part) / s[..., None, :]) @ vh
    if vh_bar is not None:
        part = vh @ across(vh_bar)
        inner = inner + s[..., :, None] * (gaps * (part - across(part)))
        a_bar = a_bar + (u / s[..., None, :]) @ (vh_bar - across(part) @ vh)
    return a_bar + u @ inner @ vh


@pushforward(np.linalg.svd, linalg.svd, types=singular)
def svd_pushforward(
    a: Any, y: Any, a_dot: Any, *, full_matrices: Any = True, compute_uv: Any = True
) -> Any:
    if not compute_uv:
        left, _, right = np.linalg.svd(a, full_matrices=False)
        return np.sum((across(left) @ a_dot) * right, axis=-1)
    u, s, vh = y
    check_reduced(full_matrices, a)
    v = across(vh)
    eye = np.eye(np.shape(s)[-1])
    gaps = (1.0 - eye) / (s[..., None, :] ** 2 - s[..., :, None] ** 2 + eye)
    inside = across(u) @ a_dot @ v
    s_dot = np.diagonal(inside, 0, -2, -1)
    left = inside * s[..., None, :]
    right = s[..., :, None] * inside
    u_dot = u @ (gaps * (left + across(left)))
    u_dot = u_dot + (a_dot @ v - u @ inside) / s[..., None, :]
    v_dot = v @ (gaps * (right + across(right)))
    v_dot = v_dot + (across(a_dot) @ u - v @ across(inside)) / s[..., None, :]
    return u_dot, s_dot, across(v_dot)


@defined(np.linalg.svdvals)
def svdvals(x: Any) -> Any:
    return np.linalg.svd(x, compute_uv=False)


# The pseudo-inverse where the rank does not change (Golub and Pereyra, 1973, equation 4.12).
@static
def check_cut(rcond: Any) -> None:
    """Raise TypeError where singular values may be cut off that are not just rounding errors."""
    if rcond is not None and not (isinstance(rcond, int | float) and rcond <= 1e-8):
        raise TypeError("it has a derivative with rcond=None, or at most 1e-8")


def inverse_type(a: Type, rcond: Any = None, hermitian: Any = False) -> Type:
    check_cut(rcond)
    axes = matrix(a)
    return array(smooth_kind(kind(a)), (*axes[:-2], axes[-1], axes[-2]))


@pullback(np.linalg.pinv, types=inverse_type)
def pinv(a: Any, y: Any, y_bar: Any, *, rcond: Any = None, hermitian: Any = False) -> Any:
    if hermitian:
        return folded(pinv_bar(completed(a, "L"), y, y_bar), "L")
    return pinv_bar(a, y, y_bar)


def pinv_bar(a: Any, y: Any, y_bar: Any) -> Any:
    turned = across(y)
    bar = across(y_bar)
    rows, columns = np.shape(a)[-2], np.shape(a)[-1]
    one = (np.eye(rows) - a @ y) @ bar @ y @ turned
    two = turned @ y @ bar @ (np.eye(columns) - y @ a)
    return one + two - turned @ y_bar @ turned


@pushforward(np.linalg.pinv, types=inverse_type)
def pinv_pushforward(
    a: Any, y: Any, a_dot: Any, *, rcond: Any = None, hermitian: Any = False
) -> Any:
    if hermitian:
        return pinv_dot(completed(a, "L"), y, completed(a_dot, "L"))
    return pinv_dot(a, y, a_dot)


def pinv_dot(a: Any, y: Any, a_dot: Any) -> Any:
    turned = across(y)
    dot = across(a_dot)
    rows, columns = np.shape(a)[-2], np.shape(a)[-1]
    one = y @ turned @ dot @ (np.eye(rows) - a @ y)
    two = (np.eye(columns) - y @ a) @ dot @ turned @ y
    return one + two - y @ a_dot @ y


# QR of matrices that have at least as many rows as columns, reduced (Seeger et al., section 4).
def factors(a: Type, mode: Any = "reduced") -> Type:
    axes = matrix(a)
    rows, columns = axes[-2:]
    if mode != "reduced":
        raise TypeError("the factors have a derivative with mode='reduced'")
    given = smooth_kind(kind(a))
    if isinstance(rows, int) and isinstance(columns, int) and rows < columns:
        raise TypeError("a matrix with more columns than rows has no derivative here")
    return Tuple((array(given, axes), array(given, (*axes[:-2], columns, columns))))


@pullback(np.linalg.qr, types=factors)
def qr(a: Any, y: Any, y_bar: Any, *, mode: Any = "reduced") -> Any:
    q, r = y
    q_bar, r_bar = y_bar
    if r_bar is None:
        inside = completed(-(across(q_bar) @ q), "L")
        right = q_bar + q @ inside
    elif q_bar is None:
        right = q @ completed(r @ across(r_bar), "L")
    else:
        right = q_bar + q @ completed(r @ across(r_bar) - across(q_bar) @ q, "L")
    return across(np.linalg.solve(r, across(right)))


@pushforward(np.linalg.qr, types=factors)
def qr_pushforward(a: Any, y: Any, a_dot: Any, *, mode: Any = "reduced") -> Any:
    q, r = y
    scaled = across(np.linalg.solve(across(r), across(a_dot)))
    inside = across(q) @ scaled
    lower = np.tril(inside, -1)
    turn = lower - across(lower)
    return q @ (turn - inside) + scaled, (inside - turn) @ r


@defined(np.linalg.matrix_power)
def matrix_power(a: Any, n: Any) -> Any:
    if n < 0:
        a, n = np.linalg.inv(a), -n
    if n == 0:
        return np.eye(np.shape(a)[-1]) + 0.0 * a
    result = None
    for at, bit in enumerate(bits(n)):
        a = a @ a if at else a
        if bit:
            result = a if result is None else result @ a
    return result


@static
def bits(n: Any) -> tuple[int, ...]:
    """The binary digits of an exponent, the smallest first."""
    if not isinstance(n, int):
        raise TypeError("the exponent has to be known while compiling")
    return tuple(int(digit) for digit in f"{n:b}"[::-1])


@defined(np.linalg.multi_dot)
def multi_dot(arrays: Any) -> Any:
    product = arrays[0]
    for each in arrays[1:]:
        product = product @ each
    return product


@defined(np.linalg.matrix_transpose, np.matrix_transpose)
def matrix_transpose(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)
