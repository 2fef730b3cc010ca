"""Reverse mode: the primal's ops, then the pullback of each, last to first.

    f(x):                        f_value_and_grad(x):
      a = sin(x)                   a = sin(x)
      y = exp(a)          ->       y = exp(a)
      -> y                         a_bar = y
                                   x_bar = a_bar * cos(x)
                                   -> (y, x_bar)

The rules give partials; `accumulate` multiplies and sums them (equations 5.143 and 5.145). The
reverse sweep reads the primal's own values: a straight-line program overwrites nothing in SSA form.
"""

from __future__ import annotations

from typing import assert_never

from s2sdiff.analysis.activity import varied_values
from s2sdiff.differentiate.accumulate import (
    Chain,
    Cotangents,
    Tree,
    close_tree,
    negations,
    open_tree,
    part_tree,
)
from s2sdiff.differentiate.operators import (
    check_scalar_result,
    derived,
    pack_wrt,
    repeat,
    section,
    seed_parameter,
)
from s2sdiff.errors import internal
from s2sdiff.frontend.rule_bodies import partials
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Call,
    For,
    Function,
    If,
    Op,
    Value,
    While,
    constant,
)
from s2sdiff.ir.forms import BUILD, READS, position
from s2sdiff.ir.structure import PACK, UNPACK
from s2sdiff.ir.traverse import blocks, clone_block, definitions, operands, with_parts


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
        section(builder, "forward sweep")
        repeat(builder, function.body)
        section(builder, "reverse sweep")
        (bars,) = sweep(builder, function, wrt, [constant(1.0)])
        gradient = pack_wrt(builder, function, wrt, single, bars)
        output = builder.apply(PACK, function.output, gradient) if with_value else gradient
    name = "value_and_grad" if with_value else "grad"
    return derived(builder, function, name, wrt, ops, output)


def vjp(function: Function, wrt: tuple[int, ...], single: bool) -> Function:
    """The value and the pullback of a cotangent, which is the last parameter of the new function."""
    builder = Builder()
    seed, parameter = seed_parameter(function, f"{function.name}_bar", function.output.type)
    with builder.block() as ops:
        section(builder, "forward sweep")
        repeat(builder, function.body)
        section(builder, "reverse sweep")
        (bars,) = sweep(builder, function, wrt, [open_tree(builder, seed)])
        pullback = pack_wrt(builder, function, wrt, single, bars)
        output = builder.apply(PACK, function.output, pullback)
    return derived(builder, function, "vjp", wrt, ops, output, ((seed, parameter),))


def sweep(
    builder: Builder, function: Function, wrt: tuple[int, ...], seeds: list[Tree]
) -> list[list[Tree]]:
    """Append one reverse sweep for each seed; the cotangents of the parameters of `wrt`."""
    params = [function.body.params[index] for index in wrt]
    varied = varied_values(function.body, params)
    primal = frozenset(definitions(function.body))
    found: list[list[Tree]] = []
    for seed in seeds:
        cotangents = Cotangents(Chain(builder, primal, negations(function.body)))
        cotangents.add_tree(function.output, seed)
        _Sweep(builder, cotangents, varied).ops(function.body.ops)
        found.append([cotangents.take(param) for param in params])
    return found


class _Sweep:
    """Visits ops last to first, adding to `cotangents`."""

    def __init__(
        self,
        builder: Builder,
        cotangents: Cotangents,
        varied: frozenset[Value],
    ) -> None:
        self.builder = builder
        self.cotangents = cotangents
        self.varied = varied

    def ops(self, ops: tuple[Op, ...]) -> None:
        for op in reversed(ops):
            with self.builder.at(op.span):
                self.op(op)

    def op(self, op: Op) -> None:
        match op:
            case Apply():
                self.apply(op)
            case If():
                self.branch(op)
            case For() | While() | Call():
                raise internal("reverse", f"a {type(op).__name__} cannot be reversed")
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
            self.cotangents.add_tree(op.args[0], kept)
            return
        (bar,) = bars
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
        if isinstance(bar, list) or bar is None or not self.is_varied(op.results[0]):
            return
        start = len(self.builder.ops)
        parts = partials(self.builder, op, wanted)
        self.cotangents.chain.remember(start)
        for arg, part in zip(op.args, parts, strict=True):
            if part is not None:
                self.cotangents.add(arg, bar, part, op.results[0])

    def branch(self, op: If) -> None:
        """The pullback of a branch tests again, and runs the pullback of the block that ran.

        What that block computed is computed again: it is a few operations of a conditional
        expression, and so the pullback stays one too.
        """
        bars = [self.cotangents.take(result) for result in op.results]
        if all(bar is None for bar in bars):
            return
        sides = [self.side(block, bars) for block in (op.then, op.orelse)]
        targets = list(dict.fromkeys(value for _, found in sides for value in found))
        if not targets:
            return
        then, orelse = (
            Block(
                (),
                tuple(ops),
                tuple(found[target] if target in found else constant(0.0) for target in targets),
            )
            for ops, found in sides
        )
        results = self.builder.branch(op.test, then, orelse)
        for target, result in zip(targets, results, strict=True):
            self.cotangents.add(target, result, constant(1.0), op.results[0])

    def side(self, block: Block, bars: list[Tree]) -> tuple[list[Op], dict[Value, Atom]]:
        """One side of a reversed branch: its ops, and the cotangents it gives to outer values."""
        table: dict[Value, Atom] = {}
        with self.builder.block() as ops:
            copy = clone_block(_without_effects(block), table)
            for op in copy.ops:
                self.builder.append(op)
            outer = self.cotangents.chain
            primal = outer.primal | frozenset(definitions(copy))
            chain = Chain(self.builder, primal, {**outer.negated, **negations(copy)})
            inner = Cotangents(chain, named=False)
            for output, bar in zip(copy.outputs, bars, strict=True):
                if self.is_varied_in(output, table):
                    inner.add_tree(output, bar)
            new_varied = frozenset(
                copied
                for original, copied in table.items()
                if original in self.varied and isinstance(copied, Value)
            )
            _Sweep(self.builder, inner, self.varied | new_varied).ops(copy.ops)
            found: dict[Value, Atom] = {}
            for value in inner.waiting():
                taken = inner.take(value)
                if taken is not None:
                    found[value] = close_tree(self.builder, taken, value.type)
        return ops, found

    def is_varied_in(self, atom: Atom, table: dict[Value, Atom]) -> bool:
        if self.is_varied(atom):
            return True
        return any(copied is atom and original in self.varied for original, copied in table.items())


def _without_effects(block: Block) -> Block:
    """`block` for computing its values again: what has an effect happens once, in the primal."""
    ops = tuple(
        with_parts(op, operands(op), tuple(map(_without_effects, blocks(op))))
        for op in block.ops
        if not (isinstance(op, Apply) and op.primitive.effect)
    )
    return Block(block.params, ops, block.outputs)
