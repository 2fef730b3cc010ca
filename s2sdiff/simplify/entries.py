"""Entries of lists of cotangents that are added to, read and overwritten one after the other.

    ws = store(xs, i, 0.0)
    ys = add_at(ws, i, v)      ->      ys = store(xs, i, v)

    ws = add_at(xs, i, v)              a = item(xs, i)
    y = item(ws, i)            ->      y = a + v
    ys = store(ws, i, z)               ys = store(xs, i, z)

The first holds for a list of zeros that was just made, too, and for arrays: xs[i] = xs[i] + a.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import final

from s2sdiff.ir.arrays import ZEROS
from s2sdiff.ir.build import number
from s2sdiff.ir.core import Apply, Atom, Block, Function, Op, Value, are_equal
from s2sdiff.ir.lists import ADD_AT, ITEM, STORE, ZEROS_LIKE
from s2sdiff.ir.shapes import is_same
from s2sdiff.ir.traverse import reads, rewrite_blocks, substitute
from s2sdiff.ir.types import FLOAT, Array
from s2sdiff.rules.registry import primitive

ADD = primitive("operator.add")


def entries(function: Function) -> Function:
    """`function` where an entry that is overwritten is not written before."""
    return rewrite_blocks(function, _Entries(function.body).block)


@final
class _Entries:
    """Rewrites blocks of `body`."""

    def __init__(self, body: Block) -> None:
        self.uses = Counter(atom for atom in reads(body) if isinstance(atom, Value))

    def block(self, block: Block) -> Block:
        ops = list(block.ops)
        table: dict[Value, Atom] = {}
        for change in (self.take, self.put):
            for op in block.ops:
                if isinstance(op, Apply) and op.primitive is ADD_AT and op in ops:
                    change(ops, op, table)
        for op in block.ops:
            if isinstance(op, Apply) and op.primitive is STORE and op in ops:
                self.put_array(ops, op, table)
        if tuple(ops) == block.ops:
            return block
        return substitute(Block(block.params, tuple(ops), block.outputs), table)

    def put(self, ops: list[Op], added: Apply, table: dict[Value, Atom]) -> None:
        """The sum is zero before: what is added is stored."""
        version, item = added.args[0], added.args[-1]
        while item.type == FLOAT:
            before = next((op for op in ops if version in op.results), None)
            if not isinstance(before, Apply) or self.uses[before.results[0]] != 1:
                return
            if before.primitive is ZEROS_LIKE:
                ops[ops.index(added)] = replace(added, primitive=STORE)
                return
            if before.primitive is STORE and _is_zero(before.args[-1]) and _same(before, added):
                ops.remove(before)
                table[before.results[0]] = before.args[0]
                ops[ops.index(added)] = replace(added, primitive=STORE)
                return
            if before.primitive is not ADD_AT or not _apart(before, added):
                return
            version = before.args[0]

    def put_array(self, ops: list[Op], store: Apply, table: dict[Value, Atom]) -> None:
        """The same for an array: `xs[i] = xs[i] + a`, where there are zeros before."""
        made = {result: op for op in ops for result in op.results}
        version, *path, total = store.args
        adding = made.get(total) if isinstance(total, Value) else None
        if not isinstance(adding, Apply) or adding.primitive is not ADD or self.uses[total] != 1:  # type: ignore[index]
            return
        read, item = adding.args
        reading = made.get(read) if isinstance(read, Value) else None
        if not isinstance(reading, Apply) or reading.primitive is not ITEM:
            return
        is_once = self.uses[reading.results[0]] == 1 and reading.args[0] is version
        if not (is_once and _same(reading, store) and _has_shape(item, total)):
            return
        uses = 2  # of the version that is read and stored to
        while True:
            before = made.get(version) if isinstance(version, Value) else None
            if not isinstance(before, Apply) or self.uses[before.results[0]] != uses:
                return
            zeros = made.get(before.args[-1]) if isinstance(before.args[-1], Value) else None
            is_zero = isinstance(zeros, Apply) and zeros.primitive.name in ZEROS
            if before.primitive is STORE and is_zero and _same(before, store):
                ops.remove(before)
                table[before.results[0]] = before.args[0]
                break
            if before.primitive is ZEROS_LIKE:
                break
            if before.primitive is not STORE or not _apart(before, store):
                return
            version, uses = before.args[0], 1
        ops.remove(reading)
        ops.remove(adding)
        ops[ops.index(store)] = replace(store, args=(store.args[0], *path, item))

    def take(self, ops: list[Op], added: Apply, table: dict[Value, Atom]) -> None:
        """The sum is read once, and the entry is overwritten."""
        (version,) = added.results
        readers = [op for op in ops if isinstance(op, Apply) and version in op.args]
        if self.uses[version] != 2 or len(readers) != 2:
            return
        read, store = readers
        whole, *path, item = added.args
        if read.primitive is not ITEM or store.primitive is not STORE or version in store.args[1:]:
            return
        if not (_same(read, added) and _same(store, added)):
            return
        before = Value(None, read.results[0].type, read.span)
        at = ops.index(read)
        ops[at : at + 1] = [
            Apply(ITEM, (whole, *path), (before,), read.span),
            Apply(ADD, (before, item), read.results, read.span),
        ]
        ops.remove(added)
        table[version] = whole


def _has_shape(item: Atom, total: Atom) -> bool:
    """Has what is added the shape and kind of the sum?"""
    one, two = item.type, total.type
    if not (isinstance(one, Array) and isinstance(two, Array) and one.kind == two.kind):
        return False
    return one.axes is not None and two.axes is not None and all(map(is_same, one.axes, two.axes))


def _path(op: Apply) -> tuple[Atom, ...]:
    return op.args[1:] if op.primitive is ITEM else op.args[1:-1]


def _is_zero(atom: Atom) -> bool:
    return number(atom) == 0.0


def _same(one: Apply, two: Apply) -> bool:
    """Are both at the same entry?"""
    left, right = _path(one), _path(two)
    return len(left) == len(right) and all(map(are_equal, left, right))


def _apart(one: Apply, two: Apply) -> bool:
    """Are they surely at two entries? Constant indices that are not negative differ."""
    if len(_path(one)) != len(_path(two)):
        return False
    pairs = zip(_path(one), _path(two), strict=True)
    numbers = [(number(left), number(right)) for left, right in pairs]
    return any(
        left is not None and right is not None and left >= 0 and right >= 0 and left != right
        for left, right in numbers
    )
