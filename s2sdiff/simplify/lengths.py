"""Lengths are asked of arrays that are there anyway.

    c = y - f                                    c = y - f
    (c * c).size                       ->        c.size

What is computed element by element is as long as what it is computed of. An array that has a name, or that
more than one op reads, is there anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from s2sdiff.ir.arrays import AXIS, SIZE, is_length
from s2sdiff.ir.core import Apply, Atom, Const, Function, Value, constant
from s2sdiff.ir.shapes import is_same
from s2sdiff.ir.traverse import blocks, operands, walk
from s2sdiff.ir.types import Array, Axes
from s2sdiff.rules.registry import find_rule
from s2sdiff.simplify.rewrite import Definitions, Replacement, rewrite


def lengths(function: Function) -> Function:
    """`function` with lengths of what is computed only for them asked of something else."""
    ops = list(walk(function.body))
    reads = Counter(atom for op in ops if not is_length(op) for atom in operands(op))
    inner = (block for op in ops for block in blocks(op))
    reads.update(atom for block in (function.body, *inner) for atom in block.outputs)

    def law(op: Apply, definitions: Definitions) -> Atom | Replacement | None:
        whole = op.args[0] if is_length(op) else None
        made = definitions.get(whole) if isinstance(whole, Value) else None
        if made is None or not isinstance(whole, Value) or reads[whole] > 1:
            return None
        if isinstance(whole.hint, str):
            return None
        for arg, mine, axes in _terms(whole, made):
            if op.primitive is SIZE:
                if len(mine) == len(axes) and all(map(is_same, mine, axes)):
                    return Replacement(SIZE, (arg,))
                continue
            at = op.args[1].value if isinstance(op.args[1], Const) else None
            if not isinstance(at, int) or at < 0:
                continue
            place = at - len(axes) + len(mine)
            if place >= 0 and is_same(mine[place], axes[at]):
                return Replacement(AXIS, (arg, constant(place)))
        return None

    return rewrite(function, law)


def _terms(whole: Value, made: Apply) -> Iterator[tuple[Value, Axes, Axes]]:
    """The arrays that `whole` is computed of element by element, their axes and its own."""
    rule = find_rule(made.primitive)
    if rule is None or rule.call is not None or not isinstance(whole.type, Array):
        return
    for arg in made.args:
        is_known = isinstance(arg.type, Array) and arg.type.axes is not None
        if isinstance(arg, Value) and is_known and whole.type.axes is not None:
            assert isinstance(arg.type, Array) and arg.type.axes is not None
            yield arg, arg.type.axes, whole.type.axes
