"""Statements that are there for their effect, in plain Python: `raise`, `print`, checks."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable

from s2sdiff.emit.targets.lists import call, load
from s2sdiff.errors import internal
from s2sdiff.ir.core import Primitive
from s2sdiff.ir.structure import AGAIN, BOUND, KEEP, Thrown
from s2sdiff.ir.types import Array, Type

# What is shown of a value in a message.
LONGEST_SHOWN = 40

Library = Callable[[str], ast.expr]


def member(module: str, name: str, library: Library) -> ast.expr:
    """A name that `module` binds, or what is found inside it: `Outer.Inner`."""
    first, *rest = name.split(".")
    node = library(f"{module}.{first}")
    for part in rest:
        node = ast.Attribute(node, part, ast.Load())
    return node


def raised(thrown: object, args: list[ast.expr], library: Library) -> ast.stmt:
    """`raise` of an exception made of `args`."""
    if not isinstance(thrown, Thrown):
        raise internal("emit", "no exception is raised")
    if thrown == AGAIN:
        return ast.Raise(None, None)
    cause: ast.expr | None = None
    if thrown.has_cause:
        behind = args[thrown.size :]
        cause = _made(thrown.cause, behind, library) if thrown.cause else ast.Constant(None)
    return ast.Raise(_made(thrown, args[: thrown.size], library), cause)


def _made(thrown: Thrown, args: list[ast.expr], library: Library) -> ast.expr:
    name = member(thrown.module, thrown.name, library)
    return _call(name, args, thrown.keywords) if args else name


def _call(function: ast.expr, args: list[ast.expr], keywords: tuple[str, ...]) -> ast.expr:
    """`function(*args)`; the last arguments go by keyword."""
    split = len(args) - len(keywords)
    named = zip(keywords, args[split:], strict=True)
    return ast.Call(function, args[:split], [ast.keyword(name, value) for name, value in named])


def printed(keywords: object, args: list[ast.expr], library: Library) -> ast.stmt:
    """`print(...)`."""
    assert isinstance(keywords, tuple)
    return ast.Expr(_call(library("builtins.print"), args, keywords))


def reason(primitive: Primitive, node: ast.expr, result: Type) -> str:
    """Why a line stands there that computes something, of this type, for nobody."""
    match node:
        case _ if primitive is not KEEP:
            return "raises if it was not assigned" if primitive is BOUND else ""
        case ast.Subscript():
            return "raises if there is no such item"
        case ast.Call(func=ast.Name(id="max" | "min")):
            return "raises if there is none"
        case ast.BinOp() if isinstance(result, Array):
            return "raises if the shapes do not fit"
    return "raises outside its domain"


def distinct(lists: list[ast.expr], steps: list[int], names: list[str]) -> ast.If:
    """The check that lists are different objects: some of them are changed.

    It is about the lists that are `steps` deep in each of these; 0 stands for the list itself.
    """
    deeper = [(each, many) for each, many in zip(lists, steps, strict=True) if many]
    flat = [each for each, many in zip(lists, steps, strict=True) if not many]
    text = f"{' and '.join(names)} must be different lists: one of them is changed"
    if deeper:
        text = f"the lists in {' and '.join(names)} must be different: one of them is changed"
    if not deeper and len(flat) == 2:
        test = ast.Compare(flat[0], [ast.Is()], [flat[1]])
    else:
        ids = [call("id", each) for each in flat]
        ids += [ast.Starred(_inside(each, many, "id"), ast.Load()) for each, many in deeper]
        sizes = [_size(each, many) for each, many in deeper]
        sizes += [ast.Constant(len(flat))] if flat else []
        total = functools.reduce(lambda a, b: ast.BinOp(a, ast.Add(), b), sizes)
        different = ast.Set(ids) if len(ids) > 1 else call("set", _inside(*deeper[0], "id"))
        test = ast.Compare(call("len", different), [ast.Lt()], [total])
    raised = call("ValueError", ast.Constant(text))
    return ast.If(test, [ast.Raise(raised, None)], [])


def separate(
    arrays: list[ast.expr], names: list[str], lists: list[bool], function: ast.expr
) -> ast.If:
    """The check that the first array shares no memory with the others; some are lists of arrays."""
    first, *others = arrays
    tests: list[ast.expr] = []
    for other, is_list in zip(others, lists[1:], strict=True):
        if is_list:
            loop = ast.comprehension(ast.Name("each", ast.Store()), other, [], 0)
            inside = ast.GeneratorExp(ast.Call(function, [first, load("each")], []), [loop])
            tests.append(call("any", inside))
        else:
            tests.append(ast.Call(function, [first, other], []))
    test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), tests)
    text = f"{names[0]} must share no memory with {' and '.join(names[1:])}: it is changed"
    return ast.If(test, [ast.Raise(call("ValueError", ast.Constant(text)), None)], [])


def _inside(whole: ast.expr, steps: int, function: str) -> ast.expr:
    """`map(function, ...)` of all lists that are so deep in a list."""
    return call("map", load(function), _flat(whole, steps))


def _flat(whole: ast.expr, steps: int) -> ast.expr:
    """All lists that are so deep in a list, one after the other."""
    names = ["row", "plane", *(f"block_{at}" for at in range(2, steps))]
    if steps == 1:
        return whole
    loops: list[ast.comprehension] = []
    for at in range(steps - 1, -1, -1):
        inner = names[at - 1] if at else "each"
        loops.append(ast.comprehension(ast.Name(inner, ast.Store()), whole, [], 0))
        whole = load(inner)
    return ast.GeneratorExp(load("each"), loops)


def _size(whole: ast.expr, steps: int) -> ast.expr:
    """How many lists are so deep in a list."""
    return call("len", whole) if steps == 1 else call("sum", _inside(whole, steps - 1, "len"))


def shaped(nodes: list[ast.expr], shape: ast.expr) -> ast.If:
    """The check that a seed has the shape of what it is the derivative of."""
    seed, primal, sentence = nodes
    sides = [ast.Call(shape, [each], []) for each in (seed, primal)]
    raised = ast.Call(ast.Name("ValueError", ast.Load()), [sentence], [])
    return ast.If(ast.Compare(sides[0], [ast.NotEq()], [sides[1]]), [ast.Raise(raised, None)], [])


def required(nodes: list[ast.expr]) -> ast.If:
    """The check of a derivative that is for one value of an argument only."""
    value, expected, name = nodes
    assert isinstance(name, ast.Constant)
    shown = ast.unparse(expected)
    text = f"this derivative is for {name.value!s} = {shown} only"
    if len(shown) > LONGEST_SHOWN:
        text = f"this derivative is for another {name.value!s}"
    message = ast.Constant(text)
    is_none = isinstance(expected, ast.Constant) and expected.value is None
    test = ast.Compare(value, [ast.IsNot() if is_none else ast.NotEq()], [expected])
    raised = ast.Call(ast.Name("ValueError", ast.Load()), [message], [])
    return ast.If(test, [ast.Raise(raised, None)], [])
