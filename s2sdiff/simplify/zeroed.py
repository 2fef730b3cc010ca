"""Entries of cotangents that are set to zero for nobody, or only to be added to.

    for i in range(n - 1, 0, -1):                 for i in range(n - 1, 0, -1):
        b = y_bar[i]                                  b = y_bar[i]
        y_bar[i] = 0.0                   ->           x_bar[i] += b * cos(x[i])
        x_bar[i] += b * cos(x[i])                     y_bar[i - 1] += b * 0.5
        y_bar[i - 1] += b * 0.5

No later turn meets `y_bar[i]` again: each entry of y is stored once, and only later entries are made of it.
Where the next thing that happens to an entry is that something is added, it is stored:

    y_bar[i] = 0.0
    y_bar[i - 1] += p           ->                y_bar[i - 1] += p
    y_bar[i] += q                                 y_bar[i] = q

Which entries are met is told from indices `i + c` of the numbers of turns.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import final

from s2sdiff.analysis.entries import Access, Entries, Unfollowed, index_of
from s2sdiff.ir.affine import moved
from s2sdiff.ir.arrays import WAYS, is_store, parts_of_store, put
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    Op,
    Value,
    are_equal,
)
from s2sdiff.ir.traverse import (
    blocks,
    carried_params,
    defining_ops,
    operands,
    reads,
    rewrite_blocks,
    substitute,
    walk,
    with_parts,
)
from s2sdiff.ir.types import Array
from s2sdiff.simplify.cleared import is_clearing


def zeroed(function: Function) -> Function:
    """`function` without zeros that nobody meets."""
    if not any(map(is_clearing, walk(function.body))):
        return function
    function = replace(function, body=_Added(function.body).body(function.body))
    function = rewrite_blocks(function, _Unmet(function.body).block)
    return rewrite_blocks(function, _without_unchanged)


# Zeros that something is added to


@final
class _Added:
    """Takes sums with zero out of a body: what is added is stored."""

    def __init__(self, body: Block) -> None:
        self.entries = Entries(defining_ops(body))
        self.uses = Counter(reads(body))
        self.table: dict[Value, Atom] = {}

    def body(self, body: Block) -> Block:
        return substitute(self.block(body, {}), self.table)

    def block(self, block: Block, loops: dict[Value, For]) -> Block:
        """`block` in these loops, by the numbers of their turns."""
        made = {result: op for op in block.ops for result in op.results}
        gone: set[Op] = set()
        ops: list[Op] = []
        for op in block.ops:
            inside = {**loops, op.body.params[0]: op} if isinstance(op, For) else loops
            if is_store(op) and op.primitive.name == "core.scatter":
                zeroing = self.zeroing_before(op, made, gone, loops)
                if zeroing is not None:
                    gone.add(zeroing)
                    self.table[zeroing.results[0]] = zeroing.args[0]
                    if _is_put_back(op, zeroing, made):
                        gone.add(op)
                        self.table[op.results[0]] = op.args[0]
                    else:
                        layout = parts_of_store(op).layout
                        ops.append(replace(op, primitive=put(layout, WAYS[op.primitive])))
                    continue
            ops.append(
                with_parts(op, operands(op), tuple(self.block(b, inside) for b in blocks(op)))
            )
        return replace(block, ops=tuple(op for op in ops if op not in gone))

    def zeroing_before(
        self, op: Apply, made: dict[Value, Op], gone: set[Op], loops: dict[Value, For]
    ) -> Apply | None:
        """What sets the entry to zero that something is added to next."""
        place, index = _place_of(op, made), index_of(op, made)
        whole = op.args[0].type
        axes = (whole.axes or ()) if isinstance(whole, Array) else ()
        version = op.args[0]
        while True:
            before = made.get(version) if isinstance(version, Value) else None
            if before is None or not is_store(before) or before in gone:
                return None
            if self.uses[before.results[0]] != 1:
                return None
            if is_clearing(before) and _place_of(before, made) == place:
                return before
            other = index_of(before, made)
            if index is None or other is None:
                return None
            if not self.entries.are_apart(index, other, axes, loops):
                return None
            version = before.args[0]


def _is_put_back(op: Apply, zeroing: Apply, made: dict[Value, Op]) -> bool:
    """Is what stood in the entry before it was set to zero all that is added?"""
    value = op.args[-1]
    read = made.get(value) if isinstance(value, Value) else None
    if not isinstance(read, Apply) or read.primitive.name != "operator.getitem":
        return False
    parts, layout = parts_of_store(zeroing), read.primitive.layout
    is_same = layout is not None and not parts.way and layout[1] == parts.layout
    return is_same and read.args[0] is parts.whole and _same(read.args[1:], parts.index)


def _same(one: tuple[Atom, ...], two: tuple[Atom, ...]) -> bool:
    return len(one) == len(two) and all(map(are_equal, one, two))


def _place_of(op: Apply, made: dict[Value, Op]) -> tuple[object, ...]:
    """Where a store goes to: equal for two stores to the same place."""
    parts = parts_of_store(op)
    atoms = (moved(atom, made) for atom in parts.place)
    return (
        parts.layout,
        tuple(step for step, _ in parts.way),
        *(
            (base.key, by)
            if isinstance(base, Const)
            else (id(base), by)
            if base is not None
            else by
            for base, by in atoms
        ),
    )


# Zeros that nobody meets


@final
class _Unmet:
    """Takes zeros out of the outermost loops that carry a cotangent."""

    def __init__(self, body: Block) -> None:
        self.entries = Entries(defining_ops(body))
        self.inner = {param for op in walk(body) for block in blocks(op) for param in block.params}

    def block(self, block: Block) -> Block:
        ops: list[Op] = list(block.ops)
        for at, op in enumerate(block.ops):
            if isinstance(op, For) and any(map(is_clearing, walk(op.body))):
                ops[at] = self.loop(op, Block((), block.ops[at + 1 :], block.outputs))
        return replace(block, ops=tuple(ops))

    def loop(self, loop: For, rest: Block) -> For:
        unmet: set[Op] = set()
        for place, start in enumerate(loop.carried):
            if not isinstance(start.type, Array) or start in self.inner:
                continue
            try:
                found = list(self.entries.inside(loop, place))
                behind = list(self.entries.behind(rest, loop.results[place]))
            except Unfollowed:
                continue
            for each in found:
                if is_clearing(each.op) and self.is_unmet(each, found, behind):
                    unmet.add(each.op)
        return _without(loop, unmet) if unmet else loop

    def is_unmet(self, zero: Access, found: list[Access], behind: list[Access]) -> bool:
        """Is the entry that is set to zero never met again?"""
        if zero.index is None:
            return False
        others = [each for each in found if each is not zero]
        return not any(self.entries.meets(zero, each) for each in (*others, *behind))


def _without(loop: For, ops: set[Op]) -> For:
    """`loop` without these changes."""
    table = {op.results[0]: op.args[0] for op in ops if isinstance(op, Apply)}

    def visit(block: Block) -> Block:
        kept: list[Op] = []
        for op in block.ops:
            if op in ops:
                continue
            if isinstance(op, For):
                op = replace(op, body=visit(op.body))
            kept.append(op)
        return replace(block, ops=tuple(kept))

    return replace(loop, body=substitute(visit(loop.body), table))


def _without_unchanged(block: Block) -> Block:
    """`block` whose loops read the arrays that they do not change, and do not carry them."""
    table: dict[Value, Atom] = {}
    ops: list[Op] = []
    for op in block.ops:
        if isinstance(op, For):
            op = _reading(op, table)
        ops.append(op)
    return substitute(replace(block, ops=tuple(ops)), table) if table else block


def _reading(loop: For, table: dict[Value, Atom]) -> For:
    params = carried_params(loop)
    rows = list(zip(params, loop.carried, loop.body.outputs[1:], loop.results, strict=True))
    same = [isinstance(p.type, Array) and output is p for p, _, output, _ in rows]
    if not any(same):
        return loop
    inside = {p: start for (p, start, _, _), is_same in zip(rows, same, strict=True) if is_same}
    table.update(
        (r, start) for (_, start, _, r), is_same in zip(rows, same, strict=True) if is_same
    )
    kept = [row for row, is_same in zip(rows, same, strict=True) if not is_same]
    body = Block(
        (loop.body.params[0], *(p for p, _, _, _ in kept)),
        loop.body.ops,
        (loop.body.outputs[0], *(output for _, _, output, _ in kept)),
    )
    return replace(
        loop,
        carried=tuple(start for _, start, _, _ in kept),
        body=substitute(body, inside),
        results=tuple(result for _, _, _, result in kept),
    )
