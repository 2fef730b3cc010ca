"""Functions that have a definition are differentiated by it.

    y = numpy.trapezoid(f)             y = numpy.trapezoid(f)
                               ->      z = ... the definition of numpy.trapezoid ...
    g(y)                               w = core.defined(y, z)
                                       g(w)

What the derivative reads of the inside of the definition is computed; the value is still that of the
function. `without_definitions` takes the links off again.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.frontend.arrays import run_definition
from s2sdiff.frontend.lower import DERIVE, Lowerer
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Block, Function, Op, Value
from s2sdiff.ir.structure import DEFINED
from s2sdiff.ir.traverse import (
    rename,
    rewrite_blocks,
    substitute,
    walk,
)
from s2sdiff.rules.registry import find_rule


def defined_everywhere(function: Function) -> Function:
    """`function` and its helpers with definitions."""
    helpers = tuple(
        replace(helper, function=with_definitions(helper.function)) for helper in function.helpers
    )
    return replace(with_definitions(function), helpers=helpers)


def with_definitions(function: Function) -> Function:
    """`function` with the definitions of what it calls beside the calls."""
    while any(map(_is_defined, walk(function.body))):
        linked = {
            op.args[0]
            for op in walk(function.body)
            if isinstance(op, Apply) and op.primitive is DEFINED
        }
        before = function
        function = rewrite_blocks(function, lambda block, done=linked: _expanded(block, done))  # type: ignore[misc]
        if function.body is before.body or _count(function) == _count(before):
            break
    return function


def without_definitions(function: Function) -> Function:
    """`function` with the value itself wherever it is linked to its definition."""
    table: dict[Value, Atom] = {
        op.results[0]: op.args[0]
        for op in walk(function.body)
        if isinstance(op, Apply) and op.primitive is DEFINED
    }
    if not table:
        return function
    named = {
        value: replace(value, hint=result.hint)
        for result, value in table.items()
        if isinstance(value, Value) and value.hint is None
    }
    body = rewrite_blocks(function, _unlinked).body
    return replace(function, body=rename(substitute(body, table), named))


def _unlinked(block: Block) -> Block:
    ops = tuple(o for o in block.ops if not (isinstance(o, Apply) and o.primitive is DEFINED))
    return Block(block.params, ops, block.outputs)


def _count(function: Function) -> int:
    return sum(1 for _ in walk(function.body))


def _is_defined(op: Op) -> bool:
    if not isinstance(op, Apply) or op.primitive.layout is None:
        return False
    rule = find_rule(op.primitive)
    return rule is not None and rule.form == "definition"


def _expanded(block: Block, done: set[Atom]) -> Block:
    ops: list[Op] = []
    for op in block.ops:
        if not _is_defined(op) or op.results[0] in done:
            ops.append(op)
            continue
        assert isinstance(op, Apply)
        (result,) = op.results
        more, outcome = _definition_of(op)
        hidden = replace(result, hint=None)
        ops += [replace(op, results=(hidden,)), *more]
        ops.append(Apply(DEFINED, (hidden, outcome), (result,), op.span))
    return Block(block.params, tuple(ops), block.outputs)


def _definition_of(op: Apply) -> tuple[list[Op], Atom]:
    rule = find_rule(op.primitive)
    assert rule is not None and op.span is not None
    builder = Builder()
    low = Lowerer(builder, [])
    low.derive = DERIVE.get("derive")
    with builder.block() as ops, builder.at(op.span):
        found = run_definition(low, rule, op.primitive, op.args, op.span)
        outcome = low.pack_argument(found, op.span)
    return list(ops), outcome
