"""Functions that work element by element, on arrays: broadcast from either side, in both modes and
twice."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest
import sympy

from s2sdiff.ir.evaluate import library
from s2sdiff.rules.registry import INFINITY, INTEGERS, LINE, RULES
from tests.arrays.cases import Case
from tests.arrays.checking import check

DRAW = np.random.default_rng(11)
SPREAD = DRAW.uniform(0.05, 0.95, size=(2, 3))
INSIDE = {
    LINE: 4 * SPREAD - 2,
    (0, INFINITY): 2.5 * SPREAD + 0.3,
    (-1, INFINITY): 2 * SPREAD - 0.6,
    (1, INFINITY): 2 * SPREAD + 1.2,
    (-1, 1): 1.8 * SPREAD - 0.9,
    (0, 1): 0.9 * SPREAD + 0.05,
}
SHAPES = {1: [((2, 3),)], 2: [((2, 3), (3,)), ((2, 1), (2, 3)), ((), (2, 3)), ((2, 3), ())]}
# Whose arguments are not numbers with a derivative, or that need other values.
LEFT_OUT = {"numpy.copysign", "numpy.nextafter", "numpy.ldexp", "numpy.fmod", "numpy.float_power"}
MODULES = {"numpy": "np", "scipy.special": "special"}


def available(name):
    try:
        library(name)
    except (ImportError, AttributeError):
        return False
    return True


NAMES = sorted(
    name
    for name, rule in RULES.items()
    if name.rpartition(".")[0] in MODULES
    and rule.form == "elementwise"
    and rule.call is None
    and name not in LEFT_OUT
    and available(name)
)


def cut(values, shape):
    """A part of `values` with this shape."""
    if shape == ():
        return float(values[0, 1])
    return np.copy(
        values[: shape[0]] if shape == (2, 3) else values[:, :1] if shape == (2, 1) else values[0]
    )


def cases(name):
    """The function with arrays of several shapes; orders and the like are numbers in the text."""
    rule = RULES[name]
    module, _, short = name.rpartition(".")
    parameters = [p for p in rule.parameters.split(", ") if p != "*xs" and "=" not in p]
    arity = 2 if rule.parameters == "*xs" else max(1, len(parameters))
    domains = [rule.domain_of(at) for at in range(arity)]
    smooth = [at for at in range(arity) if domains[at] != INTEGERS]
    for shapes in SHAPES.get(len(smooth), [((2, 3),) * len(smooth)]):
        names = iter("abc")
        values = []
        texts = []
        for at in range(arity):
            if at not in smooth:
                texts.append("2")
                continue
            texts.append(next(names))
            shift = 0.0 if at == 0 else 0.013 * at
            values.append(cut(INSIDE[domains[at]] + shift, shapes[smooth.index(at)]))
        yield Case(f"{MODULES[module]}.{short}({', '.join(texts)})", tuple(values))


# Of these only the last argument has a derivative: the others are written into the text.
LAST_ONLY = {"gammainc", "gammaincc", "gammaincinv", "betainc", "betaincinv", "stdtr", "zeta"}


def prepared(name):
    for case in cases(name):
        short = name.rpartition(".")[2]
        if short not in LAST_ONLY:
            yield case
            continue
        *_, last = case.values
        many = len(case.values)
        call = case.text.partition("(")[0]
        yield Case(f"{call}({', '.join([*('1.7', '2.2')[: many - 1], 'a'])})", (last,))
        return


CASES = list(itertools.chain.from_iterable(map(prepared, NAMES)))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.text}-{case.shapes}")
def test_derivatives(case):
    function, text = case.function()
    check(function, *case.args(), source=text)


TWINS = [n for n in NAMES if n.startswith("scipy") and RULES[n].twin is not None]


@pytest.mark.parametrize("name", TWINS)
def test_twin_has_the_value(name):
    rule = RULES[name]
    scope = {**vars(sympy), "abs": sympy.Abs}
    twin = eval(rule.twin, scope)
    arity = rule.parameters.count(",") + 1
    args = [
        2 if rule.domain_of(at) == INTEGERS else float(INSIDE[rule.domain_of(at)][0, at])
        for at in range(arity)
    ]
    with mpmath.workdps(30):
        expected = sympy.re(sympy.N(twin(*map(sympy.Rational, map(repr, args))), 25))
    assert math.isclose(float(expected), library(name)(*args), rel_tol=1e-10)
