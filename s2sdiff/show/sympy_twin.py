"""The SymPy twin of a library function applied to expressions, from its rule's `symbolic`.

    @elementwise(np.log2, math.log2, symbolic="log(x) / log(2)")

`symbolic` names a SymPy function, or is an expression in the rule's parameters.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any

from s2sdiff.ir.core import Primitive
from s2sdiff.ir.structure import AND, OR
from s2sdiff.rules.registry import RULES, Rule


class NoTwin(Exception):
    """A function has no counterpart in SymPy."""


def twin_of(primitive: Primitive, args: list[Any]) -> Any:
    """`primitive(*args)` as a SymPy expression. Raises NoTwin."""
    import sympy

    if primitive is AND:
        return sympy.And(*args)
    if primitive is OR:
        return sympy.Or(*args)
    rule = RULES.get(primitive.name)
    if rule is None or rule.symbolic is None:
        raise NoTwin(f"{primitive.name} has no counterpart in SymPy")
    if rule.symbolic.isidentifier() and hasattr(sympy, rule.symbolic):
        return getattr(sympy, rule.symbolic)(*args)
    try:
        scope = {**vars(sympy), **_BUILTINS, **_bound(rule, rule.symbolic, args)}
        return eval(rule.symbolic, scope)  # the text of a rule, not of a user
    except (TypeError, ValueError, NameError) as problem:
        raise NoTwin(
            f"{primitive.name} has no counterpart in SymPy for these arguments"
        ) from problem


_BUILTINS: dict[str, Any] = {"abs": abs, "len": len, "sum": sum, "zip": zip}


def _bound(rule: Rule, text: str, args: list[Any]) -> dict[str, Any]:
    """The rule's parameters by name; a rule without a body names them x, or x1, x2, ..."""
    if rule.partials is None:
        names = sorted({n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)})
        free = [name for name in names if len(name) <= 2]
        return dict(zip(free, args, strict=True))
    parameters = [
        p.replace(annotation=inspect.Parameter.empty)
        for p in inspect.signature(rule.partials).parameters.values()
        if p.name != "y"
    ]
    bound = inspect.Signature(parameters).bind(*args)
    bound.apply_defaults()
    return dict(bound.arguments)
