"""One rule alone: proved, found wrong, or said to be unknown."""

import dataclasses

import pytest

from s2sdiff.check.rule import check_rule
from s2sdiff.rules.registry import RULES


@pytest.mark.parametrize(
    ("name", "arity"),
    [
        ("math.sin", 1),
        ("math.acosh", 1),
        ("math.gamma", 1),
        ("math.atan2", 2),
        ("math.hypot", 3),
        ("math.dist", 4),
        ("math.fsum", 3),
        ("operator.pow", 2),
        ("operator.mod", 2),
        ("builtins.max", 3),
        ("math.floor", 1),
        ("math.ldexp", 2),
    ],
)
def test_proved(name, arity):
    report = check_rule(name, arity)
    assert report.verdict == "EXACT", report


def wrong_arctangent(y, x, z):
    s = x * x + y * y
    return x / s, y / s


def test_a_wrong_partial_is_found(monkeypatch):
    rule = dataclasses.replace(RULES["math.atan2"], partials=wrong_arctangent)
    monkeypatch.setitem(RULES, "math.atan2", rule)
    report = check_rule("math.atan2", 2)
    assert report.verdict == "DIFFERENT"
    assert report.detail.startswith("entry 2 is ") and ", at x1 = " in report.detail


@pytest.mark.parametrize(
    ("name", "arity", "reason"),
    [
        ("math.gcd", 2, "math.gcd takes integers only"),
        ("math.ulp", 1, "math.ulp has no SymPy twin"),
        ("operator.lt", 2, "value_and_grad needs one float as the result of f, not a bool"),
    ],
)
def test_unknown(name, arity, reason):
    report = check_rule(name, arity)
    assert (report.verdict, report.detail) == ("UNKNOWN", reason)


def test_no_rule():
    with pytest.raises(KeyError):
        check_rule("math.nothing", 1)
