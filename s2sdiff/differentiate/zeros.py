"""Cotangents that are zero, in the shape of their primal: also where some path leaves that unassigned."""

from __future__ import annotations

from s2sdiff.differentiate.attempts import handler_ran
from s2sdiff.differentiate.closing import zero
from s2sdiff.differentiate.known import known_like
from s2sdiff.differentiate.residuals import Reversal
from s2sdiff.errors import fail
from s2sdiff.ir.build import Builder, number
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Const,
    Cotangent,
    For,
    If,
    Undefined,
    Value,
    constant,
)
from s2sdiff.ir.forms import Tree
from s2sdiff.ir.lists import MAKE, RANGE, ZEROS_LIKE
from s2sdiff.ir.types import Array
from s2sdiff.rules.registry import primitive

LESS = primitive("operator.lt")


def zeros(builder: Builder, reversal: Reversal, value: Value) -> Atom:
    """Zeros like a list. Where some path leaves it unassigned: no zeros on that path.

    Raises S2S305 where nothing tells the paths apart any more.
    """
    if value not in reversal.unassigned:
        return builder.apply(ZEROS_LIKE, value, hint=Cotangent(value))
    op = reversal.made.get(value)
    if isinstance(op, If):
        place = op.results.index(value)
        outputs = (op.then.outputs[place], op.orelse.outputs[place])
        missing = [_is_undefined(output) for output in outputs]
        if any(missing) and not any(o in reversal.unassigned for o in outputs):
            sides: list[Block] = []
            for is_missing in missing:
                with builder.block() as ops:
                    like = () if is_missing else (value,)
                    made = builder.apply(MAKE if is_missing else ZEROS_LIKE, *like)
                sides.append(Block((), tuple(ops), (made,)))
            then, orelse = sides
            return builder.branch(handler_ran(op), then, orelse, (Cotangent(value),))[0]
    name = value.hint if isinstance(value.hint, str) else "a list"
    fail(
        "S2S305",
        f"{name} may be unassigned here, and its derivative needs it on every path",
        value.span,
        f"assign {name} on every path",
    )


def no_bar(builder: Builder, reversal: Reversal, value: Value, like: Tree) -> Atom:
    """The cotangent zero; in the shape of `like` where the value may be unassigned."""
    if not isinstance(value.type, Array) or value not in reversal.unassigned:
        return zero(builder, value)
    if isinstance(like, Value):
        return zero(builder, like)
    op = reversal.made.get(value)
    if isinstance(op, If):
        place = op.results.index(value)
        ends = (op.then.outputs[place], op.orelse.outputs[place])
        return _zeros_if_there(builder, value, handler_ran(op), tuple(map(_is_undefined, ends)))
    if (
        isinstance(op, For)
        and op.body.outputs[1 + op.results.index(value)] not in reversal.unassigned
    ):
        turns = reversal.made.get(op.iterable)  # type: ignore[arg-type]
        if isinstance(turns, Apply) and turns.primitive is RANGE and number(turns.args[2]) == 1:
            makes_turns = builder.apply(LESS, turns.args[0], turns.args[1])
            return _zeros_if_there(builder, value, makes_turns, (False, True))
    return zero(builder, value)


def _zeros_if_there(builder: Builder, value: Value, test: Atom, missing: tuple[bool, ...]) -> Atom:
    """Zeros like an array, of which `missing` says on which side of a test it is not assigned."""
    sides: list[Block] = []
    for is_missing in missing:
        with builder.block() as ops:
            made = constant(0.0) if is_missing else zero(builder, value)
        sides.append(Block((), tuple(ops), (made,)))
    (found,) = builder.branch(test, sides[0], sides[1], (Cotangent(value),))
    return known_like(builder, found, value.type)


def _is_undefined(atom: Atom) -> bool:
    return isinstance(atom, Const) and isinstance(atom.value, Undefined)
