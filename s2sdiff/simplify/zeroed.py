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

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, final

from s2sdiff.ir.affine import moved
from s2sdiff.ir.arrays import is_put, is_store, parts_of_store, put
from s2sdiff.ir.build import number
from s2sdiff.ir.core import Apply, Atom, Block, Cotangent, For, Function, Op, Value
from s2sdiff.ir.lists import RANGE
from s2sdiff.ir.traverse import (
    blocks,
    carried_params,
    defining_ops,
    operands,
    reads,
    rewrite_blocks,
    substitute,
    walk,
)
from s2sdiff.ir.types import Array

GETITEM = "operator.getitem"
Index: TypeAlias = tuple[tuple[Atom | None, int], ...]


def zeroed(function: Function) -> Function:
    """`function` without zeros that nobody meets."""
    if not any(map(_is_zeroing, walk(function.body))):
        return function
    function = rewrite_blocks(function, _stored)
    function = rewrite_blocks(function, _Unmet(function.body).block)
    return rewrite_blocks(function, _without_unchanged)


def _is_zeroing(op: Op) -> bool:
    """Does it set an entry of a cotangent to zero?"""
    if not is_store(op) or not is_put(op.primitive) or number(op.args[-1]) != 0:
        return False
    return isinstance(op.results[0].hint, Cotangent) and not parts_of_store(op).way


def _atoms_of_index(op: Op) -> tuple[Atom, ...] | None:
    """The index of a read or a store, if it is made of numbers."""
    if is_store(op):
        parts = parts_of_store(op)
        if parts.way:
            return None
        layout, index = parts.layout, parts.index
    else:
        assert isinstance(op, Apply) and op.primitive.layout is not None
        layout, index = op.primitive.layout[1], op.args[1:]
    if any(isinstance(atom.type, Array) for atom in index):
        return None
    if layout is None:
        return index
    is_plain = layout.kind == "tuple" and all(part is None for part in layout.parts)
    return index if is_plain else None


# Zeros that something is added to


def _stored(block: Block) -> Block:
    """`block` with sums with zero as what is added."""
    made = {result: op for op in block.ops for result in op.results}
    uses: dict[Atom, int] = {}
    for atom in reads(block):
        uses[atom] = uses.get(atom, 0) + 1
    table: dict[Value, Atom] = {}
    gone: set[Op] = set()
    changed: dict[Op, Op] = {}
    for op in block.ops:
        if not is_store(op) or op.primitive.name != "core.scatter":
            continue
        index = _index_of(op, made)
        version = op.args[0]
        while index is not None:
            before = made.get(version) if isinstance(version, Value) else None
            if before is None or not is_store(before) or before in gone:
                break
            other = _index_of(before, made)
            if other is None or uses[before.results[0]] != 1:
                break
            if _is_zeroing(before) and other == index:
                gone.add(before)
                table[before.results[0]] = before.args[0]
                changed[op] = replace(op, primitive=put(parts_of_store(op).layout))
                break
            if not _are_apart(index, other):
                break
            version = before.args[0]
    if not gone:
        return block
    ops = tuple(changed.get(op, op) for op in block.ops if op not in gone)
    return substitute(replace(block, ops=ops), table)


def _index_of(op: Op, made: dict[Value, Op]) -> Index | None:
    atoms = _atoms_of_index(op)
    return None if atoms is None else tuple(moved(atom, made) for atom in atoms)


def _are_apart(one: Index, two: Index) -> bool:
    """Are these surely different entries? Numbers that are negative count from the end."""
    pairs = zip(one, two, strict=False)
    return any(
        left[0] is right[0]
        and left[1] != right[1]
        and (left[0] is not None or min(left[1], right[1]) >= 0)
        for left, right in pairs
    )


# Zeros that nobody meets


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Access:
    """A read or a store of an entry: in which loops, at which place of each of them."""

    op: Op
    index: Index | None
    loops: tuple[For, ...]
    place: tuple[int, ...]
    kind: Literal["read", "add", "put"]


class _Unfollowed(Exception):
    """An array is used in a way that is not followed."""


@final
class _Unmet:
    """Takes zeros out of the outermost loops that carry a cotangent."""

    def __init__(self, body: Block) -> None:
        self.made = defining_ops(body)
        self.inner = {param for op in walk(body) for block in blocks(op) for param in block.params}

    def block(self, block: Block) -> Block:
        ops: list[Op] = list(block.ops)
        for at, op in enumerate(block.ops):
            if isinstance(op, For) and any(map(_is_zeroing, walk(op.body))):
                ops[at] = self.loop(op, Block((), block.ops[at + 1 :], block.outputs))
        return replace(block, ops=tuple(ops))

    def loop(self, loop: For, rest: Block) -> For:
        unmet: set[Op] = set()
        for place, start in enumerate(loop.carried):
            if not isinstance(start.type, Array) or start in self.inner:
                continue
            try:
                found = list(self.inside(loop, place, (), ()))
                behind = list(self.behind(rest, loop.results[place]))
            except _Unfollowed:
                continue
            for each in found:
                if _is_zeroing(each.op) and self.is_unmet(each, found, behind):
                    unmet.add(each.op)
        return _without(loop, unmet) if unmet else loop

    def inside(
        self, loop: For, place: int, loops: tuple[For, ...], way: tuple[int, ...]
    ) -> Iterator[_Access]:
        """What happens to the array that a loop carries at `place`."""
        around = (*loops, loop)
        versions: set[Atom] = {carried_params(loop)[place]}
        for at, op in enumerate(loop.body.ops):
            yield from self.accesses(op, versions, around, (*way, at))
        for position, output in enumerate(loop.body.outputs):
            if output in versions and position != 1 + place:
                raise _Unfollowed

    def accesses(
        self, op: Op, versions: set[Atom], loops: tuple[For, ...], way: tuple[int, ...]
    ) -> Iterator[_Access]:
        """What `op` does to the array of which `versions` are known; these grow."""
        used = [at for at, atom in enumerate(operands(op)) if atom in versions]
        if isinstance(op, For):
            inside = {atom for atom in reads(op.body) if atom in versions}
            places = [at for at, start in enumerate(op.carried) if start in versions]
            if inside or (used and len(places) != 1) or len(places) > 1:
                raise _Unfollowed
            if places:
                versions.add(op.results[places[0]])
                yield from self.inside(op, places[0], loops, way)
            return
        if blocks(op):
            if used or any(atom in versions for block in blocks(op) for atom in reads(block)):
                raise _Unfollowed
            return
        if not used:
            return
        if used != [0]:
            raise _Unfollowed
        if is_store(op):
            versions.add(op.results[0])
            kind: Literal["read", "add", "put"] = "put" if is_put(op.primitive) else "add"
            yield _Access(op, _index_of(op, self.made), loops, way, kind)
        elif isinstance(op, Apply) and op.primitive.name == GETITEM:
            yield _Access(op, _index_of(op, self.made), loops, way, "read")
        elif not (
            isinstance(op, Apply) and op.primitive.name in ("core.axis", "core.size", "core.shape")
        ):
            raise _Unfollowed

    def behind(self, rest: Block, result: Value) -> Iterator[_Access]:
        """What happens to the array behind the loop."""
        versions: set[Atom] = {result}
        for at, op in enumerate(rest.ops):
            yield from self.accesses(op, versions, (), (at,))
        if any(output in versions for output in rest.outputs):
            raise _Unfollowed

    def is_unmet(self, zero: _Access, found: list[_Access], behind: list[_Access]) -> bool:
        """Is the entry that is set to zero never met again before something is stored in it?"""
        if zero.index is None:
            return False
        numbers = [loop.body.params[0] for loop in zero.loops]
        known = [base for base, _ in zero.index]
        if any(index not in known for index in numbers):
            return False
        if not all(self.is_missed(zero, each) for each in behind):
            return False
        return not any(self.meets(zero, each) for each in found if each is not zero)

    def meets(self, zero: _Access, other: _Access) -> bool:
        """May `other` come later and be at the same entry?"""
        if other.index is None or zero.index is None or len(other.index) != len(zero.index):
            return True
        pairs = list(zip(zero.index, other.index, strict=True))
        if any(_are_apart((left,), (right,)) for left, right in pairs if left[0] is None):
            return False
        common = [one for one, two in zip(zero.loops, other.loops, strict=False) if one is two]
        for loop in common:
            item = loop.body.params[0]
            aheads = {left[1] - right[1] for left, right in pairs if left[0] is item is right[0]}
            step = self.step_of(loop)
            if len(aheads) > 1:
                return False  # no turn fits all
            if not aheads or step is None:
                return True
            (ahead,) = aheads  # the number of the turn that meets the entry, less that of this turn
            if ahead % abs(step):
                return False
            if ahead:
                return ahead * step > 0
        return other.place[len(common) - 1 :] > zero.place[len(common) - 1 :]

    def step_of(self, loop: For) -> int | None:
        made = self.made.get(loop.iterable) if isinstance(loop.iterable, Value) else None
        if not isinstance(made, Apply) or made.primitive is not RANGE:
            return None
        step = number(made.args[2])
        return step if isinstance(step, int) and step else None

    def is_missed(self, zero: _Access, other: _Access) -> bool:
        """Is an entry that is met behind the loops none of those that are set to zero?"""
        if other.index is None or zero.index is None or len(other.index) != len(zero.index):
            return False
        for (base, ahead), (fixed, at) in zip(zero.index, other.index, strict=True):
            if fixed is not None or at < 0:
                continue
            if base is None:
                if ahead >= 0 and ahead != at:
                    return True
                continue
            loop = next((each for each in zero.loops if each.body.params[0] is base), None)
            least = None if loop is None else self.least_of(loop)
            if least is not None and at < least + ahead:
                return True
        return False

    def least_of(self, loop: For) -> int | None:
        """The smallest number that a loop runs over may be this, or a larger one."""
        made = self.made.get(loop.iterable) if isinstance(loop.iterable, Value) else None
        if not isinstance(made, Apply) or made.primitive is not RANGE:
            return None
        start, stop, step = map(number, made.args)
        if not isinstance(step, int):
            return None
        found = start if step > 0 else stop
        if not isinstance(found, int):
            return None
        return found if step > 0 else found + 1


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
