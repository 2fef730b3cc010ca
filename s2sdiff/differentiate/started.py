"""Arrays that a loop accumulates from a number.

    out = 0.0                         out: a number before the first turn, an array of the axes of d then
    for k in range(n):
        d = w[k] * x[k:k + 3]
        out = out + d                 d_bar = out_bar

In each turn the sum has the axes of `d`; of the number, which is a constant, nobody asks the derivative.
What a loop leaves may still be the number, if it makes no turn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from s2sdiff.ir.build import number
from s2sdiff.ir.core import Apply, Block, For, Function, Op, Value, While
from s2sdiff.ir.traverse import carried_params, reads, rename, rewrite_blocks
from s2sdiff.ir.types import Array

BY_ELEMENT = frozenset(f"operator.{name}" for name in ("add", "sub", "mul", "truediv"))


def with_known_sums(function: Function) -> Function:
    """`function` with the axes of what is accumulated from numbers."""
    return rewrite_blocks(function, _block)


def _block(block: Block) -> Block:
    ops: list[Op] = []
    for op in block.ops:
        if isinstance(op, For | While):
            table: dict[Value, Value] = {}
            for at, start in enumerate(op.carried):
                if number(start) is not None:
                    table.update(_typed(op, at) or {})
            op = replace(op, body=rename(op.body, table)) if table else op
        ops.append(op)
    return replace(block, ops=tuple(ops))


def _typed(loop: For | While, at: int) -> dict[Value, Value] | None:
    """What a loop accumulates in this place, with its axes; None where it does something else with it."""
    param, end = carried_params(loop)[at], loop.body.outputs[1 + at]
    counts = Counter(atom for atom in reads(loop.body) if isinstance(atom, Value))
    is_tested = isinstance(loop, While) and param in set(reads(loop.test))
    if not (isinstance(param.type, Array) and param.type.axes is None and counts[param] == 1):
        return None
    made = {result: op for op in loop.body.ops for result in op.results}
    if is_tested or not isinstance(end, Value) or end not in made:
        return None
    last = made[end]
    if isinstance(last, For | While):
        inner = last.results.index(end)
        if last.carried[inner] is not param or counts[end] != 1:
            return None
        table = _typed(last, inner)
        if table is None:
            return None
        axes = next(value.type.axes for value in table.values() if isinstance(value.type, Array))
    elif isinstance(last, Apply) and last.primitive.name in BY_ELEMENT:
        others = [arg.type for arg in last.args if arg is not param]
        if len(others) != 1 or not isinstance(others[0], Array):
            return None
        table, axes = {}, others[0].axes
    else:
        return None
    if axes is None:
        return None
    for value in (param, end):
        assert isinstance(value.type, Array)
        table[value] = replace(value, type=replace(value.type, axes=axes))
    return table
