"""Forward mode: beside each op its pushforward, for one tangent or several at once.

f(x):                        f_jvp(x, x_dot):
  a = sin(x)          ->       a = sin(x)
  y = exp(a)                   a_dot = x_dot * cos(x)
  -> y                         y = exp(a)
                               y_dot = a_dot * y
                               -> (y, y_dot)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never, final

from s2sdiff.analysis.activity import varied_values
from s2sdiff.differentiate.accumulate import Chain, negations, open_tree
from s2sdiff.differentiate.arrays import converted, kind_of, real_part, settled
from s2sdiff.differentiate.attempts import (
    always_raises,
    could_be_caught,
    flagged,
    handler_ran,
    without_effects,
)
from s2sdiff.differentiate.calls import Calls, calls_of
from s2sdiff.differentiate.closing import check_shapes, close_like, zero
from s2sdiff.differentiate.definitions import defined_everywhere
from s2sdiff.differentiate.general import push
from s2sdiff.differentiate.known import known_like
from s2sdiff.differentiate.lists import push_list
from s2sdiff.differentiate.operators import (
    apart_from_arguments,
    check_numeric_result,
    derived,
    seed_parameter,
)
from s2sdiff.differentiate.started import with_known_sums
from s2sdiff.frontend.rule_bodies import partials
from s2sdiff.ir.build import Builder
from s2sdiff.ir.calls import CLOSE, OPEN
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Call,
    Callee,
    Const,
    For,
    Function,
    Helper,
    If,
    Op,
    Parameter,
    Tangent,
    Undefined,
    Value,
    While,
    constant,
)
from s2sdiff.ir.forms import BUILD, READS, Tree, position
from s2sdiff.ir.lists import smooth_arguments
from s2sdiff.ir.objects import changing_arrays
from s2sdiff.ir.structure import DEFINED, KEEP, PACK, UNPACK, caught, is_section
from s2sdiff.ir.sure import is_sure
from s2sdiff.ir.traverse import carried_params, clone_block, definitions, operands
from s2sdiff.ir.types import Array, List, Residuals, Static, cotangent_type
from s2sdiff.rules.registry import find_rule


def jvp(function: Function, wrt: tuple[int, ...], single: bool) -> Function:
    """The value and the pushforward of tangents, one new parameter for each of `wrt`."""
    check_numeric_result(function, "jvp")
    builder = Builder()
    extra = seeds_for(function, wrt)
    with builder.block() as ops:
        trees = opened_seeds(builder, function, wrt, extra)
        swept = sweep(builder, function, wrt, [trees])
        (tangent,) = swept.tangents
        y_dot = close_like(builder, tangent, function.output)
        output = builder.apply(PACK, function.output, y_dot)
    function = replace(function, helpers=swept.helpers)
    return derived(builder, function, "jvp", wrt, ops, output, extra)


def seeds_for(function: Function, wrt: tuple[int, ...]) -> tuple[tuple[Value, Parameter], ...]:
    """Parameters `x_dot`, one for each parameter of `wrt`."""
    return tuple(
        seed_parameter(
            function, f"{function.parameters[index].name}_dot", function.body.params[index].type
        )
        for index in wrt
    )


def opened_seeds(
    builder: Builder,
    function: Function,
    wrt: tuple[int, ...],
    extra: tuple[tuple[Value, Parameter], ...],
) -> list[Tree]:
    """The tangents that are passed, taken apart and checked."""
    trees = [open_tree(builder, seed) for seed, _ in extra]
    for at, index in enumerate(wrt):
        param = function.body.params[index]
        check_shapes(builder, trees[at], param)
        trees[at] = apart_from_arguments(builder, function, trees[at], Tangent(param))
    return trees


def sweep(
    builder: Builder, function: Function, wrt: tuple[int, ...], directions: list[list[Tree]]
) -> Swept:
    """Append primal and tangents; the tangent of the output for each direction.

    A direction has a tangent for each parameter of `wrt`.
    """
    function = flagged(with_known_sums(defined_everywhere(function)))
    params = [function.body.params[index] for index in wrt]
    varied = varied_values(function.body, params)
    tangents = {
        param: [direction[at] for direction in directions] for at, param in enumerate(params)
    }
    calls = calls_of(function, params)
    run = _Sweep(builder, varied, tangents, len(directions), function.body, calls)
    run.ops(function.body.ops)
    helpers = calls.finish(lambda callee, width: _make_pushforward(calls, callee, width))
    return Swept(run.of(function.output), helpers)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """What a forward sweep gives: the output's tangent for each direction, and the functions called."""

    tangents: list[Tree]
    helpers: tuple[Helper, ...]


def _make_pushforward(calls: Calls, callee: Callee, width: int) -> None:
    """A kept function with tangents."""
    function, push = calls.functions[callee], calls.pushforwards[callee, width]
    body = function.body
    params = [body.params[at] for at in push.inputs]
    varied = varied_values(body, params)
    seeds = [
        Value(Tangent(param), cotangent_type(param.type)) for _ in range(width) for param in params
    ]
    size = len(params)
    builder = Builder()
    with builder.block() as ops:
        tangents: dict[Value, list[Tree]] = {
            param: [open_tree(builder, seeds[direction * size + at]) for direction in range(width)]
            for at, param in enumerate(params)
        }
        run = _Sweep(builder, varied, tangents, width, body, calls)
        run.ops(body.ops)
        dots = tuple(
            run.closed(run.of(body.outputs[at])[direction], body.outputs[at])
            for direction in range(width)
            for at in push.outputs
        )
    new = Block((*body.params, *seeds), tuple(ops), (*body.outputs, *dots))
    calls.add(push.callee, function, new)


class _Sweep:
    """Visits ops first to last; `tangents` has, for each varied value, one tree a direction."""

    def __init__(
        self,
        builder: Builder,
        varied: frozenset[Value],
        tangents: dict[Value, list[Tree]],
        width: int,
        body: Block,
        calls: Calls,
    ) -> None:
        self.calls = calls
        self.builder = builder
        self.varied = varied
        self.tangents = tangents
        self.width = width
        self.primal = frozenset(definitions(body))
        self.negated = negations(body)
        self.changing = changing_arrays(body)

    def of(self, atom: Atom) -> list[Tree]:
        if isinstance(atom, Value) and atom in self.tangents:
            return self.tangents[atom]
        return [None] * self.width

    def ops(self, ops: tuple[Op, ...]) -> None:
        for at, op in enumerate(ops):
            with self.builder.at(op.span):
                following = ops[at + 1] if at + 1 < len(ops) else None
                if at and _is_keep_of(op, ops[at - 1]):
                    continue
                if isinstance(op, Apply) and following and _is_keep_of(following, op):
                    given = self.tangents_before(op)
                    self.builder.append(op)  # it raises before its partials do
                    self.builder.append(following)
                    self.apply(op, given)
                else:
                    self.op(op)

    def op(self, op: Op) -> None:
        match op:
            case Apply() if is_section(op):
                pass
            case Apply():
                given = self.tangents_before(op)
                self.builder.append(op)
                self.apply(op, given)
            case If():
                self.branch(op)
            case For() | While():
                self.loop(op)
            case Call():
                self.call(op)
            case _:
                assert_never(op)

    def tangents_before(self, op: Apply) -> list[list[Tree]]:
        """The tangents of the arguments. A list that is changed gets zeros as long as it is before."""
        given = [list(self.of(arg)) for arg in op.args]
        if not op.primitive.changes:
            return given
        smooth = smooth_arguments(op.primitive, len(op.args))
        for direction in range(self.width):
            if all(given[at][direction] is None for at in smooth):
                continue
            for at in smooth:
                if given[at][direction] is None and _is_held(op.args[at]) and at == smooth[0]:
                    given[at][direction] = zero(self.builder, op.args[at])
        return given

    def apply(self, op: Apply, given: list[list[Tree]]) -> None:
        if not any(result in self.varied for result in op.results):
            return
        if op.primitive is UNPACK:
            for at, result in enumerate(op.results):
                kept = given[0] if result in self.varied else [None] * self.width
                self.tangents[result] = [
                    tree[at] if isinstance(tree, list) else None for tree in kept
                ]
            return
        if smooth_arguments(op.primitive, len(op.args)):
            self.lists(op, given)
            return
        if op.primitive in (CLOSE, OPEN):
            self.residuals(op, given)
            return
        (result,) = op.results
        if is_sure(op) or op.primitive is DEFINED:
            self.tangents[result] = [
                tree
                if tree is None or isinstance(tree, list)
                else known_like(self.builder, tree, result.type)
                for tree in given[-1]
            ]
            return
        if op.primitive in READS:
            at, _ = position(*op.args)
            self.tangents[result] = [
                tree[at] if isinstance(tree, list) else None for tree in given[0]
            ]
            return
        if op.primitive in (PACK, BUILD):
            items = given[1:] if op.primitive is BUILD else given
            self.tangents[result] = [list(column) for column in zip(*items, strict=True)]
            return
        wanted = tuple(any(tree is not None for tree in trees) for trees in given)
        rule = find_rule(op.primitive)
        if not any(wanted) or rule is None or rule.form == "definition":
            return
        given = [
            [
                tree
                if tree is None or isinstance(tree, list)
                else known_like(self.builder, tree, arg.type)
                for tree in trees
            ]
            for trees, arg in zip(given, op.args, strict=True)
        ]
        chain = Chain(self.builder, self.primal, self.negated)
        if rule.form == "general":
            self.tangents[result] = [
                push(self.builder, op, list(trees), chain, Tangent(result))
                for trees in zip(*given, strict=True)
            ]
            return
        start = len(self.builder.ops)
        parts = partials(self.builder, op, wanted)
        chain.remember(start)
        found: list[Tree] = []
        for direction in range(self.width):
            terms = [
                (tangent, part)
                for trees, part in zip(given, parts, strict=True)
                if part is not None
                and (tangent := trees[direction]) is not None
                and not isinstance(tangent, list)
            ]
            total = chain.total(terms, Tangent(result))
            if total is not None and kind_of(result) != "complex":
                total = real_part(self.builder, total)
            if result in self.changing and kind_of(result) == "complex":
                total = self.as_complex(total)
            tree = settled(self.builder, total, [trees[direction] for trees in given], op)
            if isinstance(tree, Value):
                tree = known_like(self.builder, tree, result.type)
            found.append(tree)
        self.tangents[result] = found

    def as_complex(self, tangent: Atom | None) -> Atom | None:
        """The tangent of a complex array into which complex numbers are stored later."""
        if tangent is None or not isinstance(tangent.type, Array) or kind_of(tangent) == "complex":
            return tangent
        return converted(self.builder, tangent, "complex")

    def call(self, op: Call) -> None:
        """A call of a kept function with tangents."""
        given = [self.of(arg) for arg in op.args]
        if not any(tree is not None for trees in given for tree in trees):
            self.builder.append(op)
            return
        push = self.calls.pushforward(op.callee, self.width)
        tangents = tuple(
            self.closed(given[at][direction], op.args[at])
            for direction in range(self.width)
            for at in push.inputs
        )
        dots = tuple(
            Value(Tangent(op.results[at]), cotangent_type(op.results[at].type), op.span)
            for _ in range(self.width)
            for at in push.outputs
        )
        args = (*op.args, *tangents)
        self.builder.append(Call(push.callee, args, (*op.results, *dots), op.span))
        size = len(push.outputs)
        for index, at in enumerate(push.outputs):
            self.tangents[op.results[at]] = [
                dots[direction * size + index] for direction in range(self.width)
            ]

    def residuals(self, op: Apply, given: list[list[Tree]]) -> None:
        """The residuals of a call, closed or opened: so are their tangents."""
        columns: list[tuple[Value, ...]] = []
        for direction in range(self.width):
            trees = [trees[direction] for trees in given[1:]]
            args = [self.closed(t, a) for t, a in zip(trees, op.args[1:], strict=True)]
            form: Atom = op.args[0]
            if op.primitive is OPEN:
                types = tuple(cotangent_type(result.type) for result in op.results)
                form = Const(types, Static(types))
            hints = tuple(Tangent(result) for result in op.results)
            columns.append(self.builder.apply_many(op.primitive, (form, *args), hints))
        for at, result in enumerate(op.results):
            if result in self.varied:
                self.tangents[result] = [column[at] for column in columns]

    def lists(self, op: Apply, given: list[list[Tree]]) -> None:
        """An op on lists is applied to the tangents as well."""
        pushed = [
            push_list(self.builder, op, [trees[direction] for trees in given])
            for direction in range(self.width)
        ]
        for at, result in enumerate(op.results):
            if result in self.varied:
                self.tangents[result] = [None if tree is None else tree[at] for tree in pushed]

    def loop(self, op: For | While) -> None:
        """One loop that carries the tangents beside the primal values."""
        size = len(op.results)
        params = carried_params(op)
        slots = [
            (at, direction)
            for at in range(size)
            for direction in range(self.width)
            if self.of(op.carried[at])[direction] is not None
        ]
        while True:
            new = [
                Value(Tangent(params[at]), cotangent_type(params[at].type), op.span)
                for at, _ in slots
            ]
            for param in params:
                self.tangents[param] = [None] * self.width
            for (at, direction), value in zip(slots, new, strict=True):
                self.tangents[params[at]][direction] = value
            with self.builder.block() as ops:
                self.ops(op.body.ops)
                ends = [self.of(output) for output in op.body.outputs[1:]]
                closed = tuple(
                    self.closed(ends[at][direction], op.body.outputs[1 + at])
                    for at, direction in slots
                )
            grown = [
                (at, direction)
                for at in range(size)
                for direction in range(self.width)
                if ends[at][direction] is not None and (at, direction) not in slots
            ]
            if not grown:
                break
            slots = sorted({*slots, *grown})
        start = tuple(self.closed(self.of(op.carried[at])[d], op.carried[at]) for at, d in slots)
        body = Block((*op.body.params, *new), tuple(ops), (*op.body.outputs, *closed))
        results = tuple(
            Value(Tangent(op.results[at]), cotangent_type(op.results[at].type), op.span)
            for at, _ in slots
        )
        carried = (*op.carried, *start)
        if isinstance(op, For):
            self.builder.append(For(op.iterable, carried, body, (*op.results, *results), op.span))
        else:
            unused = tuple(replace(value) for value in new)
            test = replace(op.test, params=(*op.test.params, *unused))
            self.builder.append(While(carried, test, body, (*op.results, *results), op.span))
        for result in op.results:
            self.tangents[result] = [None] * self.width
        for (at, direction), value in zip(slots, results, strict=True):
            self.tangents[op.results[at]][direction] = value

    def closed(self, tree: Tree, primal: Atom) -> Atom:
        """A tangent as one value, zeros written out."""
        if isinstance(primal, Const) and isinstance(primal.value, Undefined):
            return primal
        if tree is None and isinstance(primal.type, Residuals):
            return constant(None)
        return close_like(self.builder, tree, primal)

    def branch(self, op: If) -> None:
        """One branch that gives the primal results and their tangents."""
        sides = [self.side(block) for block in (op.then, op.orelse)]
        kinds = caught(op)
        is_apart = (
            kinds is not None
            and not always_raises(op.then)
            and could_be_caught(kinds, sides[1][0], op.orelse)
        )
        slots = [
            (at, direction)
            for at in range(len(op.results))
            for direction in range(self.width)
            if any(trees[at][direction] is not None for _, trees in sides)
        ]
        blocks: list[Block] = []
        for block, (ops, trees) in zip((op.then, op.orelse), sides, strict=True):
            with self.builder.block() as more:
                more.extend(without_effects(tuple(ops)) if is_apart else ops)
                extra = tuple(
                    self.closed(trees[at][direction], block.outputs[at]) for at, direction in slots
                )
            outputs = extra if is_apart else (*block.outputs, *extra)
            blocks.append(Block((), tuple(more), outputs))
        new = [
            Value(Tangent(op.results[at]), cotangent_type(op.results[at].type), op.span)
            for at, _ in slots
        ]
        if is_apart:
            then, orelse = clone_block(op.then, {}), clone_block(op.orelse, {})
            self.builder.append(If(op.test, then, orelse, op.results, op.span))
            self.builder.append(If(handler_ran(op), blocks[0], blocks[1], tuple(new), op.span))
        else:
            self.builder.append(If(op.test, blocks[0], blocks[1], (*op.results, *new), op.span))
        for result in op.results:
            self.tangents[result] = [None] * self.width
        for (at, direction), value in zip(slots, new, strict=True):
            self.tangents[op.results[at]][direction] = value

    def side(self, block: Block) -> tuple[list[Op], list[list[Tree]]]:
        """One side with its tangents: the ops, and for each output one tree a direction."""
        with self.builder.block() as ops:
            self.ops(block.ops)
        return ops, [self.of(output) for output in block.outputs]


def _is_held(atom: Atom) -> bool:
    """Is it a list or an array, of which there is one object?"""
    return isinstance(atom.type, List | Array)


def _is_keep_of(keep: Op, op: Op) -> bool:
    """Does `keep` stand for the exception of `op`, which is right before it?"""
    is_keep = isinstance(keep, Apply) and keep.primitive is KEEP
    return is_keep and isinstance(op, Apply) and operands(keep)[0] in op.results
