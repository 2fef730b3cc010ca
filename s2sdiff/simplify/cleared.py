"""Cotangents of buffers, which are zero again at the end of each turn.

    for _ in range(n):                               for _ in range(n):
        for i in range(m):                               for i in range(m):
            new_bar[i] += u_bar[i]                           new_bar[i] = u_bar[i]
        for i in range(m):                  ->           for i in range(m):
            a = new_bar[i]                                   a = new_bar[i]
            new_bar[i] = 0.0                                 u_bar[i] += a * k
            u_bar[i] += a * k                        x_bar = u_bar
    x_bar = u_bar + new_bar

What the loop leaves of such an array is zeros: it is part of no sum. And the entries that are added to are
those that were zero before.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from s2sdiff.analysis.entries import Access, Entries, Unfollowed
from s2sdiff.ir.arrays import WAYS, ZEROS, is_put, is_store, parts_of_store, put
from s2sdiff.ir.build import number
from s2sdiff.ir.core import Apply, Atom, Block, Cotangent, For, Function, Op, Value
from s2sdiff.ir.traverse import (
    blocks,
    defining_ops,
    operands,
    reads,
    substitute,
    with_parts,
)
from s2sdiff.ir.types import Array
from s2sdiff.simplify.turn_tapes import turns_of


def cleared(function: Function) -> Function:
    """`function` with such buffers stored to, and part of no sum."""
    body = function.body
    made = defining_ops(body)
    counts = Counter(atom for atom in reads(body) if isinstance(atom, Value))
    for op in body.ops:
        if not isinstance(op, For):
            continue
        for at, start in enumerate(op.carried):
            maker = made.get(start) if isinstance(start, Value) else None
            is_zeros = isinstance(maker, Apply) and maker.primitive.name in ZEROS
            if not is_zeros or counts[maker.results[0]] != 1:  # type: ignore[union-attr]
                continue
            found = _stored_and_cleared(op, at, made)
            total = _sum_of(body, op.results[at], counts)
            if found is not None and total is not None:
                return cleared(replace(function, body=_without(body, *found, *total)))
    return function


def is_clearing(op: Op) -> bool:
    """Does it set an entry of a cotangent to zero?"""
    if not is_store(op) or not is_put(op.primitive) or number(op.args[-1]) != 0:
        return False
    return isinstance(op.results[0].hint, Cotangent)


def _stored_and_cleared(loop: For, at: int, made: dict[Value, Op]) -> tuple[Apply, Apply] | None:
    """The op that adds to entries of an array and the one that sets the same ones to zero, each turn."""
    if not isinstance(loop.carried[at].type, Array):
        return None
    try:
        accesses = list(Entries(made).inside(loop, at))
    except Unfollowed:
        return None
    stores = [each for each in accesses if each.kind != "read"]
    if len(stores) != 2:
        return None
    first, last = stores
    if first.kind != "add" or first.op.primitive.name != "core.scatter" or not is_clearing(last.op):
        return None
    places = [_entries_of(each, made) for each in accesses]
    is_one = places[0] is not None and all(place == places[0] for place in places)
    is_between = all(
        first.where.place < e.where.place < last.where.place for e in accesses if e.kind == "read"
    )
    return (first.op, last.op) if is_one and is_between else None


def _entries_of(access: Access, made: dict[Value, Op]) -> tuple[object, ...] | None:
    """Which entries all turns of the loops inside meet, once each; None where that is not known."""
    if access.index is None or access.where.facts:
        return None
    ranges = {loop.body.params[0]: turns_of(loop, made) for loop in access.where.loops[1:]}
    bases = [base for base, _ in access.index]
    if len(set(bases)) != len(bases) or set(bases) != set(ranges):
        return None
    found: list[object] = []
    for base, by in access.index:
        turns = ranges[base] if isinstance(base, Value) else None
        if turns is None or turns[2] not in ((None, 1), (None, -1)):
            return None
        start, stop, step = turns
        ends = (
            (start, stop)
            if step == (None, 1)
            else ((stop[0], stop[1] + 1), (start[0], start[1] + 1))
        )
        found.append((*ends, by))
    return tuple(found)


def _sum_of(body: Block, result: Value, counts: Counter[Value]) -> tuple[Apply, Atom] | None:
    """The sum that the array is a part of behind the loop, if it is nothing else, and the other part."""
    if counts[result] != 1:
        return None
    for op in body.ops:
        if isinstance(op, Apply) and op.primitive.name == "operator.add" and result in op.args:
            other = op.args[1] if op.args[0] is result else op.args[0]
            return (op, other) if isinstance(other.type, Array) else None
    return None


def _without(body: Block, adding: Apply, clearing: Apply, total: Apply, other: Atom) -> Block:
    """`body` where the first op stores, and without the second; the sum is its other part."""
    stored = replace(adding, primitive=put(parts_of_store(adding).layout, WAYS[adding.primitive]))
    table: dict[Value, Atom] = {
        clearing.results[0]: clearing.args[0],
        total.results[0]: other,
    }

    def visit(block: Block) -> Block:
        ops: list[Op] = []
        for op in block.ops:
            if op is adding:
                ops.append(stored)
            elif op is not clearing and op is not total:
                ops.append(with_parts(op, operands(op), tuple(map(visit, blocks(op)))))
        return replace(block, ops=tuple(ops))

    return substitute(visit(body), table)
