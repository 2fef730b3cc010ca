"""Rules that a file declares at its top level, from their syntax.

    @s2sdiff.pullback(root)            @s2sdiff.elementwise(symbolic="log(1 + exp(x))")
    def root_pullback(...): ...        def softplus(x): ...

    s2sdiff.zero_derivative(steps)

They count for functions of the file and of files that it imports, and for functions of libraries.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

from s2sdiff.errors import S2SDiffError
from s2sdiff.frontend.calls import signature_of
from s2sdiff.frontend.meanings import LibraryFunction, Meaning, Unknown, UserFunction, python_value
from s2sdiff.frontend.static_derivatives import NotConstant
from s2sdiff.ir.core import Primitive
from s2sdiff.ir.infer import always_float
from s2sdiff.rules.general import Part, general_rule
from s2sdiff.rules.registry import (
    LINE,
    RULES,
    Rule,
    declare,
    elementwise_rule,
    parameters_of,
    zero_rule,
)

_PARTS: dict[str, Part] = {
    "s2sdiff.pullback": "pullback",
    "s2sdiff.pushforward": "pushforward",
    "s2sdiff.linear": "transpose",
}
DECLARATIONS = frozenset({*_PARTS, "s2sdiff.elementwise", "s2sdiff.zero_derivative"})


class RuleScope(Protocol):
    """The file in which rules are declared."""

    tree: ast.Module
    rules: dict[str, Rule | Unknown]

    @property
    def dotted(self) -> str: ...

    def reference(self, node: ast.expr) -> Meaning | None: ...

    def evaluate(self, node: ast.expr) -> Any: ...

    def target_name(self, node: ast.expr) -> str | None: ...

    def module(self, dotted: str, level: int) -> object: ...

    def user_function(
        self, name: str, arguments: ast.arguments, body: tuple[ast.stmt, ...], node: ast.AST
    ) -> UserFunction: ...


def collect_rules(scope: RuleScope, tree: ast.Module) -> None:
    """Note the rules that a file declares; those of files that it imports came first."""
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            _visit_imports(scope, statement)
    if not any(_is_near(node) for node in ast.walk(tree)):
        return
    outermost = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        for mark, function in _marks(scope, node):
            _declare(scope, mark, function, id(node) in outermost)


def _visit_imports(scope: RuleScope, node: ast.Import | ast.ImportFrom) -> None:
    names, level = [alias.name for alias in node.names], 0
    if isinstance(node, ast.ImportFrom):
        level, inside = node.level, node.module or ""
        names = [inside, *(f"{inside}.{name}" if inside else name for name in names)]
    for name in names:
        try:
            scope.module(name, level)
        except S2SDiffError:
            continue  # said where something of it is used


def _is_near(node: ast.AST) -> bool:
    """Does a name occur that a declaration needs?"""
    words = {name.rpartition(".")[2] for name in DECLARATIONS}
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in words
        case ast.alias(name=name):
            return name in words
    return False


def _marks(scope: RuleScope, node: ast.AST) -> Iterator[tuple[ast.expr, ast.FunctionDef | None]]:
    """Declarations at this statement, with the function that they stand over."""
    found: list[tuple[ast.expr, ast.FunctionDef | None]] = []
    if isinstance(node, ast.FunctionDef):
        found = [(mark, node) for mark in reversed(node.decorator_list)]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        found = [(node.value, None)]
    for mark, function in found:
        if _operator(scope, mark) in DECLARATIONS:
            yield mark, function


def _operator(scope: RuleScope, mark: ast.expr) -> str:
    called = mark.func if isinstance(mark, ast.Call) else mark
    if not isinstance(called, ast.Name | ast.Attribute):
        return ""
    meaning = scope.reference(called)
    return meaning.name if isinstance(meaning, LibraryFunction) else ""


def _declare(
    scope: RuleScope, mark: ast.expr, function: ast.FunctionDef | None, is_sure: bool
) -> None:
    operator = _operator(scope, mark)
    given = mark.args if isinstance(mark, ast.Call) else []
    targets = [scope.target_name(arg) for arg in given]
    if not given and function is not None:
        targets = [f"{scope.dotted}.{function.name}"]
    options = _options(scope, mark.keywords if isinstance(mark, ast.Call) else [])
    for target in targets:
        if target is None:
            continue
        before = scope.rules.get(target) or RULES.get(target)
        if not is_sure or options is None or isinstance(before, Unknown):
            reason = f"has a rule that is known only at run time (line {mark.lineno})"
            scope.rules[target] = Unknown(reason)
            continue
        rule = _rule(scope, operator, target, before, function if given else None, options)
        if not given and function is not None and "parameters" not in options:
            rule = replace(rule, parameters=_parameters(scope, function, is_rule=False)[0])
        scope.rules[target] = rule
        if not _is_of_files(scope, target):
            declare(rule)


_OPTIONS = frozenset({"symbolic", "domain", "kinks", "guard", "raises", "parameters"})


def _options(scope: RuleScope, keywords: list[ast.keyword]) -> dict[str, Any] | None:
    """What a declaration says by keyword; None where that is not constant."""
    if not all(keyword.arg in _OPTIONS for keyword in keywords):
        return None
    try:
        return {str(keyword.arg): scope.evaluate(keyword.value) for keyword in keywords}
    except NotConstant:
        return None


def _is_of_files(scope: RuleScope, target: str) -> bool:
    """Is it a function of a file of the user's, which is not imported?"""
    module = target.rpartition(".")[0]
    return module == scope.dotted or scope.module(module, 0) is not None


def _parameters(scope: RuleScope, node: ast.FunctionDef, is_rule: bool) -> tuple[str, UserFunction]:
    """The parameters of a function as a lambda lists them, and the function.

    Those of a rule end with the result and its cotangent, which are left out.
    """
    found = scope.user_function(node.name, node.args, tuple(node.body), node)
    signature = signature_of(found)
    plain = [
        p if p.default is p.empty else p.replace(default=python_value(p.default))
        for p in signature.parameters.values()
    ]
    left_out = ("y", "y_bar") if is_rule else ()
    return parameters_of(signature.replace(parameters=plain), left_out), found


def _rule(
    scope: RuleScope,
    operator: str,
    target: str,
    before: Rule | None,
    body: ast.FunctionDef | None,
    options: dict[str, Any],
) -> Rule:
    """The rule of the function `target` that a declaration over `body` states."""
    own, function = options.get("parameters", "x"), None
    if body is not None:
        own, function = _parameters(scope, body, target != f"{scope.dotted}.{body.name}")
    made = Primitive(target, always_float, raises=options.get("raises", True))
    symbolic, domain = options.get("symbolic"), options.get("domain", LINE)
    guard = options.get("guard", False)
    match operator:
        case "s2sdiff.zero_derivative":
            return zero_rule(made, own, symbolic, domain)
        case "s2sdiff.elementwise":
            kinks = options.get("kinks", ())
            return elementwise_rule((made,), own, function, symbolic, domain, kinks, guard)
    return general_rule(before, target, _PARTS[operator], function, own, guard)
