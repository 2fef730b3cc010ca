"""Iterators: generators, map, filter, zip and their like, which compute when they are run through.

Where their items are lowered before, what they read must be then as it was, and what they do must not be
seen from in between:

    for v in (w * c for w in xs):      c is read again in each turn: refused
        c = c * v
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import final

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.meanings import Capture, Meaning, Sequence, Turns
from s2sdiff.frontend.sides import SideLowerer
from s2sdiff.frontend.state import Slot, State, Variable, holds
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Block, Value
from s2sdiff.ir.structure import PRINT
from s2sdiff.ir.traverse import walk
from s2sdiff.ir.types import Array, axes_of

MAKE_A_LIST = "make a list instead: [...]"


@final
@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What an iterator whose items are there read, as it was; with `effects` it also did something."""

    slots: State
    effects: bool


class IteratorLowerer(SideLowerer):
    """Knows what iterators read."""

    def __init__(self, builder: Builder, captures: list[Capture]) -> None:
        super().__init__(builder, captures)
        self.readings: dict[Meaning, Reading] = {}
        self.read_at_once: set[Meaning] = set()  # arrays whose entries were read all at once
        self.rows_of: dict[Meaning, Meaning] = {}  # the array that a loop runs over

    def lazy(
        self,
        run: Callable[[], Meaning | None],
        args: tuple[Meaning, ...] = (),
        is_done: bool = False,
    ) -> Meaning | None:
        """The iterator that `run` makes of `args`. `is_done`: all its items are there."""
        before, start = self.state(), len(self.builder.ops)
        outer, self.named = self.named, set()
        around, self.read_at_once = self.read_at_once, set()
        try:
            found = run()
        finally:
            named, self.named = self.named, outer | self.named
            entries, self.read_at_once = self.read_at_once, around | self.read_at_once
        if not isinstance(found, Sequence | Turns):
            return found
        inner = [self.readings[each] for each in args if each in self.readings]
        slots: State = {}
        for each in inner:
            slots.update(each.slots)
        after = self.state()
        if is_done or isinstance(found, Sequence):
            reads = named | set(args)
            slots |= {slot: m for slot, m in after.items() if self.is_read(slot, m, reads)}
        for read in named | entries:
            if isinstance(read, Value) and isinstance(read.type, Array):
                root, _ = self.way_to(read)
                slots[root] = after.get(root, root)
        printed = any(
            isinstance(op, Apply) and op.primitive is PRINT
            for op in walk(Block((), tuple(self.builder.ops[start:]), ()))
        )
        changed = any(after.get(slot) is not meaning for slot, meaning in before.items())
        effects = printed or changed or any(each.effects for each in inner)
        self.readings[found] = Reading(slots, effects)
        self.iterators[found] = args
        self.once.add(found)
        return found

    @contextmanager
    def running_over(self, overs: Iterable[Meaning], span: Span) -> Iterator[None]:
        """The turns over these. Raises S2S307 where they change arrays that the items are of, or may be."""
        epoch = self.epoch
        entries = [each for each in map(self.read_before, overs) if each is not None]
        then = [self.version_of(whole) for whole in entries]
        yield
        if any(self.version_of(whole) is not was for whole, was in zip(entries, then, strict=True)):
            what = "an array is changed while its entries are run over"
            fail("S2S307", what, span, "loop over range(len(x)), or over a copy")
        for over in overs:
            self.check_reading(over, span)
            self.check_parts(over, epoch, span)

    def read_before(self, over: Meaning) -> Value | None:
        """The array whose entries `over` are, which are read all at once."""
        whole = self.rows_of.get(over) if isinstance(over, Sequence) else over
        if isinstance(whole, Value) and isinstance(whole.type, Array):
            return whole if len(axes_of(whole.type) or ()) == 1 else None
        return None

    def check_parts(self, over: Meaning, epoch: frozenset[int], span: Span) -> None:
        """Raise S2S307 if an array was changed since `epoch`, and items of `over` may be parts of it."""
        if self.epoch != epoch and self.may_have_parts(over):
            what = "an array is changed in this loop, which runs over what may be a part of it"
            fail("S2S307", what, span, "loop over a copy: for row in x.copy()")

    def may_have_parts(self, over: Meaning) -> bool:
        """Are items of `over` perhaps parts of arrays, and nothing tells of which?"""
        if isinstance(over, Value) and isinstance(over.type, Array):
            return self.way_to(over)[0] in self.loose
        if over in self.rows_of:
            return self.may_have_parts(self.rows_of[over])
        inside = over.items if isinstance(over, Sequence) else ()
        return any(map(self.may_have_parts, (*inside, *self.iterators.get(over, ()))))

    def is_read(self, slot: Slot, meaning: Meaning, reads: set[Meaning]) -> bool:
        if isinstance(slot, Variable):
            return meaning in reads
        return any(holds(each, slot, self.held_by(), set()) for each in reads)

    def use_up(self, iterator: Meaning, span: Span) -> None:
        """Run through an iterator. Raises S2S302 where Python meets other items.

        The second time it would be empty.
        """
        if iterator in self.used_up:
            fail("S2S302", "an iterator is run through twice", span, "make a list of it")
        self.used_up.add(iterator)
        self.check_reading(iterator, span)

    def check_reading(self, iterator: Meaning, span: Span) -> None:
        """Raise S2S302 where something that an iterator reads is not as it was."""
        reading = self.readings.get(iterator)
        if reading is None:
            return
        now = self.state()
        for slot, meaning in reading.slots.items():
            if now.get(slot, slot) is not meaning:
                name = self.name_of_slot(slot, now)
                what = f"a generator is run through after {name}, which it reads, has changed"
                fail("S2S302", what, span, MAKE_A_LIST)

    def name_of_slot(self, slot: Slot, state: State) -> str:
        name = slot.name if isinstance(slot, Variable) else self.slot_name(slot, state)
        return name or "a list"

    def check_effects(self, iterator: Meaning, span: Span) -> None:
        """Raise S2S302 for an iterator that does something in each turn of a loop over it."""
        reading = self.readings.get(iterator)
        if reading is not None and reading.effects:
            what = "a generator that changes or prints something is run through by a loop"
            fail("S2S302", what, span, MAKE_A_LIST)
