"""The derivative raises where the primal raises.

    f(x) = log(x)    has the gradient 1 / x, which exists at x = -1, where f does not.

Before differentiating, every op of the primal whose exception might get lost is marked with `keep`.
Dead-code elimination drops the mark where the value is computed anyway; what remains is emitted as a
line of its own.
"""

from __future__ import annotations

from s2sdiff.analysis.activity import useful_values, varied_values
from s2sdiff.ir.core import Apply, Block, Function, Op, Value
from s2sdiff.ir.structure import KEEP
from s2sdiff.ir.traverse import rewrite_blocks
from s2sdiff.rules.registry import INTEGERS, LINE, find_rule


def guard(function: Function, wrt: tuple[int, ...]) -> Function:
    """`function` with a `keep` behind every op that may raise where its partials do not."""
    varied = varied_values(function.body, [function.body.params[index] for index in wrt])
    active = varied & useful_values(function.body)

    def guarded(block: Block) -> Block:
        return _guard_block(block, active)

    return rewrite_blocks(function, guarded)


def _guard_block(block: Block, active: frozenset[Value]) -> Block:
    ops: list[Op] = []
    for op in block.ops:
        ops.append(op)
        if isinstance(op, Apply) and _loses_exception(op, active):
            ops.append(Apply(KEEP, op.results, (), op.span))
    return Block(block.params, tuple(ops), block.outputs)


def _loses_exception(op: Apply, active: frozenset[Value]) -> bool:
    rule = find_rule(op.primitive)
    if rule is None or not op.primitive.raises or len(op.results) != 1:
        return False
    restricted = any(interval not in (LINE, INTEGERS) for interval in rule.domain)
    return rule.guard or (restricted and op.results[0] not in active)
