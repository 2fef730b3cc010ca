"""Printing: numbers, strings, powers, long lines; what astor gets wrong; names."""

import ast
import math

import pytest

from s2sdiff import grad, value_and_grad
from s2sdiff.emit import source
from s2sdiff.emit.lines import Line, Loop, Move, Moves
from s2sdiff.emit.numbers import number_node
from s2sdiff.emit.source import layout, print_expression, print_statement
from s2sdiff.emit.storage import Storage
from s2sdiff.errors import InternalError
from s2sdiff.ir.core import Cotangent, Tangent, Value
from s2sdiff.ir.types import FLOAT


def library(name):
    return ast.Name(name.rpartition(".")[2], ast.Load())


@pytest.mark.parametrize(
    "value",
    [
        0,
        1,
        -1,
        2**70,
        0.0,
        -0.0,
        0.1,
        -2.5,
        1e-320,
        1.7e308,
        math.inf,
        -math.inf,
        True,
        None,
        "a'b",
    ],
)
def test_numbers_come_back(value):
    text = print_expression(number_node(value, library))
    found = eval(text, {"inf": math.inf})
    assert repr(found) == repr(value) and type(found) is type(value)


def test_nan_and_subclasses():
    assert print_expression(number_node(math.nan, library)) == "nan"
    numpy = pytest.importorskip("numpy")
    assert print_expression(number_node(numpy.float64(0.1), library)) == "0.1"
    with pytest.raises(InternalError):
        number_node(object(), library)


def test_negative_numbers_in_powers():
    power = ast.BinOp(number_node(-2.0, library), ast.Pow(), number_node(2, library))
    assert eval(print_expression(power)) == 4.0


@pytest.mark.parametrize(
    "text",
    [
        "x**2", "x ** (a + b)", "-(x**2)", "f(x) ** 2", "np.pi**2", "x**-1", "(-x) ** 2",
        "a - (b - c)", "a / (b / c)", "(a if t else b) * c", "(x,)", "f(((a, b), c))", 'f"{x:.3f}"',
        '"it\'s"', "not a", "a < b < c", "a and (b or c)", "f((a, b))", "-x * y", "a[(y,):z]",
    ],
)  # fmt: skip
def test_expressions_print_as_black_writes_them(text):
    assert print_expression(ast.parse(text, mode="eval").body) == text


def test_what_astor_cannot_print_is_printed_all_the_same(monkeypatch):
    node = ast.parse("if (x, y):\n    pass").body[0].test
    assert eval(print_expression(node), {"x": 1, "y": 2}) == (1, 2)

    def broken(*args, **keywords):
        raise AttributeError("no Str")

    monkeypatch.setattr(source, "_astor", lambda: (broken, object))
    assert print_statement(ast.parse("x = a + b").body[0]) == "x = a + b"

    def wrong(*args, **keywords):
        return "x = a - b"

    monkeypatch.setattr(source, "_astor", lambda: (wrong, object))
    assert print_statement(ast.parse("x = a + b").body[0]) == "x = a + b"


def test_long_lines_are_broken_where_black_would_not_change_them():
    names = ", ".join(f"a_rather_long_name_{index}" for index in range(6))
    node = ast.parse(f"(({names}), x)", mode="eval").body
    lines = layout("return " + print_expression(node), ast.Return(node), 0)
    assert lines[0] == "return (" and lines[-1] == ")" and "        a_rather_long_name_0," in lines
    assert ast.dump(ast.parse("\n".join(lines)).body[0]) == ast.dump(ast.Return(node))


def test_comments_go_above_where_they_do_not_fit():
    node = ast.parse("x = y").body[0]
    assert layout("x = y", node, 4, "short") == ["    x = y  # short"]
    assert layout("x = y", node, 4, "c" * 90) == ["    # " + "c" * 90, "    x = y"]


def line(defines, reads=()):
    return Line(ast.Pass(), tuple(defines), tuple(reads))


def test_names_are_shared_where_nothing_is_lost():
    x, y, unnamed = Value("x", FLOAT), Value("sin", FLOAT), Value(None, FLOAT)
    again, last = Value("x", FLOAT), Value("x", FLOAT)
    bar, dot = Value(Cotangent(unnamed), FLOAT), Value(Tangent(x), FLOAT)
    stray = Value(Cotangent(Value(None, FLOAT)), FLOAT)
    storage = Storage({}, frozenset({"sin"}), frozenset({"a", "x"}))
    storage.run(
        [
            line([x]),
            line([y], [x]),
            line([unnamed], [x]),
            line([again]),
            line([dot], [x, again]),
            line([last]),
            line([bar]),
            line([stray], [last]),
        ],
        {},
        frozenset(),
    )
    names = [storage.chosen[value] for value in (x, y, unnamed, again, last, dot, bar, stray)]
    assert names == ["x", "sin_2", "b", "x_2", "x", "x_dot", "b_bar", "c"]


def test_a_turn_leaves_its_result_in_the_carried_variable():
    x, new, other = (Value("x", FLOAT) for _ in range(3))
    node = ast.Name("_", ast.Load())
    loop = Loop(
        Line(ast.For(node, node, [], [])),
        [line([new], [x]), Moves([Move(x, node, (new,), new)])],
    )
    storage = Storage({}, frozenset(), frozenset())
    storage.run([line([x]), loop, line([], [x])], {}, frozenset())
    assert storage.chosen[new] == storage.chosen[x] == "x"
    clash = Loop(
        Line(ast.For(node, node, [], [])),
        [line([other], [x]), line([], [x]), Moves([Move(x, node, (other,), other)])],
    )
    storage = Storage({}, frozenset(), frozenset())
    storage.run([line([x]), clash, line([], [x])], {}, frozenset())
    assert storage.chosen[other] == "x_2"


def test_more_intermediate_variables_than_letters():
    storage = Storage({}, frozenset(), frozenset())
    values = [Value(None, FLOAT) for _ in range(60)]
    storage.run([line([value]) for value in values], {}, frozenset())
    given = [storage.chosen[value] for value in values]
    assert len(set(given)) == 60 and "l" not in given and given[25] == "a1"


def test_empty_and_single_tuples():
    def total(p, q):
        return sum(p) * 2.0 + len(q)

    derivative = value_and_grad(total, ("p",))
    assert derivative((3.0,), ()) == (6.0, ((2.0,),))
    assert "(p_0,) = p" in derivative.source and "() = q" in derivative.source


def test_user_text_in_constants():
    def f(x, mode='it\'s "quoted"\n'):
        return x if mode else -x

    assert grad(f)(1.0) == 1.0


def test_text_carries_no_trace_of_the_machine():
    text = grad(lambda x: x * x).source
    assert "/" not in text.split("\n")[0] and "0x" not in text


def test_nested_branches_are_not_written_again_and_again():
    """Twenty levels: each is tried as an expression once."""
    levels = "".join(f"x * {i}.5 if x > {i}.0 else " for i in range(20))
    text = f"def f(x):\n    return {levels}x\n"
    scope = {}
    exec(text, scope)
    gradient = grad(scope["f"], source=text)
    assert gradient(3.5) == 0.5 and gradient(-1.0) == 1.0
