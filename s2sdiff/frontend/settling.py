"""What a loop carries: found by lowering its body until nothing new turns up.

    s = 0                           round 1 carries s: int
    for i in range(n):              round 2 carries s: float, prev: float, which may be unassigned
        if i > 0:
            s += prev * x
        prev = x

What is read before any turn assigned it makes its path one that raises in the first round; in the next
one it is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import final

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.carried import (
    Before,
    form_at,
    is_new_object,
    is_older_array,
    meaning_at,
)
from s2sdiff.frontend.iteration import IterationLowerer
from s2sdiff.frontend.meanings import (
    Capture,
    Meaning,
    Unknown,
)
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.rows import STALE, Marks
from s2sdiff.frontend.sides import hints_of, is_name
from s2sdiff.frontend.state import (
    BROKE,
    ENDED,
    RETURNED,
    STOP,
    Raised,
    Slot,
    State,
    Unassigned,
    Unfilled,
    Variable,
    versions_in,
)
from s2sdiff.frontend.templates import (
    Template,
    atoms_of,
    generalised,
    instantiate,
    is_array_object,
    join_templates,
    leaf_types,
    same,
    seen_from,
    template_of,
)
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Atom, Block, Op, Value, constant
from s2sdiff.ir.shapes import fresh
from s2sdiff.ir.traverse import clone_block

MOST_ROUNDS = 50


@final
@dataclass(slots=True, eq=False)
class Settled:
    """A body that was lowered: the forms it carries, and the block itself."""

    forms: dict[Slot, Template]
    params: list[Value]
    test: Block | None
    ops: list[Op]
    stop: Atom
    start: State
    exit: State


class SettlingLowerer(IterationLowerer):
    """Finds the forms of what a loop carries. `settling` are the loops around, with what they assign."""

    def __init__(self, builder: Builder, captures: list[Capture]) -> None:
        super().__init__(builder, captures)
        self.settling: list[tuple[Frame, frozenset[str]]] = []

    def settle(
        self,
        frame: Frame,
        names: frozenset[str],
        entry: State,
        item: Value | None,
        test: Callable[[], Atom] | None,
        turn: Callable[[Meaning], None],
        span: Span,
    ) -> Settled:
        """Lower the body until it carries what it changes, in types that hold for every turn."""
        forms: dict[Slot, Template] = {}
        self.forget_stale(frame, names)
        for name in names:
            if isinstance(frame.variables.get(name), Unknown):
                entry[Variable(frame, name)] = frame.variables[name]
        known = [name for name in frame.variables if name in names]
        for name in (*known, *sorted(names - set(known)), BROKE, RETURNED):
            variable = Variable(frame, name)
            if self.is_part(entry.get(variable, constant(None))):
                continue  # a view stays what it is, until a turn binds the name anew
            form = template_of(entry.get(variable), versions_in(entry))
            forms[variable] = form if name in (BROKE, RETURNED) else generalised(form)
        self.nesting += 1
        self.settling.append((frame, names))
        try:
            return self.rounds(frame, names, forms, entry, item, test, turn, span)
        finally:
            self.settling.pop()
            self.nesting -= 1

    def forget_stale(self, frame: Frame, names: frozenset[str]) -> None:
        """What these names refer to cannot be read any more, where it may have changed unseen."""
        for name in names:
            if self.is_stale(frame.variables.get(name)):
                frame.variables[name] = Unknown(STALE)

    def is_assigned_later(self, variable: Variable, inside: bool = True) -> bool:
        """Does a loop around assign the variable? The innermost counts where `inside` says so."""
        around = self.settling if inside else self.settling[:-1]
        return any(variable.frame is frame and variable.name in names for frame, names in around)

    def rounds(
        self,
        frame: Frame,
        names: frozenset[str],
        forms: dict[Slot, Template],
        entry: State,
        item: Value | None,
        test: Callable[[], Atom] | None,
        turn: Callable[[Meaning], None],
        span: Span,
    ) -> Settled:
        """Lower the body with these forms, and with wider ones until they hold."""
        owners, epoch = list(self.owners), self.epoch
        marks, before, moved = self.marks, Marks(), set[Slot]()
        missed, held = len(self.missed), len(self.kept_in_lists)
        left: State = {}
        body = Block((), (), ())
        for _ in range(MOST_ROUNDS):
            del self.missed[missed:], self.kept_in_lists[held:]
            self.owners[:] = owners  # what is made in a turn is not seen from another one
            self.marks, self.epoch = marks, epoch
            self.restore(entry)
            with self.builder.block():
                for slot, form in forms.items():
                    atoms_of(form, meaning_at(slot, entry), versions_in(entry), self.resolved)
            self.marks |= before
            first, counts, inside = self.marks, Counter(self.moved), len(self.kept_in_lists)
            start = dict(entry)
            params: list[Value] = []
            for slot, form in forms.items():
                hints = hints_of(form, self.slot_name(slot, entry))
                made = [
                    Value(hint, fresh(type_), span)
                    for hint, type_ in zip(hints, leaf_types(form), strict=True)
                ]
                if isinstance(slot, Variable) and self.is_doubtful(entry.get(slot), entry):
                    self.maybe_undefined.update(made)
                params += made
                versions: State = {}
                given = instantiate(form, iter(made), versions)  # type: ignore[arg-type]
                meaning = self.no_part(given, versions)
                self.loosen_parts(slot, meaning, Before(entry, body), versions, entry, left)
                if meaning is None:
                    start.pop(slot, None)
                else:
                    start[slot] = meaning
                if is_array_object(meaning) and entry.get(slot) in self.outside:
                    self.outside[meaning] = None
                start.update(versions)
            self.restore(start)
            block = None
            if test is not None:
                with self.builder.block() as test_ops:
                    decided = test()
                block = clone_block(Block(tuple(params), tuple(test_ops), (decided,)), {})
            with self.builder.block() as ops:
                frame.variables[STOP] = constant(False)
                with suppress(Raised):  # the turn ends there; there may be none
                    turn(item if item is not None else constant(None))
                stop = self.atom(frame.variables.pop(STOP), span)
                frame.variables.pop(ENDED, None)
            self.owners[:] = owners
            self.forget_stale(frame, names)
            done = left = self.state()
            known = set(entry)
            before = Marks(self.marks.strays & known, self.marks.changed, self.marks.tangled)
            moving = {each for each in known if self.moved[each] > counts[each]}  # type: ignore[index]
            is_new = first | before != first or not moving <= moved
            moved |= moving
            body = Block(tuple(params), tuple(ops), ())
            if not self.widen(forms, start, entry, done, body) and not is_new:
                kept = self.kept_in_lists[inside:]
                if self.is_entry_later(forms, start, done):
                    continue
                if 0 not in first.tangled and any(is_older_array(root, body) for root, _ in kept):
                    before |= Marks(tangled=frozenset({0}))  # the lists of all turns hold it
                    continue
                self.raise_missed(self.missed[missed:])
                self.check_kept(kept, start, done, body)
                return Settled(forms, params, block, ops, stop, start, done)
        fail(
            "S2S304", "the types of what this loop carries do not settle", span, "write it plainly"
        )

    def is_entry_later(self, forms: dict[Slot, Template], start: State, done: State) -> bool:
        """Does a turn leave an array without axes where it was taken to meet a number?"""
        return any(
            self.is_entry(done.get(slot, constant(None)))
            and isinstance(start.get(slot), Value)
            and not self.is_entry(start[slot])
            for slot in forms
        )

    def check_kept(
        self, kept: list[tuple[Value, object]], start: State, done: State, body: Block
    ) -> None:
        """Raise S2S307 where a turn puts an array into a list that the next turn changes."""
        for root, _ in kept:
            is_older = is_older_array(root, body)
            if is_older and done.get(root, root) is not start.get(root, root):
                what = "an array is put into a list, and changed in the next turn of the loop"
                fail("S2S307", what, self.here(), "put a copy there: xs.append(a.copy())")

    def raise_missed(self, missed: list[Unassigned]) -> None:
        """Raise S2S305 for a variable that no turn assigns; those that loops around assign may come."""
        for each in missed:
            if not self.may_come(each, inside=False):
                raise each.error

    def may_come(self, missing: Unassigned, inside: bool) -> bool:
        """May a later turn of a loop around give what is missing? The innermost counts if `inside`."""
        if isinstance(missing, Unfilled):
            return len(self.settling) > (not inside)
        return self.is_assigned_later(missing.variable, inside)

    def widen(
        self,
        forms: dict[Slot, Template],
        start: State,
        entry: State,
        done: State,
        body: Block,
    ) -> bool:
        """Make `forms` hold for what a turn, whose ops are in `body`, left behind; did that change them?"""
        grown = False
        known = Before(entry, body)
        slots: list[Slot] = [*forms, *(slot for slot in done if slot not in forms)]
        for slot in slots:
            if slot not in forms:
                if done.get(slot) is start.get(slot) or is_new_object(slot, entry, body):
                    continue
                forms[slot] = generalised(form_at(slot, entry))
                grown = True
            joined = join_templates(
                forms[slot], seen_from(forms[slot], form_at(slot, done), known, is_name(slot))
            )
            if not same(joined, forms[slot]):
                forms[slot] = joined
                grown = True
        return grown
