"""Simplification keeps the meaning, for NaN, infinities and signed zeros too."""

import itertools
import math
import struct

import pytest

from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.ir.core import If
from s2sdiff.ir.evaluate import evaluate
from s2sdiff.ir.text import function_text
from s2sdiff.ir.traverse import walk
from s2sdiff.ir.validate import validate
from s2sdiff.pipeline import FINISH, SIMPLIFY, run, simplify

SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.1, -3.5, 1e308, 5e-324, math.inf, -math.inf, math.nan)


def primal(text):
    function = find_target(module_from_text("program.py", text), "f")
    return lower(function, types_from_annotations(function, {})).function


def of(expression, parameters="x, y"):
    return primal(f"import math\n\n\ndef f({parameters}):\n    return {expression}\n")


def bits(value):
    return "nan" if math.isnan(value) else struct.pack("d", value)


def outcome(function, args):
    try:
        return bits(float(evaluate(function, args)))
    except (ArithmeticError, ValueError) as problem:
        return type(problem)


EXPRESSIONS = [
    "x + -y",
    "-x + y",
    "x - -y",
    "-x - y",
    "-(-x)",
    "x * 1.0",
    "1.0 * x",
    "1 * x",
    "x * -1.0",
    "x / 1.0",
    "x / -1.0",
    "x - 0.0",
    "x + x",
    "-x * -y",
    "x**1",
    "x**0",
    "x + 0.0",
    "x - x",
    "x * 0.0",
    "0 * x",
    "x + 0",
    "x / y",
    "+x",
    "x - -2.0",
    "x + -2.0",
    "x * y + y * x",
    "(x + y) - (x + y)",
    "x if x < y else x",
    "max(x, x)",
    "abs(x) + abs(-x)",
    "math.fsum((x,)) + sum((y,))",
    "math.prod((x, y)) - math.prod((y,))",
    "x - 0",
    "-x / y",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_exact(expression):
    """Bit for bit the same as before, or the same exception."""
    function = of(expression)
    simple = run(validate(simplify(function), "simplify"), (SIMPLIFY[0],))
    for args in itertools.product(SPECIAL, repeat=2):
        assert outcome(simple, args) == outcome(function, args), args


LAWS = {
    "x * 1.0": "-> x",
    "x + -y": "operator.sub(x, y)",
    "-(-x)": "-> x",
    "x + x": "operator.mul(2.0, x)",
    "x**1": "-> x",
    "x**0": "-> 1.0",
    "x - -2.0": "operator.add(x, 2.0)",
    "0.5 * 2 * x": "-> x",
}


@pytest.mark.parametrize("expression", LAWS)
def test_laws(expression):
    assert LAWS[expression] in function_text(simplify(of(expression)))


STAYS = ["x * 0.0", "x - x", "x / x", "x + 0.0", "0.1 + x - 0.1", "1.0 / 3.0 * x", "x * 2.0 * 2.0"]


@pytest.mark.parametrize("expression", STAYS)
def test_what_is_not_exact_stays(expression):
    function = of(expression)
    assert len(simplify(function).body.ops) == len(function.body.ops)


def test_constants_fold_only_where_they_are_exact():
    assert "1.5" in function_text(of("(0.5 + 1.0) * x"))
    assert "0.1, 0.2" in function_text(of("(0.1 + 0.2) * x"))
    assert "-> 7" in function_text(of("(2 + 3 * 4) // 2", "x"))
    assert "1, 3" in function_text(of("1 / 3 * x"))
    assert "1e+308, 10" in function_text(of("1e308 * 10 + x"))
    assert "-> 1048576" in function_text(of("2**20", "x"))
    assert "operator.truediv(1.0, 0.0)" in function_text(of("1.0 / 0.0 + x"))


def test_common_subexpressions():
    text = function_text(simplify(of("math.sin(x * y) + math.cos(y * x)")))
    assert text.count("operator.mul") == 1
    text = function_text(simplify(of("math.sin(x) if x < y else math.sin(x) * y")))
    assert text.count("math.sin") == 2
    text = function_text(simplify(of("math.sin(x) + (math.sin(x) if x < y else y)")))
    assert text.count("math.sin") == 1


def test_subtraction_is_not_commutative():
    assert function_text(simplify(of("(x - y) * (y - x)"))).count("operator.sub") == 2


def test_dead_code():
    function = primal("def f(x, y):\n    z = x * y\n    w = z + 1.0\n    return x\n")
    assert not simplify(function).body.ops


def test_decided_branches():
    function = primal("def f(x):\n    a = 2\n    return x if a * 1.0 > 1 else -x\n")
    assert not simplify(function).body.ops
    function = primal(
        "def f(x):\n    if x > 0:\n        y, z = x, 1.0\n    else:\n        y, z = x, 2.0\n    return y\n"
    )
    assert not [op for op in walk(simplify(function).body) if isinstance(op, If)]


def test_names_survive_sharing():
    function = primal("def f(x):\n    y = x * x + 1.0\n    square = x * x\n    return y * square\n")
    assert "square: float = operator.mul(x, x)" in function_text(simplify(function))


def test_squares_become_products_at_the_end():
    function = of("x**2 + y**3", "x, y")
    assert "operator.pow(x, 2)" in function_text(simplify(function))
    finished = function_text(run(simplify(function), FINISH))
    assert "operator.mul(x, x)" in finished and "operator.pow(y, 3)" in finished
