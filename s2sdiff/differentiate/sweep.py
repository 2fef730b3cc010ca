"""One reverse sweep: the pullback of each op, last to first.

The rules give partials; `accumulate` multiplies and sums them (equations 5.143 and 5.145). A branch is
reversed by a branch on the same test. A loop is reversed by a loop that makes the same turns backwards:
it carries the cotangents of what the loop carries, and accumulates those of what the loop reads. What the
reverse of a branch or a loop reads of its inside is provided by `residuals`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never, final

from s2sdiff.differentiate.accumulate import (
    Cotangents,
    open_tree,
    part_tree,
)
from s2sdiff.differentiate.arrays import contribution
from s2sdiff.differentiate.attempts import handler_ran
from s2sdiff.differentiate.closing import close_like
from s2sdiff.differentiate.gathering import GETITEM, give_back, start_gathering
from s2sdiff.differentiate.general import pull
from s2sdiff.differentiate.known import known_like
from s2sdiff.differentiate.lists import ListPullback
from s2sdiff.differentiate.residuals import Place, Reversal, mark
from s2sdiff.differentiate.stores import store_back
from s2sdiff.differentiate.turns import TurnBack, full_turns, may_stop, planned, provide
from s2sdiff.differentiate.zeros import no_bar, zeros
from s2sdiff.errors import fail, internal
from s2sdiff.frontend.rule_bodies import partials
from s2sdiff.ir.arrays import is_store
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Call,
    Cotangent,
    For,
    Hint,
    If,
    Op,
    Value,
    While,
    constant,
)
from s2sdiff.ir.forms import BUILD, READS, Tree, position
from s2sdiff.ir.lists import COPY, smooth_arguments
from s2sdiff.ir.structure import DEFINED, PACK, UNPACK
from s2sdiff.ir.sure import is_sure
from s2sdiff.ir.traverse import carried_params, definitions
from s2sdiff.ir.types import COMPLEX, Array, List, Residuals, Tuple, cotangent_type
from s2sdiff.rules.registry import find_rule


def _hint_for(atom: Atom) -> Hint:
    return Cotangent(atom) if isinstance(atom, Value) else None


@final
@dataclass(frozen=True, slots=True)
class _Side:
    """A reversed side of a branch: its ops, the cotangents that it gives, and the side of the primal.

    `gathered` are arrays to whose cotangents, which are zeros before, it adds in place.
    """

    ops: list[Op]
    found: dict[Value, Atom]
    primal: Block
    gathered: list[Value]


@final
class Sweep:
    """Visits ops last to first, adding to `cotangents`; gives the ops of the forward sweep.

    `depth` counts the loops around.
    """

    def __init__(
        self,
        builder: Builder,
        cotangents: Cotangents,
        varied: frozenset[Value],
        reversal: Reversal,
        depth: int = 0,
    ) -> None:
        self.builder = builder
        self.cotangents = cotangents
        self.varied = varied
        self.reversal = reversal
        self.depth = depth

    def ops(self, ops: tuple[Op, ...]) -> tuple[Op, ...]:
        """Append the pullbacks; the ops again, recording what the pullbacks read."""
        for op in ops:
            self.reversal.note(op)
        forward: list[tuple[Op, ...]] = []
        for op in reversed(ops):
            with self.builder.at(op.span):
                forward.append(self.op(op))
        return tuple(op for group in reversed(forward) for op in group)

    def op(self, op: Op) -> tuple[Op, ...]:
        match op:
            case Apply():
                self.apply(op)
                return (op,)
            case If():
                return (self.branch(op),)
            case For() | While():
                return self.loop(op)
            case Call():
                return (self.call(op),)
            case _:
                assert_never(op)

    def is_varied(self, atom: Atom) -> bool:
        return isinstance(atom, Value) and atom in self.varied

    def apply(self, op: Apply) -> None:
        """Add `y_bar * dy/dx` to every varied argument x."""
        bars = [self.cotangents.take(result) for result in op.results]
        if all(bar is None for bar in bars):
            return
        if op.primitive is UNPACK:
            kept = [b if self.is_varied(r) else None for b, r in zip(bars, op.results, strict=True)]
            if self.is_varied(op.args[0]):
                self.cotangents.add_tree(op.args[0], kept)
            return
        if is_store(op):
            assert bars[0] is not None and not isinstance(bars[0], list)
            wanted = tuple(map(self.is_varied, op.args))
            store_back(self.builder, self.cotangents, op, bars[0], wanted, self.reversal.made)
            return
        if smooth_arguments(op.primitive, len(op.args)):
            rows = self.reversal.rows
            ListPullback(self.builder, self.cotangents, self.is_varied, rows).op(op, bars)
            return
        (bar,) = bars
        if is_sure(op) or op.primitive is DEFINED:
            if self.is_varied(op.args[-1]):
                self.cotangents.add_tree(op.args[-1], bar)
            return
        if op.primitive in READS:
            at, size = position(*op.args)
            if self.is_varied(op.results[0]):
                self.cotangents.add_tree(op.args[0], part_tree(bar, at, size))
            return
        if op.primitive in (PACK, BUILD):
            if not isinstance(bar, list):
                raise internal("reverse", "a tuple has the cotangent of a number")
            items = op.args[1:] if op.primitive is BUILD else op.args
            for arg, part in zip(items, bar, strict=True):
                if self.is_varied(arg):
                    self.cotangents.add_tree(arg, part)
            return
        op = self.named_by_function(op)
        wanted = tuple(map(self.is_varied, op.args))
        rule = find_rule(op.primitive)
        if rule is None or rule.form == "definition" or not self.is_varied(op.results[0]):
            return
        if op.primitive.name == GETITEM:
            standing = self.standing()
            whole = op.args[0]
            assert isinstance(whole, Value)
            rows = self.reversal.rows
            way = ListPullback(self.builder, self.cotangents, self.is_varied, rows).way_to(whole)
            give_back(self.builder, self.cotangents, op, bar, way, standing)
            return
        if rule.form == "general":
            pull(self.builder, op, bar, self.cotangents, wanted)
            return
        if isinstance(bar, list) or bar is None:
            return
        start = len(self.builder.ops)
        parts = partials(self.builder, op, wanted)
        self.cotangents.chain.remember(start)
        for arg, part in zip(op.args, parts, strict=True):
            if part is None or not isinstance(arg, Value):
                continue
            factor: Atom = bar
            if isinstance(op.results[0].type, Array) or op.results[0].type == COMPLEX:
                factor, part = contribution(
                    self.cotangents.chain, bar, part, op.results[0], arg, op.args
                )
            self.cotangents.add(arg, factor, part, op.results[0])

    def named_by_function(self, op: Apply) -> Apply:
        """An op that gives what the definition of a function gives, with the function's value as its
        result: that is what a rule reads."""
        result = self.reversal.links.get(op.results[0])
        return op if result is None else replace(op, results=(result,))

    # Calls

    def call(self, op: Call) -> Call:
        """The pullback of a kept function is a call of its reverse sweep."""
        bars = [self.cotangents.take(result) for result in op.results]
        calls = self.reversal.calls
        if all(bar is None for bar in bars) or not calls.varied.get(op.callee):
            return op
        for result, bar in zip(op.results, bars, strict=True):
            if bar is not None and isinstance(result.type, Residuals):
                fail(
                    "S2S304",
                    "a reverse sweep through recursion cannot be reversed again",
                    op.span,
                    "use hessian or hvp, which differentiate it in forward mode",
                )
        pair = calls.pair(op.callee)
        given = [self.start(op.results[at], bars[at]) for at in pair.outputs]
        residuals = Value("residuals", pair.residuals, op.span)
        results = tuple(
            Value(_hint_for(op.args[at]), type_, op.span)
            for at, type_ in zip(pair.inputs, pair.reverse.results, strict=True)
        )
        args = (*op.args, *given, residuals)
        self.builder.append(Call(pair.reverse, args, results, op.span))
        for at, result in zip(pair.inputs, results, strict=True):
            if self.is_varied(op.args[at]):
                self.cotangents.add_tree(op.args[at], result, op.results[0])
        return Call(pair.forward, op.args, (*op.results, residuals), op.span)

    def standing(self) -> tuple[Value, ...]:
        """Arrays whose lengths can be read wherever the sweep is."""
        return self.reversal.body.params if self.depth else ()

    # Branches

    def branch(self, op: If) -> If:
        """The pullback of a branch tests again, and runs the pullback of the block that ran."""
        bars = [self.cotangents.take(result) for result in op.results]
        if all(bar is None for bar in bars):
            return op
        while True:
            sides = [self.side(block, bars) for block in (op.then, op.orelse)]
            new_lists = [
                value
                for side in sides
                for value in side.found
                if isinstance(value.type, List)
                and value not in self.cotangents.running
                and not all(value in other.found for other in sides)
            ]
            gathered = dict.fromkeys(value for side in sides for value in side.gathered)
            if not new_lists and not gathered:
                break
            for value in dict.fromkeys(new_lists):
                self.list_bar(value)
            for value in gathered:
                start_gathering(self.builder, self.cotangents, value, self.standing())
        targets = list(dict.fromkeys(value for side in sides for value in side.found))
        like: dict[Atom, Tree] = {}
        for block in (op.then, op.orelse):
            like.update(zip(block.outputs, bars, strict=True))
            for each in block.ops:
                if is_sure(each) and each.results[0] in like:
                    like.setdefault(each.args[0], like[each.results[0]])
        blocks: list[Block] = []
        for side in sides:
            with self.builder.block() as more:
                more += side.ops
                outputs = tuple(
                    self.part(side.found, target, like.get(target)) for target in targets
                )
            blocks.append(Block((), tuple(more), outputs))
        if targets:
            running = self.cotangents.running
            hints: tuple[Hint, ...] = tuple(
                Cotangent(target) if target in running or isinstance(target.type, List) else None
                for target in targets
            )
            results = self.builder.branch(handler_ran(op), blocks[0], blocks[1], hints)
            for target, result in zip(targets, results, strict=True):
                if target in running:
                    running[target] = result
                else:
                    self.cotangents.add_tree(target, self.opened(result), op.results[0])
        return If(op.test, sides[0].primal, sides[1].primal, op.results, op.span)

    def list_bar(self, value: Value) -> Atom:
        """The cotangent of a list so far, zeros if there is none."""
        running = self.cotangents.running
        if value not in running:
            running[value] = zeros(self.builder, self.reversal, value)
        return running[value]

    def opened(self, value: Value) -> Tree:
        return open_tree(self.builder, value) if isinstance(value.type, Tuple) else value

    def part(self, found: dict[Value, Atom], target: Value, like: Tree) -> Atom:
        """What one side of a branch says about the cotangent of `target`; `like` is one in its shape."""
        if target in found:
            return found[target]
        if target in self.cotangents.running:
            return self.cotangents.running[target]
        return no_bar(self.builder, self.reversal, target, like)

    def side(self, block: Block, bars: list[Tree]) -> _Side:
        """One side of a reversed branch."""
        place = Place()
        outer = self.cotangents
        with self.builder.block() as ops:
            self.builder.append(mark(place))
            inner = Cotangents(
                outer.chain, named=False, running=dict(outer.running), around=outer.around
            )
            for output, bar in zip(block.outputs, bars, strict=True):
                if self.is_varied(output):
                    inner.add_tree(output, bar)
            run = Sweep(self.builder, inner, self.varied, self.reversal, self.depth)
            self.reversal.branches += 1
            forward = Block((), run.ops(block.ops), block.outputs)
            self.reversal.branches -= 1
            gathered = [
                value
                for value in inner.running
                if value in inner.begun
                and value not in outer.running
                and value not in self.reversal.unassigned
            ]
            found: dict[Value, Atom] = {}
            for value in inner.waiting():
                if value in outer.running and inner.running.get(value) is outer.running[value]:
                    continue
                taken = inner.take(value)
                if taken is not None:
                    found[value] = close_like(self.builder, taken, value)
        self.reversal.places[forward] = place
        return _Side(ops, found, forward, gathered)

    # Loops

    def loop(self, op: For | While) -> tuple[Op, ...]:
        """The pullback of a loop makes its turns backwards."""
        size = len(op.results)
        bars = [self.cotangents.take(result) for result in op.results]
        active = [at for at in range(size) if bars[at] is not None]
        if not active:
            return (op,)
        params = carried_params(op)
        totals: list[Value] = []
        said = len(self.reversal.remarks)
        most: int | None = None
        while True:
            del self.reversal.remarks[said:]
            turn = self.turn(op, params, active, totals, most)
            more = [at for at in range(size) if at not in active and turn.bars[at] is not None]
            outside = [value for value in turn.outside if value not in totals]
            if not more and not outside:
                given = [turn.bars[at] or constant(0.0) for at in active]
                outputs = (constant(False), *given, *turn.totals)
                body = Block(tuple(turn.params), tuple(turn.ops), outputs)
                plans = planned(self.reversal, op, turn.turns, body)
                exits = plans.exits_before_records(turn.turns)
                if exits == len(turn.turns.exits):
                    break
                most = exits
            active = sorted({*active, *more})
            totals += outside
        was_running = [value in self.cotangents.running for value in totals]
        start = [
            known_like(self.builder, self.start(op.results[at], bars[at]), params[at].type)
            for at in active
        ]
        start += [self.total_so_far(value) for value in totals]
        forward, iterable, body = provide(
            self.builder, self.reversal, op, turn.turns, plans, self.depth
        )
        hints: list[Hint] = [Cotangent(params[at]) for at in active]
        hints += [Cotangent(value) for value in totals]
        arrays = [op.results[each.at] for each in plans.undone]
        hints += [array.hint for array in arrays]
        for array in arrays:
            is_seen = self.depth == 0 and array in self.reversal.seen
            start.append(self.builder.apply(COPY, array) if is_seen else array)
        results = self.builder.for_loop(iterable, tuple(start), body, tuple(hints))
        sums, back = results[len(active) :][: len(totals)], results[len(active) + len(totals) :]
        self.reversal.brought_back.update(zip(arrays, back, strict=True))
        for value, result, running in zip(totals, sums, was_running, strict=True):
            if running or isinstance(value.type, List):
                self.cotangents.running[value] = result
            else:
                self.cotangents.add_tree(value, result)
        for at, result in zip(active, results, strict=False):
            if self.is_varied(op.carried[at]):
                self.cotangents.add_tree(op.carried[at], result, op.results[at])
        return forward

    def start(self, result: Value, bar: Tree) -> Atom:
        """The cotangent that a reversed loop starts with."""
        if bar is None and isinstance(result.type, List):
            return zeros(self.builder, self.reversal, result)
        return close_like(self.builder, bar, result)

    def total_so_far(self, value: Value) -> Atom:
        """The cotangent of a value that the loop reads: what it accumulates starts with it."""
        if isinstance(value.type, List):
            return self.list_bar(value)
        if value in self.cotangents.running:
            return self.cotangents.running[value]
        return close_like(self.builder, self.cotangents.take(value), value)

    def turn(
        self,
        op: For | While,
        params: tuple[Value, ...],
        active: list[int],
        totals: list[Value],
        most: int | None,
    ) -> TurnBack:
        """The pullback of one turn, given which carried values have a cotangent at its end.

        `totals` are values from around whose cotangents are accumulated from turn to turn. At most so many
        ways out of the loop are left out.
        """
        turns = full_turns(op, params, self.is_varied, most)
        outer = self.cotangents
        place = Place()
        own = set(definitions(op.body))
        bars = [Value(Cotangent(params[at]), cotangent_type(params[at].type)) for at in active]
        sums = [Value(Cotangent(value), cotangent_type(value.type)) for value in totals]
        with self.builder.block() as ops:
            self.builder.append(mark(place))
            lists = frozenset(v for v in outer.running if isinstance(v.type, List))
            inner = Cotangents(
                outer.chain,
                running=dict(zip(totals, sums, strict=True)),
                around=outer.around | lists,
            )
            for at, bar in zip(active, bars, strict=True):
                output = turns.outputs[1 + at]
                if self.is_varied(output):
                    inner.add_tree(output, bar)
            run = Sweep(self.builder, inner, self.varied, self.reversal, self.depth + 1)
            self.reversal.around.append((op, may_stop(turns)))
            for each in (op for segment in turns.segments for op in segment):
                self.reversal.note(each)
            segments = [run.ops(segment) for segment in reversed(turns.segments)][::-1]
            self.reversal.around.pop()
            given = [inner.take(param) if self.is_varied(param) else None for param in params]
            closed = [
                None
                if tree is None and at not in active
                else no_bar(self.builder, self.reversal, p, bars[active.index(at)])
                if tree is None
                else close_like(self.builder, tree, p)
                for at, (tree, p) in enumerate(zip(given, params, strict=True))
            ]
            ends = [inner.running.pop(value) for value in totals]
            outside = [value for value in inner.waiting() if value not in own]
        turns = replace(turns, segments=segments, place=place)
        return TurnBack([*bars, *sums], ops, closed, ends, outside, turns)
