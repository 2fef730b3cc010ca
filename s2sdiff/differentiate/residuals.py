"""What the reverse sweep reads of the inside of branches and loops, and how it gets it.

While a reverse body is built it reads the values of the primal body itself, and a mark says to which
primal block each reverse block belongs. When it is complete, `analysis/recording` chooses for each value
that is read: computed again behind the mark, or

    inside a loop            recorded on a tape in the primal block, replayed behind the mark
    in a branch of no loop   still standing: the branch gives it as one more result
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import final

from s2sdiff.analysis.recording import INFINITE, Plan, plan, record_price
from s2sdiff.analysis.unassigned import maybe_unassigned
from s2sdiff.differentiate.calls import Calls
from s2sdiff.differentiate.rows import Rows, rows_of
from s2sdiff.differentiate.standing import standing_entries
from s2sdiff.differentiate.tape import (
    Tape,
    read_at,
    replay,
    thread_ops,
)
from s2sdiff.ir.calls import CLOSE, OPEN
from s2sdiff.ir.core import (
    UNDEFINED,
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
from s2sdiff.ir.lists import COPY, RANGE, SAVE
from s2sdiff.ir.objects import changing_arrays, seen_by_caller
from s2sdiff.ir.prune import prune
from s2sdiff.ir.structure import DEFINED, MARK
from s2sdiff.ir.traverse import (
    blocks,
    clone_block,
    defining_ops,
    free_values,
    operands,
    substitute,
    walk,
    with_parts,
)
from s2sdiff.ir.types import List, Residuals, Static, Type

EXPORT = 3  # what one more result of a branch costs


def constant_types(types: tuple[Type, ...]) -> Const:
    return Const(types, Static(types))


@final
@dataclass(frozen=True, eq=False)
class Place:
    """A primal block, as seen from its reverse."""


def mark(place: Place) -> Apply:
    """The start of the reverse of a primal block."""
    return Apply(MARK, (constant(place),), ())


@final
@dataclass(slots=True, eq=False)
class Reversal:
    """What is known about the function whose reverse sweep is being built.

    `places` has the place of each primal block that was reversed, `definitions` the op of each value,
    `exported` the result of a branch for a value that is defined inside it. `around` are the loops that
    are being reversed, with whether they may stop early, and `branches` how many branches; `remarks` is
    what is said about those done. `lengths` are those of lists in loops, and other names for numbers that
    are such lengths.
    `links` have the value of a function for what its definition gives.
    `unassigned` are values that some path leaves unassigned, `rows` lists read from lists, `made` has the
    op of each value of the whole body, `changing` are arrays that are changed in place, `standing`
    has the entries of such that can be read again. The caller sees how arrays are left that are in `seen`.
    `brought_back` has, for the array that a loop leaves, what the reversed loop brings back of it.
    """

    calls: Calls
    body: Block
    places: dict[Block, Place] = field(default_factory=dict)
    definitions: dict[Value, Apply] = field(default_factory=dict)
    exported: dict[Value, Value] = field(default_factory=dict)
    export: int = EXPORT
    around: list[tuple[For | While, bool]] = field(default_factory=list)
    branches: int = 0
    remarks: list[str] = field(default_factory=list)
    brought_back: dict[Value, Value] = field(default_factory=dict)
    lengths: dict[Value, Value] = field(default_factory=dict)
    unassigned: frozenset[Value] = field(init=False)
    rows: Rows = field(init=False)
    made: dict[Value, Op] = field(init=False)
    links: dict[Value, Value] = field(init=False)
    changing: frozenset[Value] = field(init=False)
    standing: dict[Value, Apply] = field(init=False)
    seen: frozenset[Atom] = field(init=False)

    def __post_init__(self) -> None:
        self.made = defining_ops(self.body)
        self.unassigned = maybe_unassigned(self.body)
        self.rows = rows_of(self.body)
        self.changing = changing_arrays(self.body)
        self.standing = standing_entries(self.body)
        self.seen = frozenset(seen_by_caller(self.body)) | set(self.body.params)
        self.links = {
            op.args[1]: op.results[0]
            for op in walk(self.body)
            if isinstance(op, Apply) and op.primitive is DEFINED and isinstance(op.args[1], Value)
        }

    def note(self, op: Op) -> None:
        if isinstance(op, Apply):
            if op.primitive is RANGE:
                op = replace(op, args=tuple(map(self.known_number, op.args)))
            for result in op.results:
                self.definitions[result] = op

    def known_number(self, atom: Atom) -> Atom:
        """What the reverse sweep reads for a number that is a length."""
        return self.lengths.get(atom, atom) if isinstance(atom, Value) else atom

    def may_change(self, value: Value) -> bool:
        """Is it a list, or an array that is changed in place? To keep it is to copy it."""
        return isinstance(value.type, List) or value in self.changing

    def record_price(self, value: Value) -> int:
        """What it costs to record a value."""
        return record_price(value, self.may_change(value))

    def export_price(self, value: Value) -> int:
        """What it costs to give a value out of a branch; a list is copied."""
        is_copied = self.may_change(value)
        return self.record_price(value) if is_copied and self.export < INFINITE else self.export

    def stand(
        self, body: Block, backwards: tuple[Op, ...], outputs: tuple[Atom, ...]
    ) -> tuple[tuple[Op, ...], tuple[Op, ...]]:
        """The forward and the reverse sweep of a whole function, values in branches provided."""
        cleaned = prune(Block((), backwards, outputs))
        own = set(body.params) | {result for op in body.ops for result in op.results}
        chosen = plan(body, free_values(cleaned), own.__contains__, self.export_price)
        exported = _Exporter(chosen, self.may_change)
        new_body, _ = exported.block(body)
        self.exported = exported.table
        table: dict[Value, Atom] = dict(exported.table)
        expanded = self.expand(cleaned, chosen, {}, table)
        return new_body.ops, substitute(expanded, table).ops

    def divide(
        self,
        params: tuple[Value, ...],
        ops: tuple[Op, ...],
        outputs: tuple[Atom, ...],
        backwards: tuple[Op, ...],
        bars: tuple[Atom, ...],
        residuals: Residuals,
    ) -> tuple[Block, Block]:
        """The forward and the reverse sweep as two functions: what the second reads, the first gives.

        Both take `params`; the reverse takes the residuals behind its own parameters.
        """
        body = Block(params, ops, outputs)
        cleaned = prune(Block((), backwards, bars))
        place = Place()
        self.places[body] = place
        cleaned = replace(cleaned, ops=(mark(place), *cleaned.ops))
        chosen = plan(body, free_values(cleaned), set(params).__contains__, self.record_price)
        exported = _Exporter(chosen, self.may_change, None)
        forward, inside = exported.block(body)
        recorded = [*chosen.recorded.get(body, []), *(old for old, _ in inside)]
        table: dict[Value, Atom] = {}
        copies = [replace(value) for value in recorded]
        table.update(zip(recorded, copies, strict=True))
        own = self.own(recorded, table)
        expanded = substitute(self.expand(cleaned, chosen, {}, table), table)
        expanded = replace(expanded, ops=(*own, *expanded.ops))
        forward_ops, tapes, read = thread_ops(forward.ops, {})
        lists = [each for each in tapes if isinstance(each, Tape)]
        given = [exported.table.get(value, value) for value in recorded]
        kept: tuple[Atom, ...] = (*given, *(tapes[each] for each in lists))
        whole = Value("residuals", residuals)
        close = Apply(CLOSE, (Const(residuals, Static(residuals)), *kept), (whole,))
        first = substitute(Block(params, (*forward_ops, close), (*outputs, whole)), read)
        passed = [Value(each.hint, tapes[each].type) for each in lists]
        opened = (*copies, *passed)
        back_ops, _, _ = thread_ops(expanded.ops, dict(zip(lists, passed, strict=True)))
        source = Value("residuals", residuals)
        types = tuple(value.type for value in opened)
        opening = (Apply(OPEN, (constant_types(types), source), opened),) if opened else ()
        second = Block((source,), (*opening, *back_ops), expanded.outputs)
        return first, second

    def own(self, recorded: list[Value], table: dict[Value, Atom]) -> list[Op]:
        """Copies of the arrays among `recorded` that reversed loops bring back, for these change them."""
        ops: list[Op] = []
        for value in recorded:
            if value in self.brought_back:
                taken, table[value] = table[value], replace(value, span=None)
                ops.append(Apply(COPY, (taken,), (table[value],)))  # type: ignore[arg-type]
        return ops

    def expand(
        self,
        block: Block,
        chosen: Plan,
        tapes: dict[Block, Tape],
        table: dict[Value, Atom],
        turn: Value | None = None,
    ) -> Block:
        """`block` with its marks replaced by what is replayed and computed again there.

        `table` gets, for each of these primal values, what the reverse sweep reads instead. Where `turn`
        is given, what `block` itself recorded is read by the number of the turn.
        """
        homes = {self.places[each]: each for each in self.places}
        ops: list[Op] = []
        for op in block.ops:
            if isinstance(op, Apply) and op.primitive is MARK:
                place = op.args[0]
                assert isinstance(place, Const) and isinstance(place.value, Place)
                home = homes.get(place.value)
                if home is None:
                    continue
                if home in tapes:
                    values = chosen.recorded[home]
                    copies = [replace(value, span=None) for value in values]
                    table.update(zip(values, copies, strict=True))
                    if turn is None:
                        ops.append(replay(tapes[home], copies))
                    else:
                        ops.append(read_at(tapes[home], turn, copies))
                    ops += self.own(values, table)
                again = Block((), tuple(chosen.recomputed.get(home, ())), ())
                ops += clone_block(again, table).ops
                continue
            nested = tuple(self.expand(inner, chosen, tapes, table) for inner in blocks(op))
            ops.append(with_parts(op, operands(op), nested))
        return replace(block, ops=tuple(ops))


class _Exporter:
    """Makes values that are defined in branches results of the branches; `nothing` on other paths."""

    def __init__(
        self, chosen: Plan, may_change: Callable[[Value], bool], nothing: object = UNDEFINED
    ) -> None:
        self.chosen = chosen
        self.may_change = may_change
        self.nothing = nothing
        self.table: dict[Value, Value] = {}

    def block(self, block: Block) -> tuple[Block, list[tuple[Value, Value]]]:
        """`block` with more results; what it has for values of the branches in it."""
        ops: list[Op] = []
        found: list[tuple[Value, Value]] = []
        for op in block.ops:
            if isinstance(op, If):
                op, more = self.branch(op)
                found += more
            ops.append(op)
        return replace(block, ops=tuple(ops)), found

    def branch(self, op: If) -> tuple[If, list[tuple[Value, Value]]]:
        sides: list[tuple[Block, list[tuple[Value, Value]]]] = []
        for side in (op.then, op.orelse):
            block, found = self.block(side)
            own: list[tuple[Value, Value]] = []
            for value in self.chosen.recorded.get(side, []):
                given = value
                if self.may_change(value):  # behind the branch
                    given = replace(value)
                    block = replace(block, ops=(*block.ops, Apply(SAVE, (value,), (given,))))
                own.append((value, given))
            sides.append((block, found + own))
        (then, ones), (orelse, twos) = sides
        nothing_there = constant(self.nothing)
        then_outputs = [one for _, one in ones] + [nothing_there] * len(twos)
        else_outputs: list[Atom] = [nothing_there] * len(ones)
        else_outputs += [two for _, two in twos]
        old = [value for value, _ in (*ones, *twos)]
        new = [replace(value) for value in old]
        self.table.update(zip(old, new, strict=True))
        changed = If(
            op.test,
            replace(then, outputs=(*then.outputs, *then_outputs)),
            replace(orelse, outputs=(*orelse.outputs, *else_outputs)),
            (*op.results, *new),
            op.span,
        )
        return changed, list(zip(old, new, strict=True))
