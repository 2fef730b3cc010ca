"""Arrays that a loop accumulates from a number.

    out = 0.0                         out: a number before the first turn, an array of the axes of d then
    for k in range(n):
        d = w[k] * x[k:k + 3]
        out = out + d                 d_bar = out_bar

In each turn the sum has the axes of `d`, if those are as long in all of them: as those of arrays from
outside the loop, and slices from `i` to `i + n`. Of the number, a constant, nobody asks the derivative.
What a loop leaves may still be the number, if it makes no turn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from s2sdiff.ir.build import number
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    For,
    Function,
    Group,
    Op,
    Value,
    While,
    is_none,
)
from s2sdiff.ir.shapes import names_of
from s2sdiff.ir.traverse import (
    carried_params,
    definitions,
    free_values,
    reads,
    rename,
    rewrite_blocks,
    walk,
)
from s2sdiff.ir.types import Array, Axes, Axis, Size

BY_ELEMENT = frozenset(f"operator.{name}" for name in ("add", "sub", "mul", "truediv"))


def with_known_sums(function: Function) -> Function:
    """`function` with the axes of what is accumulated from numbers."""
    return rewrite_blocks(function, _block)


def _block(block: Block) -> Block:
    ops: list[Op] = []
    for op in block.ops:
        if isinstance(op, For | While):
            table: dict[Value, Value] = {}
            steady: set[str] | None = None
            for at, start in enumerate(op.carried):
                found = _typed(op, at) if number(start) is not None else None
                if found:
                    steady = _steady(op.body) if steady is None else steady
                    axes = [axis for value in found.values() for axis in _axes(value)]
                    if all(_is_steady(axis, steady) for axis in axes):
                        table.update(found)
            op = replace(op, body=rename(op.body, table)) if table else op
        ops.append(op)
    return replace(block, ops=tuple(ops))


def _typed(loop: For | While, at: int) -> dict[Value, Value] | None:
    """What a loop accumulates in this place, with its axes; None where it does something else with it."""
    param, end = carried_params(loop)[at], loop.body.outputs[1 + at]
    counts = Counter(atom for atom in reads(loop.body) if isinstance(atom, Value))
    is_tested = isinstance(loop, While) and param in set(reads(loop.test))
    if not (isinstance(param.type, Array) and param.type.axes is None and counts[param] == 1):
        return None
    made = {result: op for op in loop.body.ops for result in op.results}
    if is_tested or not isinstance(end, Value) or end not in made:
        return None
    last = made[end]
    if isinstance(last, For | While):
        inner = last.results.index(end)
        if last.carried[inner] is not param or counts[end] != 1:
            return None
        table = _typed(last, inner)
        if table is None:
            return None
        axes = next(value.type.axes for value in table.values() if isinstance(value.type, Array))
    elif isinstance(last, Apply) and last.primitive.name in BY_ELEMENT:
        others = [arg.type for arg in last.args if arg is not param]
        if len(others) != 1 or not isinstance(others[0], Array):
            return None
        table, axes = {}, others[0].axes
    else:
        return None
    if axes is None:
        return None
    for value in (param, end):
        assert isinstance(value.type, Array)
        table[value] = replace(value, type=replace(value.type, axes=axes))
    return table


def _axes(value: Value) -> Axes:
    return (value.type.axes or ()) if isinstance(value.type, Array) else ()


def _is_steady(axis: Axis, steady: set[str]) -> bool:
    if not isinstance(axis, Size) or not axis.may_be_one:
        return True
    return all(name in steady for name in names_of(axis))


def _steady(body: Block) -> set[str]:
    """The names of axes that are as long in each turn of a loop."""
    inside = set(definitions(body))
    found = {
        name for value in free_values(body) for axis in _axes(value) for name in names_of(axis)
    }
    made = {result: op for op in walk(body) for result in op.results}
    for op in walk(body):
        if isinstance(op, Apply) and op.primitive.name == "operator.getitem":
            for axis, start, stop in _slices(op):
                last = made.get(stop) if isinstance(stop, Value) else None
                if not isinstance(last, Apply) or last.primitive.name != "operator.add":
                    continue
                lengths = [arg for arg in last.args if arg is not start]
                is_window = len(lengths) == 1 and isinstance(
                    lengths[0], Value
                )  # `i + 2` runs over the end
                if is_window and lengths[0] not in inside:
                    found.update(names_of(axis))
    return found


def _slices(op: Apply) -> list[tuple[Axis, Atom, Atom]]:
    """The axes of what is read, and the bounds between which they are; of slices without steps only."""
    assert op.primitive.layout is not None
    layout = op.primitive.layout[1]
    parts = layout.parts if layout is not None and layout.kind == "tuple" else (layout,)
    if not all(isinstance(part, Group) and part.kind == "slice" for part in parts):
        return []
    bounds = zip(*[iter(op.args[1:])] * 3, strict=True)
    rows = zip(_axes(op.results[0]), bounds, strict=False)
    return [(axis, start, stop) for axis, (start, stop, step) in rows if is_none(step)]
