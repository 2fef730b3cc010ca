"""Rule bodies become IR: a rule is a plain Python function, lowered like a user's and inlined.

`partials(builder, op, wanted)` appends what the rule of `op` computes to the builder's block and gives
the partial with respect to each wanted argument.
"""

from __future__ import annotations

import ast
import copy
import functools
from dataclasses import replace
from types import FunctionType

from s2sdiff.errors import fail, internal
from s2sdiff.frontend.lower import Lowerer
from s2sdiff.frontend.meanings import Meaning, Sequence, UserFunction, describe
from s2sdiff.frontend.names import user_function
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Const, Value
from s2sdiff.ir.types import Scalar
from s2sdiff.rules.registry import rule_of, twin

# Modules of functions whose partials call the functions of `math`.
PLAIN = ("builtins", "operator", "s2sdiff.runtime")


@functools.cache
def _body(rule: FunctionType, wanted: tuple[bool, ...]) -> UserFunction:
    """The rule's function; partials that are not wanted are left out of its final tuple."""
    function = user_function(rule)
    last = function.statements[-1]
    if not (isinstance(last, ast.Return) and isinstance(last.value, ast.Tuple)):
        return function
    items = last.value.elts
    if len(items) != len(wanted) or any(isinstance(item, ast.Starred) for item in items):
        return function
    shortened = copy.copy(last)
    shortened.value = copy.copy(last.value)
    shortened.value.elts = [
        item if want else ast.copy_location(ast.Constant(None), item)
        for item, want in zip(items, wanted, strict=True)
    ]
    return replace(function, statements=(*function.statements[:-1], shortened))


class _RuleLowerer(Lowerer):
    """Lowers a rule's body: names of libraries become those of the module the function is from."""

    def __init__(self, builder: Builder, module: str) -> None:
        super().__init__(builder, [])
        self.rename = functools.partial(twin, module=module)


def partials(builder: Builder, op: Apply, wanted: tuple[bool, ...]) -> tuple[Atom | None, ...]:
    """The partial of the result of `op` with respect to each wanted argument, None for the others.

    Raises S2S203 for a rule that does not fit its function.
    """
    rule = rule_of(op.primitive)
    if rule.partials is None:
        raise internal("rules", f"{op.primitive.name} has no partials")
    function = _body(rule.partials, wanted)
    module = op.primitive.name.rpartition(".")[0]
    lowerer = _RuleLowerer(builder, "math" if module in PLAIN else module)
    args: tuple[Meaning, ...] = op.args
    (result,) = op.results
    by_keyword = any(a.arg == "y" for a in function.parameters.kwonlyargs)
    span = op.span or function.span
    with builder.only_at(op.span):
        if by_keyword:
            meaning = lowerer.call_function(function, args, {"y": result}, None, span)
        else:
            meaning = lowerer.call_function(function, (*args, result), {}, None, span)
    items = meaning.items if isinstance(meaning, Sequence) else (meaning,)
    if len(items) != len(args):
        fail(
            "S2S203",
            f"the rule of {op.primitive.name} gives {len(items)} partials for {len(args)} arguments",
            function.span,
            "return one partial for each argument",
        )
    found: list[Atom | None] = []
    for item, want in zip(items, wanted, strict=True):
        if want and not (isinstance(item, Value | Const) and isinstance(item.type, Scalar)):
            fail(
                "S2S203",
                f"the rule of {op.primitive.name} gives {describe(item)} as a partial",
                function.span,
                "return a number for each argument",
            )
        found.append(item if want and isinstance(item, Value | Const) else None)
    return tuple(found)
