"""A copy of a copy that nobody changes is that copy.

    m = row.copy()                        m = row.copy()
    A[i] -= v * row               ->      A[i] -= v * row
    tape.append((v, m.copy()))            tape.append((v, m))

The first copy is made where the array is changed before it is read again, the second one where it is put
into a tape.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir.core import Apply, Atom, Block, Function, Value
from s2sdiff.ir.lists import COPY
from s2sdiff.ir.objects import Objects
from s2sdiff.ir.traverse import blocks, changes_in, operands, substitute, with_parts
from s2sdiff.ir.types import Array


def without_second_copies(function: Function) -> Function:
    """`function` where an array that was copied, and is changed nowhere, is not copied again."""
    body = function.body
    changes = changes_in(body)
    if not changes:
        return function
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
    return replace(function, body=substitute(found, table)) if table else function
