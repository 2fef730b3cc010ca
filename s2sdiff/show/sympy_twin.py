"""The SymPy twin of a library function applied to expressions, from its rule's `symbolic`.

    @elementwise(np.log2, math.log2, symbolic="log(x) / log(2)")

`symbolic` names a SymPy function, or is an expression in the rule's parameters.
"""

from __future__ import annotations

import inspect
from typing import Any

from s2sdiff.ir.core import Primitive
from s2sdiff.ir.structure import AND, OR
from s2sdiff.rules.registry import Rule, find_rule


class NoTwin(Exception):
    """A function has no counterpart in SymPy."""


def twin_of(primitive: Primitive, args: list[Any]) -> Any:
    """`primitive(*args)` as a SymPy expression. Raises NoTwin."""
    import sympy

    if primitive is AND:
        return sympy.And(*args)
    if primitive is OR:
        return sympy.Or(*args)
    rule = find_rule(primitive)
    if rule is None or rule.symbolic is None:
        raise NoTwin(f"{primitive.name} has no counterpart in SymPy")
    if rule.symbolic.isidentifier() and hasattr(sympy, rule.symbolic):
        return getattr(sympy, rule.symbolic)(*args)
    try:
        scope = {**vars(sympy), **_BUILTINS, **_bound(rule, args)}
        return eval(rule.symbolic, scope)  # the text of a rule, not of a user
    except (TypeError, ValueError, NameError) as problem:
        raise NoTwin(
            f"{primitive.name} has no counterpart in SymPy for these arguments"
        ) from problem


_BUILTINS: dict[str, Any] = {"abs": abs, "len": len, "sum": sum, "zip": zip}


def _bound(rule: Rule, args: list[Any]) -> dict[str, Any]:
    """The rule's parameters by name."""
    bound = inspect.signature(eval(f"lambda {rule.parameters}: None")).bind(*args)
    bound.apply_defaults()
    return dict(bound.arguments)
