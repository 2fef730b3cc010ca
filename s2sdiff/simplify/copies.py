"""A copy of a copy that nobody changes is that copy.

    m = row.copy()                        m = row.copy()
    A[i] -= v * row               ->      A[i] -= v * row
    tape.append((v, m.copy()))            tape.append((v, m))

The first copy is made where the array is changed before it is read again, the second one where it is put
into a tape. Nor is a copy needed of what a tape gives back, where copies were put into it:

    tape.append(y.copy())                 tape.append(y.copy())
    ...                           ->      ...
    y = tape.pop().copy()                 y = tape.pop()
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from s2sdiff.ir.core import Apply, Atom, Block, Call, Function, Op, Value
from s2sdiff.ir.lists import APPEND, COPY, LENGTH, MAKE, REPLAY
from s2sdiff.ir.objects import Objects
from s2sdiff.ir.structure import PACK, UNPACK
from s2sdiff.ir.traverse import (
    blocks,
    changes_in,
    defining_ops,
    operands,
    reads,
    rename,
    substitute,
    walk,
    with_parts,
)
from s2sdiff.ir.types import Array

USES = (APPEND, REPLAY, LENGTH)  # of tapes


def without_second_copies(function: Function) -> Function:
    """`function` where an array that was copied, and is changed nowhere, is not copied again."""
    body = _taking_tapes(function.body)
    changes = changes_in(body)
    if not changes:
        return replace(function, body=body)
    table: dict[Value, Atom] = {}
    objects: list[Objects] = []

    def is_changed(value: Atom) -> bool:
        if not objects:
            objects.append(Objects(body))
        return isinstance(value, Value) and any(objects[0].changes(op, value) for op in changes)

    def visit(block: Block) -> Block:
        """`block` without second copies of what it copied itself: in each turn of a loop anew."""
        copied: set[Atom] = set()
        ops = []
        for op in block.ops:
            if isinstance(op, Apply) and op.primitive is COPY:
                (whole,), (copy,) = op.args, op.results
                is_second = isinstance(whole, Value) and whole in copied
                if is_second and not any(is_changed(each) for each in (whole, copy)):
                    table[copy] = whole
                    continue
                if isinstance(copy.type, Array):
                    copied.add(copy)
            ops.append(with_parts(op, operands(op), tuple(map(visit, blocks(op)))))
        return Block(block.params, tuple(ops), block.outputs)

    found = visit(body)
    return replace(function, body=_named_once(substitute(found, table) if table else body))


def _named_once(body: Block) -> Block:
    """`body` where only the copy has the name: `y_bar = A_bar[0].copy()` is one line."""
    made = defining_ops(body)
    uses = Counter(reads(body))
    table: dict[Value, Atom] = {}
    for op in walk(body):
        if not (isinstance(op, Apply) and op.primitive is COPY):
            continue
        (whole,), (copy,) = op.args, op.results
        if not isinstance(whole, Value) or whole.hint is not copy.hint or uses[whole] != 1:
            continue
        if isinstance(made.get(whole), Apply):
            table[whole] = replace(whole, hint=None)
    return rename(body, table) if table else body


def _taking_tapes(body: Block) -> Block:
    """`body` without copies of what tapes give back that hold copies which nothing else shows."""
    made = defining_ops(body)
    uses = Counter(reads(body))
    taken = [
        op
        for op in walk(body)
        if isinstance(op, Apply)
        and op.primitive is COPY
        and uses[op.args[0]] == 1
        and _place_on_tape(op.args[0], made) is not None
    ]
    if not taken:
        return body
    objects = Objects(body)
    table: dict[Value, Atom] = {}
    for op in taken:
        place = _place_on_tape(op.args[0], made)
        assert place is not None
        tape, at = place
        lists = objects.of(tape)
        users = [
            each
            for each in walk(body)
            if isinstance(each, Apply | Call)
            and any(not lists.isdisjoint(objects.of(arg)) for arg in each.args)
        ]
        is_tape = (
            all(_is_made(made.get(each)) for each in lists)
            and all(isinstance(each, Apply) and each.primitive in USES for each in users)
            and all(lists.isdisjoint(objects.of(output)) for output in body.outputs)
        )
        put = [
            each.args[1] for each in users if isinstance(each, Apply) and each.primitive is APPEND
        ]
        if is_tape and all(_is_own_copy(item, at, made, uses) for item in put):
            table[op.results[0]] = op.args[0]
    return substitute(_without(body, frozenset(table)), table)


def _place_on_tape(value: Atom, made: dict[Value, Op]) -> tuple[Atom, int | None] | None:
    """The tape that a value is taken from, and which part of its items that is."""
    op = made.get(value) if isinstance(value, Value) else None
    at = None
    if isinstance(op, Apply) and op.primitive is UNPACK and isinstance(op.args[0], Value):
        at = op.results.index(value)
        op = made.get(op.args[0])
    return (op.args[0], at) if isinstance(op, Apply) and op.primitive is REPLAY else None


def _is_made(op: Op | None) -> bool:
    return isinstance(op, Apply) and op.primitive is MAKE and not op.args


def _is_own_copy(item: Atom, at: int | None, made: dict[Value, Op], uses: Counter[Atom]) -> bool:
    """Is this part of an item a copy of an array that nothing else reads?"""
    op = made.get(item) if isinstance(item, Value) else None
    if at is not None:
        if not isinstance(op, Apply) or op.primitive is not PACK:
            return False
        item = op.args[at]
        op = made.get(item) if isinstance(item, Value) else None
    is_copy = isinstance(op, Apply) and op.primitive is COPY
    return is_copy and isinstance(item, Value) and uses[item] == 1


def _without(block: Block, results: frozenset[Value]) -> Block:
    """`block` without the ops that give one of these."""
    kept = (op for op in block.ops if results.isdisjoint(op.results))
    ops = (
        with_parts(op, operands(op), tuple(_without(b, results) for b in blocks(op))) for op in kept
    )
    return replace(block, ops=tuple(ops))
