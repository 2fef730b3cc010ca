"""`with` of managers that do nothing which the body or its derivative could notice.

    with nullcontext(2.0 * x) as y:     ->      y = 2.0 * x
        return y * y                            return y * y

The rule: entering and leaving the manager changes no value and no place that is written to, and handles
no exception. That holds for `contextlib.nullcontext`, for `warnings.catch_warnings()` that changes no
filter, and for a lock around statements without effects: they compute with values of their own call, so
no other thread can meet them. All else is refused.
"""

from __future__ import annotations

import ast
from typing import NoReturn

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.expressions import ExpressionLowerer
from s2sdiff.frontend.meanings import Instance, LibraryFunction, Meaning
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.source import span_of
from s2sdiff.ir.core import Apply, Block, constant
from s2sdiff.ir.structure import PRINT
from s2sdiff.ir.traverse import walk

LOCKS = ("_thread.lock", "_thread.RLock")
REASONS = {
    "contextlib.suppress": "it handles exceptions",
    "contextlib.redirect_stdout": "it changes where print writes to",
    "contextlib.redirect_stderr": "it changes where print writes to",
    "warnings.catch_warnings": "it changes which warnings are shown",
    "numpy.errstate": "it changes which warnings are shown",
    "decimal.localcontext": "it changes how numbers are rounded",
    "builtins.open": "it opens a file",
}
ADVICE = "enter the context where the function is called"


def enter(low: ExpressionLowerer, frame: Frame, node: ast.With) -> None:
    """Bind what the managers give. Raises S2S301 for a manager that is not known to be harmless."""
    for item in node.items:
        given = _entered(low, frame, item.context_expr)
        if item.optional_vars is not None:
            low.assign(frame, item.optional_vars, given)
    locks = [
        item.context_expr for item in node.items if not isinstance(item.context_expr, ast.Call)
    ]
    if locks and _has_effects(low, frame, node.body):
        span = span_of(locks[0], frame.source)
        _refuse(ast.unparse(locks[0]), "what it guards has effects", span)


def _entered(low: ExpressionLowerer, frame: Frame, node: ast.expr) -> Meaning:
    """What the manager of an item gives."""
    span = span_of(node, frame.source)
    if not isinstance(node, ast.Call):
        if _qualified(low.expression(frame, node)) not in LOCKS:
            _refuse(ast.unparse(node), "nothing is known about it", span)
        return constant(True)
    name = _qualified(low.expression(frame, node.func))
    if name == "contextlib.nullcontext" and not node.keywords and len(node.args) <= 1:
        return low.expression(frame, node.args[0]) if node.args else constant(None)
    if name == "warnings.catch_warnings" and not node.keywords and not node.args:
        return constant(None)
    if name == "contextlib.nullcontext" and [k.arg for k in node.keywords] == ["enter_result"]:
        return low.expression(frame, node.keywords[0].value)
    _refuse(ast.unparse(node.func), REASONS.get(name, "nothing is known about it"), span)


def _qualified(meaning: Meaning) -> str:
    """The qualified name of a function or a class, or of the class of an object."""
    match meaning:
        case LibraryFunction(name=name):
            return name
        case Instance(value=value):
            found = value if isinstance(value, type) else type(value)
            return f"{found.__module__}.{found.__qualname__}"
    return ""


def _has_effects(low: ExpressionLowerer, frame: Frame, body: list[ast.stmt]) -> bool:
    """Does the body print? It is lowered to find out, and what that appends is forgotten."""
    before = low.checkpoint()
    with low.builder.block() as ops:
        low.statements(frame, body)
    low.go_back(before)
    return any(
        isinstance(op, Apply) and op.primitive is PRINT for op in walk(Block((), tuple(ops), ()))
    )


def _refuse(manager: str, reason: str, span: Span) -> NoReturn:
    sentence = f"a with statement of {manager} is not in the accepted subset: {reason}"
    fail("S2S301", sentence, span, ADVICE)
