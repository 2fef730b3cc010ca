"""A loop of the forward sweep and the one of the reverse sweep that makes the same turns are one loop.

    for i in range(n):                       x_bar = np.zeros_like(x)
        s = s + sin(x[i])                    for i in range(n):
    x_bar = np.zeros_like(x)       ->            a = x[i]
    for i in range(n):                           s = s + sin(a)
        x_bar[i] += cos(x[i])                    x_bar[i] += cos(a)

The second loop must read nothing that the first one computes, but for what its own turn recorded: that is
there. What both loops compute is computed once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

from s2sdiff.ir.core import Apply, Atom, Block, Const, For, Function, Op, Value, constant
from s2sdiff.ir.lists import APPEND, ITEM, MAKE, REPEAT
from s2sdiff.ir.structure import PACK, UNPACK, is_section, reverse_begins
from s2sdiff.ir.traverse import (
    blocks,
    carried_params,
    defining_ops,
    free_values,
    operands,
    substitute,
    walk,
)
from s2sdiff.ir.types import List
from s2sdiff.simplify.ascending import is_free
from s2sdiff.simplify.turn_tapes import (
    appended,
    is_read_by_turn,
    places,
    read_by,
    reading,
    storing,
    turns_of,
)

MOST_OPS = 300  # in both bodies


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Two loops that can be one: where they stand, and the tapes that the first writes for the second.

    `popped` are taken off in loops inside, number by number of what each loop carries, with how many
    entries there are in a turn; `by_turn` are read by the number of the turn, with what each turn appends.
    """

    first: int
    second: int
    popped: tuple[tuple[int, int, Atom], ...]
    by_turn: tuple[tuple[int, Atom], ...]


def fused(function: Function) -> Function:
    """`function` with loops of both sweeps made one."""
    made = defining_ops(function.body)
    ops = list(function.body.ops)
    section = reverse_begins(ops)
    second = section + 1
    while second < len(ops):
        found = _partner(ops, second, made, section)
        if found is None:
            second += 1
            continue
        ops = _joined(ops, found)
        section = reverse_begins(ops)
        second = section + 1
    return replace(function, body=replace(function.body, ops=tuple(ops)))


def _partner(ops: list[Op], second: int, made: dict[Value, Op], section: int) -> _Pair | None:
    """The loop of the forward sweep that a loop behind it can be joined with."""
    loop = ops[second]
    if not isinstance(loop, For) or not _is_plain(loop):
        return None
    for first in range(section - 1, -1, -1):
        other = ops[first]
        if not isinstance(other, For) or not _is_plain(other):
            continue
        pair = _tapes(ops, first, second, made)
        if not _same_turns(other, loop, pair, made):
            continue
        size = sum(1 for each in (other, loop) for _ in walk(each.body))
        late = _late(ops[first:second])
        if size > MOST_OPS or late is None:
            continue
        popped = {loop.carried[at] for _, at, _ in pair.popped}
        read = {*operands(loop), *free_values(loop.body)} - {loop.iterable} - popped
        read -= {other.results[at] for at, _ in pair.by_turn}
        if late.isdisjoint(read):
            return pair
    return None


def _tapes(ops: list[Op], first: int, second: int, made: dict[Value, Op]) -> _Pair:
    """Two loops, and the tapes between them that can go."""
    one, two = ops[first], ops[second]
    assert isinstance(one, For) and isinstance(two, For)
    popped: list[tuple[int, int, Atom]] = []
    by_turn: list[tuple[int, Atom]] = []
    rest = [*ops[first + 1 : second], *ops[second + 1 :]]
    outside = {result for op in ops[:first] for result in op.results}
    for at, result in enumerate(one.results):
        start = one.carried[at]
        maker = made.get(start) if isinstance(start, Value) else None
        is_new = isinstance(maker, Apply) and maker.primitive is MAKE and not maker.args
        if not is_new or sum(start in read_by(op) for op in ops) != 1:
            continue
        if any(result in read_by(op) for op in rest):
            continue
        if result in two.carried:
            other = two.carried.index(result)
            many = places(one, at, two, other, made)
            is_read = any(two.results[other] in read_by(op) for op in rest)
            if many is not None and not is_read and (isinstance(many, Const) or many in outside):
                popped.append((at, other, many))
            continue
        value = appended(one, at)
        if value is not None and isinstance(result.type, List) and is_read_by_turn(two, result):
            by_turn.append((at, value))
    return _Pair(first, second, tuple(popped), tuple(by_turn))


def _same_turns(one: For, two: For, pair: _Pair, made: dict[Value, Op]) -> bool:
    """Do both loops make the same turns, in the same order or in one that does not matter?"""
    mine, others = turns_of(one, made), turns_of(two, made)
    if mine is None or others is None or (pair.by_turn and mine[0] != (None, 0)):
        return False
    slots = frozenset(at for _, at, _ in pair.popped)
    if mine == others and not slots:
        return True
    (first, last, step) = mine
    if step not in ((None, 1), (None, -1)):
        return False
    by = step[1]
    turned = ((last[0], last[1] - by), (first[0], first[1] - by), (None, -by))
    return others in (mine, turned) and is_free(two, made, (), slots)


def _is_plain(loop: For) -> bool:
    """Is it never left early, and without effects?"""
    stop = loop.body.outputs[0]
    is_whole = isinstance(stop, Const) and stop.value is False
    return is_whole and not any(
        isinstance(op, Apply) and op.primitive.effect for op in walk(loop.body)
    )


def _late(ops: list[Op]) -> set[Atom] | None:
    """What the first of `ops` gives, and what others compute of that; None where the order matters."""
    late: set[Atom] = set(ops[0].results)
    for op in ops[1:]:
        if isinstance(op, Apply) and op.primitive.effect and not is_section(op):
            return None
        if any(isinstance(o, Apply) and o.primitive.effect for b in blocks(op) for o in walk(b)):
            return None
        if not late.isdisjoint(read_by(op)):
            late.update(op.results)
    return late


def _joined(ops: list[Op], pair: _Pair) -> list[Op]:
    """`ops` with the two loops as one, at the place of the first."""
    one, two = ops[pair.first], ops[pair.second]
    assert isinstance(one, For) and isinstance(two, For)
    between = ops[pair.first + 1 : pair.second]
    late = set(one.results)
    before = _needed(between, read_by(two) - late)
    behind = [op for op in between if op not in before]
    params, theirs = carried_params(one), carried_params(two)
    table: dict[Value, Atom] = {two.body.params[0]: one.body.params[0]}
    start = list(one.carried)
    mine, others = list(one.body.ops), list(two.body.ops)
    for at, other, many in pair.popped:
        kept = Value(one.results[at].hint, one.results[at].type)
        zero = Value(None, kept.type)
        before += [
            Apply(MAKE, (constant(0.0),), (zero,)),
            Apply(REPEAT, (zero, many), (kept,)),
        ]
        start[at] = kept
        mine = [storing(op, params[at]) for op in mine]
        others = [reading(op, theirs[other]) for op in others]
        output = one.body.outputs[1 + at]
        table[theirs[other]] = output
    second = _without_reads(Block((), tuple(others), two.body.outputs), one, pair, table)
    gone = {at for at, _ in pair.by_turn}
    taken = {other for _, other, _ in pair.popped}
    slots = [at for at in range(len(params)) if at not in gone]
    more = [at for at in range(len(theirs)) if at not in taken]
    tapes = {params[at] for at in gone}
    body = Block(
        (one.body.params[0], *(params[at] for at in slots), *(theirs[at] for at in more)),
        (*(op for op in mine if not _appends(op, tapes)), *second.ops),
        (
            one.body.outputs[0],
            *(one.body.outputs[1 + at] for at in slots),
            *(second.outputs[1 + at] for at in more),
        ),
    )
    loop = For(
        one.iterable,
        (*(start[at] for at in slots), *(two.carried[at] for at in more)),
        body,
        (*(one.results[at] for at in slots), *(two.results[at] for at in more)),
        one.span,
    )
    return [*ops[: pair.first], *before, loop, *behind, *ops[pair.second + 1 :]]


def _needed(ops: list[Op], read: set[Atom]) -> list[Op]:
    """Those of `ops` that compute what is `read`, directly or not."""
    found: list[Op] = []
    for op in reversed(ops):
        if not read.isdisjoint(op.results):
            read = read | read_by(op)
            found.append(op)
    return found[::-1]


def _appends(op: Op, tapes: set[Value]) -> bool:
    return isinstance(op, Apply) and op.primitive is APPEND and op.args[0] in tapes


def _without_reads(body: Block, one: For, pair: _Pair, table: dict[Value, Atom]) -> Block:
    """The second body, which has what the first one appended; `table` says what else it reads instead."""
    tapes: dict[Atom, Atom] = {one.results[at]: value for at, value in pair.by_turn}
    packs = (op for op in one.body.ops if isinstance(op, Apply) and op.primitive is PACK)
    packed: dict[Atom, tuple[Atom, ...]] = {op.results[0]: op.args for op in packs}
    table = dict(table)
    ops: list[Op] = []
    for op in body.ops:
        match op:
            case Apply(primitive=each, args=(whole, _)) if each is ITEM and whole in tapes:
                table[op.results[0]] = tapes[whole]
                continue
            case Apply(primitive=each, args=(Value() as whole,)) if (
                each is UNPACK and table.get(whole) in packed
            ):
                table.update(zip(op.results, packed[table[whole]], strict=True))
                continue
        ops.append(op)
    return substitute(replace(body, ops=tuple(ops)), table)
