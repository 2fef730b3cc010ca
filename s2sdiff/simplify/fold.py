"""Constant folding: operations on literals, where the result is exact.

    2.0 * 0.5     ->   1.0
    1.0 / 3.0     ->   stays: its float is not a third

Branches whose test is a constant become the block that would run.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir import constants
from s2sdiff.ir.core import Apply, Atom, Block, Const, Function, If, Op, Value
from s2sdiff.ir.traverse import rewrite_blocks, substitute
from s2sdiff.simplify.rewrite import Definitions, rewrite


def fold(function: Function) -> Function:
    """`function` without operations on literals, and without branches that are decided."""
    folded = rewrite(function, _fold_op)
    return rewrite_blocks(folded, _decide_branches)


def _fold_op(op: Apply, definitions: Definitions) -> Atom | None:
    return constants.fold(op.primitive, op.args)


def _decide_branches(block: Block) -> Block:
    ops: list[Op] = []
    table: dict[Value, Atom] = {}
    for op in block.ops:
        if not isinstance(op, If):
            ops.append(op)
            continue
        taken = _taken(op)
        if taken is not None:
            ops.extend(taken.ops)
            table.update(zip(op.results, taken.outputs, strict=True))
            continue
        pairs = zip(op.then.outputs, op.orelse.outputs, strict=True)
        same = [_same(one, two) for one, two in pairs]
        if not any(same):
            ops.append(op)
            continue
        for result, output, is_same in zip(op.results, op.then.outputs, same, strict=True):
            if is_same:
                table[result] = output
        ops.append(_without(op, same))
    if not table:
        return block
    return substitute(Block(block.params, tuple(ops), block.outputs), table)


def _taken(op: If) -> Block | None:
    if isinstance(op.test, Const):
        return op.then if op.test.value else op.orelse
    return None


def _same(one: Atom, two: Atom) -> bool:
    """Both branches give this; it is not something that they compute."""
    if isinstance(one, Const) and isinstance(two, Const):
        return one.key == two.key
    return one is two


def _without(op: If, dropped: list[bool]) -> If:
    def keep(items: tuple[Atom, ...]) -> tuple[Atom, ...]:
        return tuple(item for item, drop in zip(items, dropped, strict=True) if not drop)

    results = tuple(r for r, drop in zip(op.results, dropped, strict=True) if not drop)
    then = replace(op.then, outputs=keep(op.then.outputs))
    orelse = replace(op.orelse, outputs=keep(op.orelse.outputs))
    return replace(op, then=then, orelse=orelse, results=results)
