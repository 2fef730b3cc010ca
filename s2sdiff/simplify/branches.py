"""A branch on what the branch before it decided goes into its sides: no flag is needed.

    if a:                              if a:
        y, done = f(x), True               y = f(x)
    else:                      ->          z = y
        done = False                   else:
    if done:                               z = x
        z = y
    else:
        z = x

Such flags come from statements that end a loop or a function in one of several branches. Inside a side
the test itself is known. A side that reads a variable which nothing assigned ends there.
"""

from __future__ import annotations

import operator
from dataclasses import replace

from s2sdiff.ir.core import (
    UNDEFINED,
    Apply,
    Atom,
    Block,
    Const,
    Function,
    If,
    Op,
    Undefined,
    Value,
    constant,
)
from s2sdiff.ir.structure import BOUND, RAISE, Thrown, caught
from s2sdiff.ir.traverse import (
    clone_block,
    operands,
    reads,
    rewrite_blocks,
    substitute,
    substituted,
    walk,
)
from s2sdiff.ir.types import BOOL

# A block of so many ops may be written more than once.
SHORT = 3


def branches(function: Function) -> Function:
    """`function` with such branches joined."""
    return rewrite_blocks(function, _join_all)


def _join_all(block: Block) -> Block:
    ops: list[Op] = []
    known = tuple(_with_ends(_with_known_test(op)) for op in block.ops)
    for op in known:
        before = ops[-1] if ops else None
        joined = _joined(before, op) if isinstance(before, If) and isinstance(op, If) else None
        if joined is None:
            ops.append(op)
        else:
            ops[-1] = joined
    if len(ops) == len(known) and all(map(operator.is_, known, block.ops)):
        return block
    return replace(block, ops=tuple(ops))


def _with_ends(op: Op) -> Op:
    """A branch whose sides end where they read what is unassigned on every path to there."""
    if not isinstance(op, If):
        return op
    then, orelse = map(_cut, (op.then, op.orelse))
    if then is op.then and orelse is op.orelse:
        return op
    return replace(op, then=then, orelse=orelse)


def _cut(side: Block) -> Block:
    for at, op in enumerate(side.ops):
        if isinstance(op, Apply) and op.primitive is BOUND and _is_undefined(op.args[0]):
            thrown = constant(Thrown("builtins", "UnboundLocalError", 1))
            text = constant("a variable is read that is not assigned")
            raised = Apply(RAISE, (thrown, text), (), op.span)
            return Block((), (*side.ops[:at], raised), (constant(UNDEFINED),) * len(side.outputs))
    return side


def _with_known_test(op: Op) -> Op:
    """A branch whose sides do not read its test: it is true in one of them and false in the other."""
    if not (isinstance(op, If) and isinstance(op.test, Value) and op.test.type == BOOL):
        return op
    read = [atom is op.test for side in (op.then, op.orelse) for atom in reads(side)]
    if not any(read):
        return op
    then = substitute(op.then, {op.test: constant(True)})
    return replace(op, then=then, orelse=substitute(op.orelse, {op.test: constant(False)}))


def _joined(one: If, two: If) -> If | None:
    """`one` with `two` at the end of its sides; None where that leaves a test, or writes too much."""
    if caught(one) is not None or caught(two) is not None or two.test not in one.results:
        return None
    copies = _copies(one, two.test)
    if copies is None:
        return None
    for side, times in zip((two.then, two.orelse), copies, strict=True):
        if times > 1 and sum(1 for _ in walk(side)) > SHORT:
            return None
    sides = [_with(side, one.results, two) for side in (one.then, one.orelse)]
    then, orelse = sides
    if then is None or orelse is None:
        return None
    return replace(one, then=then, orelse=orelse, results=(*one.results, *two.results))


def _copies(one: If, test: Atom) -> tuple[int, int] | None:
    """How often each side of a branch on `test`, a result of `one`, would be written."""
    assert isinstance(test, Value)
    at = one.results.index(test)
    counts = [0, 0]
    for side in (one.then, one.orelse):
        outcome = side.outputs[at]
        if isinstance(outcome, Const) and isinstance(outcome.value, bool):
            counts[0 if outcome.value else 1] += 1
            continue
        last = side.ops[-1] if side.ops else None
        if not isinstance(last, If) or caught(last) is not None or outcome not in last.results:
            return None
        inner = _copies(last, outcome)
        if inner is None:
            return None
        counts = [a + b for a, b in zip(counts, inner, strict=True)]
    return (counts[0], counts[1])


def _with(side: Block, results: tuple[Value, ...], two: If) -> Block | None:
    """A side of a branch with these results, and `two` at its end."""
    table: dict[Value, Atom] = dict(zip(results, side.outputs, strict=True))
    test = substituted(two.test, table)
    if isinstance(test, Const):
        chosen = clone_block(two.then if test.value else two.orelse, dict(table))
        if any(map(_is_undefined, (atom for op in walk(chosen) for atom in operands(op)))):
            return None
        return Block((), (*side.ops, *chosen.ops), (*side.outputs, *chosen.outputs))
    last = side.ops[-1]
    assert isinstance(last, If)
    fresh = clone_block(Block((), (replace(two, test=test),), two.results), {})
    (inner,) = substitute(fresh, table).ops
    assert isinstance(inner, If)
    joined = _joined(last, inner)
    if joined is None:
        return None
    return Block((), (*side.ops[:-1], joined), (*side.outputs, *inner.results))


def _is_undefined(atom: Atom) -> bool:
    return isinstance(atom, Const) and isinstance(atom.value, Undefined)
