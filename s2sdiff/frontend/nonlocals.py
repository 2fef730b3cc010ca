"""Names that a function declares `nonlocal` or `global`: whose variables they are.

    def f(x):                       `total` in `add` is the slot Variable(frame of f, "total")
        total = 0.0
        def add(y):
            nonlocal total
            total += y

A function that assigns to variables around it may be called after the function around it returned, so
those variables belong to the state for as long as anything can see them.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

from s2sdiff.errors import fail
from s2sdiff.frontend.meanings import UserFunction
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.source import span_of

ADVICE = "return the value, and let the caller keep it: a derivative is not followed through it"


def declared(function: UserFunction, written: frozenset[str]) -> dict[str, Frame]:
    """The frame of each name that `function` assigns to, but in a function around it.

    `written` are the names that it assigns to. Raises S2S307 for variables that live longer than the call
    of the differentiated function: globals, and those of functions that returned before.
    """
    found: dict[str, Frame] = {}
    for node in _declared_by(function.statements):
        for name in node.names:
            span = span_of(node, function.source)
            owner = _owner(function.scope, name)
            if isinstance(node, ast.Global):
                if name in written:
                    fail("S2S307", f"the global variable {name} is assigned to", span, ADVICE)
                if owner is not None:
                    what = f"{name} is declared global, and a function around has a variable {name}"
                    fail("S2S301", what, span, "give the variable another name")
            elif name in written:
                if owner is None:
                    what = f"{name} is assigned to, a variable of a function that returned before"
                    fail("S2S307", what, span, ADVICE)
                found[name] = owner
    return found


def _owner(scope: object, name: str) -> Frame | None:
    """The innermost function around that has the variable."""
    while isinstance(scope, Frame):
        if name in scope.local_names:
            return scope
        scope = scope.scope
    return None


@functools.lru_cache(maxsize=1000)
def _declared_by(statements: tuple[ast.stmt, ...]) -> tuple[ast.Global | ast.Nonlocal, ...]:
    return tuple(_declarations(statements))


def _declarations(nodes: tuple[ast.AST, ...]) -> Iterator[ast.Global | ast.Nonlocal]:
    """The declarations of a function itself, those of functions in it aside."""
    for node in nodes:
        if isinstance(node, ast.Global | ast.Nonlocal):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            yield from _declarations(tuple(ast.iter_child_nodes(node)))


def frames_assigned_to(
    frame: Frame, statements: tuple[ast.stmt, ...], known: list[Frame]
) -> list[Frame]:
    """Frames whose variables a function made in `frame` may assign to, itself or in functions in it."""
    if not any(isinstance(n, ast.Nonlocal) for node in statements for n in ast.walk(node)):
        return []
    found: list[Frame] = []
    scope: object = frame
    while isinstance(scope, Frame):
        if not any(each is scope for each in known):
            found.append(scope)
        scope = scope.scope
    return found
