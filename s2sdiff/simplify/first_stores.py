"""Parts of an array of zeros that are met for the first time are stored, not added to.

    z_bar = np.zeros_like(z)            z_bar = np.zeros_like(z)
    z_bar[:, a:] += v            ->     z_bar[:, a:] = v
    z_bar[:, :a] += w                   z_bar[:, :a] = w

The second slice ends where the first one begins. Bounds are compared where they are numbers, or multiples
of the length of an axis.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TypeAlias, final

from s2sdiff.ir.arrays import ZEROS, parts_of_store, scatter_first
from s2sdiff.ir.core import Apply, Atom, Block, Const, Function, Op, Value, is_none
from s2sdiff.ir.parts import index_parts, is_slice
from s2sdiff.ir.traverse import defining_ops, reads, rewrite_blocks

Bound: TypeAlias = tuple[int, Value | None]  # so many times a length; of None a number


@final
@dataclass(frozen=True, slots=True)
class Range:
    """Places from `start`, and before `stop`; None where it goes to the end."""

    start: Bound
    stop: Bound | None


@final
@dataclass(frozen=True, slots=True)
class Whole:
    """An axis that is taken whole."""


Slot: TypeAlias = Range | Whole


def first_stores(function: Function) -> Function:
    """`function` with what is added to zeros stored."""
    scatters = [op for op in defining_ops(function.body).values() if _is_scatter(op)]
    return rewrite_blocks(function, _Stores(function.body).block) if scatters else function


def _is_scatter(op: Op | None) -> bool:
    return isinstance(op, Apply) and op.primitive.name == "core.scatter"


@final
class _Stores:
    def __init__(self, body: Block) -> None:
        self.made = defining_ops(body)
        self.uses = Counter(atom for atom in reads(body) if isinstance(atom, Value))

    def block(self, block: Block) -> Block:
        changed = [self.stored(op, block) for op in block.ops]
        return replace(block, ops=tuple(changed))

    def stored(self, op: Op, block: Block) -> Op:
        if not isinstance(op, Apply) or not _is_scatter(op):
            return op
        mine = self.slots(op)
        before = op.args[0]
        while mine is not None:
            made = self.made.get(before) if isinstance(before, Value) else None
            if (
                not isinstance(made, Apply)
                or self.uses[made.results[0]] != 1
                or made not in block.ops
            ):
                break
            if made.primitive.name in ZEROS:
                return replace(op, primitive=scatter_first(parts_of_store(op).layout))
            other = self.slots(made) if _is_scatter(made) else None
            if other is None or not _apart(mine, other):
                break
            before = made.args[0]
        return op

    def slots(self, op: Apply) -> list[Slot] | None:
        """What is taken of each axis; None where it is not known."""
        parts = parts_of_store(op)
        if parts.way:
            return None
        found: list[Slot] = []
        for part in index_parts(parts.layout, parts.index):
            if part[0] is None:
                place = self.bound(part[1][0])
                if place is None or place[1] is not None:
                    return None
                found.append(Range(place, (place[0] + 1, None)))
                continue
            if not is_slice(part):
                return None
            start, stop, step = part[1]
            if not is_none(step):
                return None
            first = (0, None) if is_none(start) else self.bound(start)
            last = None if is_none(stop) else self.bound(stop)
            if first is None or (last is None and not is_none(stop)):
                return None
            found.append(Whole() if is_none(start) and last is None else Range(first, last))
        return found

    def bound(self, atom: Atom) -> Bound | None:
        """A bound that is not negative; None where that is not known."""
        if isinstance(atom, Const):
            return (atom.value, None) if type(atom.value) is int and atom.value >= 0 else None
        op = self.made.get(atom)
        if not isinstance(op, Apply):
            return None
        if op.primitive.name == "core.axis":
            return (1, atom)
        if op.primitive.name == "operator.mul":
            for times, other in (op.args, op.args[::-1]):
                inner = self.bound(other)
                if isinstance(times, Const) and type(times.value) is int and inner is not None:
                    return (times.value * inner[0], inner[1]) if times.value >= 0 else None
        return None


def _apart(one: list[Slot], two: list[Slot]) -> bool:
    """Do they surely have no entry in common?"""
    pairs = zip(one, two, strict=False)
    return any(
        isinstance(a, Range) and isinstance(b, Range) and (_before(a, b) or _before(b, a))
        for a, b in pairs
    )


def _before(one: Range, two: Range) -> bool:
    return one.stop is not None and _at_most(one.stop, two.start)


def _at_most(one: Bound, two: Bound) -> bool:
    return one[0] <= two[0] and (one[1] is two[1] or one[0] == 0)
