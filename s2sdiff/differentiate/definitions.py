"""Functions that have a definition are differentiated by it.

    y = numpy.trapezoid(f)             y = numpy.trapezoid(f)
                               ->      z = ... the definition of numpy.trapezoid ...
    g(y)                               w = core.defined(y, z)
                                       g(w)

What the derivative reads of the inside of the definition is computed; the value is still that of the
function. `without_definitions` takes the links off again.

`1.0 / (1.0 + exp(-x))` is differentiated as the logistic function, whose derivative is y * (1.0 - y):
the factor exp(-x) / (1.0 + exp(-x))**2 would be NaN where the exponential is infinite.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from s2sdiff.differentiate.arrays import kind_of
from s2sdiff.frontend.arrays import run_definition
from s2sdiff.frontend.lower import DERIVE, Lowerer
from s2sdiff.ir.build import Builder, number
from s2sdiff.ir.core import Apply, Atom, Block, Function, Op, Value
from s2sdiff.ir.shapes import is_new_name, with_axes_named
from s2sdiff.ir.structure import DEFINED
from s2sdiff.ir.traverse import (
    blocks,
    defining_ops,
    definitions,
    rename,
    rewrite_blocks,
    substitute,
    walk,
)
from s2sdiff.ir.types import Array, Size, Tuple, Type
from s2sdiff.rules.registry import find_rule, primitive

ADD = primitive("operator.add")
DIVIDE = primitive("operator.truediv")
NEGATE = primitive("operator.neg")
EXPONENTIALS = ("numpy.exp", "math.exp")


def defined_everywhere(function: Function) -> Function:
    """`function` and its helpers with definitions."""
    helpers = tuple(
        replace(helper, function=with_definitions(helper.function)) for helper in function.helpers
    )
    return replace(with_definitions(function), helpers=helpers)


def with_definitions(function: Function) -> Function:
    """`function` with the definitions of what it calls beside the calls."""
    function = rewrite_blocks(function, _with_logistic)
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
    named = {value: result for result, value in table.items() if isinstance(value, Value)}
    inner = (block for op in walk(function.body) for block in blocks(op))
    table.update(pair for block in (function.body, *inner) for pair in _outcomes(block))
    body = rewrite_blocks(function, _unlinked).body
    return replace(function, body=rename(substitute(body, table), named))


def _outcomes(block: Block) -> Iterator[tuple[Value, Atom]]:
    """What definitions gave, and the value that it is equal to: that of the function itself."""
    places = {result: at for at, op in enumerate(block.ops) for result in op.results}
    for op in block.ops:
        if isinstance(op, Apply) and op.primitive is DEFINED:
            value, outcome = op.args
            if not (isinstance(value, Value) and isinstance(outcome, Value)):
                continue
            if value in places and places.get(outcome, -1) > places[value]:
                yield outcome, value


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
        more, outcome = _with_axes_of(result, *_definition_of(op))
        hidden = replace(result, hint=None)
        ops += [replace(op, results=(hidden,)), *more]
        ops.append(Apply(DEFINED, (hidden, outcome), (result,), op.span))
    return Block(block.params, tuple(ops), block.outputs)


def _with_axes_of(result: Value, ops: list[Op], outcome: Atom) -> tuple[list[Op], Atom]:
    """`ops`, where axes of `outcome` are called as in `result`: it is the same value."""
    names = dict(_renamed_axes(outcome.type, result.type))
    if not names:
        return ops, outcome
    block = Block((), tuple(ops), (outcome,))
    table = {
        value: replace(value, type=with_axes_named(value.type, names))
        for value in definitions(block)
    }
    found = rename(block, table)
    return list(found.ops), found.outputs[0]


def _renamed_axes(new: Type, old: Type) -> Iterator[tuple[str, str]]:
    """What unknown axes of a type are called, and what they are called in another one."""
    if isinstance(new, Tuple) and isinstance(old, Tuple) and len(new.items) == len(old.items):
        for one, two in zip(new.items, old.items, strict=True):
            yield from _renamed_axes(one, two)
    if not isinstance(new, Array) or not isinstance(old, Array) or not new.axes or not old.axes:
        return
    for mine, other in zip(new.axes, old.axes, strict=False):
        if not isinstance(mine, Size) or not isinstance(other, Size) or mine.plus != other.plus:
            continue
        if mine.name != other.name and is_new_name(mine.name):
            yield mine.name, other.name


def _with_logistic(block: Block) -> Block:
    """`block` with the logistic function beside what computes it."""
    made = defining_ops(block)
    done = {o.args[0] for o in block.ops if isinstance(o, Apply) and o.primitive is DEFINED}
    ops: list[Op] = []
    for op in block.ops:
        power = _exponent(op, made)
        if power is None or not done.isdisjoint(op.results):
            ops.append(op)
            continue
        assert isinstance(op, Apply)
        (result,) = op.results
        hidden = replace(result, hint=None)
        ops.append(replace(op, results=(hidden,)))
        builder = Builder()
        with builder.block() as more, builder.at(op.span):
            minus = _made_by(power, made)
            negated = minus is not None and minus.primitive is NEGATE
            x = minus.args[0] if minus and negated else builder.apply(NEGATE, power)
            outcome = builder.apply(primitive("scipy.special.expit"), x)
        ops += [*more, Apply(DEFINED, (hidden, outcome), (result,), op.span)]
    return Block(block.params, tuple(ops), block.outputs)


def _exponent(op: Op, made: dict[Value, Op]) -> Value | None:
    """u, where `op` is the division in 1.0 / (1.0 + exp(u))."""
    if not (isinstance(op, Apply) and op.primitive is DIVIDE and number(op.args[0]) == 1):
        return None
    total = _made_by(op.args[1], made)
    if total is None or total.primitive is not ADD:
        return None
    for one, other in (total.args, total.args[::-1]):
        power = _made_by(other, made)
        if power is not None and number(one) == 1 and power.primitive.name in EXPONENTIALS:
            (exponent,) = power.args
            is_real = isinstance(exponent, Value) and kind_of(exponent) != "complex"
            return exponent if is_real and isinstance(exponent, Value) else None
    return None


def _made_by(atom: Atom, made: dict[Value, Op]) -> Apply | None:
    op = made.get(atom) if isinstance(atom, Value) else None
    return op if isinstance(op, Apply) else None


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
