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
