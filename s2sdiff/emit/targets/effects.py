"""`raise` and `print` in plain Python."""

from __future__ import annotations

import ast
from collections.abc import Callable

from s2sdiff.errors import internal
from s2sdiff.ir.structure import AGAIN, Thrown

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
