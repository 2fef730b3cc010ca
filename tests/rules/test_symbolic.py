"""Each partial against `sympy.diff` of the SymPy twin: equal to 50 digits at points of the domain.

The emitted derivative is not run here but its IR, on SymPy numbers: every literal is exact. Which
side of a kink a point lies on is decided at the point, on both sides of the comparison.
"""

from __future__ import annotations

import math

import pytest
import sympy

from s2sdiff.ir.evaluate import evaluate
from s2sdiff.rules.constants import CONSTANTS
from s2sdiff.rules.registry import RULES
from tests.rules.samples import NAMES, SMOOTH, call, derived, floats, samples

NAMESPACE = vars(sympy)
SYMBOLS = sympy.symbols("a:z", real=True)
STEPS = (sympy.floor, sympy.ceiling, sympy.sign)
NO_TWIN = {
    "ulp spacing bool truth isfinite isinf isnan signbit isclose and_ iand or_ ior xor ixor",
    "lshift ilshift rshift irshift invert inv bitwise_and bitwise_or bitwise_xor left_shift",
    "right_shift bitwise_left_shift bitwise_right_shift bitwise_not bitwise_invert isreal",
    "logical_and logical_or logical_xor isneginf isposinf iscomplex",
}
NO_TWIN = {name for line in NO_TWIN for name in line.split()}


def twin(name):
    rule = RULES[name]
    assert rule.twin is not None, name
    return eval(rule.twin, dict(NAMESPACE))


def on_sympy(name):
    """The function for an op: the twin, called as Python calls the function."""
    function = twin(name)
    match RULES[name].primitives[0].calling:
        case "sequence":
            return lambda items: function(*items)
        case "halves":
            return lambda one, two: function(*one, *two)
    return function


def exact(const):
    if const.name is not None:
        return {"math.pi": sympy.pi, "numpy.pi": sympy.pi, "math.e": sympy.E}[const.name]
    if isinstance(const.value, bool | str):
        return const.value
    return sympy.Rational(repr(const.value))


def at_point(expression, point):
    """Steps are constants around a point between them."""
    for step in STEPS:
        expression = expression.replace(step, lambda inner, step=step: step(inner.subs(point)))
    return expression


def fifty(expression, point):
    value = expression.subs(point) if hasattr(expression, "subs") else sympy.sympify(expression)
    return sympy.N(sympy.re(value), 60)


CASES = [(name, args) for name in SMOOTH for args in samples(name)]


@pytest.mark.parametrize(("name", "args"), CASES)
def test_partials(name, args):
    numbers = [sympy.Rational(repr(arg)) for arg in args]
    wrt = floats(name, args)
    symbols = [SYMBOLS[at] if at in wrt else number for at, number in enumerate(numbers)]
    point = {symbols[at]: numbers[at] for at in wrt}
    function = derived(name, tuple(map(type, args)), ("grad",), wrt)
    found = evaluate(function, numbers, on_sympy, exact, bool)
    expression = at_point(twin(name)(*symbols), point)
    for partial, symbol in zip(found, point, strict=True):
        expected = fifty(sympy.diff(expression, symbol), point)
        difference = abs(fifty(partial, {}) - expected)
        assert difference <= sympy.Float("1e-50", 60) * max(1, abs(expected))


@pytest.mark.parametrize("name", NAMES)
def test_twin_has_the_value(name):
    if RULES[name].symbolic is None:
        assert name.rpartition(".")[2] in NO_TWIN
        return
    for args in samples(name):
        found = twin(name)(*map(sympy.Rational, map(repr, args)))
        value = call(name, args)
        if found in (sympy.true, sympy.false):
            assert bool(found) == bool(value)
        else:
            assert math.isclose(sympy.N(sympy.re(found), 30), value, rel_tol=1e-13, abs_tol=1e-13)


def test_constants():
    known = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}
    for name, value in CONSTANTS.items():
        if name != "numpy.euler_gamma":
            assert repr(value) == repr(known[name.rpartition(".")[2]])
