"""A loop of the forward sweep and one of the reverse sweep over the same turns are one loop.

    for i in range(n):                       x_bar = np.zeros_like(x)
        s = s + sin(x[i])                    for i in range(n):
    x_bar = np.zeros_like(x)       ->            a = x[i]
    for i in range(n):                           s = s + sin(a)
        x_bar[i] += cos(x[i])                    x_bar[i] += cos(a)

The second loop must read nothing that the first one computes. What both compute is computed once.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir.affine import moved
from s2sdiff.ir.core import Apply, Atom, Block, Const, For, Function, Op, Value
from s2sdiff.ir.lists import RANGE
from s2sdiff.ir.structure import SECTION
from s2sdiff.ir.traverse import blocks, defining_ops, free_values, operands, substitute, walk

MOST_OPS = 60  # in both bodies: longer ones gain nothing


def fused(function: Function) -> Function:
    """`function` with loops of both sweeps made one."""
    made = defining_ops(function.body)
    ops = list(function.body.ops)
    section = next(
        (at for at, op in enumerate(ops) if _is_section(op) and not _is_forward(op)), len(ops)
    )
    second = section + 1
    while second < len(ops):
        found = _partner(ops, second, made, section)
        if found is None:
            second += 1
            continue
        ops = _joined(ops, found, second)
        section = next(at for at, op in enumerate(ops) if _is_section(op) and not _is_forward(op))
        second = section + 1
    return replace(function, body=replace(function.body, ops=tuple(ops)))


def _is_section(op: Op) -> bool:
    return isinstance(op, Apply) and op.primitive is SECTION


def _is_forward(op: Op) -> bool:
    title = op.args[0] if isinstance(op, Apply) else None
    return isinstance(title, Const) and title.value == "forward sweep"


def _partner(ops: list[Op], second: int, made: dict[Value, Op], section: int) -> int | None:
    """The loop of the forward sweep that a loop behind it can be joined with."""
    loop = ops[second]
    if not isinstance(loop, For) or not _is_plain(loop):
        return None
    for first in range(section - 1, -1, -1):
        other = ops[first]
        if not isinstance(other, For) or not _is_plain(other):
            continue
        if _turns(other, made) != _turns(loop, made) or _turns(loop, made) is None:
            continue
        size = sum(1 for each in (other, loop) for _ in walk(each.body))
        late = _late(ops[first:second])
        read = {*operands(loop), *free_values(loop.body)} - {loop.iterable}
        if size <= MOST_OPS and late is not None and late.isdisjoint(read):
            return first
    return None


def _is_plain(loop: For) -> bool:
    """Is it never left early, and without effects?"""
    stop = loop.body.outputs[0]
    is_whole = isinstance(stop, Const) and stop.value is False
    return is_whole and not any(
        isinstance(op, Apply) and op.primitive.effect for op in walk(loop.body)
    )


def _turns(loop: For, made: dict[Value, Op]) -> tuple[object, ...] | None:
    """What a loop runs over; equal for loops over the same range."""
    over = made.get(loop.iterable) if isinstance(loop.iterable, Value) else None
    if not isinstance(over, Apply) or over.primitive is not RANGE:
        return None
    found: list[object] = []
    for bound in over.args:
        base, by = moved(bound, made)
        found.append((base.key if isinstance(base, Const) else base and id(base), by))
    return tuple(found)


def _late(ops: list[Op]) -> set[Atom] | None:
    """What the first of `ops` gives, and what others compute of that; None where the order matters."""
    late: set[Atom] = set(ops[0].results)
    for op in ops[1:]:
        if isinstance(op, Apply) and op.primitive.effect and not _is_section(op):
            return None
        if any(isinstance(o, Apply) and o.primitive.effect for b in blocks(op) for o in walk(b)):
            return None
        read = {*operands(op), *(value for block in blocks(op) for value in free_values(block))}
        if not late.isdisjoint(read):
            late.update(op.results)
    return late


def _joined(ops: list[Op], first: int, second: int) -> list[Op]:
    """`ops` with the two loops as one, at the place of the first."""
    one, two = ops[first], ops[second]
    assert isinstance(one, For) and isinstance(two, For)
    late = _late(ops[first:second])
    assert late is not None
    before: list[Op] = []
    behind: list[Op] = []
    for op in ops[first + 1 : second]:
        is_late = _is_section(op) or not late.isdisjoint(op.results)
        (behind if is_late else before).append(op)
    item = one.body.params[0]
    other = substitute(
        Block(two.body.params[1:], two.body.ops, two.body.outputs), {two.body.params[0]: item}
    )
    body = Block(
        (*one.body.params, *other.params),
        (*one.body.ops, *other.ops),
        (*one.body.outputs, *other.outputs[1:]),
    )
    loop = For(
        one.iterable,
        (*one.carried, *two.carried),
        body,
        (*one.results, *two.results),
        one.span,
    )
    return [*ops[:first], *before, loop, *behind, *ops[second + 1 :]]
