"""The function's value gets a name of its own where the reverse sweep uses its variable again.

x = x + dt * v                   ->      swing = x
# reverse sweep                          # reverse sweep
x_2 = x_tape.pop()                       x = x_tape.pop()
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.emit.storage import wished_name
from s2sdiff.ir.core import Apply, Atom, Block, For, Function, Op, Primitive, Value, While
from s2sdiff.ir.structure import PACK, reverse_begins
from s2sdiff.ir.traverse import definitions
from s2sdiff.ir.types import Type


def _same(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    return (args[0].type,)


NAMED = Primitive("core.named", _same)


def name_result(function: Function, name: str | None) -> Function:
    """`function` with its value kept under `name`, if its variable is used for something else."""
    ops = function.body.ops
    at = reverse_begins(ops)
    last = ops[-1] if ops else None
    if name is None or at == len(ops) or not _packs(last, function.output):
        return function
    assert isinstance(last, Apply)
    value = last.args[0]
    behind = definitions(Block((), ops[at:], ()))
    if not isinstance(value, Value) or not _is_carried(value, ops[:at]):
        return function
    if not any(wished_name(each) == wished_name(value) for each in behind):
        return function
    kept = Value(name, value.type, value.span)
    packed = replace(last, args=(kept, *last.args[1:]))
    new = (*ops[:at], Apply(NAMED, (value,), (kept,), value.span), *ops[at:-1], packed)
    return replace(function, body=replace(function.body, ops=new))


def _packs(op: Op | None, output: Atom) -> bool:
    return isinstance(op, Apply) and op.primitive is PACK and op.results[0] is output


def _is_carried(value: Value, ops: tuple[Op, ...]) -> bool:
    return any(isinstance(op, For | While) and value in op.results for op in ops)
