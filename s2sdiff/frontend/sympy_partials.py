"""Partials of an elementwise function that is given by a SymPy expression: SymPy differentiates it.

    "1 / (1 + exp(-x))"    ->    def partials(x, y): return y**2 * math.exp(-x)

Where the expression itself occurs in a partial, the result `y` of the function is read.
"""

from __future__ import annotations

import inspect
from typing import Any

from s2sdiff.errors import fail
from s2sdiff.frontend.meanings import UserFunction
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.targets import find_target
from s2sdiff.rules.registry import Rule


def sympy_partials(rule: Rule) -> UserFunction:
    """The function that gives the partials, as if it had been written. Raises S2S203."""
    import sympy

    assert rule.twin is not None
    names = list(inspect.signature(eval(f"lambda {rule.parameters}: None")).parameters)
    symbols = [sympy.Symbol(name, real=True) for name in names]
    try:
        whole = sympy.sympify(eval(rule.twin, dict(vars(sympy)))(*symbols))
        found = [whole.diff(symbol) for symbol in symbols]
    except Exception as problem:
        _refuse(rule, f"{type(problem).__name__}: {problem}")
    result = sympy.Symbol(_free_name(names), real=True)
    printed = [_printed(rule, partial.subs(whole, result)) for partial in found]
    text = (
        f"import math\n\n\ndef partials({', '.join([*names, result.name])}):\n"
        f"    return {', '.join(printed)}\n"
    )
    return find_target(module_from_text(f"<partials of {rule.family} by SymPy>", text), "partials")


def _free_name(names: list[str]) -> str:
    name = "y"
    while name in names:
        name += "_"
    return name


def _printed(rule: Rule, partial: Any) -> str:
    """A SymPy expression as Python in the functions of `math`."""
    import sympy

    try:
        text: str = sympy.pycode(partial, strict=True)
    except (NotImplementedError, ValueError, TypeError):
        text = ""
    if not text or "Not supported" in text or partial.has(sympy.Derivative, sympy.Subs):
        _refuse(rule, f"{partial} has no counterpart in Python")
    return f"({text})"


def _refuse(rule: Rule, reason: str) -> Any:
    fail(
        "S2S203",
        f"SymPy gives no partials of {rule.symbolic}: {reason}",
        None,
        f"give them: @s2sdiff.elementwise({rule.primitives[0].name}) over a function",
    )
