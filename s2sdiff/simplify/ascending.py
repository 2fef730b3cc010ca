"""Reverse loops whose turns can be made in any order count up: that is faster, and easier to read.

for i in range(n - 1, -1, -1):               for i in range(n):
    x_bar[i] += y_bar[i] * c[i]     ->           x_bar[i] += y_bar[i] * c[i]
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir.affine import moved
from s2sdiff.ir.build import number
from s2sdiff.ir.core import Apply, Atom, Const, For, Function, Op, Value, constant
from s2sdiff.ir.lists import RANGE
from s2sdiff.ir.order import is_free_of_order
from s2sdiff.ir.structure import SECTION
from s2sdiff.ir.traverse import blocks, defining_ops, operands, with_parts
from s2sdiff.ir.types import INT
from s2sdiff.rules.registry import primitive

ADD = primitive("operator.add")


def ascending(function: Function) -> Function:
    """`function` with the loops of its reverse sweep counting up where that does not matter."""
    made = defining_ops(function.body)
    ops: list[Op] = []
    is_reverse = False
    for op in function.body.ops:
        if isinstance(op, Apply) and op.primitive is SECTION:
            title = op.args[0]
            is_reverse = isinstance(title, Const) and title.value != "forward sweep"
        ops += _turned(op, made) if is_reverse else [op]
    return replace(function, body=replace(function.body, ops=tuple(ops)))


def _turned(op: Op, made: dict[Value, Op]) -> list[Op]:
    inner = tuple(
        replace(block, ops=tuple(o for each in block.ops for o in _turned(each, made)))
        for block in blocks(op)
    )
    op = with_parts(op, operands(op), inner)
    if not isinstance(op, For):
        return [op]
    over = made.get(op.iterable) if isinstance(op.iterable, Value) else None
    stop = op.body.outputs[0]
    if not isinstance(over, Apply) or over.primitive is not RANGE or number(over.args[2]) != -1:
        return [op]
    if not (isinstance(stop, Const) and stop.value is False):
        return [op]
    if not is_free_of_order(op.body.params[0], op.body):
        return [op]
    before: list[Op] = []
    bounds = [_more(atom, made, before) for atom in (over.args[1], over.args[0])]
    turns = Value(None, over.results[0].type)
    before.append(Apply(RANGE, (*bounds, constant(1)), (turns,), over.span))
    return [*before, replace(op, iterable=turns)]


def _more(atom: Atom, made: dict[Value, Op], ops: list[Op]) -> Atom:
    """`atom + 1`."""
    base, by = moved(atom, made)
    if base is None:
        return constant(by + 1)
    if by == -1:
        return base
    found = Value(None, INT)
    ops.append(Apply(ADD, (base, constant(by + 1)), (found,)))
    return found
