"""Reverse mode: the primal's ops, then the pullback of each, last to first.

    f(x):                        f_value_and_grad(x):
      a = sin(x)                   a = sin(x)
      y = exp(a)          ->       y = exp(a)
      -> y                         a_bar = y
                                   x_bar = a_bar * cos(x)
                                   -> (y, x_bar)

The rules give partials; `accumulate` multiplies and sums them (equations 5.143 and 5.145). A branch is
reversed by a branch on the same test. A loop is reversed by a loop that makes the same turns backwards:
it carries the cotangents of what the loop carries, and accumulates those of what the loop reads. What the
reverse of a branch or a loop reads of its inside is provided by `residuals`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never, final

from s2sdiff.analysis.activity import varied_values
from s2sdiff.analysis.recording import INFINITE
from s2sdiff.analysis.unassigned import maybe_unassigned
from s2sdiff.differentiate.accumulate import (
    Chain,
    Cotangents,
    close_tree,
    negations,
    open_tree,
    part_tree,
    substituted,
    tree_atoms,
)
from s2sdiff.differentiate.attempts import flagged, handler_ran
from s2sdiff.differentiate.calls import Calls, calls_of
from s2sdiff.differentiate.general import pull
from s2sdiff.differentiate.lists import ListPullback, zero
from s2sdiff.differentiate.operators import (
    check_scalar_result,
    derived,
    is_section,
    pack_wrt,
    section,
    seed_parameter,
)
from s2sdiff.differentiate.remarks import line_of
from s2sdiff.differentiate.residuals import (
    EXPORT,
    Place,
    Reversal,
    TurnBack,
    full_turns,
    mark,
    may_stop,
    provide,
)
from s2sdiff.differentiate.tape import thread
from s2sdiff.errors import fail, internal
from s2sdiff.frontend.rule_bodies import partials
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Call,
    Callee,
    Cotangent,
    For,
    Function,
    Helper,
    Hint,
    If,
    Op,
    Value,
    While,
    constant,
)
from s2sdiff.ir.forms import BUILD, READS, Tree, position
from s2sdiff.ir.lengths import with_lengths
from s2sdiff.ir.lists import ZEROS_LIKE, smooth_arguments
from s2sdiff.ir.structure import PACK, SURE, UNPACK
from s2sdiff.ir.sure import with_sure
from s2sdiff.ir.traverse import definitions
from s2sdiff.ir.types import List, Residuals, Tuple, cotangent_type
from s2sdiff.rules.registry import find_rule


def grad(function: Function, wrt: tuple[int, ...], single: bool) -> Function:
    """The gradient: one float or tuple for each parameter of `wrt`. Raises S2S402."""
    check_scalar_result(function, "grad")
    return _gradient(function, wrt, single, with_value=False)


def value_and_grad(function: Function, wrt: tuple[int, ...], single: bool) -> Function:
    """The value and the gradient. Raises S2S402."""
    check_scalar_result(function, "value_and_grad")
    return _gradient(function, wrt, single, with_value=True)


def _gradient(function: Function, wrt: tuple[int, ...], single: bool, with_value: bool) -> Function:
    builder = Builder()
    with builder.block() as ops:
        swept = sweep(builder, function, wrt, [constant(1.0)])
        gradient = pack_wrt(builder, function, wrt, single, swept.bars[0])
        output = builder.apply(PACK, function.output, gradient) if with_value else gradient
    name = "value_and_grad" if with_value else "grad"
    function = replace(function, helpers=swept.helpers, remarks=swept.remarks)
    return thread(derived(builder, function, name, wrt, ops, output))


def vjp(function: Function, wrt: tuple[int, ...], single: bool) -> Function:
    """The value and the pullback of a cotangent, which is the last parameter of the new function."""
    builder = Builder()
    type_ = cotangent_type(function.output.type)
    seed, parameter = seed_parameter(function, f"{function.name}_bar", type_)
    with builder.block() as ops:
        with builder.block() as opening:
            tree = open_tree(builder, seed)
        swept = sweep(builder, function, wrt, [tree], opening)
        pullback = pack_wrt(builder, function, wrt, single, swept.bars[0])
        output = builder.apply(PACK, function.output, pullback)
    function = replace(function, helpers=swept.helpers, remarks=swept.remarks)
    return thread(derived(builder, function, "vjp", wrt, ops, output, ((seed, parameter),)))


def sweep(
    builder: Builder,
    function: Function,
    wrt: tuple[int, ...],
    seeds: list[Tree],
    opening: list[Op] | None = None,
    recompute: bool = False,
) -> Swept:
    """Append the forward sweep and one reverse sweep for each seed; the cotangents of `wrt`.

    `opening` are ops that open the seeds. With `recompute` the forward sweep is left as it is: what the
    reverse sweep reads of the inside of branches is computed again.
    """
    function = with_sure(flagged(function))
    counted, lengths = with_lengths(function.body, maybe_unassigned(function.body))
    function = replace(function, body=counted)
    params = [function.body.params[index] for index in wrt]
    varied = varied_values(function.body, params)
    primal = frozenset(definitions(function.body))
    ops: tuple[Op, ...] = tuple(op for op in function.body.ops if not is_section(op))
    calls = calls_of(function, params)
    export = INFINITE if recompute else EXPORT
    reversal = Reversal(calls, function.body, export=export, lengths=lengths)
    with builder.block() as backwards:
        backwards += opening or []
        found: list[list[Tree]] = []
        for seed in seeds:
            cotangents = Cotangents(Chain(builder, primal, negations(function.body)))
            if seed is not None:
                cotangents.add_tree(function.output, seed)
            ops = _Sweep(builder, cotangents, varied, reversal).ops(ops)
            found.append([cotangents.take(param) for param in params])
    body = Block(function.body.params, ops, function.body.outputs)
    before, behind = reversal.stand(body, tuple(backwards), tree_atoms(found))
    section(builder, "forward sweep")
    for op in before:
        builder.append(op)
    section(builder, "reverse sweep" if len(seeds) == 1 else "reverse sweeps")
    for op in behind:
        builder.append(op)
    helpers = calls.finish(lambda callee, width: _make_pair(calls, callee))
    bars = [[substituted(tree, reversal.exported) for tree in row] for row in found]
    said = {*reversal.remarks, *calls.remarks}
    return Swept(bars, helpers, tuple(sorted(sorted(said), key=line_of)))


@final
@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """What reverse sweeps give: the cotangents for each seed, and the functions that are called."""

    bars: list[list[Tree]]
    helpers: tuple[Helper, ...]
    remarks: tuple[str, ...]


def _make_pair(calls: Calls, callee: Callee) -> None:
    """The forward and the reverse sweep of a kept function."""
    function, pair = calls.functions[callee], calls.pairs[callee]
    body, lengths = with_lengths(function.body, maybe_unassigned(function.body))
    builder = Builder()
    varied = varied_values(body, [body.params[at] for at in pair.inputs])
    reversal = Reversal(calls, body, lengths=lengths)
    seeds = [
        Value(f"{callee.name.lstrip('_')}_bar" if len(pair.outputs) == 1 else f"seed_{at}", type_)
        for at in pair.outputs
        for type_ in (cotangent_type(callee.results[at]),)
    ]
    with builder.block() as backwards:
        cotangents = Cotangents(Chain(builder, frozenset(definitions(body)), negations(body)))
        for at, seed in zip(pair.outputs, seeds, strict=True):
            output = body.outputs[at]
            if isinstance(output, Value) and output in varied:
                cotangents.add_tree(output, open_tree(builder, seed))
        ops = _Sweep(builder, cotangents, varied, reversal).ops(body.ops)
        bars: list[Atom] = []
        for at in pair.inputs:
            param = body.params[at]
            tree = cotangents.take(param)
            if tree is None and isinstance(param.type, List):
                bars.append(builder.apply(ZEROS_LIKE, param))
            else:
                bars.append(close_tree(builder, tree, cotangent_type(param.type)))
    forward, reverse = reversal.divide(
        body.params, ops, body.outputs, tuple(backwards), tuple(bars), pair.residuals
    )
    calls.remarks += reversal.remarks
    calls.add(pair.forward, function, forward)
    params = (*body.params, *seeds, *reverse.params)
    calls.add(pair.reverse, function, replace(reverse, params=params))


def _hint_for(atom: Atom) -> Hint:
    return Cotangent(atom) if isinstance(atom, Value) else None


class _Sweep:
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
        if smooth_arguments(op.primitive, len(op.args)):
            rows = self.reversal.rows
            ListPullback(self.builder, self.cotangents, self.is_varied, rows).op(op, bars)
            return
        (bar,) = bars
        if op.primitive is SURE:
            if self.is_varied(op.args[0]):
                self.cotangents.add_tree(op.args[0], bar)
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
        wanted = tuple(map(self.is_varied, op.args))
        rule = find_rule(op.primitive)
        if rule is None or not self.is_varied(op.results[0]):
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
            if part is not None:
                self.cotangents.add(arg, bar, part, op.results[0])

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
                for _, found, _ in sides
                for value in found
                if isinstance(value.type, List)
                and value not in self.cotangents.running
                and not all(value in other for _, other, _ in sides)
            ]
            if not new_lists:
                break
            for value in dict.fromkeys(new_lists):
                self.cotangents.list_bar(value)
        targets = list(dict.fromkeys(value for _, found, _ in sides for value in found))
        blocks = [
            Block((), tuple(ops), tuple(self.part(found, target) for target in targets))
            for ops, found, _ in sides
        ]
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
        return If(op.test, sides[0][2], sides[1][2], op.results, op.span)

    def opened(self, value: Value) -> Tree:
        return open_tree(self.builder, value) if isinstance(value.type, Tuple) else value

    def part(self, found: dict[Value, Atom], target: Value) -> Atom:
        """What one side of a branch says about the cotangent of `target`."""
        if target in found:
            return found[target]
        if target in self.cotangents.running:
            return self.cotangents.running[target]
        return close_tree(self.builder, None, cotangent_type(target.type))

    def side(self, block: Block, bars: list[Tree]) -> tuple[list[Op], dict[Value, Atom], Block]:
        """One side of a reversed branch: its ops, the cotangents it gives, and the primal side."""
        place = Place()
        outer = self.cotangents
        with self.builder.block() as ops:
            self.builder.append(mark(place))
            inner = Cotangents(outer.chain, named=False, running=dict(outer.running))
            for output, bar in zip(block.outputs, bars, strict=True):
                if self.is_varied(output):
                    inner.add_tree(output, bar)
            run = _Sweep(self.builder, inner, self.varied, self.reversal, self.depth)
            self.reversal.branches += 1
            forward = Block((), run.ops(block.ops), block.outputs)
            self.reversal.branches -= 1
            found: dict[Value, Atom] = {}
            for value in inner.waiting():
                if value in outer.running and inner.running.get(value) is outer.running[value]:
                    continue
                taken = inner.take(value)
                if taken is not None:
                    found[value] = close_tree(self.builder, taken, cotangent_type(value.type))
        self.reversal.places[forward] = place
        return ops, found, forward

    # Loops

    def loop(self, op: For | While) -> tuple[Op, ...]:
        """The pullback of a loop makes its turns backwards."""
        size = len(op.results)
        bars = [self.cotangents.take(result) for result in op.results]
        active = [at for at in range(size) if bars[at] is not None]
        if not active:
            return (op,)
        params = op.body.params[len(op.body.params) - size :]
        totals: list[Value] = []
        said = len(self.reversal.remarks)
        while True:
            del self.reversal.remarks[said:]
            turn = self.turn(op, params, active, totals)
            more = [at for at in range(size) if at not in active and turn.bars[at] is not None]
            outside = [value for value in turn.outside if value not in totals]
            if not more and not outside:
                break
            active = sorted({*active, *more})
            totals += outside
        was_running = [value in self.cotangents.running for value in totals]
        start: list[Atom] = [self.start(op.results[at], bars[at]) for at in active]
        start += [self.total_so_far(value) for value in totals]
        given = [turn.bars[at] or constant(0.0) for at in active]
        body = Block(tuple(turn.params), tuple(turn.ops), (constant(False), *given, *turn.totals))
        forward, iterable, body = provide(
            self.builder, self.reversal, op, turn.turns, body, self.depth
        )
        hints: list[Hint] = [Cotangent(params[at]) for at in active]
        hints += [Cotangent(value) for value in totals]
        results = self.builder.for_loop(iterable, tuple(start), body, tuple(hints))
        sums = results[len(active) :]
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
            return self.builder.apply(ZEROS_LIKE, result, hint=Cotangent(result))
        return close_tree(self.builder, bar, cotangent_type(result.type))

    def total_so_far(self, value: Value) -> Atom:
        """The cotangent of a value that the loop reads: what it accumulates starts with it."""
        if isinstance(value.type, List):
            return self.cotangents.list_bar(value)
        if value in self.cotangents.running:
            return self.cotangents.running[value]
        return close_tree(self.builder, self.cotangents.take(value), cotangent_type(value.type))

    def turn(
        self, op: For | While, params: tuple[Value, ...], active: list[int], totals: list[Value]
    ) -> TurnBack:
        """The pullback of one turn, given which carried values have a cotangent at its end.

        `totals` are values from around whose cotangents are accumulated from turn to turn.
        """
        turns = full_turns(op, params, self.is_varied)
        place = Place()
        own = set(definitions(op.body))
        bars = [Value(Cotangent(params[at]), cotangent_type(params[at].type)) for at in active]
        sums = [Value(Cotangent(value), cotangent_type(value.type)) for value in totals]
        with self.builder.block() as ops:
            self.builder.append(mark(place))
            inner = Cotangents(self.cotangents.chain, running=dict(zip(totals, sums, strict=True)))
            for at, bar in zip(active, bars, strict=True):
                output = turns.outputs[1 + at]
                if self.is_varied(output):
                    inner.add_tree(output, bar)
            run = _Sweep(self.builder, inner, self.varied, self.reversal, self.depth + 1)
            self.reversal.around.append((op, may_stop(turns)))
            for each in (op for segment in turns.segments for op in segment):
                self.reversal.note(each)
            segments = [run.ops(segment) for segment in reversed(turns.segments)][::-1]
            self.reversal.around.pop()
            given = [inner.take(param) if self.is_varied(param) else None for param in params]
            closed = [
                None
                if tree is None and at not in active
                else zero(self.builder, p)
                if tree is None
                else close_tree(self.builder, tree, cotangent_type(p.type))
                for at, (tree, p) in enumerate(zip(given, params, strict=True))
            ]
            ends = [inner.running.pop(value) for value in totals]
            outside = [value for value in inner.waiting() if value not in own]
        turns = replace(turns, segments=segments, place=place)
        return TurnBack([*bars, *sums], ops, closed, ends, outside, turns)
