"""Tapes that are read by the number of the turn, where the reverse loop counts the turns down anyway.

    for i in range(n - 1, -1, -1):              for i in range(n - 1, -1, -1):
        s = s_tape.pop()                ->          if i % 2 == 0:
        if i % 2 == 0:                                  b_bar += s_bar * s_tape[i]
            b_bar += s_bar * s

Reading an item costs less than taking it off, and only the side of a branch that needs it has to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from s2sdiff.differentiate.tape import AT, Tape
from s2sdiff.ir.build import number
from s2sdiff.ir.core import Apply, Atom, Block, If, Op, Value
from s2sdiff.ir.lists import RANGE
from s2sdiff.ir.traverse import blocks, operands, reads
from s2sdiff.ir.types import List


def may_be_read_by_turn(
    made: Apply | None, index: Value, body: Block, again: Iterable[Op], tape: Tape
) -> bool:
    """Is `index` the number of the turn, and read by the reverse body or by what is computed again?

    `made` is the range that the loop runs over. Lists are taken off the tape: they may be changed.
    """
    if made is None or made.primitive is not RANGE:
        return False
    if number(made.args[0]) != 0 or number(made.args[2]) != 1:
        return False
    if any(isinstance(type_, List) for type_ in tape.types):
        return False
    read = (*reads(body), *(atom for op in again for atom in _all_reads(op)))
    return any(atom is index for atom in read)


def sunk(body: Block) -> Block:
    """`body` with what is read by turn moved into the one side of a branch that needs it."""
    for at, op in enumerate(body.ops):
        if not (isinstance(op, Apply) and op.primitive is AT):
            continue
        given = set(op.results)
        readers = [other for other in body.ops if given & set(_all_reads(other))]
        if len(readers) != 1 or given & set(body.outputs):
            continue
        (reader,) = readers
        if not isinstance(reader, If) or reader.test in given:
            continue
        then, orelse = (bool(given & set(reads(side))) for side in (reader.then, reader.orelse))
        if then and orelse:
            continue
        side = reader.then if then else reader.orelse
        moved = sunk(replace(side, ops=(op, *side.ops)))
        branch = replace(reader, then=moved) if then else replace(reader, orelse=moved)
        ops = (*body.ops[:at], *body.ops[at + 1 :])
        return sunk(replace(body, ops=tuple(branch if o is reader else o for o in ops)))
    return body


def _all_reads(op: Op) -> list[Atom]:
    return [*operands(op), *(atom for inner in blocks(op) for atom in reads(inner))]
