"""Statements that are there for their effect, in plain Python: `raise`, `print`, checks."""

from __future__ import annotations

import ast
from collections.abc import Callable

from s2sdiff.errors import internal
from s2sdiff.ir.core import Primitive
from s2sdiff.ir.structure import AGAIN, BOUND, KEEP, Thrown

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


def reason(primitive: Primitive, node: ast.expr) -> str:
    """Why a line stands there that computes something for nobody."""
    match node:
        case _ if primitive is not KEEP:
            return "raises if it was not assigned" if primitive is BOUND else ""
        case ast.Subscript():
            return "raises if there is no such item"
        case ast.Call(func=ast.Name(id="max" | "min")):
            return "raises if there is none"
    return "raises outside its domain"


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
