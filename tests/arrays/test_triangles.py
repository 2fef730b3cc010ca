"""Functions that read one triangle of a matrix: entries of the other one have no influence."""

import numpy as np
import pytest
from scipy import linalg, stats

from s2sdiff import grad
from tests.arrays.checking import check

A = np.array([[4.0, 1.0, 0.5], [0.3, 5.0, 0.7], [0.9, 0.2, 6.0]])
B = np.array([[3.0, 0.1, 0.5], [0.3, 2.0, 0.4], [0.2, 0.6, 4.0]])
W = np.array([[1.0, 2.0, 3.0], [4.0, 0.7, 1.7], [2.7, 3.7, 0.4]])
X = np.array([0.1, 0.7, 1.5, 2.2])


def factor(a):
    return np.sum(W * np.linalg.cholesky(a))


def vectors(a):
    return np.sum(W * np.linalg.eigh(a)[1] ** 2)


def vectors_of_the_upper(a):
    return np.sum(W * np.linalg.eigh(a, UPLO="U")[1] ** 2)


def values(a):
    return np.sum(W[0] * np.linalg.eigh(a)[0])


def values_of_the_upper(a):
    return np.sum(W[0] * np.linalg.eigh(a, "U")[0])


def values_alone(a):
    return np.sum(W[0] * np.linalg.eigvalsh(a))


def values_alone_of_the_upper(a):
    return np.sum(W[0] * np.linalg.eigvalsh(a, UPLO="U"))


def inverse(a):
    return np.sum(W * np.linalg.pinv(a, hermitian=True))


def upper_factor(a):
    return np.sum(W * linalg.cholesky(a))


def lower_factor(a):
    return np.sum(W * linalg.cholesky(a, lower=True))


def scipy_values(a):
    return np.sum(W[0] * linalg.eigh(a)[0])


def scipy_vectors_of_the_upper(a):
    return np.sum(W * linalg.eigh(a, lower=False)[1] ** 2)


def generalized(a, b):
    return np.sum(W[0] * linalg.eigvalsh(a, b))


def generalized_of_the_upper(a, b):
    return np.sum(W[0] * linalg.eigh(a, b, lower=False, eigvals_only=True))


def generalized_vectors(a, b):
    w, v = linalg.eigh(a, b)
    return np.sum(W * v**2) + np.sum(W[0] * w)


def generalized_vectors_of_the_upper(a, b):
    return np.sum(W * linalg.eigh(a, b, lower=False)[1] ** 2)


def solution_by_the_lower(a, b):
    return np.sum(W * linalg.solve(a, b, lower=True, assume_a="pos"))


def solution_by_the_upper(a, b):
    return np.sum(W[0] * linalg.solve(a, b[0], assume_a="sym"))


def solution(a, b):
    return np.sum(W * linalg.solve(a, b)) + linalg.det(a) * np.sum(W * linalg.inv(b))


def factors_with_signs(a, b):
    u, s, vh = linalg.svd(a, full_matrices=False)
    return np.sum(W * u**2) + np.sum(W * (u * s) @ vh) + np.sum(W[0] * (vh @ b) ** 2)


def density(a, b):
    return stats.multivariate_normal.logpdf(b[0], b[1] * 0.1, a)


def solved(a, b):
    return np.sum(W[0] * linalg.cho_solve(linalg.cho_factor(a), b[1]))


def solved_by_the_lower(a, b):
    return np.sum(W[0] * linalg.cho_solve(linalg.cho_factor(a, lower=True), b))


@pytest.mark.parametrize(
    "program",
    [
        factor,
        vectors,
        vectors_of_the_upper,
        values,
        values_of_the_upper,
        values_alone,
        values_alone_of_the_upper,
        inverse,
        upper_factor,
        lower_factor,
        scipy_values,
        scipy_vectors_of_the_upper,
    ],
)
def test_matrix(program):
    check(program, A)


@pytest.mark.parametrize(
    "program",
    [
        generalized,
        generalized_of_the_upper,
        generalized_vectors,
        generalized_vectors_of_the_upper,
        solution_by_the_lower,
        solution_by_the_upper,
        solution,
        factors_with_signs,
        density,
        solved,
        solved_by_the_lower,
    ],
)
def test_two_matrices(program):
    check(program, A, B)


def test_other_triangle_has_a_zero_gradient():
    assert not np.triu(grad(factor)(A), 1).any()
    assert not np.tril(grad(upper_factor)(A), -1).any()
    assert not np.tril(grad(values_of_the_upper)(A), -1).any()


def filled(x):
    n = len(x)
    k = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            k[i, j] = np.exp(-0.5 * (x[i] - x[j]) ** 2)
        k[i, i] += 0.5
    low = np.linalg.cholesky(k)
    total = low[2, 0]
    for i in range(n):
        total += np.log(low[i, i])
    return total


def spectrum_of_filled(x):
    n = len(x)
    k = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            k[i, j] = x[i] * x[j]
        k[i, i] += i
    found, vectors = np.linalg.eigh(k)
    return np.sum(found**2) + np.sum(vectors[0] ** 4) + np.sum(np.linalg.eigvalsh(k) ** 3)


@pytest.mark.parametrize("program", [filled, spectrum_of_filled])
def test_one_triangle_filled_in_loops(program):
    check(program, X)


def test_jit():
    np.testing.assert_allclose(grad(filled, jit=True)(X), grad(filled)(X))
    gradient = grad(spectrum_of_filled, jit=True)(X)
    np.testing.assert_allclose(gradient, grad(spectrum_of_filled)(X))


def test_logarithms_of_numpy_raise_nothing_and_are_not_run_for_that():
    source = check(filled, X)
    assert "raises outside" not in source


def test_products_are_run_where_their_shapes_may_not_fit():
    source = grad(upper_factor).compiled_for((A,))[1].source
    assert "    W * b  # raises if the shapes do not fit\n" in source
