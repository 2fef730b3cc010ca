"""Kinks, NaN and infinities of arrays: section 11 of the design."""

import numpy as np
import pytest

from s2sdiff import grad, hvp, jvp, value_and_grad


def masked_log(x):
    return np.sum(np.where(x > 0, np.log(x), 0.0))


@pytest.mark.filterwarnings("ignore")
def test_where_passes_nothing_to_the_other_side():
    np.testing.assert_array_equal(grad(masked_log)(np.array([0.0, 2.0, -1.0])), [0.0, 0.5, 0.0])
    _, dot = jvp(masked_log)(np.array([0.0, 2.0, -1.0]), np.ones(3))
    assert dot == 0.5


def length(x):
    return np.linalg.norm(x)


def length_of_rows(x):
    return np.sum(np.linalg.norm(x, axis=1))


def test_norm_at_zero():
    np.testing.assert_array_equal(grad(length)(np.zeros(3)), np.zeros(3))
    bar = grad(length_of_rows)(np.array([[0.0, 0.0], [3.0, 4.0]]))
    np.testing.assert_allclose(bar, [[0.0, 0.0], [0.6, 0.8]])


def largest(x):
    return np.max(x)


def largest_of_rows(x):
    return np.sum(np.max(x, axis=1))


def test_ties_share():
    np.testing.assert_array_equal(grad(largest)(np.array([1.0, 3.0, 3.0])), [0.0, 0.5, 0.5])
    bar = grad(largest_of_rows)(np.array([[2.0, 2.0], [0.0, 1.0]]))
    np.testing.assert_array_equal(bar, [[0.5, 0.5], [0.0, 1.0]])


def rectified(x):
    return np.sum(np.maximum(x, 0.0))


def absolute(x):
    return np.sum(np.abs(x))


def test_kinks_of_ufuncs():
    np.testing.assert_array_equal(grad(rectified)(np.array([-1.0, 0.0, 1.0])), [0.0, 0.5, 1.0])
    np.testing.assert_array_equal(grad(absolute)(np.array([-1.0, 0.0, 1.0])), [-1.0, 0.0, 1.0])


def cardinal_sine(x):
    return np.sum(np.sinc(x))


def test_sinc_at_zero():
    np.testing.assert_allclose(grad(cardinal_sine)(np.array([0.0, 1.0])), [0.0, -1.0])
    near = np.array([0.0, 1e-9, 1e-3])
    np.testing.assert_allclose(grad(cardinal_sine)(near), -(np.pi**2) / 3 * near, rtol=2e-6)
    curvature = hvp(cardinal_sine)(np.array([0.0, 1.0, 0.0299, 0.0301]), np.ones(4))
    np.testing.assert_allclose(curvature[:2], [-(np.pi**2) / 3, 2.0], rtol=1e-12)
    np.testing.assert_allclose(curvature[2], curvature[3], rtol=1e-3)


def product(x):
    return np.prod(x)


def running_products(x):
    return np.sum(np.cumprod(x))


def test_products_with_zeros():
    np.testing.assert_array_equal(grad(product)(np.array([2.0, 0.0, 3.0])), [0.0, 6.0, 0.0])
    np.testing.assert_array_equal(grad(product)(np.array([0.0, 0.0, 3.0])), [0.0, 0.0, 0.0])
    bar = grad(running_products)(np.array([2.0, 0.0, 3.0]))
    np.testing.assert_array_equal(bar, [1.0, 8.0, 0.0])


def root_of_square(x):
    return np.sum(np.sqrt(x * x))


@pytest.mark.filterwarnings("ignore")
def test_root_of_square_at_zero_is_not_a_number():
    bar = grad(root_of_square)(np.array([0.0, -2.0]))
    assert np.isnan(bar[0]) and bar[1] == -1.0


def softplus(x):
    return np.sum(np.log(1.0 + np.exp(x)))


def stable_softplus(x):
    return np.sum(np.logaddexp(0.0, x))


def log_sum(x):
    return np.log(np.sum(np.exp(x)))


def test_stable_forms_are_suggested():
    x = np.array([1.0, 2.0])
    text = value_and_grad(softplus).compiled_for((x,))[1].source
    assert "overflows where x is large; np.logaddexp(0.0, x) does not." in text
    assert "np.exp(x)" in text and "logaddexp" not in text.partition("def ")[2]
    text = value_and_grad(log_sum).compiled_for((x,))[1].source
    assert "scipy.special.logsumexp(x) does not." in text
    text = value_and_grad(stable_softplus).compiled_for((x,))[1].source
    assert "overflows" not in text
    np.testing.assert_array_equal(grad(stable_softplus)(np.array([1000.0, 0.0])), [1.0, 0.5])


def test_empty_arrays():
    np.testing.assert_array_equal(grad(absolute)(np.zeros(0)), np.zeros(0))
    np.testing.assert_array_equal(grad(rectified)(np.zeros((0, 3))), np.zeros((0, 3)))


def test_deviation_of_equal_entries():
    assert np.array_equal(grad(lambda x: np.std(x))(np.array([2.0, 2.0])), [0.0, 0.0])
    both = grad(lambda x: np.sum(np.std(x, axis=0)))(np.array([[1.0, 2.0], [1.0, 3.0]]))
    np.testing.assert_allclose(both, [[0.0, -0.5], [0.0, 0.5]])
