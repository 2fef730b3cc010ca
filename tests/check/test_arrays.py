"""`check` of functions of arrays."""

import numpy as np

import s2sdiff
from s2sdiff.check.gradient import check
from s2sdiff.cli import main

X = np.array([1.7, 2.2, 0.4])


def rounded_off(x, y):
    return np.sum((x - x.astype(int)) ** 2 * y.flatten()) + x[0].item()


def test_methods_of_arrays():
    report = check(rounded_off, args=(X, X[::-1]))
    assert report.verdict == "DIFFERENCE TESTS PASSED"


def wild(x):
    y = x.copy()
    for _ in range(14):
        for i in range(len(y)):
            y[i] = 3.9 * np.sin(3.0 * y[i])
    return np.sum(y)


def test_difference_quotients_that_do_not_settle_are_no_evidence():
    report = check(wild, args=(X,))
    assert report.verdict in ("UNKNOWN", "DIFFERENCE TESTS PASSED")


def off(x):
    return x**3


s2sdiff.elementwise(off)(lambda x, y: 3.001 * x**2)


def with_wrong_rule(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = off(x[i])
    return np.sum(y)


def test_wrong_rule_is_found():
    report = check(with_wrong_rule, args=(X,))
    assert report.verdict == "DIFFERENT"
    assert "the derivative in a direction is" in str(report)


LOOKED_UP = """
def looked_up(x: "f8[n]", at: "i8[m]"):
    total = 0.0
    for i in range(len(at)):
        total += x[at[i]] ** 2
    return total
"""


def test_arrays_of_ints_are_indices(tmp_path, capsys):
    file = tmp_path / "program.py"
    file.write_text(LOOKED_UP)
    assert main(["check", f"{file}:looked_up"]) == 0
    assert "DIFFERENCE TESTS PASSED" in capsys.readouterr().out


def changes_its_argument(x):
    x[0] = x[0] * 2.0
    return x @ x


def changes_one_of_two(x, y):
    x[0] = x[0] * y[0]
    for i in range(1, len(x)):
        x[i] += np.sin(x[i - 1]) * y[i]
    return x @ x


def test_functions_that_change_their_arguments():
    for function, args in ((changes_its_argument, (X,)), (changes_one_of_two, (X, 2.0 * X))):
        before = [arg.copy() for arg in args]
        report = check(function, args=args)
        assert report.verdict == "DIFFERENCE TESTS PASSED"
        assert all(map(np.array_equal, before, args))
