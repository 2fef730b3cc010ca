"""The border of the accepted subset: every construct that is refused, with its advice.

`refuse` raises for a statement or expression node; `REFUSED` is what `s2sdiff rules --subset` prints.
"""

from __future__ import annotations

import ast
from typing import NoReturn

from s2sdiff.errors import Span, fail

STATEMENTS: dict[type[ast.stmt], tuple[str, str]] = {
    ast.AsyncFor: ("an async for loop", "differentiate synchronous code"),
    ast.AsyncFunctionDef: ("an async function", "differentiate synchronous code"),
    ast.AsyncWith: ("an async with statement", "differentiate synchronous code"),
    ast.ClassDef: ("a class definition", "define the class outside the function"),
    ast.TryStar: ("a try statement with except*", "handle exceptions where the function is called"),
}

EXPRESSIONS: dict[type[ast.expr], tuple[str, str]] = {
    ast.Await: ("await", "differentiate synchronous code"),
    ast.Yield: ("yield", "return a tuple"),
    ast.YieldFrom: ("yield from", "return a tuple"),
    ast.Set: ("a set", "use a tuple"),
    ast.SetComp: ("a set comprehension", "use a tuple"),
    ast.Dict: ("a dict of unknown keys", "use constants as keys"),
    ast.Starred: ("a starred expression", "use it in a call, a tuple or a list"),
}

TARGETS: dict[type[ast.expr], tuple[str, str]] = {
    ast.Attribute: ("the deletion of an attribute", "make a new object"),
}


# What changes how objects are made, or how their attributes are found.
UNUSUAL = frozenset(
    {"__new__", "__getattr__", "__getattribute__", "__setattr__", "__delattr__", "__slots__"}
    | {"__init_subclass__", "__class_getitem__", "__set_name__"}
)


def refuse_statement(node: ast.stmt, span: Span) -> NoReturn:
    """Raise S2S301 for a statement outside the subset."""
    what, advice = STATEMENTS.get(type(node), (_plain_name(node), "rewrite it"))
    fail("S2S301", f"{what} is not in the accepted subset", span, advice)


def refuse_expression(node: ast.expr, span: Span) -> NoReturn:
    """Raise S2S302 for an expression outside the subset."""
    what, advice = EXPRESSIONS.get(type(node), (_plain_name(node), "rewrite it"))
    fail("S2S302", f"{what} is not in the accepted subset", span, advice)


def refuse_target(node: ast.expr, span: Span) -> NoReturn:
    """Raise S2S307 for an assignment target outside the subset."""
    what, advice = TARGETS.get(type(node), (_plain_name(node), "assign to a local name"))
    fail("S2S307", f"{what} is not in the accepted subset", span, advice)


def _plain_name(node: ast.AST) -> str:
    name = type(node).__name__
    words = "".join(f" {char.lower()}" if char.isupper() else char for char in name).strip()
    return f"the construct '{words}'"
