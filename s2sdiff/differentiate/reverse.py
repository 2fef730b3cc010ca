"""Reverse mode: the primal's ops, then the pullback of each, last to first.

    f(x):                        f_value_and_grad(x):
      a = sin(x)                   a = sin(x)
      y = exp(a)          ->       y = exp(a)
      -> y                         a_bar = y
                                   x_bar = a_bar * cos(x)
                                   -> (y, x_bar)

The reverse sweep is one `Sweep` over the ops for each cotangent of the result.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

from s2sdiff.analysis.activity import varied_values
from s2sdiff.analysis.recording import INFINITE
from s2sdiff.analysis.unassigned import maybe_unassigned
from s2sdiff.differentiate.accumulate import (
    Chain,
    Cotangents,
    negations,
    open_tree,
    substituted,
    tree_atoms,
)
from s2sdiff.differentiate.attempts import flagged
from s2sdiff.differentiate.calls import Calls, calls_of
from s2sdiff.differentiate.closing import check_shapes, close_like
from s2sdiff.differentiate.definitions import defined_everywhere
from s2sdiff.differentiate.operators import (
    apart_from_arguments,
    changes_arguments,
    check_scalar_result,
    derived,
    pack_wrt,
    section,
    seed_parameter,
)
from s2sdiff.differentiate.remarks import line_of
from s2sdiff.differentiate.residuals import EXPORT, Reversal
from s2sdiff.differentiate.started import with_known_sums
from s2sdiff.differentiate.sweep import Sweep
from s2sdiff.differentiate.tape import thread
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Atom, Block, Callee, Cotangent, Function, Helper, Op, Value, constant
from s2sdiff.ir.forms import Tree
from s2sdiff.ir.lengths import with_lengths
from s2sdiff.ir.lists import ZEROS_LIKE
from s2sdiff.ir.structure import PACK, is_section
from s2sdiff.ir.sure import with_sure
from s2sdiff.ir.traverse import definitions
from s2sdiff.ir.types import List, cotangent_type


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
        hint = Cotangent(function.output) if isinstance(function.output, Value) else None
        with builder.block() as opening:
            tree = apart_from_arguments(builder, function, open_tree(builder, seed), hint)
        if changes_arguments(function):  # then it is read before that
            builder.ops += opening
            opening = []
        with builder.block() as checks:
            check_shapes(builder, tree, function.output)
        opening += checks
        swept = sweep(builder, function, wrt, [tree], opening)
        pullback = pack_wrt(builder, function, wrt, single, swept.bars[0], seed)
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
    function = with_sure(flagged(with_known_sums(defined_everywhere(function))))
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
            ops = Sweep(builder, cotangents, varied, reversal).ops(ops)
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
        ops = Sweep(builder, cotangents, varied, reversal).ops(body.ops)
        bars: list[Atom] = []
        for at in pair.inputs:
            param = body.params[at]
            tree = cotangents.take(param)
            if tree is None and isinstance(param.type, List):
                bars.append(builder.apply(ZEROS_LIKE, param))
            else:
                bars.append(close_like(builder, tree, param))
    forward, reverse = reversal.divide(
        body.params, ops, body.outputs, tuple(backwards), tuple(bars), pair.residuals
    )
    calls.remarks += reversal.remarks
    calls.add(pair.forward, function, forward)
    params = (*body.params, *seeds, *reverse.params)
    calls.add(pair.reverse, function, replace(reverse, params=params))
