"""Derivatives that a file makes at its top level, from their syntax: `df = grad(f)` and `@grad`."""

from __future__ import annotations

import ast
from typing import Any, Protocol, get_args

from s2sdiff.frontend.meanings import (
    LibraryFunction,
    Meaning,
    Transformed,
    Unknown,
    UserFunction,
)
from s2sdiff.options import Operator, Step

OPERATORS = frozenset(f"s2sdiff.{name}" for name in get_args(Operator))

DECLARATIONS = frozenset({"s2sdiff.elementwise", "s2sdiff.zero_derivative"})


class NotConstant(Exception):
    """An expression whose value is not known without executing the file."""


class DerivativeScope(Protocol):
    """The file in which a derivative is made."""

    def reference(self, node: ast.expr) -> Meaning | None: ...

    def value(self, name: str, node: ast.expr) -> Meaning: ...

    def evaluate(self, node: ast.expr) -> Any: ...


def static_step(scope: DerivativeScope, name: str, keywords: list[ast.keyword]) -> Step | None:
    """The operator of `@grad` or `grad(f, wrt=...)`; None where wrt is not constant."""
    operator: Any = name.rpartition(".")[2]
    for keyword in keywords:
        if keyword.arg == "wrt":
            try:
                return Step(operator, scope.evaluate(keyword.value))
            except NotConstant:
                return None
    return Step(operator, 0)


def static_derivative(scope: DerivativeScope, name: str, node: ast.Call) -> Meaning | None:
    """What `grad(f, wrt)` means; None for any other call."""
    called = scope.reference(node.func)
    operator = called.name if isinstance(called, LibraryFunction) else ""
    if operator not in OPERATORS or not node.args:
        return None
    function = scope.value(name, node.args[0])
    keywords = [*node.keywords, *(ast.keyword("wrt", wrt) for wrt in node.args[1:2])]
    step = static_step(scope, operator, keywords)
    if step is not None and isinstance(function, Transformed):
        return Transformed(function.function, (*function.plan, step))
    if step is not None and isinstance(function, UserFunction):
        return Transformed(function, (step,))
    return Unknown(f"is a derivative that is known only at run time (line {node.lineno})")


def ruled_names(scope: DerivativeScope, tree: ast.Module) -> set[str]:
    """Names of functions for which the file declares a rule: `@elementwise(f)`, `zero_derivative(f)`."""
    found: set[str] = set()
    for node in tree.body:
        marks = node.decorator_list if isinstance(node, ast.FunctionDef) else []
        calls = [mark for mark in marks if isinstance(mark, ast.Call)]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            calls.append(node.value)
        for call in calls:
            called = scope.reference(call.func)
            if isinstance(called, LibraryFunction) and called.name in DECLARATIONS:
                found.update(arg.id for arg in call.args if isinstance(arg, ast.Name))
    return found
