"""Lists and arrays that a loop carries under several names, and that are never the same object.

    cur, nxt = [x, y], [0.0, 0.0]
    for _ in range(n):
        nxt[0] = cur[1]             cur and nxt change places in each turn, and yet no change of one
        cur, nxt = nxt, cur         meets the other

All carried lists are supposed to be apart as long as nothing says otherwise. Where the lists at the start,
or those that a turn leaves, may be the same, the supposition goes, until the rest holds. The same goes for
arrays; a view is where the array is of which it is one.

With `items`, lists are apart where they hold none of the same arrays: not if one was made of the other.
"""

from __future__ import annotations

from itertools import combinations
from typing import final

from s2sdiff.ir.arrays import may_be_view
from s2sdiff.ir.core import Apply, Atom, Block, For, Op, Value, While
from s2sdiff.ir.lists import (
    ADD_LISTS,
    BLANK,
    CONCATENATE,
    COPY,
    DEEP_COPY,
    EXTEND,
    MAKE,
    REPEAT,
    REPLACE,
    SAVE,
    SLICE,
    ZEROS_LIKE,
)
from s2sdiff.ir.traverse import (
    blocks,
    carried_params,
    defining_ops,
    definitions,
    same_object,
    walk,
)
from s2sdiff.ir.types import Array, List

MAKERS = (MAKE, COPY, DEEP_COPY, SLICE, CONCATENATE, REPEAT, ZEROS_LIKE, ADD_LISTS)
MAKERS_OF_ITEMS = (MAKE, DEEP_COPY, ZEROS_LIKE, ADD_LISTS, BLANK)
REFILLING = (EXTEND, REPLACE)  # what puts items of another list into a list


@final
class Apart:
    """Which lists and arrays of `body` share nothing whenever both are there."""

    def __init__(self, body: Block, items: bool = False) -> None:
        self.items = items
        self.made = defining_ops(body)
        self.given = frozenset(body.params)
        # What a carried list was at first, and what a turn leaves of it; and what is inside its loop.
        self.before: dict[Value, tuple[Atom, Atom]] = {}
        self.inside: dict[Value, frozenset[Value]] = {}
        self.pairs: dict[frozenset[Value], tuple[Atom, Atom, Atom, Atom]] = {}
        for op in walk(body):
            if isinstance(op, For | While):
                self.suppose(op)
        while True:
            wrong = [pair for pair, found in self.pairs.items() if not self.holds(*found)]
            if not wrong:
                break
            for pair in wrong:
                del self.pairs[pair]

    def suppose(self, op: For | While) -> None:
        """The lists and arrays that a loop carries are apart."""
        params = carried_params(op)
        tests = op.test.params if isinstance(op, While) else params
        inside = frozenset(value for block in blocks(op) for value in definitions(block))
        rows = list(zip(params, tests, op.results, op.carried, op.body.outputs[1:], strict=True))
        for param, test, result, start, output in rows:
            for each in (param, test, result):
                self.before[each] = (start, output)
            for each in (param, test):
                self.inside[each] = inside
        objects = [row for row in rows if isinstance(row[0].type, List | Array)]
        for one, two in combinations(objects, 2):
            for left, right in zip(one[:3], two[:3], strict=True):
                self.pairs[frozenset((left, right))] = (one[3], two[3], one[4], two[4])

    def holds(self, start: Atom, other: Atom, output: Atom, another: Atom) -> bool:
        return self.are_apart(start, other) and self.are_apart(output, another)

    def are_apart(self, one: Atom, two: Atom) -> bool:
        """Are these two always different objects?"""
        return self._are_apart(one, two, set())

    def _are_apart(self, one: Atom, two: Atom, seen: set[tuple[Atom, Atom]]) -> bool:
        if one is two:
            return False
        if not (isinstance(one, Value) and isinstance(two, Value)):
            return True  # what is not assigned is no object
        if frozenset((one, two)) in self.pairs or (one, two) in seen:
            return True
        seen.add((one, two))
        if any(self.earlier(each) == (each,) for each in (one, two)):
            return False
        for first, second in ((one, two), (two, one)):
            earlier = self.earlier(first)
            if earlier:
                return all(self._are_apart(each, second, seen) for each in earlier)
        for first, second in ((one, two), (two, one)):
            # what the turn before left is compared with what does not change from turn to turn only
            if first in self.inside and second not in self.inside[first]:
                return all(self._are_apart(each, second, seen) for each in self.before[first])
        return self.is_new(one, two) or self.is_new(two, one)

    def earlier(self, value: Value) -> tuple[Atom, ...]:
        """The values that are the same object: before a change, in a branch, in a loop that is over.

        Of a view, the arrays of which it may be one.
        """
        op = self.made.get(value)
        if self.items and isinstance(op, Apply) and op.primitive in REFILLING:
            return (value,)  # it holds what other lists hold
        if isinstance(op, Apply) and may_be_view(op.primitive):
            return tuple(arg for arg in op.args if isinstance(arg.type, Array))
        return self.before[value] if isinstance(op, For | While) else same_object(value, op)

    def is_new(self, value: Value, other: Value) -> bool:
        """Is `value` made where it is defined, and the other made elsewhere, or there before?"""
        if not self.is_made(value):
            return False
        if self.is_made(other) or other in self.given:
            return True
        return other in self.inside and value in self.inside[other]

    def is_made(self, value: Value) -> bool:
        op: Op | None = self.made.get(value)
        if not isinstance(op, Apply):
            return False
        if isinstance(value.type, Array):
            name = op.primitive.name
            return name.startswith(("numpy.", "operator.")) or op.primitive in (COPY, SAVE)
        return op.primitive in (MAKERS_OF_ITEMS if self.items else MAKERS)
