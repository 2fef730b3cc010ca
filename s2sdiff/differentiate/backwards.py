"""The turns of a loop backwards: what the reversed loop runs over.

for i in range(n)               for i in range(n - 1, -1, -1)
left after m turns              for i in range(m - 1, -1, -1)
turns that only add             the same range again: their order does not matter
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.errors import internal
from s2sdiff.ir.build import Builder, number
from s2sdiff.ir.constants import fold
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    For,
    Primitive,
    Value,
    While,
    constant,
)
from s2sdiff.ir.lists import LENGTH, RANGE
from s2sdiff.ir.order import is_free_of_order
from s2sdiff.ir.traverse import reads, substitute
from s2sdiff.ir.types import INT
from s2sdiff.rules.registry import primitive

SUBTRACT = primitive("operator.sub")
ADD = primitive("operator.add")
MULTIPLY = primitive("operator.mul")


def backwards(
    builder: Builder,
    definitions: dict[Value, Apply],
    op: For | While,
    index: Value | None,
    body: Block,
    count: Atom | None,
) -> tuple[Atom, Block]:
    """What the reversed loop runs over, and its body with the index in it."""
    new = Value(index.hint if index is not None else None, INT, op.span)
    is_read = index is not None and any(atom is index for atom in reads(body))
    if not is_read:
        if count is None:
            assert isinstance(op, For)
            return op.iterable, _with_index(new, body)
        return builder.apply(RANGE, constant(0), count, constant(1)), _with_index(new, body)
    assert isinstance(op, For) and index is not None
    body = substitute(body, {index: new})
    made = definitions.get(op.iterable) if isinstance(op.iterable, Value) else None
    if made is None or made.primitive is not RANGE:
        raise internal("reverse", "a loop over something else than a range")
    start, stop, step = made.args
    if count is None and is_free_of_order(new, body):
        return op.iterable, _with_index(new, body)
    if count is not None:
        if number(start) == 0 and number(step) == 1:
            last = _less(builder, count, 1)
            turns_ = builder.apply(RANGE, last, constant(-1), constant(-1))
            return turns_, _with_index(new, body)
        return _stepped(builder, start, step, count), _with_index(new, body)
    if number(step) == 1:
        bounds = (_less(builder, stop, 1), _less(builder, start, 1), constant(-1))
    elif number(step) == -1:
        bounds = (_less(builder, stop, -1), _less(builder, start, -1), constant(1))
    else:
        length = builder.apply(LENGTH, op.iterable)
        return _stepped(builder, start, step, length), _with_index(new, body)
    return builder.apply(RANGE, *bounds), _with_index(new, body)


def _with_index(index: Value, body: Block) -> Block:
    return replace(body, params=(index, *body.params))


def _less(builder: Builder, atom: Atom, by: int) -> Atom:
    known = fold(SUBTRACT, (atom, constant(by)))
    if known is not None:
        return known
    if by < 0:
        return builder.apply(ADD, atom, constant(-by))
    return builder.apply(SUBTRACT, atom, constant(by))


def _stepped(builder: Builder, start: Atom, step: Atom, count: Atom) -> Atom:
    """`range(start + (count - 1) * step, start - step, -step)`."""

    def make(operation: Primitive, *args: Atom) -> Atom:
        known = fold(operation, args)
        return known if known is not None else builder.apply(operation, *args)

    far = make(MULTIPLY, _less(builder, count, 1), step)
    last = far if number(start) == 0 else make(ADD, start, far)
    back = make(primitive("operator.neg"), step)
    end = back if number(start) == 0 else make(SUBTRACT, start, step)
    return builder.apply(RANGE, last, end, back)
