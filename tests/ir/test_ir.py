"""The IR itself: all five op kinds are built, validated, evaluated and printed."""

import math
from dataclasses import replace

import pytest

from s2sdiff.errors import InternalError, S2SDiffError
from s2sdiff.ir.build import Builder, join_types
from s2sdiff.ir.core import (
    UNDEFINED,
    Apply,
    Block,
    Call,
    Callee,
    For,
    Function,
    Helper,
    If,
    Parameter,
    Program,
    Value,
    While,
    constant,
    is_const,
)
from s2sdiff.ir.evaluate import evaluate
from s2sdiff.ir.text import function_text, program_text
from s2sdiff.ir.traverse import (
    clone_block,
    defining_ops,
    definitions,
    free_values,
    rename,
    walk,
)
from s2sdiff.ir.types import (
    BOOL,
    FLOAT,
    INT,
    Array,
    Dict,
    List,
    Opaque,
    Record,
    Scalar,
    Size,
    Static,
    Tuple,
    leaves,
)
from s2sdiff.ir.validate import validate
from s2sdiff.rules.registry import primitive

ADD = primitive("operator.add")
MULTIPLY = primitive("operator.mul")
LESS = primitive("operator.lt")
SINE = primitive("math.sin")
FALSE = constant(False)


def function_of(name, params, ops, output):
    parameters = tuple(Parameter(str(value.hint), "positional") for value in params)
    return Function(name, parameters, Block(tuple(params), tuple(ops), (output,)))


def straight_line():
    """f(x) = sin(x) * x"""
    builder, x = Builder(), Value("x", FLOAT)
    with builder.block() as ops:
        y = builder.apply(MULTIPLY, builder.apply(SINE, x), x, hint="y")
    return function_of("f", [x], ops, y)


def branch():
    """f(x) = x * x if x < 1 else x + 2, with an undefined result beside"""
    builder, x = Builder(), Value("x", FLOAT)
    with builder.block() as ops:
        test = builder.apply(LESS, x, constant(1.0))
        with builder.block() as then:
            square = builder.apply(MULTIPLY, x, x)
        with builder.block() as other:
            moved = builder.apply(ADD, x, constant(2.0))
        one = Block((), tuple(then), (square, square))
        two = Block((), tuple(other), (moved, constant(UNDEFINED)))
        result, _ = builder.branch(test, one, two, ("y",))
    return function_of("f", [x], ops, result)


def counted_loop(stop_above=math.inf):
    """s = 0.0; for t in items: s = s + t * x, left when s exceeds `stop_above`"""
    builder, x, items = Builder(), Value("x", FLOAT), Value("items", List(FLOAT))
    with builder.block() as ops:
        item, total = Value("t", FLOAT), Value("s", FLOAT)
        with builder.block() as body:
            new = builder.apply(ADD, total, builder.apply(MULTIPLY, item, x), hint="s")
            stop = builder.apply(LESS, constant(stop_above), new)
        block = Block((item, total), tuple(body), (stop, new))
        result = Value("s", FLOAT)
        builder.append(For(items, (constant(0.0),), block, (result,)))
    return function_of("total", [x, items], ops, result)


def open_loop():
    """while y < 100: y = y * x"""
    builder, x = Builder(), Value("x", FLOAT)
    with builder.block() as ops:
        tested, carried = Value("y", FLOAT), Value("y", FLOAT)
        with builder.block() as test:
            goes_on = builder.apply(LESS, tested, constant(100.0))
        with builder.block() as body:
            new = builder.apply(MULTIPLY, carried, x, hint="y")
        result = Value("y", FLOAT)
        builder.append(
            While(
                (x,),
                Block((tested,), tuple(test), (goes_on,)),
                Block((carried,), tuple(body), (FALSE, new)),
                (result,),
            )
        )
    return function_of("grow", [x], ops, result)


def call():
    """g(x) = f(x + 1)"""
    builder, x, inner = Builder(), Value("x", FLOAT), straight_line()
    with builder.block() as ops:
        moved = builder.apply(ADD, x, constant(1.0))
        result, callee = Value(None, FLOAT), Callee("f", (FLOAT,))
        builder.append(Call(callee, (moved,), (result,)))
    return replace(function_of("g", [x], ops, result), helpers=(Helper(callee, inner),))


def test_straight_line():
    assert evaluate(validate(straight_line(), "test"), (0.5,)) == math.sin(0.5) * 0.5


@pytest.mark.parametrize(("x", "expected"), [(0.5, 0.25), (3.0, 5.0)])
def test_branch(x, expected):
    assert evaluate(validate(branch(), "test"), (x,)) == expected


@pytest.mark.parametrize(
    ("items", "expected"), [([], 0.0), ([1.0, 2.0, 3.0], 12.0), ([5.0, 9.0, 1.0], 30.0)]
)
def test_counted_loop(items, expected):
    assert evaluate(validate(counted_loop(), "test"), (2.0, items)) == expected


def test_a_loop_is_left_early():
    assert evaluate(validate(counted_loop(5.0), "test"), (2.0, [1.0, 2.0, 3.0])) == 6.0


@pytest.mark.parametrize(("x", "expected"), [(3.0, 243.0), (200.0, 200.0)])
def test_open_loop(x, expected):
    assert evaluate(validate(open_loop(), "test"), (x,)) == expected


def test_call():
    assert evaluate(validate(call(), "test"), (0.5,)) == math.sin(1.5) * 1.5


def test_evaluating_on_other_numbers():
    """The meaning is open: here a number is a text."""
    names = {"math.sin": "sin({})".format, "operator.mul": "({} * {})".format}
    text = evaluate(straight_line(), ("x",), interpret=names.__getitem__)
    assert text == "(sin(x) * x)"


TEXT = """\
total(x: float, items: list[float]):
  s: float = for items carrying (0.0)
    body(t: float, s%2: float):
      %1: float = operator.mul(t, x)
      s%3: float = operator.add(s%2, %1)
      %2: bool = operator.lt(inf, s%3)
      -> %2, s%3
  -> s
"""


def test_text():
    assert function_text(counted_loop()) == TEXT
    assert "while carrying (x)" in function_text(open_loop())
    assert "if %1" in function_text(branch())
    assert function_text(branch()) == function_text(branch())
    both = program_text(Program((straight_line(), call())))
    assert "f(x: float):" in both and "f(%1)" in both


def test_types_as_text():
    types = {
        Array("float", (Size("n"), 1, Size("n", -1))): "float[n, 1, n-1]",
        Array("float", None): "float[...]",
        Tuple((FLOAT,)): "(float,)",
        List(INT): "list[int]",
        Dict((("a", FLOAT),)): "{a: float}",
        Record("P", (("x", FLOAT),)): "P(x: float)",
        Static("a"): "static 'a'",
        Opaque("text"): "opaque (text)",
        BOOL: "bool",
    }
    for type_, text in types.items():
        assert str(type_) == text
    assert leaves(Tuple((FLOAT, Tuple((INT, BOOL))))) == (FLOAT, INT, BOOL)


def test_constants_that_look_alike():
    keys = {constant(value).key for value in (1, 1.0, True, 0.0, -0.0, "1", None)}
    assert len(keys) == 7
    assert constant(math.nan).key == constant(math.nan).key
    assert is_const(constant(1.0), 1.0) and not is_const(constant(1.0), 1)
    assert not is_const(constant(3.14, "math.pi"), 3.14)


BROKEN = {
    "read as an operand of Apply before": lambda x, y: (
        [Apply(SINE, (y,), (Value(None, FLOAT),))],
        x,
    ),
    "read as an output before": lambda x, y: ([], y),
    "defined twice": lambda x, y: (
        [Apply(SINE, (x,), (y,)), Apply(SINE, (x,), (y,))],
        y,
    ),
    "results of the wrong type": lambda x, y: (
        [Apply(SINE, (x,), (w := Value(None, INT),))],
        w,
    ),
    "a block of If": lambda x, y: (
        [If(FALSE, Block((), (), ()), Block((), (), (x,)), (y,))],
        y,
    ),
    "a block of For": lambda x, y: (
        [For(x, (x,), Block((), (), (FALSE, x)), (y,))],
        y,
    ),
    "a block of While": lambda x, y: (
        [While((x,), Block((), (), (FALSE,)), Block((), (), (FALSE, x)), (y,))],
        y,
    ),
    "f is called, but nowhere defined": lambda x, y: ([Call(Callee("f", (FLOAT,)), (), (y,))], y),
}


@pytest.mark.parametrize("problem", BROKEN)
def test_the_validator_finds(problem):
    x, y = Value("x", FLOAT), Value("y", FLOAT)
    ops, output = BROKEN[problem](x, y)
    with pytest.raises(InternalError) as caught:
        validate(function_of("broken", [x], ops, output), "some pass")
    message = str(caught.value)
    assert problem in message and "some pass" in message and "please report" in message


def test_values_of_a_branch_are_not_seen_outside():
    x, inner, y = Value("x", FLOAT), Value("inner", FLOAT), Value("y", FLOAT)
    side = Block((), (Apply(SINE, (x,), (inner,)),), (inner,))
    ops = [If(FALSE, side, Block((), (), (x,)), (y,))]
    with pytest.raises(InternalError, match="before it is defined"):
        validate(function_of("broken", [x], ops, inner), "test")


def test_types_of_branches_are_joined():
    assert join_types(constant(1), constant(2.0), None) == FLOAT
    with pytest.raises(S2SDiffError, match="different types"):
        join_types(constant(1.0), constant("a"), None)
    with pytest.raises(S2SDiffError, match="S2S306"):
        Builder().apply(SINE, constant("a"))


def test_walking():
    function = counted_loop()
    names = [type(op).__name__ for op in walk(function.body)]
    assert names == ["For", "Apply", "Apply", "Apply"]
    (loop,) = function.body.ops
    x = function.body.params[0]
    assert free_values(loop.body) == (x,)
    assert defining_ops(function.body)[loop.results[0]] is loop
    assert len(list(definitions(function.body))) == 8


def test_clones_define_fresh_values():
    function = branch()
    copy = clone_block(function.body, {})
    assert not set(definitions(copy)) & set(definitions(function.body))
    again = Function("f", function.parameters, copy)
    assert evaluate(validate(again, "clone"), (0.5,)) == 0.25
    assert function_text(again) == function_text(function)


def test_renaming():
    function = straight_line()
    (sine, product) = function.body.ops
    named = Value("s", FLOAT)
    body = rename(function.body, {sine.results[0]: named})
    assert "s: float = math.sin(x)" in function_text(Function("f", function.parameters, body))
    assert body.ops[1].args[0] is named and product.args[0] is not named
    assert Scalar("float") == FLOAT
