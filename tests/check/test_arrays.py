"""`check` of functions of arrays."""

import numpy as np

from s2sdiff.check.gradient import check

X = np.array([1.7, 2.2, 0.4])


def rounded_off(x, y):
    return np.sum((x - x.astype(int)) ** 2 * y.flatten()) + x[0].item()


def test_methods_of_arrays():
    report = check(rounded_off, args=(X, X[::-1]))
    assert report.verdict == "DIFFERENCE TESTS PASSED"
