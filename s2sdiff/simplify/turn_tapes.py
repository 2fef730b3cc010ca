"""Tapes of one turn: what a loop records in a turn and reads again in that turn.

    for k in range(m):                       tape = [0.0] * m
        a = exp(w[k])                        for k in range(m):
        tape.append(a)              ->           a = exp(w[k])
    ...                                          tape[k] = a
    for k in range(m - 1, -1, -1):           ...
        w_bar[k] += tape.pop() * z_bar       for k in range(m - 1, -1, -1):
                                                 w_bar[k] += tape[k] * z_bar

A list of as many places as the loop makes turns takes the place of one that grows and shrinks.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir.affine import moved
from s2sdiff.ir.core import Apply, Atom, For, Op, Value
from s2sdiff.ir.lists import APPEND, ITEM, RANGE, REPLAY, STORE
from s2sdiff.ir.traverse import blocks, carried_params, free_values, operands, reads
from s2sdiff.ir.types import FLOAT


def read_by(op: Op) -> set[Atom]:
    """All values of around that `op` reads."""
    return {*operands(op), *(value for block in blocks(op) for value in free_values(block))}


def turns_of(loop: For, made: dict[Value, Op]) -> tuple[tuple[Atom | None, int], ...] | None:
    """What a loop runs over: start, stop and step as values and what is added to them."""
    over = made.get(loop.iterable) if isinstance(loop.iterable, Value) else None
    if not isinstance(over, Apply) or over.primitive is not RANGE:
        return None
    return tuple(moved(bound, made) for bound in over.args)


def appended(loop: For, at: int) -> Atom | None:
    """What each turn appends to the list that a loop carries, if it does nothing else with it."""
    param, output = carried_params(loop)[at], loop.body.outputs[1 + at]
    for op in loop.body.ops:
        if isinstance(op, Apply) and op.primitive is APPEND and op.args[0] is param:
            count = sum(atom is param or atom in op.results for atom in reads(loop.body))
            return op.args[1] if output in op.results and count == 2 else None
    return None


def is_read_by_turn(loop: For, tape: Value) -> bool:
    """Does the body read nothing of `tape` but the entry of its turn, in no loop inside?"""
    item = loop.body.params[0]
    readers = [op for op in loop.body.ops if tape in operands(op)]
    return sum(atom is tape for atom in reads(loop.body)) == len(readers) and all(
        isinstance(op, Apply) and op.primitive is ITEM and op.args == (tape, item) for op in readers
    )


def places(one: For, at: int, two: For, other: int, made: dict[Value, Op]) -> Atom | None:
    """How many entries each turn of the first loop appends in one loop inside, and the second takes off.

    None where they do something else with the tape, or where its entries are no floats.
    """
    writer, reader = _inner(one, at), _inner(two, other)
    if writer is None or reader is None:
        return None
    (first, mine), (second, theirs) = writer, reader
    value = appended(first, mine)
    if value is None or value.type != FLOAT or not _takes_off(second, theirs):
        return None
    here, back = turns_of(first, made), turns_of(second, made)
    if here is None or here[0] != (None, 0) or here[2] != (None, 1):
        return None
    many, more = here[1]
    over = made[first.iterable] if isinstance(first.iterable, Value) else None
    if back != ((many, more - 1), (None, -1), (None, -1)) or not isinstance(over, Apply):
        return None
    return over.args[1]


def _inner(loop: For, at: int) -> tuple[For, int] | None:
    """The one loop inside that takes the list which a loop carries, and as which number it carries it."""
    param, output = carried_params(loop)[at], loop.body.outputs[1 + at]
    users = [op for op in loop.body.ops if param in read_by(op)]
    if len(users) != 1 or not isinstance(users[0], For) or users[0].carried.count(param) != 1:
        return None
    inner = users[0]
    place = inner.carried.index(param)
    is_only = inner.results[place] is output and param not in free_values(inner.body)
    return (inner, place) if is_only else None


def _takes_off(loop: For, at: int) -> bool:
    """Does each turn take one entry off the list that a loop carries, and do nothing else with it?"""
    param, output = carried_params(loop)[at], loop.body.outputs[1 + at]
    users = [op for op in loop.body.ops if param in read_by(op)]
    if len(users) != 1 or not isinstance(users[0], Apply) or users[0].primitive is not REPLAY:
        return False
    rest = users[0].results[0]
    return rest is output and sum(atom is rest for atom in reads(loop.body)) == 1


def storing(op: Op, tape: Value) -> Op:
    """The loop that appends to `tape`, as one that stores in its places."""
    if not isinstance(op, For) or tape not in op.carried:
        return op
    param, item = carried_params(op)[op.carried.index(tape)], op.body.params[0]
    ops = tuple(
        replace(each, primitive=STORE, args=(param, item, each.args[1]))
        if isinstance(each, Apply) and each.primitive is APPEND and each.args[0] is param
        else each
        for each in op.body.ops
    )
    return replace(op, body=replace(op.body, ops=ops))


def reading(op: Op, tape: Value) -> Op:
    """The loop that takes the entries off `tape`, as one that reads its places."""
    if not isinstance(op, For) or tape not in op.carried:
        return op
    at = op.carried.index(tape)
    param, item = carried_params(op)[at], op.body.params[0]
    ops = tuple(
        Apply(ITEM, (param, item), each.results[1:], each.span)
        if isinstance(each, Apply) and each.primitive is REPLAY and each.args[0] is param
        else each
        for each in op.body.ops
    )
    outputs = tuple(o if i != 1 + at else param for i, o in enumerate(op.body.outputs))
    return replace(op, body=replace(op.body, ops=ops, outputs=outputs))
