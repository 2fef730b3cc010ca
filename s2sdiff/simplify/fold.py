"""Constant folding: operations on literals, where the result is exact.

    2.0 * 0.5     ->   1.0
    1.0 / 3.0     ->   stays: its float is not a third

Branches whose test is a constant become the block that would run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from s2sdiff.ir import constants
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Op,
    Value,
    While,
    is_const,
)
from s2sdiff.ir.structure import caught
from s2sdiff.ir.traverse import blocks, rewrite_blocks, substitute
from s2sdiff.ir.types import BOOL
from s2sdiff.simplify.rewrite import Definitions, rewrite

T = TypeVar("T")


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
        if isinstance(op, For | While):
            ops.append(_without_constants(op, table))
            continue
        if not isinstance(op, If):
            ops.append(op)
            continue
        taken = _taken(op)
        if taken is not None:
            ops.extend(taken.ops)
            table.update(zip(op.results, taken.outputs, strict=True))
            continue
        for result, one, two in zip(op.results, op.then.outputs, op.orelse.outputs, strict=True):
            if (
                op.test.type == BOOL
                and is_const(one, True)
                and is_const(two, False)
                and _is_choice(op)
            ):
                table[result] = op.test
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


def _is_choice(op: If) -> bool:
    """Does the branch do nothing but give one constant or another?"""
    others = zip(op.then.outputs, op.orelse.outputs, strict=True)
    different = [pair for pair in others if not _same(*pair)]
    return not op.then.ops and not op.orelse.ops and len(different) == 1


def _without_constants(op: For | While, table: dict[Value, Atom]) -> For | While:
    """A loop that does not carry what no turn changes; `table` gets what is read instead."""
    size = len(op.results)
    fixed = (
        [
            output is param or _same(output, start)
            for output, param, start in zip(
                op.body.outputs[1:], op.body.params[-size:], op.carried, strict=True
            )
        ]
        if size
        else []
    )
    if not any(fixed):
        return op
    for block in blocks(op):
        for param, start, is_fixed in zip(
            block.params[len(block.params) - size :], op.carried, fixed, strict=True
        ):
            if is_fixed:
                table[param] = start
    for result, start, is_fixed in zip(op.results, op.carried, fixed, strict=True):
        if is_fixed:
            table[result] = start

    def kept(items: tuple[T, ...], before: int = 0) -> tuple[T, ...]:
        rest = zip(items[before:], fixed, strict=True)
        return (*items[:before], *(item for item, is_fixed in rest if not is_fixed))

    body = Block(
        kept(op.body.params, len(op.body.params) - size), op.body.ops, kept(op.body.outputs, 1)
    )
    if isinstance(op, For):
        return replace(op, carried=kept(op.carried), body=body, results=kept(op.results))
    test = Block(kept(op.test.params), op.test.ops, op.test.outputs)
    return replace(op, carried=kept(op.carried), test=test, body=body, results=kept(op.results))


def _taken(op: If) -> Block | None:
    if isinstance(op.test, Const) and caught(op) is None:
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
