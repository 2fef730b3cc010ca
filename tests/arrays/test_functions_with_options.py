"""Functions of arrays with options and shapes that are rare: right, or refused with a code."""

import numpy as np
import pytest
from scipy import linalg, special, stats

from s2sdiff import S2SDiffError, grad
from tests.arrays.checking import check
from tests.arrays.test_stores import check_changing

X = np.array([0.37, -0.74, 1.11])
S = np.random.default_rng(5).normal(size=(2, 3, 4))
M = np.random.default_rng(6).normal(size=(3, 3)) + 3.0 * np.eye(3)
W = np.array([[1.0, 2.0, 3.0], [4.0, 0.7, 1.7], [2.7, 3.7, 0.4]])


# Bools among floats have no tangent.


def joined(x):
    return np.sum(np.concatenate((x > 0, x))) ** 2 + np.sum(np.stack((x > 0, x))) ** 2


def in_an_array(x):
    return np.sum(np.array([x > 0, x])) ** 2 + np.sum(np.array([x[0], x[1] > 0.5, 2.0])) ** 2


def put_at_an_end(x):
    return np.sum(np.append(x, True)) ** 2 + np.sum(np.insert(x, 0, True) * np.arange(4.0)) ** 2


def summed_with_bools(x):
    return np.sum(np.sum([x > 0, x], 0)) ** 2 + np.linalg.norm(np.hstack((x > 0, x))) ** 3


def differences(x):
    return np.sum(np.diff(x, prepend=x[0] > 0) * np.arange(3.0)) ** 2


def interpolated_bools(x):
    return np.sum(np.interp(x, np.array([-1.0, 0.0, 1.0]), np.array([True, False, True])) * x)


@pytest.mark.parametrize(
    "program",
    [joined, in_an_array, put_at_an_end, summed_with_bools, differences, interpolated_bools],
)
def test_bools(program):
    check(program, X)


def products_of_lists(x):
    rows = [x, x * x[0]]
    one = np.sum(np.dot(rows, x) ** 2) + np.dot([x[0], 2.0], [1.0, x[1]])
    return one + np.sum(np.sin([x[0], 1.0]) @ np.array(rows))


def test_products_of_lists():
    check(products_of_lists, X)


def norms(a):
    by_two = np.linalg.vector_norm(a, axis=(0, 2), keepdims=True)
    return np.sum(by_two * a) + np.sum(np.linalg.vector_norm(a, axis=(0, 1), ord=3) * a[0, 0])


def taken_by_a_table(a):
    places = np.array([[0, 1], [1, 2]])
    return np.sum(np.take(a, places, axis=2) ** 2 * np.arange(24.0).reshape(2, 3, 2, 2))


def taken_by_a_number(a):
    return np.sum(np.take(a, 1, axis=-1) ** 2 * np.arange(6.0).reshape(2, 3))


def taken_by_a_tuple(a):
    return np.sum(np.take(a, (0, 1), 1) ** 2) + np.sum(a[(0, 1), (0, 2)] ** 2)


def repeated_by_a_list(a):
    return np.sum(np.repeat(a, [3], axis=1) ** 2 * np.arange(72.0).reshape(2, 9, 4))


def percentiles(a):
    return np.sum(np.percentile(a[0, 0], [10, 50, 90]) * np.arange(1.0, 4.0))


def medians_without_nan(a):
    return np.sum(np.nanmedian(a, axis=(0, 2)) * np.arange(1.0, 4.0))


@pytest.mark.parametrize(
    "program",
    [
        norms,
        taken_by_a_table,
        taken_by_a_number,
        taken_by_a_tuple,
        repeated_by_a_list,
        percentiles,
        medians_without_nan,
    ],
)
def test_of_three_axes(program):
    check(program, S)


def triangular(a, b):
    by_letter = linalg.solve_triangular(a, b, trans="C") * np.arange(3.0)
    return np.sum(by_letter) + np.sum(linalg.solve_triangular(a, b, trans=2, lower=True) ** 2)


def points(a, x):
    some = stats.multivariate_normal.logpdf(x, 0.3, 2.0) * np.arange(1.0, 4.0)
    return np.sum(some) + np.sum(stats.multivariate_normal.pdf(x) * x) * a[0, 0]


def at_many_points(a, x):
    cov = a @ a.T + np.eye(3)
    table = np.stack((a, a**2))
    return np.sum(stats.multivariate_normal.logpdf(table, x, cov) * W[:2])


def shared_exponents(a, x):
    return special.logsumexp(x[:, None], b=np.exp(a))


@pytest.mark.parametrize("program", [triangular, points, at_many_points, shared_exponents])
def test_of_a_matrix_and_a_vector(program):
    check(program, M, X)


def integrals(x):
    return np.sum(special.expn(0, x * x) + special.expn(1, x * x))


def test_exponential_integrals():
    check(integrals, X)


def spread_of_equals(x):
    return np.nanstd(x) + x[0]


def test_spread_of_equal_entries():
    np.testing.assert_array_equal(grad(spread_of_equals)(np.ones(3)), [1.0, 0.0, 0.0])


def average(a):
    return np.sum(np.average(a, axis=(2, 0), weights=np.ones((4, 2))))


def cut_inverse(a):
    return np.sum(np.linalg.pinv(a[0], rcond=0.5))


def cut_solution(a):
    return np.sum(np.linalg.lstsq(a[0], np.ones(3), rcond=0.5)[0])


def table_of_quantiles(a):
    return np.sum(np.quantile(a, np.array([[0.1, 0.2], [0.3, 0.4]])))


def in_the_order_of_memory(a):
    return np.sum(np.ravel(a.T, order="K") * np.arange(24.0))


def nothing_taken(a):
    return np.sum(np.take(a, [], axis=0)) + a[0, 0, 0]


def no_axes(a):
    return np.sum(np.median(a, axis=()))


def complex_signs(a):
    return np.sum(np.real(np.sign(a + 2.0j)))


def many_shares(a):
    return np.sum(stats.dirichlet.logpdf(np.abs(a[0]), np.ones(3)))


def many_removed(a):
    return np.sum(np.delete(a, np.array([1]), axis=0))


def triangle_of_a_vector(a):
    return np.sum(np.tril(a[0, 0]))


@pytest.mark.parametrize(
    "program",
    [
        average,
        cut_inverse,
        cut_solution,
        table_of_quantiles,
        in_the_order_of_memory,
        nothing_taken,
        no_axes,
        complex_signs,
        many_shares,
        many_removed,
        triangle_of_a_vector,
    ],
)
def test_refused(program):
    with pytest.raises(S2SDiffError) as refusal:
        grad(program)(S)
    assert refusal.value.code in ("S2S201", "S2S202", "S2S306")


def sum_of_two(a):
    s = sum([np.sin(a), a * a])
    s[0] = a[1]
    return np.sum(s * s)


def sum_of_one(a):
    b = np.sin(a)
    s = sum((b,))
    s += 1.0
    return np.sum(s * s * b)


def sum_with_a_start(a):
    return np.sum(sum((w * a for w in (1.0, 2.0)), a * a) ** 2)


@pytest.mark.parametrize("program", [sum_of_two, sum_of_one, sum_with_a_start])
def test_arrays_are_added_up(program):
    check_changing(program, S)
