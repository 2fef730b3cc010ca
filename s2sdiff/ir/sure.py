"""Variables that may be unassigned, where they are known to be assigned.

    core.bound(t)                     core.bound(t)
    y = t * t               ->        t' = core.sure(t)
                                      y = t' * t'

Only `t'` is recorded then, in the block that reads it, and not `t` on paths that leave it unassigned.

The same primitive says that a value has a certain type: what joins arrays of different shapes is of
unknown shape, and its cotangent, where it flows back to one of them, has the shape of that one.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TypeGuard

from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Block, Function, Op, Primitive, Value
from s2sdiff.ir.structure import BOUND, SURE
from s2sdiff.ir.traverse import blocks, operands, substitute, walk, with_parts
from s2sdiff.ir.types import List, Type

RANKED = "core.ranked"  # an array whose rank was checked


def with_sure(function: Function) -> Function:
    """`function` with another name for each variable behind the place where it is known to be there."""
    helpers = tuple(replace(each, function=with_sure(each.function)) for each in function.helpers)
    return replace(function, body=_with(function.body), helpers=helpers)


def is_sure(op: Op | None) -> TypeGuard[Apply]:
    return isinstance(op, Apply) and op.primitive.name in (SURE.name, RANKED)


@functools.cache
def _of_type(type_: Type, name: str = SURE.name) -> Primitive:
    return Primitive(name, lambda args: (type_,))


def known_as(builder: Builder, value: Value, type_: Type, name: str = RANKED) -> Value:
    """`value`, checked to be of this type."""
    return builder.apply(_of_type(type_, name), value, hint=value.hint)


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


def without_ranks(function: Function) -> Function:
    """`function` where arrays whose rank was checked have one name again. Their types say nothing then."""
    return replace(function, body=_without(function.body, RANKED))


def with_one_name_each(function: Function) -> Function:
    """`function` without either, for those who look at it."""
    return without_ranks(without_sure(function))


def _without(block: Block, name: str = SURE.name) -> Block:
    table: dict[Value, Atom] = {
        op.results[0]: op.args[0]
        for op in walk(block)
        if isinstance(op, Apply) and op.primitive.name == name
    }
    return substitute(_dropped(block, name), table) if table else block


def _dropped(block: Block, name: str) -> Block:
    kept = (op for op in block.ops if not (isinstance(op, Apply) and op.primitive.name == name))
    ops = (
        with_parts(op, operands(op), tuple(_dropped(inner, name) for inner in blocks(op)))
        for op in kept
    )
    return Block(block.params, tuple(ops), block.outputs)
