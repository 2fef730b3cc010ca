"""Reverse loops whose turns can be made in any order count up: that is faster, and easier to read.

for i in range(n - 1, -1, -1):               for i in range(n):
    x_bar[i] += y_bar[i] * c[i]     ->           x_bar[i] += y_bar[i] * c[i]
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from s2sdiff.analysis.entries import Entries, Unfollowed, Where
from s2sdiff.ir.affine import moved
from s2sdiff.ir.build import number
from s2sdiff.ir.core import Apply, Atom, Const, For, Function, Op, Value, constant
from s2sdiff.ir.lists import RANGE
from s2sdiff.ir.order import versions_of
from s2sdiff.ir.structure import begins_reverse, is_section
from s2sdiff.ir.traverse import (
    blocks,
    carried_params,
    defining_ops,
    operands,
    reads,
    walk,
    with_parts,
)
from s2sdiff.ir.types import INT, Array
from s2sdiff.rules.registry import primitive

ADD = primitive("operator.add")


def ascending(function: Function) -> Function:
    """`function` with the loops of its reverse sweep counting up where that does not matter."""
    made = defining_ops(function.body)
    ops: list[Op] = []
    is_reverse = False
    for op in function.body.ops:
        if is_section(op):
            is_reverse = begins_reverse(op)
        ops += _turned(op, made, ()) if is_reverse else [op]
    return replace(function, body=replace(function.body, ops=tuple(ops)))


def _turned(op: Op, made: dict[Value, Op], around: tuple[For, ...]) -> list[Op]:
    loops = (*around, op) if isinstance(op, For) else around
    inner = tuple(
        replace(block, ops=tuple(o for each in block.ops for o in _turned(each, made, loops)))
        for block in blocks(op)
    )
    op = with_parts(op, operands(op), inner)
    if not isinstance(op, For):
        return [op]
    over = made.get(op.iterable) if isinstance(op.iterable, Value) else None
    stop = op.body.outputs[0]
    if not isinstance(over, Apply) or over.primitive is not RANGE or number(over.args[2]) != -1:
        return [op]
    if not (isinstance(stop, Const) and stop.value is False):
        return [op]
    if not is_free(op, made, around):
        return [op]
    before: list[Op] = []
    bounds = [_more(atom, made, before) for atom in (over.args[1], over.args[0])]
    turns = Value(None, over.results[0].type)
    made[turns] = Apply(RANGE, (*bounds, constant(1)), (turns,), over.span)
    before.append(made[turns])
    return [*before, replace(op, iterable=turns)]


def is_free(
    loop: For,
    made: dict[Value, Op],
    around: tuple[For, ...] = (),
    aside: frozenset[int] = frozenset(),
) -> bool:
    """Can the turns of a loop be made in any order, what it carries as numbers `aside` left out?"""
    body = loop.body
    if any(isinstance(op, Apply) and op.primitive.effect for op in walk(body)):
        return False
    inside = {result: op for op in body.ops for result in op.results}
    counts = Counter(atom for atom in reads(body) if isinstance(atom, Value))
    for at, (param, output) in enumerate(zip(carried_params(loop), body.outputs[1:], strict=True)):
        if at in aside:
            continue
        if isinstance(param.type, Array):
            if not _has_own_entries(loop, at, made, around):
                return False
        elif output is not param and not _is_sum(param, output, inside, counts):
            return False
    return True


def _is_sum(param: Value, output: Atom, inside: dict[Value, Op], counts: Counter[Value]) -> bool:
    """Is a number that is carried only added to?"""
    versions = versions_of(param, output, inside)
    if versions is None or any(counts[v] != 1 for v in versions if isinstance(v, Value)):
        return False
    makers = [inside.get(v) for v in versions if isinstance(v, Value) and v is not param]
    for op in makers:
        if isinstance(op, For):
            at = next(i for i, result in enumerate(op.results) if result in versions)
            inner = {result: each for each in op.body.ops for result in each.results}
            more = Counter(atom for atom in reads(op.body) if isinstance(atom, Value))
            param_, output_ = carried_params(op)[at], op.body.outputs[1 + at]
            if not _is_sum(param_, output_, inner, more):
                return False
        elif not (isinstance(op, Apply) and op.primitive is ADD):
            return False
    return True


def _has_own_entries(loop: For, at: int, made: dict[Value, Op], around: tuple[For, ...]) -> bool:
    """Is an array that is carried only added to, or are its entries in one turn none of another turn?"""
    try:
        accesses = list(Entries(made).inside(loop, at, Where(around)))
    except Unfollowed:
        return False
    if all(each.kind == "add" for each in accesses):
        return True
    indices = {each.index for each in accesses}
    (index,) = indices if len(indices) == 1 else (None,)
    return index is not None and any(base is loop.body.params[0] for base, _ in index)


def _more(atom: Atom, made: dict[Value, Op], ops: list[Op]) -> Atom:
    """`atom + 1`."""
    base, by = moved(atom, made)
    if base is None:
        return constant(by + 1)
    if by == -1:
        return base
    found = Value(None, INT)
    ops.append(Apply(ADD, (base, constant(by + 1)), (found,)))
    return found
