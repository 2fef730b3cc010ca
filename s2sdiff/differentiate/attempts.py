"""Attempts: `try` statements in both modes.

The reverse sweep asks afterwards whether the handler ran, so every attempt gets one result more:

    %1, %2 = if raised(ValueError)       then: -> ..., True        else: -> ..., False

Tangents stand inside the attempt where they cannot raise what is caught there. Else they stand behind it,
in a branch of their own that computes again what they need.
"""

from __future__ import annotations

import builtins
from dataclasses import replace

from s2sdiff.ir.core import Apply, Atom, Block, Function, If, Op, Value, constant, is_const
from s2sdiff.ir.structure import RAISE, TRIED, Caught, caught, may_raise
from s2sdiff.ir.traverse import blocks, operands, rewrite_blocks, walk, with_parts
from s2sdiff.ir.types import BOOL


def flagged(function: Function) -> Function:
    """`function` and its helpers with attempts that say whether their handlers ran."""
    helpers = tuple(
        replace(helper, function=_with_flags(helper.function)) for helper in function.helpers
    )
    return replace(_with_flags(function), helpers=helpers)


def _with_flags(function: Function) -> Function:
    if not any(caught(op) for op in walk(function.body)):
        return function
    return rewrite_blocks(
        function, lambda block: replace(block, ops=tuple(map(_flagged, block.ops)))
    )


def _flagged(op: Op) -> Op:
    if not isinstance(op, If) or caught(op) is None or always_raises(op.then):
        return op
    if _flag(op) is not None:
        return op
    then, orelse = (
        replace(side, outputs=(*side.outputs, constant(outcome)))
        for side, outcome in ((op.then, True), (op.orelse, False))
    )
    flag = Value("caught", BOOL)
    return replace(op, then=then, orelse=orelse, results=(*op.results, flag))


def always_raises(block: Block) -> bool:
    """Does the block end with an exception?"""
    return any(isinstance(op, Apply) and op.primitive is RAISE for op in block.ops)


def handler_ran(op: If) -> Atom:
    """The test of a branch; of an attempt, once it is over, whether its handler ran."""
    if caught(op) is None:
        return op.test
    if always_raises(op.then):
        return constant(False)
    flag = _flag(op)
    assert flag is not None
    return flag


def _flag(op: If) -> Value | None:
    """The result that is True where the handler ran, and False elsewhere."""
    sides = zip(op.results, op.then.outputs, op.orelse.outputs, strict=True)
    return next((r for r, one, two in sides if is_const(one, True) and is_const(two, False)), None)


def could_be_caught(kinds: Caught, ops: list[Op], primal: Block) -> bool:
    """Is there an op among `ops`, beside those of `primal`, that may raise one of `kinds`?"""
    own = set(walk(primal))
    return any(
        may_raise(op) and _is_one_of(op, kinds)
        for op in walk(Block((), tuple(ops), ()))
        if op not in own and not blocks(op)
    )


def _is_one_of(op: Op, kinds: Caught) -> bool:
    """May what `op` raises be of these classes? Of a division it is known, of others it is not."""
    if not (isinstance(op, Apply) and op.primitive.name == "operator.truediv"):
        return True
    for module, name in kinds.classes:
        kind = getattr(builtins, name, None) if module == "builtins" else None
        if not isinstance(kind, type) or issubclass(ZeroDivisionError, kind):
            return True
    return False


def without_effects(ops: tuple[Op, ...], is_tried: bool = False) -> tuple[Op, ...]:
    """The ops without what was printed and raised already; what is tried in attempts among them stays."""
    found: list[Op] = []
    for op in ops:
        stays = is_tried and isinstance(op, Apply) and op.primitive in (TRIED, RAISE)
        if isinstance(op, Apply) and op.primitive.effect and not stays:
            continue
        inside = is_tried or caught(op) is not None
        nested = tuple(replace(b, ops=without_effects(b.ops, inside)) for b in blocks(op))
        op = with_parts(op, operands(op), nested)
        if stays or op.results or any(b.ops for b in nested):
            found.append(op)
    return tuple(found)
