"""Which entries of an array loops meet, and whether one is met again.

    for i in range(1, n):               the entry y[i - 1] that is read in turn i is the one that was
        y[i] = y[i - 1] * x[i]          stored in turn i - 1; no later turn stores it again

An entry is named by its index, made of numbers of the form `i + c`. Two entries differ where one number of
their indices differs. That is told from the turns in which they are met, from the bounds of the loops,
and from the tests of branches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, final

from s2sdiff.ir.affine import moved
from s2sdiff.ir.arrays import asks_shape, is_put, is_store, parts_of_store
from s2sdiff.ir.build import number
from s2sdiff.ir.core import Apply, Atom, Block, For, If, Op, Value, While
from s2sdiff.ir.lists import RANGE
from s2sdiff.ir.parts import index_parts, is_number, is_slice
from s2sdiff.ir.traverse import blocks, carried_params, definitions, operands, reads
from s2sdiff.ir.types import Array, Axes, Size

GETITEM = "operator.getitem"
Number: TypeAlias = tuple[Atom | None, int]  # a value and what is added to it; of None a number
Index: TypeAlias = tuple[Number, ...]
ANY: Number = (None, -(10**9))  # a slice, or a number that is not known
BEHIND = 10**9  # a place in the rest of a block, behind all places in a loop
Fact: TypeAlias = tuple[Apply, bool]  # a test, and its outcome
Loops: TypeAlias = dict[Value, For]  # by the numbers of their turns
Turns: TypeAlias = dict[Value, Literal["same", "later"]]  # by the numbers of the turns of loops


@final
@dataclass(frozen=True, slots=True, eq=False)
class Where:
    """In which loops, at which place of each of them, under which tests."""

    loops: tuple[For, ...] = ()
    place: tuple[int, ...] = ()
    facts: tuple[Fact, ...] = ()


@final
@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """A read or a store of an entry."""

    op: Apply
    index: Index | None
    where: Where
    kind: Literal["read", "add", "put"]


class Unfollowed(Exception):
    """An array is used in a way that is not followed."""


def index_of(op: Op, made: dict[Value, Op], with_slices: bool = False) -> Index | None:
    """The index of a read or a store; None where it is not made of numbers, or of these and slices."""
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
    axes = index_parts(layout, index)
    if not all(is_number(axis) or (with_slices and is_slice(axis)) for axis in axes):
        return None
    return tuple(moved(axis[1][0], made) if is_number(axis) else ANY for axis in axes)


@final
class Entries:
    """Follows arrays through loops. `made` has the op of each value.

    Rows and other parts are told apart by the numbers in their indices, `with_slices` also where there are
    slices beside these.
    """

    def __init__(self, made: dict[Value, Op], with_slices: bool = False) -> None:
        self.made = made
        self.with_slices = with_slices
        self.made_anew: dict[Value, frozenset[Value]] = {}  # by the number of the turn

    def are_apart(self, one: Index, two: Index, axes: Axes, loops: Loops) -> bool:
        """Are these surely different entries, in one turn of the loops around?

        Numbers that are negative count from the end: `y[k]` and `y[k - n]` are the same entry.
        """
        for left, right, axis in zip(one, two, axes, strict=False):
            by = left[1] - right[1]
            if left[0] is not right[0] or by == 0:
                continue
            if isinstance(axis, int) and axis and by % axis != 0:
                return True
            if isinstance(axis, Size) and not axis.may_be_one and abs(by) == 1:
                return True
            if self.least(left, loops) >= 0 and self.least(right, loops) >= 0:
                return True
        return False

    # What happens to an array

    def inside(self, loop: For, at: int, where: Where = Where()) -> Iterator[Access]:
        """What happens in a loop to the array that it carries as number `at`. Raises Unfollowed."""
        versions: set[Atom] = {carried_params(loop)[at]}
        inner = Where((*where.loops, loop), where.place)
        yield from self.of_block(loop.body, versions, inner)
        for position, output in enumerate(loop.body.outputs):
            if (output in versions) != (position == 1 + at):
                raise Unfollowed

    def of_block(self, block: Block, versions: set[Atom], where: Where) -> Iterator[Access]:
        """What the ops of a block do to the array of which `versions` are known; these grow."""
        for at, op in enumerate(block.ops):
            yield from self.of_op(op, versions, replace(where, place=(*where.place, at)))

    def of_op(self, op: Op, versions: set[Atom], where: Where) -> Iterator[Access]:
        used = [at for at, atom in enumerate(operands(op)) if atom in versions]
        match op:
            case For():
                places = [at for at, start in enumerate(op.carried) if start in versions]
                if len(places) > 1 or len(used) != len(places):
                    raise Unfollowed
                if places:
                    versions.add(op.results[places[0]])
                    yield from self.inside(op, places[0], where)
                more = replace(where, loops=(*where.loops, op))
                yield from self.free_in(op.body, versions, more)
            case If():
                if used:
                    raise Unfollowed
                yield from self.of_branch(op, versions, where)
            case While():
                inside = any(atom in versions for block in blocks(op) for atom in reads(block))
                if used or inside:
                    raise Unfollowed
            case Apply() if used == [0] and is_store(op):
                versions.add(op.results[0])
                kind: Literal["add", "put"] = "put" if is_put(op.primitive) else "add"
                yield self.access(op, where, kind)
            case Apply() if used == [0] and op.primitive.name == GETITEM:
                yield self.access(op, where, "read")
            case Apply() if used and not asks_shape(op):
                raise Unfollowed
            case _ if used and not isinstance(op, Apply):
                raise Unfollowed

    def free_in(self, block: Block, versions: set[Atom], where: Where) -> Iterator[Access]:
        """Reads of an array in a loop that does not carry it."""
        known = set(versions)
        if not any(atom in known for atom in reads(block)):
            return
        if any(output in known for output in block.outputs):
            raise Unfollowed
        yield from self.of_block(block, known, where)
        if known != versions:
            raise Unfollowed  # a store whose result the loop does not carry

    def of_branch(self, op: If, versions: set[Atom], where: Where) -> Iterator[Access]:
        test = self.made.get(op.test) if isinstance(op.test, Value) else None
        before = set(versions)
        sides: list[set[Atom]] = []
        for side, (block, outcome) in enumerate(((op.then, True), (op.orelse, False))):
            known = set(before)
            facts = where.facts
            if isinstance(test, Apply):
                facts = (*facts, (test, outcome))
            inner = Where(where.loops, (*where.place, side), facts)
            yield from self.of_block(block, known, inner)
            sides.append(known)
        for result, one, two in zip(op.results, op.then.outputs, op.orelse.outputs, strict=True):
            if (one in sides[0]) != (two in sides[1]):
                raise Unfollowed  # another array, on one path
            if one in sides[0]:
                versions.add(result)

    def behind(self, rest: Block, result: Value) -> Iterator[Access]:
        """What happens to an array in the rest of a block, later than all in a loop. Raises Unfollowed."""
        versions: set[Atom] = {result}
        yield from self.of_block(rest, versions, Where(place=(BEHIND,)))
        if any(output in versions for output in rest.outputs):
            raise Unfollowed

    # Which entries they are

    def access(self, op: Apply, where: Where, kind: Literal["read", "add", "put"]) -> Access:
        """An access. Nothing is known of numbers that may be negative, which count from the end."""
        index = index_of(op, self.made, self.with_slices)
        loops = {loop.body.params[0]: loop for loop in where.loops}
        if index is not None:
            known = [each is ANY or self.least(each, loops) >= 0 for each in index]
            if self.with_slices:
                index = tuple(
                    n if is_known else ANY for n, is_known in zip(index, known, strict=True)
                )
            elif not all(known):
                index = None
        return Access(op, index, where, kind)

    def least(self, of: Number, loops: Loops) -> int:
        """A number that `of` does not fall below; -1 where none is known."""
        found = [n for base, n in self.bounds(of, loops, {}, False) if base is None]
        return max(found, default=-1)

    def meets(self, one: Access, two: Access) -> bool:
        """May `two` come after `one` and be at the same entry?"""
        if one.index is None or two.index is None:
            return True
        if len(one.index) != len(two.index) and not self.with_slices:
            return True
        common = [a for a, b in zip(one.where.loops, two.where.loops, strict=False) if a is b]
        turns: Turns = {}
        for loop in common:
            turns[loop.body.params[0]] = "later"
            if self.step_of(loop) is None or not self.differ(one, two, turns):
                return True
            turns[loop.body.params[0]] = "same"
        return two.where.place > one.where.place and not self.differ(one, two, turns)

    def differ(self, one: Access, two: Access, turns: Turns) -> bool:
        """Are the entries different ones, if `two` is met in these turns of the loops around both?"""
        assert one.index is not None and two.index is not None
        mine = {loop.body.params[0]: loop for loop in one.where.loops}
        theirs = {loop.body.params[0]: loop for loop in two.where.loops}
        is_same_turn = "later" not in turns.values()
        facts = (*one.where.facts, *two.where.facts)
        pairs = (
            (left, right)
            for mine_, theirs_ in zip(one.index, two.index, strict=False)
            if mine_ is not ANY and theirs_ is not ANY
            for left in self.names_of(mine_, one.where.facts)
            for right in self.names_of(theirs_, two.where.facts)
        )
        return any(
            self.exceeds(right, left, theirs, mine, turns, 1)
            or self.exceeds(right, left, theirs, mine, turns, -1)
            or (is_same_turn and self.are_unequal(left, right, facts))
            or self.is_between(left, right, turns, mine)
            for left, right in pairs
        )

    def names_of(self, of: Number, facts: tuple[Fact, ...]) -> Iterator[Number]:
        """A number, and what tests say that it is equal to."""
        yield of
        for test, outcome in facts:
            name, args = test.primitive.name, test.args
            says = (name == "operator.eq" and outcome) or (name == "operator.ne" and not outcome)
            if says and len(args) == 2:
                one, two = (moved(arg, self.made) for arg in args)
                for p, q in ((one, two), (two, one)):
                    if p[0] is of[0] and p[0] is not None:
                        yield q[0], q[1] + of[1] - p[1]

    def exceeds(
        self, one: Number, two: Number, mine: Loops, theirs: Loops, turns: Turns, sign: int
    ) -> bool:
        """Is `one`, met in these turns, surely larger than `two`; with the sign -1: smaller?

        What a turn makes is another number in a later one.
        """
        later = [theirs[index] for index, turn in turns.items() if turn == "later"]
        ends: dict[Atom | None, list[int]] = {}
        for base, by in self.bounds(two, theirs, None, sign > 0):
            if not any(base in self.made_in(loop) for loop in later):
                ends.setdefault(base, []).append(by)
        return any(
            sign * by > sign * end
            for base, by in self.bounds(one, mine, turns, sign < 0)
            for end in ends.get(base, ())
        )

    def is_between(self, left: Number, right: Number, turns: Turns, loops: Loops) -> bool:
        """Does a loop whose step is larger than 1 miss the entry?"""
        base = left[0]
        if base is not right[0] or not isinstance(base, Value) or turns.get(base) != "later":
            return False
        step = self.step_of(loops[base])
        return step is not None and (left[1] - right[1]) % abs(step) != 0

    def are_unequal(self, left: Number, right: Number, facts: tuple[Fact, ...]) -> bool:
        """Does a test say that two numbers differ?"""
        for test, outcome in facts:
            name, args = test.primitive.name, test.args
            says = (name == "operator.eq" and not outcome) or (name == "operator.ne" and outcome)
            if not says or len(args) != 2:
                continue
            one, two = (moved(arg, self.made) for arg in args)
            for p, q in ((one, two), (two, one)):
                is_about = p[0] is left[0] and q[0] is right[0]
                if is_about and left[1] - p[1] == right[1] - q[1]:
                    return True
        return False

    def bounds(
        self, of: Number, loops: Loops, turns: Turns | None, upper: bool
    ) -> Iterator[Number]:
        """Numbers that `of` does not exceed, or does not fall below, in terms of one turn of the loops.

        With `turns`, `of` is met in these turns of loops around both, and in any turn of other loops.
        """
        base, by = of
        if not isinstance(base, Value) or base not in loops:
            yield of
            return
        loop = loops[base]
        step = self.step_of(loop)
        if turns is None or turns.get(base) == "same":
            yield of
        elif turns.get(base) == "later" and step is not None and (step < 0) == upper:
            yield base, by + step
        made = self.made.get(loop.iterable) if isinstance(loop.iterable, Value) else None
        if step is None or not isinstance(made, Apply):
            return
        start, stop, _ = made.args
        is_stop = (step > 0) == upper
        end, more = moved(stop if is_stop else start, self.made)
        if is_stop:
            more += -1 if upper else 1
        yield from self.bounds((end, more + by), loops, turns, upper)

    def made_in(self, loop: For) -> frozenset[Value]:
        """What the turns of a loop compute and carry; the number of the turn is not among it."""
        index = loop.body.params[0]
        if index not in self.made_anew:
            self.made_anew[index] = frozenset(definitions(loop.body)) - {index}
        return self.made_anew[index]

    def step_of(self, loop: For) -> int | None:
        made = self.made.get(loop.iterable) if isinstance(loop.iterable, Value) else None
        if not isinstance(made, Apply) or made.primitive is not RANGE:
            return None
        step = number(made.args[2])
        return step if isinstance(step, int) and step else None
