"""Arrays that are put into lists of which arrays are changed: each must be there alone.

for i in range(n):                     for i in range(n):
    h.append(ones)             ->          h.append(ones.copy())
    h[i][0] = x                            h[i][0] = x
"""

from __future__ import annotations

from collections import Counter
from typing import final

from s2sdiff.ir.core import Apply, Atom, Block, Op, Value
from s2sdiff.ir.lists import HOLDING, TAKING
from s2sdiff.ir.objects import Objects, depth_of_change
from s2sdiff.ir.structure import PACK, UNPACK
from s2sdiff.ir.traverse import blocks
from s2sdiff.ir.types import Array


@final
class HeldArrays:
    """What the lists in `body` hold of which `changes` change arrays."""

    def __init__(self, body: Block, objects: Objects, changes: list[Apply]) -> None:
        self.objects = objects
        self.homes: dict[Value, Block] = {}
        self.held: Counter[Value] = Counter()  # how often an object is put into a list
        self.taken: set[Value] = set()  # what comes out of lists
        deep = [op.args[0] for op in changes if depth_of_change(op) > 1]
        self.lists = frozenset[Value]().union(*map(objects.of, deep))
        if self.lists:
            self.note(body)

    def note(self, block: Block) -> None:
        """Remember in which block each value is made, and what is put into lists."""
        for op in block.ops:
            self.homes.update((result, block) for result in op.results)
            if isinstance(op, Apply) and op.primitive in (*TAKING, UNPACK):
                self.taken.update(op.results)
            if isinstance(op, Apply) and op.primitive in (*HOLDING, PACK):
                self.held.update(each for arg in op.args for each in self.objects.of(arg))
            for inner in blocks(op):
                self.note(inner)

    def items(self, op: Op) -> list[int]:
        """Which operands become items of a list whose items are changed."""
        if not (isinstance(op, Apply) and op.primitive in HOLDING):
            return []
        if self.objects.of(op.results[0]).isdisjoint(self.lists):
            return []
        return [at for at, each in enumerate(op.args) if isinstance(each.type, Array)]

    def is_alone(self, item: Atom, op: Op) -> bool:
        """Is an array made in the same turn as it is put into a list by `op`, and put into no other one?"""
        home, mine = self.homes[op.results[0]], self.objects.of(item)
        return self.taken.isdisjoint(mine) and all(
            self.homes.get(each) is home and self.held[each] == 1 for each in mine
        )
