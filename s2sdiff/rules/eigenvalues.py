"""Eigenvalues of matrices that are not symmetric, and least squares.

Eigenvalues and eigenvectors are complex; where all of them are real NumPy gives real arrays. Of an
eigenvector the length is 1 and the phase is NumPy's choice: derivatives are those of functions that do not
depend on it. See Boeddeker, Hanebrink, Drude, Heymann and Haeb-Umbach, "On the Computation of
Complex-valued Gradients with Application to Statistically Optimum Beamforming", 2017.
"""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.types import Tuple, Type, array
from s2sdiff.rules.general import pullback, pushforward
from s2sdiff.rules.linear_algebra import check_cut, matrix
from s2sdiff.rules.products import across
from s2sdiff.rules.registry import Library, defined

np = Library("numpy")


def complex_values(a: Type) -> Type:
    return array("complex", matrix(a)[:-1])


def complex_values_and_vectors(a: Type) -> Type:
    axes = matrix(a)
    return Tuple((array("complex", axes[:-1]), array("complex", axes)))


def gaps(w: Any) -> Any:
    """w_i - w_j at [j, i]; 1 on the diagonal."""
    return w[..., None, :] - w[..., None] + np.eye(np.shape(w)[-1])


@pullback(np.linalg.eigvals, types=complex_values)
def eigvals(a: Any, y: Any, y_bar: Any) -> Any:
    _, v = np.linalg.eig(a)
    return across(np.linalg.inv(v)) @ (y_bar[..., None] * across(v))


@pushforward(np.linalg.eigvals, types=complex_values)
def eigvals_pushforward(a: Any, y: Any, a_dot: Any) -> Any:
    _, v = np.linalg.eig(a)
    return np.diagonal(np.linalg.inv(v) @ a_dot @ v, 0, -2, -1)


@pullback(np.linalg.eig, types=complex_values_and_vectors)
def eig(a: Any, y: Any, y_bar: Any) -> Any:
    w, v = y
    w_bar, v_bar = y_bar
    turned = across(v)
    left = across(np.linalg.inv(v))
    if v_bar is None:
        return left @ (w_bar[..., None] * turned)
    unit = np.eye(np.shape(w)[-1])
    inside = turned @ v_bar
    along = np.diagonal(inside, 0, -2, -1)[..., None, :]
    middle = (inside - along * (turned @ np.conj(v))) * (1.0 - unit) / gaps(w)
    if w_bar is not None:
        middle = middle + unit * w_bar[..., None, :]
    return left @ middle @ turned


@pushforward(np.linalg.eig, types=complex_values_and_vectors)
def eig_pushforward(a: Any, y: Any, a_dot: Any) -> Any:
    w, v = y
    inside = np.linalg.inv(v) @ a_dot @ v
    mixed = inside * (1.0 - np.eye(np.shape(w)[-1])) / gaps(w)
    v_dot = v @ mixed
    along = np.sum(np.conj(v) * v_dot, axis=-2, keepdims=True)
    return np.diagonal(inside, 0, -2, -1), v_dot - v * along


@defined(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    check_cut(rcond)
    x = np.linalg.pinv(a) @ b
    rest = b - a @ x
    singular = np.linalg.svd(a, compute_uv=False)
    rank = int(np.sum(singular > 0.0))
    return x, np.atleast_1d(np.sum(rest * rest, axis=0)), rank, singular
