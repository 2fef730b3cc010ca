"""Variables that may be unassigned, where they are known to be assigned.

    core.bound(t)                     core.bound(t)
    y = t * t               ->        t' = core.sure(t)
                                      y = t' * t'

Only `t'` is recorded then, in the block that reads it, and not `t` on paths that leave it unassigned.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir.core import Apply, Atom, Block, Function, Op, Value
from s2sdiff.ir.structure import BOUND, SURE
from s2sdiff.ir.traverse import blocks, operands, substitute, walk, with_parts
from s2sdiff.ir.types import List


def with_sure(function: Function) -> Function:
    """`function` with another name for each variable behind the place where it is known to be there."""
    helpers = tuple(replace(each, function=with_sure(each.function)) for each in function.helpers)
    return replace(function, body=_with(function.body), helpers=helpers)


def _with(block: Block) -> Block:
    ops: list[Op] = []
    rest = block
    while rest.ops:
        op, following = rest.ops[0], Block((), rest.ops[1:], rest.outputs)
        ops.append(with_parts(op, operands(op), tuple(map(_with, blocks(op)))))
        if isinstance(op, Apply) and op.primitive is BOUND:
            (value,) = op.args
            if isinstance(value, Value) and not isinstance(value.type, List):
                known = replace(value)
                ops.append(Apply(SURE, (value,), (known,), op.span))
                following = substitute(following, {value: known})
        rest = following
    return Block(block.params, tuple(ops), rest.outputs)


def without_sure(function: Function) -> Function:
    """`function` where each variable has one name again."""
    return replace(function, body=_without(function.body))


def _without(block: Block) -> Block:
    table: dict[Value, Atom] = {
        op.results[0]: op.args[0]
        for op in walk(block)
        if isinstance(op, Apply) and op.primitive is SURE
    }
    return substitute(_dropped(block), table) if table else block


def _dropped(block: Block) -> Block:
    kept = (op for op in block.ops if not (isinstance(op, Apply) and op.primitive is SURE))
    ops = (with_parts(op, operands(op), tuple(map(_dropped, blocks(op)))) for op in kept)
    return Block(block.params, tuple(ops), block.outputs)
