"""Calls of functions of arrays: an expression of `a`, `b`, `c`, and the arguments to try it at."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from scipy import linalg, special, stats

from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.names import user_function
from s2sdiff.frontend.signatures import types_from_call
from s2sdiff.ir.core import Apply
from s2sdiff.ir.traverse import walk
from s2sdiff.ir.types import Type

DRAW = np.random.default_rng(3)


def normal(*shape: int) -> np.ndarray:
    return DRAW.normal(size=shape)


def symmetric(size: int) -> np.ndarray:
    square = normal(size, size)
    return square @ square.T + size * np.eye(size)


MATRIX = normal(4, 3)
SQUARE = symmetric(3)
VECTOR = normal(5)
STACK = normal(2, 3, 4)
MATRICES = normal(2, 3, 3) + 3 * np.eye(3)


def weighed(y):
    """One number of an array of any shape."""
    if np.ndim(y) == 0:
        return y * 1.3
    return np.sum(np.reshape(y, -1) * np.cos(np.arange(np.size(y)) + 0.5))


@final
@dataclass(frozen=True)
class Case:
    """`text` of the arguments `values`; an expression of the first of them for each letter."""

    text: str
    values: tuple[Any, ...]
    second: bool = True

    @property
    def shapes(self) -> str:
        return "x".join(str(np.shape(value)).replace(" ", "") for value in self.values)

    def args(self) -> tuple[Any, ...]:
        return tuple(np.copy(v) if np.shape(v) else v for v in self.values)

    def function(self, plain: bool = False) -> tuple[Callable[..., Any], str]:
        """A function of the arguments with the expression as its value, and its text."""
        names = ", ".join("abcd"[: len(self.values)])
        wanted = self.text if plain else f"weighed({self.text})"
        source = f"def f({names}):\n    return {wanted}\n"
        scope: dict[str, Any] = dict(_scope())
        exec(compile(source, "<case>", "exec"), scope)
        return scope["f"], source

    def type_of_result(self, function: Any, text: str) -> Type:
        primal = user_function(function, text)
        return lower(primal, types_from_call(primal, self.args(), {})).function.output.type

    def calls(self) -> set[str]:
        """The functions with rules that are called."""
        function, text = self.function()
        primal = user_function(function, text)
        lowered = lower(primal, types_from_call(primal, self.args(), {})).function
        return {op.primitive.name for op in walk(lowered.body) if isinstance(op, Apply)}


@functools.cache
def _scope() -> dict[str, Any]:
    return {"np": np, "special": special, "linalg": linalg, "stats": stats, "weighed": weighed}


def of(values: Any, *texts: str, second: bool = True) -> list[Case]:
    given = values if isinstance(values, tuple) else (values,)
    return [Case(text, given, second) for text in texts]


CASES = [
    *of(
        MATRIX,
        "np.add.reduce(a)",
        "np.add.reduce(a, axis=1, keepdims=True)",
        "np.multiply.reduce(a, 1)",
        "np.maximum.reduce(a)",
        "np.minimum.reduce(a, axis=None)",
        "np.logaddexp.reduce(a)",
        "np.logaddexp.reduce(a, axis=1, keepdims=True)",
        "np.add.accumulate(a)",
        "np.multiply.accumulate(a, axis=1)",
    ),
    *of(
        (normal(2, 3), normal(4)),
        "np.add.outer(a, b)",
        "np.subtract.outer(a, b)",
        "np.multiply.outer(b, a)",
        "np.divide.outer(a, b)",
        "np.power.outer(a**2, b)",
        "np.maximum.outer(a, b)",
        "np.minimum.outer(a, b)",
        "np.arctan2.outer(a, b)",
        "np.subtract.outer(a, b[0])",
    ),
    *of(
        normal(4, 4),
        "np.abs(np.linalg.eigvals(a))",
        "np.linalg.eigvals(a).real ** 2",
        "np.abs(np.linalg.eig(a)[1]) ** 2",
        "np.abs(np.linalg.eig(a)[1]) ** 2 @ np.abs(np.linalg.eig(a)[0])",
    ),
    *of(MATRICES, "np.abs(np.linalg.eigvals(a)) ** 2"),
    *of((normal(6, 3), normal(6)), "np.linalg.lstsq(a, b)[0]", "np.linalg.lstsq(a, b, None)[1]"),
    *of((normal(6, 3), normal(6, 2)), "np.linalg.lstsq(a, b)[0]", "np.linalg.lstsq(a, b)[3]"),
    *of(
        MATRIX,
        "np.sum(a)",
        "np.sum(a, axis=0)",
        "np.sum(a, 1)",
        "a.sum(axis=(0, 1))",
        "np.sum(a, axis=-1, keepdims=True)",
        "np.sum(a, axis=0, where=a > 0.1)",
        "np.mean(a)",
        "np.mean(a, axis=0)",
        "a.mean(1, keepdims=True)",
        "np.var(a)",
        "np.var(a, axis=0, ddof=1)",
        "np.var(a, axis=(0, 1))",
        "np.std(a, axis=1)",
        "a.std()",
        "np.max(a)",
        "np.max(a, axis=1)",
        "a.min(axis=0, keepdims=True)",
        "np.amax(a, axis=-1)",
        "np.amin(a)",
        "np.ptp(a, axis=1)",
        "np.prod(a)",
        "np.prod(a, axis=0)",
        "a.prod(axis=1, keepdims=True)",
        "np.cumsum(a)",
        "np.cumsum(a, axis=0)",
        "a.cumsum(1)",
        "np.cumprod(a)",
        "np.cumprod(a, axis=1)",
        "np.cumprod(a, axis=0)",
        "np.average(a)",
        "np.average(a, axis=0, weights=np.array([1.0, 2.0, 3.0, 4.0]))",
        "np.trapezoid(a)",
        "np.trapezoid(a, axis=0, dx=0.5)",
        "np.median(a)",
        "np.median(a, axis=0)",
        "np.median(a, axis=1, keepdims=True)",
        "np.nansum(a, axis=0)",
        "np.nanmean(a)",
    ),
    *of(
        MATRIX,
        "np.maximum(a, 0.3)",
        "np.minimum(a, a[0])",
        "np.fmax(a, a[:, :1])",
        "np.fmin(a, 0.1)",
        "np.clip(a, -0.5, 0.5)",
        "np.clip(a, None, a[0])",
        "a.clip(-0.5)",
        "np.logaddexp(a, a[0])",
        "np.logaddexp2(a, 0.5)",
        "np.sinc(a)",
        "np.nan_to_num(a)",
        "np.abs(a)",
        "np.select([a > 0.5, a > 0], [a**2, 2 * a], default=-a)",
        "np.choose(np.array([[0], [1], [1], [0]]), [a, a**2])",
        "np.compress([True, False, True, True], a, axis=0)",
        "np.extract(a > 0, a)",
        "np.nanmax(a, axis=0)",
        "np.nanmin(a)",
        "np.nanprod(a, axis=1)",
        "np.nancumsum(a)",
        "np.nancumprod(a, axis=0)",
        "np.nanvar(a, axis=0)",
        "np.nanstd(a)",
        "np.nanmedian(a, axis=0)",
        "np.partition(a, 1)",
        "np.quantile(a, 0.3)",
        "np.quantile(a, 0.3, axis=0)",
        "np.quantile(a, np.array([0.2, 0.7]), axis=1)",
        "np.percentile(a, 75, axis=0, keepdims=True)",
        "np.diff(a)",
        "np.diff(a, n=2, axis=0)",
        "np.ediff1d(a)",
        "np.gradient(a)[0]",
        "np.gradient(a, axis=1)",
        "np.gradient(a, 0.5, axis=0)",
        "np.gradient(a[:, 0], edge_order=2)",
        "np.convolve(a[:, 0], a[0])",
        "np.convolve(a[:, 0], a[0], 'same')",
        "np.convolve(a[:, 0], a[0], 'valid')",
        "np.correlate(a[:, 0], a[0])",
        "np.correlate(a[:, 0], a[0], 'full')",
        "np.pad(a, 1)",
        "np.pad(a, ((0, 1), (2, 0)), constant_values=3.0)",
        "np.pad(a, 1, mode='edge')",
        "np.pad(a[0], (1, 2), 'wrap')",
        "np.pad(a, 1, 'reflect')",
        "np.polyval(a[0], a[1])",
        "np.cov(a)",
        "np.cov(a, rowvar=False, bias=True)",
        "np.cov(a[0])",
        "np.corrcoef(a)",
        "np.corrcoef(a[0], a[1])",
        "np.meshgrid(a[0], a[:, 0])[0]",
        "np.meshgrid(a[0], a[:, 0], indexing='ij')[1]",
        "np.vander(a[0])",
        "np.vander(a[0], 2, increasing=True)",
        "np.logspace(a[0, 0], a[0, 1], 4)",
        "np.geomspace(a[0, 0] ** 2, a[0, 1] ** 2, 4)",
        "np.vecdot(a, a[0])",
        "np.diagflat(a)",
        "np.cumulative_sum(a, axis=0)",
        "np.cumulative_prod(a, axis=1)",
        "np.rollaxis(a, 1)",
        "np.permute_dims(a, (1, 0))",
        "np.concat([a, a])",
        "np.broadcast_arrays(a, a[0])[1]",
        "np.matvec(a, a[0])",
        "np.vecmat(a[0], a.T)",
        "np.linalg.vecdot(a, a)",
        "np.linalg.vector_norm(a)",
        "np.linalg.vector_norm(a, axis=1, ord=3)",
        "np.linalg.matrix_norm(a)",
        "np.linalg.cond(a)",
        "np.linalg.outer(a[0], a[1])",
        "np.linalg.matmul(a, a.T)",
        "np.linalg.trace(a[:3])",
        "np.linalg.diagonal(a)",
        "np.linalg.cross(a, a[::-1] * 2)",
        "np.linalg.tensordot(a, a, axes=2)",
        "a[np.ix_([0, 2], [1, 2])]",
        "a[np.nonzero(a > 0)]",
        "a[np.tril_indices(3)]",
    ),
    *of(
        MATRIX,
        "np.abs(np.fft.fft(a))",
        "np.real(np.fft.fft(a) * np.fft.fft(a[0]))",
        "np.imag(np.fft.fft(a, axis=0) ** 2)",
        "np.abs(np.fft.fft(a, 5))",
        "np.abs(np.fft.fft(a, 2, norm='ortho'))",
        "np.fft.ifft(np.exp(np.fft.fft(a))).real",
        "np.abs(np.fft.rfft(a))",
        "np.abs(np.fft.rfft(a, 6, axis=0))",
        "np.fft.irfft(np.fft.rfft(a) ** 2)",
        "np.fft.irfft(np.fft.rfft(a, axis=0) ** 2, 5, axis=0)",
        "np.fft.irfft(np.fft.rfft(a, norm='ortho') ** 2, 3, norm='forward')",
        "np.abs(np.fft.fft2(a))",
        "np.real(np.fft.ifft2(np.fft.fft2(a) ** 2))",
        "np.abs(np.fft.rfft2(a))",
        "np.fft.irfft2(np.fft.rfft2(a) ** 2)",
        "np.abs(np.fft.fftn(a, axes=(0,)))",
        "np.abs(np.fft.ifftn(a)) ** 2",
        "np.abs(np.fft.rfftn(a))",
        "np.fft.irfftn(np.fft.rfftn(a) ** 2, (4, 3), axes=(0, 1))",
        "np.fft.hfft(a)",
        "np.abs(np.fft.ihfft(a))",
        "np.fft.fftshift(a)",
        "np.fft.ifftshift(a, axes=0)",
        "np.angle(np.fft.fft(a))",
        "np.angle(a + 1j * a[0], deg=True)",
        "np.conj(a + 2j * a).imag",
        "np.real_if_close(a)",
        "abs(np.exp(1j * a) + 2.0)",
        "np.real((a + 1j) ** 2 / (2.0 - 1j * a))",
        "np.linalg.solve(a[:3] + 1j * np.eye(3), a[:3] + 0j).real",
    ),
    *of(
        MATRIX,
        "special.logsumexp(a)",
        "special.logsumexp(a, axis=1)",
        "special.logsumexp(a, axis=0, keepdims=True)",
        "special.logsumexp(a, b=np.exp(a[0]))",
        "special.softmax(a)",
        "special.softmax(a, axis=1)",
        "special.log_softmax(a, axis=0)",
        "special.multigammaln(4.0 + a[0, 0], 3)",
        "linalg.norm(a)",
        "linalg.svd(a, full_matrices=False)[1]",
        "linalg.svdvals(a)",
        "linalg.pinv(a)",
        "linalg.block_diag(a, a[:2])",
        "stats.norm.logpdf(a, a[0], 2.0)",
        "stats.norm.pdf(a, 0.5)",
        "stats.norm.cdf(a, 0.1, np.exp(a[0]))",
        "stats.norm.logcdf(a)",
        "stats.norm.sf(a)",
        "stats.norm.logsf(a, a[0])",
        "stats.t.logpdf(a, 4.0 + a[0], a[1], 2.0)",
        "stats.t.pdf(a, 5.0)",
        "stats.laplace.logpdf(a, 0.01, np.exp(a[0]))",
        "stats.logistic.logpdf(a, a[0], 1.5)",
        "stats.cauchy.logpdf(a, a[0], 1.5)",
        "stats.multivariate_normal.logpdf(a, a[0], np.eye(3) * np.exp(a[1]))",
        "stats.multivariate_normal.logpdf(a[0], a[1], np.eye(3) * np.exp(a[1]))",
        "stats.multivariate_normal.logpdf(a, a[0], 2.0)",
        "stats.multivariate_normal.pdf(a, a[0], np.exp(a[1]))",
    ),
    *of(
        np.abs(MATRIX) / 5 + 0.1,
        "stats.norm.ppf(a)",
        "stats.gamma.logpdf(a, 1 + a[0], 0.01, a[1])",
        "stats.gamma.pdf(a, 2.0)",
        "stats.gamma.cdf(a, 2.0)",
        "stats.beta.logpdf(a, 1 + a[0], a[1] + 0.5)",
        "stats.beta.pdf(a, 2.0, 1.5)",
        "stats.beta.cdf(a, 2.0, 1.5)",
        "stats.chi2.logpdf(a, 3.0 + a[0])",
        "stats.chi2.pdf(a, 3.0)",
        "stats.chi2.cdf(a, 3.0)",
        "stats.expon.logpdf(a, 0.0, a[0])",
        "stats.lognorm.logpdf(a, a[0])",
        "stats.poisson.logpmf(np.arange(3), a)",
        "stats.poisson.pmf(2, a)",
        "stats.binom.logpmf(2, 5, a)",
        "stats.dirichlet.logpdf(a[0] / np.sum(a[0]), 1.0 + a[1])",
        "stats.dirichlet.pdf(a[0] / np.sum(a[0]), 1.0 + a[1])",
        "special.beta(a, a[0])",
        "special.boxcox(a, a[0])",
        "special.kv(1.5, a)",
        "special.jv(0.5, a)",
        "special.iv(1, a)",
    ),
    *of(
        SQUARE,
        "linalg.inv(a)",
        "linalg.det(a)",
        "linalg.solve(a, a[0])",
        "linalg.cholesky((a + a.T) / 2)",
        "linalg.cholesky((a + a.T) / 2, lower=True)",
        "linalg.eigh((a + a.T) / 2)[0]",
        "linalg.eigh((a + a.T) / 2, eigvals_only=True)",
        "linalg.eigvalsh((a + a.T) / 2)",
        "linalg.expm(0.3 * a)",
        "linalg.solve_triangular(a, a[0])",
        "linalg.solve_triangular(a, a, lower=True)",
        "linalg.solve_triangular(a, a, trans=1)",
        "linalg.solve_triangular(a, a[0], trans='T', lower=True, unit_diagonal=True)",
        "linalg.cho_solve((linalg.cholesky((a + a.T) / 2), False), a[0])",
        "linalg.cho_solve((np.linalg.cholesky((a + a.T) / 2), True), a)",
        "linalg.cho_solve(linalg.cho_factor((a + a.T) / 2), a)",
    ),
    *of((VECTOR, np.cumsum(np.abs(VECTOR)) + 0.0), "np.interp(0.4 * a, b, a)"),
    *of((0.7, np.arange(5.0), VECTOR), "np.interp(a, b, c)"),
    *of((VECTOR, np.cumsum(np.abs(VECTOR))), "np.trapezoid(a, b)", "np.gradient(a, b)"),
    *of((normal(2, 3, 6), normal(2, 3)), "np.linalg.tensorsolve(a, b)"),
    *of((VECTOR, np.abs(VECTOR) + 1), "np.average(a, weights=b)"),
    *of(
        MATRIX,
        "np.reshape(a, (2, 6))",
        "a.reshape(6, 2)",
        "a.reshape(-1, 4)",
        "a.ravel()",
        "a.flatten()",
        "a.T",
        "np.transpose(a, (1, 0))",
        "np.swapaxes(a, 0, 1)",
        "np.moveaxis(a, 0, 1)",
        "np.expand_dims(a, 1)",
        "np.squeeze(a[:, :1], axis=1)",
        "np.squeeze(a[:, None])",
        "np.flip(a)",
        "np.flip(a, 1)",
        "np.fliplr(a)",
        "np.flipud(a)",
        "np.rot90(a)",
        "np.rot90(a, 2)",
        "np.rot90(a, 3)",
        "np.roll(a, 1)",
        "np.roll(a, -1, axis=0)",
        "np.atleast_1d(a)",
        "np.atleast_2d(a[0])",
        "np.atleast_3d(a)",
        "np.concatenate((a, a * 2))",
        "np.concatenate([a, a[:1]], axis=0)",
        "np.concatenate((a, a), axis=1)",
        "np.concatenate((a, a[0]), axis=None)",
        "np.stack([a, a**2])",
        "np.stack((a, a), axis=1)",
        "np.stack((a, a), axis=-1)",
        "np.vstack([a, a[0]])",
        "np.hstack([a, a])",
        "np.dstack((a, a))",
        "np.column_stack((a, a[:, 0]))",
        "np.append(a, a[0])",
        "np.append(a, a, axis=0)",
        "np.split(a, 2)[1]",
        "np.split(a, [1, 3])[1]",
        "np.array_split(a, 3)[0]",
        "np.vsplit(a, 2)[0]",
        "np.hsplit(a, 3)[2]",
        "np.tile(a, 2)",
        "np.tile(a, (2, 3))",
        "np.repeat(a, 2)",
        "np.repeat(a, 3, axis=1)",
        "np.broadcast_to(a[0], (4, 3))",
        "np.broadcast_to(a[:, :1], (4, 3))",
    ),
    *of(STACK, "np.transpose(a, (2, 0, 1))", "np.moveaxis(a, 0, -1)", "np.dsplit(a, 2)[1]"),
    *of(
        MATRIX,
        "a[1:3]",
        "a[-1]",
        "a[:, -2:]",
        "a[::-1]",
        "a[1, 2]",
        "a[::2, None, 1]",
        "a[..., 0]",
        "a[[0, 2, 2]]",
        "a[np.array([0, 1]), np.array([1, 1])]",
        "a[a > 0]",
        "np.where(a > 0, a, 0.5 * a)",
        "np.take(a, [0, 2, 0])",
        "np.take(a, 1, axis=0)",
        "np.take(a, [0, 2, 0], axis=1)",
        "np.take_along_axis(a, np.argsort(a, axis=1), axis=1)",
        "np.sort(a)",
        "np.sort(a, axis=0)",
        "np.sort(a, axis=None)",
        "np.linspace(a[0, 0], a[1, 1], 5)",
        "np.array([a[0, 0], a[1, 1] ** 2])",
        "np.array([[a[0, 0], 1.0], [a[0, 1], 2]])",
        "np.array([a[0], a[1]])",
        "np.asarray(a)",
        "np.full(3, a[0, 0])",
        "np.full_like(a, a[0, 0])",
        "a.copy()",
        "a.astype(float)",
    ),
    *of(
        MATRIX,
        "np.outer(a, a[0])",
        "np.outer(a[0], a[1])",
        "np.dot(a, a.T)",
        "np.dot(a, a[0])",
        "a.dot(a[0])",
        "np.dot(a[0], a[1])",
        "np.dot(a, 2.0)",
        "a @ a.T",
        "np.matmul(a.T, a)",
        "np.inner(a, a)",
        "np.inner(a[0], a[1])",
        "np.vdot(a, a)",
        "np.tensordot(a, a, axes=2)",
        "np.tensordot(a, a, axes=([0], [0]))",
        "np.kron(a, a[:2])",
        "np.cross(a, a[::-1] ** 2)",
        "np.einsum('ij,kj->ik', a, a)",
        "np.einsum('ij->j', a)",
        "np.einsum('ij,ij', a, a)",
        "np.einsum('ij,ij->i', a, a**2)",
        "np.einsum('i...,i...->...', a, a)",
        "np.trace(a)",
        "np.diagonal(a)",
        "np.diagonal(a, 1)",
        "np.diag(a[0])",
        "np.diag(a)",
        "np.diag(a[0], 1)",
        "np.diag(a, -1)",
        "np.tril(a)",
        "np.triu(a, 1)",
    ),
    *of((STACK, normal(4, 5)), "a @ b"),
    *of((STACK, normal(2, 4, 5)), "a @ b"),
    *of((STACK[:1], normal(2, 4, 5)), "a @ b"),
    *of((STACK, normal(1, 4, 5)), "a @ b"),
    *of((STACK, normal(4)), "a @ b", "np.dot(a, b)"),
    *of((normal(3), STACK), "a @ b"),
    *of((STACK, normal(4, 2)), "np.tensordot(a, b, 1)", "np.einsum('bij,jk->bik', a, b)"),
    *of((STACK, normal(2, 4, 2)), "np.dot(a, b)"),
    *of((SQUARE, VECTOR[:3]), "a @ b", "b @ a", "np.linalg.solve(a, b)"),
    *of((SQUARE, VECTOR), "np.einsum('ij,k->i', a, b)"),
    *of((SQUARE, SQUARE + 1, VECTOR[:3]), "np.einsum('ij,jk,k', a, b, c)"),
    *of(
        SQUARE,
        "np.einsum('ii->i', a)",
        "np.einsum('ii', a)",
        "np.linalg.inv(a)",
        "np.linalg.det(a)",
        "np.linalg.slogdet(a)[1]",
        "np.linalg.cholesky((a + a.T) / 2)",
        "np.linalg.eigh((a + a.T) / 2)[0]",
        "np.linalg.eigh((a + a.T) / 2)[1] ** 2",
        "np.linalg.eigvalsh((a + a.T) / 2)",
        "np.linalg.svd(a, compute_uv=False)",
        "np.linalg.svd(a, full_matrices=False)[1]",
        "np.linalg.svd(a, full_matrices=False)[0] ** 2",
        "np.linalg.svd(a, full_matrices=False)[2] ** 2",
        "np.linalg.svdvals(a)",
        "np.linalg.pinv(a)",
        "np.linalg.norm(a)",
        "np.linalg.norm(a, axis=0)",
        "np.linalg.norm(a, axis=1, keepdims=True)",
        "np.linalg.norm(a, 'fro')",
        "np.linalg.norm(a, 'nuc')",
        "np.linalg.norm(a, 2)",
        "np.linalg.norm(a, -2)",
        "np.linalg.norm(a, 1)",
        "np.linalg.norm(a, -1)",
        "np.linalg.norm(a, np.inf)",
        "np.linalg.norm(a, -np.inf)",
        "np.linalg.norm(a[0], 1)",
        "np.linalg.norm(a[0], 3)",
        "np.linalg.norm(a[0], np.inf)",
        "np.linalg.norm(a, 3, axis=0)",
        "np.linalg.matrix_power(a, 3)",
        "np.linalg.matrix_power(a, -2)",
        "np.linalg.multi_dot([a, a, a])",
        "np.matrix_transpose(a)",
        "np.linalg.matrix_transpose(a)",
    ),
    *of(
        MATRIX,
        "np.linalg.svd(a, full_matrices=False)[0] ** 2",
        "np.linalg.svd(a.T, full_matrices=False)[0] ** 2",
        "np.linalg.qr(a)[0]",
        "np.linalg.qr(a)[1]",
        "np.linalg.pinv(a)",
        "np.linalg.pinv(a.T)",
    ),
    *of(
        MATRICES,
        "np.linalg.inv(a)",
        "np.linalg.det(a)",
        "np.linalg.slogdet(a)[1]",
        "np.linalg.norm(a, axis=(1, 2))",
    ),
    *of((SQUARE, normal(3, 2)), "np.linalg.solve(a, b)"),
    *of((MATRICES, STACK[:, :, :2]), "np.linalg.solve(a, b)"),
    *of((SQUARE, MATRICES), "np.linalg.solve(a, b)"),
]
assert all(ast.parse(case.text) for case in CASES)
