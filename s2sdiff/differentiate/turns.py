"""The turns of a loop that are reversed, and how their reverse gets what it reads.

A loop that is left by `break` is reversed without its last, partial turn where that changes nothing:

    for i in range(n):                  the turns that reach the second line are counted, or are as many
        if s > 20.0: break              as there are entries on the tape
        s = s * b

Where something is recorded before the loop is left, the partial turn is reversed as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import final

from s2sdiff.analysis.recording import RECORD_LIST, Plan, plan
from s2sdiff.analysis.unassigned import maybe_unassigned
from s2sdiff.differentiate.backwards import backwards
from s2sdiff.differentiate.by_turn import may_be_read_by_turn, sunk
from s2sdiff.differentiate.remarks import remark
from s2sdiff.differentiate.residuals import Place, Reversal
from s2sdiff.differentiate.tape import (
    RESET,
    TICK,
    TICKS,
    Counter,
    Tape,
    push,
    records,
    tape_for,
    turns,
)
from s2sdiff.differentiate.undoing import Undone, undoing_of, undone_arrays
from s2sdiff.errors import fail
from s2sdiff.ir.affine import moved
from s2sdiff.ir.arrays import LENGTHS
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    If,
    Op,
    Value,
    While,
    constant,
)
from s2sdiff.ir.lengths import by_length
from s2sdiff.ir.lists import LENGTH, RANGE, SAVE
from s2sdiff.ir.prune import prune
from s2sdiff.ir.traverse import (
    blocks,
    carried_params,
    free_values,
    operands,
    same_object,
    substitute,
    walk,
)
from s2sdiff.ir.types import INT, Array, Size
from s2sdiff.rules.registry import find_rule

GETITEM = "operator.getitem"


@final
@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """A loop's body along the path of a turn that is not its last.

    `segments` are the ops between the branches that leave the loop (`exits`, with the side that goes
    on); `outputs` are the body's outputs on that path.
    """

    segments: list[tuple[Op, ...]]
    exits: list[tuple[If, bool]]
    outputs: tuple[Atom, ...]
    place: Place | None = None


@final
@dataclass(slots=True, eq=False)
class TurnBack:
    """The pullback of one turn: `bars` are the cotangents of the carried values before it."""

    params: list[Value]
    ops: list[Op]
    bars: list[Atom | None]
    totals: list[Atom]
    outside: list[Value]
    turns: Turns


def full_turns(
    op: For | While,
    params: tuple[Value, ...],
    is_varied: Callable[[Atom], bool],
    most: int | None,
) -> Turns:
    """The body of a loop without the ways out of it that change nothing varied, at most so many."""
    found = Turns([op.body.ops], [], op.body.outputs)
    while len(found.exits) != most:
        last = found.segments[-1][-1] if found.segments[-1] else None
        if not isinstance(last, If) or found.outputs[0] not in last.results:
            return found
        at = last.results.index(found.outputs[0])
        goes_on = None
        for side, is_then in ((last.then, True), (last.orelse, False)):
            stop = side.outputs[at]
            if isinstance(stop, Const) and stop.value is True:
                goes_on = not is_then
        if goes_on is None:
            return found
        out, on = (last.orelse, last.then) if goes_on else (last.then, last.orelse)
        left = dict(zip(last.results, out.outputs, strict=True))
        stays = all(
            _through(output, left) is param or not is_varied(param)
            for output, param in zip(found.outputs[1:], params, strict=True)
        )
        if not stays:
            return found
        kept = dict(zip(last.results, on.outputs, strict=True))
        found = Turns(
            [*found.segments[:-1], found.segments[-1][:-1], on.ops],
            [*found.exits, (last, goes_on)],
            tuple(_through(output, kept) for output in found.outputs),
        )
    return found


def may_stop(found: Turns) -> bool:
    """Can the loop be left before its last turn?"""
    stop = found.outputs[0]
    return bool(found.exits) or not (isinstance(stop, Const) and stop.value is False)


def _through(atom: Atom, table: dict[Value, Atom]) -> Atom:
    return table.get(atom, atom) if isinstance(atom, Value) else atom


@final
@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """What is chosen for a loop: its `body` backwards reads values of `straight`, the turn it reverses.

    `undefined` are those that some path leaves unassigned, `undone` the arrays that it brings back.
    """

    body: Block
    straight: Block
    chosen: Plan
    undefined: frozenset[Value]
    undone: tuple[Undone, ...] = ()
    arrays: tuple[Value, ...] = ()  # as the reversed loop carries them

    def exits_before_records(self, found: Turns) -> int:
        """How many ways out there are before which a turn records nothing."""
        for at, segment in enumerate(found.segments[:-1]):
            sides = {b for op in walk(Block((), segment, ())) for b in blocks(op)}
            if records(segment) or not sides.isdisjoint(self.chosen.recorded):
                return at
        return len(found.exits)


def planned(reversal: Reversal, op: For | While, found: Turns, body: Block) -> Planned:
    """Choose how the reverse `body` of a loop gets what it reads."""
    body = prune(by_length(body, reversal.lengths))
    straight = Block(op.body.params, tuple(o for s in found.segments for o in s), found.outputs)
    undefined = maybe_unassigned(straight, reversal.unassigned)
    index = op.body.params[0] if isinstance(op, For) else None
    steady = steady_arrays(straight)

    def price(value: Value) -> int:
        found = RECORD_LIST if value in steady else reversal.record_price(value)
        return (10 if value in undefined else 1) * found

    gone = lists_gone(reversal, op, free_values(straight))

    def with_undone(undone: tuple[Undone, ...]) -> Planned:
        turn, bringing, ends = straight, body, list[Value]()
        for each in undone:
            turn = each.recording(turn)
            bringing, end = each.bringing_back(bringing)
            ends.append(end)
        arrays = tuple(replace(each.after) for each in undone)
        outputs = (*bringing.outputs, *ends)
        bringing = Block((*body.params, *arrays), bringing.ops, outputs)
        read, undoing = free_values(bringing), undoing_of(undone)
        chosen = plan(
            turn, read, lambda value: value is index, price, gone, reversal.standing, undoing
        )
        return Planned(bringing, turn, chosen, undefined, undone, arrays)

    best = with_undone(())
    if best.chosen.recorded and not found.exits and not may_stop(found):
        for each in undone_arrays(op, straight, body, reversal.brought_back):
            more = with_undone((*best.undone, each))
            if more.chosen.price < best.chosen.price:
                best = more
    return best


def steady_arrays(turn: Block) -> frozenset[Value]:
    """Arrays that are the same in each turn, made entry by entry: to record them keeps one for each."""
    inside = {*turn.params, *(result for op in turn.ops for result in op.results)}
    steady: set[Value] = set()
    for op in turn.ops:
        if not isinstance(op, Apply) or any(arg in inside - steady for arg in op.args):
            continue
        rule = find_rule(op.primitive)
        if op.primitive.name == GETITEM or (rule is not None and rule.form == "elementwise"):
            steady.update(op.results)
    return frozenset(value for value in steady if isinstance(value.type, Array))


def lists_gone(reversal: Reversal, op: For | While, read: Iterable[Value]) -> frozenset[Value]:
    """Lists that a loop reads and a loop around changes from turn to turn.

    To keep them, each turn around would copy the whole list: what is read of it is recorded instead, unless
    the loop goes over all of it anyway.
    """
    origins = Origins(reversal.made, tuple(around for around, _ in reversal.around))
    visited: set[Value] = set()
    length: Atom | None = None
    made = reversal.definitions.get(op.iterable) if isinstance(op, For) else None  # type: ignore[arg-type]
    if made is not None and made.primitive is RANGE:
        length, _ = moved(made.args[1], reversal.made)
        counted = reversal.made.get(length) if isinstance(length, Value) else None
        if isinstance(counted, Apply) and counted.primitive is LENGTH:
            visited = origins.of(counted.args[0])
    return frozenset(
        value
        for value in read
        if reversal.may_change(value)
        and origins.is_carried(value)
        and visited.isdisjoint(origins.of(value))
        and not _has_axis(value, length)
    )


def _has_axis(value: Value, length: Atom | None) -> bool:
    """Is it an array with an axis of this length, give or take a number?"""
    axis = LENGTHS.get(length) if isinstance(length, Value) else None
    if not isinstance(value.type, Array) or not isinstance(axis, Size) or not axis.name:
        return False
    return any(isinstance(a, Size) and a.name == axis.name for a in value.type.axes or ())


@final
class Origins:
    """Where lists come from: through changes, branches and loops; `loops` are those around."""

    def __init__(self, made: dict[Value, Op], loops: tuple[For | While, ...]) -> None:
        self.made = made
        self.starts: dict[Value, Atom] = {}
        for op in loops:
            self.starts.update(zip(carried_params(op), op.carried, strict=True))

    def of(self, atom: Atom) -> set[Value]:
        """The values that a list was before all that."""
        return self.trace(atom)[0]

    def is_carried(self, value: Value) -> bool:
        """Is it what a turn before left in one of the loops around?"""
        return self.trace(value)[1]

    def trace(self, atom: Atom) -> tuple[set[Value], bool]:
        found, carried = set[Value](), False
        waiting, seen = [atom], set[Atom]()
        while waiting:
            value = waiting.pop()
            if value in seen or not isinstance(value, Value):
                continue
            seen.add(value)
            op = self.made.get(value)
            earlier = same_object(value, op)
            if value in self.starts:
                carried = True
                waiting.append(self.starts[value])
            elif isinstance(op, For | While):
                waiting.append(op.carried[op.results.index(value)])
            elif earlier:
                waiting += earlier
            else:
                found.add(value)
        return found, carried


def provide(
    builder: Builder,
    reversal: Reversal,
    op: For | While,
    found: Turns,
    plans: Planned,
    depth: int,
) -> tuple[tuple[Op, ...], Atom, Block]:
    """Give the reverse body of a loop what it reads.

    The ops of the forward sweep that record it, what the reversed loop runs over, and its body.
    """
    body, straight, chosen = plans.body, plans.straight, plans.chosen
    assert found.place is not None
    reversal.places[straight] = found.place
    index = op.body.params[0] if isinstance(op, For) else None
    _refuse_undefined(chosen, plans.undefined, op)
    stops = may_stop(found)
    reversal.remarks.append(
        remark(
            op,
            straight,
            chosen,
            stops,
            reversal.around,
            reversal.definitions,
            inside_branch=reversal.branches > 0,
        )
    )
    tapes = {block: tape_for(values) for block, values in chosen.recorded.items()}
    carried = zip(plans.undone, plans.arrays, strict=True)
    table: dict[Value, Atom] = {each.after: array for each, array in carried}
    turn = None
    if index is not None and depth == 0 and straight in tapes:
        again = [o for ops in chosen.recomputed.values() for o in ops]
        over = op.iterable if isinstance(op, For) else None
        made = reversal.definitions.get(over) if isinstance(over, Value) else None
        turn = index if may_be_read_by_turn(made, index, body, again, tapes[straight]) else None
    body = reversal.expand(body, chosen, tapes, table, turn)
    pushes = {block: _push(reversal, tape, chosen.recorded[block]) for block, tape in tapes.items()}
    counted = stops or isinstance(op, While)
    counter = None
    ticks: list[Op] = []
    if counted and not (straight in tapes and depth == 0):
        counter = Counter()
        ticks = [Apply(TICK, (constant(counter),), ())]
    if plans.undone:
        found = replace(found, segments=[straight.ops])
    forward = _forward(op, found, straight, pushes, ticks)
    count: Atom | None = None
    before: tuple[Op, ...] = ()
    behind: tuple[Op, ...] = ()
    if counter is not None:
        count = Value("<turns>", INT, op.span)
        before = (Apply(RESET, (constant(counter),), ()),)
        behind = (Apply(TICKS, (constant(counter),), (count,)),)
    elif counted:
        count = turns(builder, tapes[straight])
    body = substitute(body, table)
    if turn is not None:
        body = sunk(body)
    iterable, body = backwards(builder, reversal.definitions, op, index, body, count)
    return (*before, forward, *behind), iterable, body


def _refuse_undefined(chosen: Plan, undefined: frozenset[Value], op: For | While) -> None:
    for values in chosen.recorded.values():
        for value in values:
            if value in undefined:
                name = value.hint if isinstance(value.hint, str) else "a variable"
                fail(
                    "S2S305",
                    f"{name} may be unassigned in some turns of this loop, and its derivative needs it",
                    op.span,
                    f"assign {name} before the loop, or on every path",
                )


def _push(reversal: Reversal, tape: Tape, values: list[Value]) -> list[Op]:
    """Record `values`; a list is saved, because it may change."""
    ops: list[Op] = []
    recorded: list[Value] = []
    for value in values:
        if reversal.may_change(value):
            copy = replace(value)
            ops.append(Apply(SAVE, (value,), (copy,)))
            value = copy
        recorded.append(value)
    ops.append(push(tape, recorded))
    return ops


def _forward(
    op: For | While,
    found: Turns,
    straight: Block,
    pushes: dict[Block, list[Op]],
    ticks: list[Op],
) -> For | While:
    """The loop of the forward sweep, recording."""
    segments = [[_recording(each, pushes) for each in segment] for segment in found.segments]
    mine = pushes.get(straight, [])
    if mine:
        recorded = {arg for o in mine for arg in operands(o)}
        at = 0
        for position, each in enumerate(segments[-1]):
            if any(result in recorded for result in each.results):
                at = position + 1
        segments[-1][at:at] = mine
    segments[-1][:0] = ticks
    ops = tuple(segments[-1])
    for segment, (exit_, goes_on) in zip(
        reversed(segments[:-1]), reversed(found.exits), strict=True
    ):
        on = exit_.then if goes_on else exit_.orelse
        inner = replace(on, ops=ops)
        changed = replace(exit_, then=inner) if goes_on else replace(exit_, orelse=inner)
        ops = (*segment, changed)
    return replace(op, body=replace(op.body, ops=ops))


def _recording(op: Op, pushes: dict[Block, list[Op]]) -> Op:
    """`op` with what is recorded in its branches."""
    if not isinstance(op, If):
        return op
    return replace(op, then=_side(op.then, pushes), orelse=_side(op.orelse, pushes))


def _side(block: Block, pushes: dict[Block, list[Op]]) -> Block:
    ops = [_recording(op, pushes) for op in block.ops]
    return replace(block, ops=(*ops, *pushes.get(block, [])))
