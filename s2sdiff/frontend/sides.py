"""The sides of a branch: each is lowered from the same state, and what they leave in the slots is merged.

if t:                              if t
    y = x * x          ->            then: ... -> %1
else:                                else: ... -> x
    y = x                          y: float
"""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.array_objects import ArrayObjectLowerer
from s2sdiff.frontend.carried import Before, is_older_array, meaning_at
from s2sdiff.frontend.meanings import (
    Capture,
    Meaning,
    Sequence,
    Unknown,
    labels_of,
)
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.state import (
    ENDED,
    RESULT,
    Checkpoint,
    Endless,
    Outcome,
    Raised,
    Side,
    Slot,
    State,
    Unassigned,
    Variable,
    Versions,
    holds,
    is_held_elsewhere,
    restore,
    snapshot,
)
from s2sdiff.frontend.templates import (
    Items,
    Leaf,
    Missing,
    Object,
    Structured,
    Template,
    atoms_of,
    clashes,
    content_template,
    instantiate,
    items_in,
    join_templates,
    joined_objects,
    lists_in,
    objects_in,
    seen_from,
    template_of,
)
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import UNDEFINED, Atom, Block, Const, Hint, Undefined, Value, constant
from s2sdiff.ir.forms import part_name
from s2sdiff.ir.structure import CHANGED
from s2sdiff.ir.traverse import operands


class SideLowerer(ArrayObjectLowerer):
    """Lowers branches, given what is to be lowered on each side.

    `shared` are lists that one name refers to on one path and another list on another path: to
    change one of them would change the other on some paths only, so it is refused.
    `outside` are lists that the caller may see. `maybe_undefined` are values that some path leaves
    unassigned. `known_where` has what is known where a test has an outcome: behind a `try` statement, of
    what its body assigned.
    """

    def __init__(self, builder: Builder, captures: list[Capture]) -> None:
        super().__init__(builder, captures)
        self.shared: set[Meaning] = set()
        self.outside: dict[Meaning, None] = {}
        self.changed_on_paths: set[Meaning] = (
            set()
        )  # arrays that are the caller's on some path only
        self.tests: set[ast.expr] = set()  # operands of `and` and `or` in tests
        self.made_of: dict[Value, Sequence] = {}  # what lists of known length were as such
        self.must_differ = False  # the lists that the caller passes, whether any is changed or not
        self.maybe_undefined: set[Atom] = set()
        self.known_where: dict[tuple[Atom, bool], dict[Slot, tuple[Meaning | None, Meaning]]] = {}
        self.endless = 0  # sides that call a function whose result is not known yet
        self.named: set[Meaning] = set()  # what was read under a name
        self.looping: list[Meaning] = []  # what the loops around run over
        self.missed: list[Unassigned] = []  # what was read before a loop around assigned it

    def state(self) -> State:
        return snapshot([*self.owners, *self.active], self.versions)

    def restore(self, state: State) -> None:
        restore([*self.owners, *self.active], self.versions, state)

    def checkpoint(self) -> Checkpoint:
        return Checkpoint(
            self.state(),
            self.marks,
            Counter(self.moved),
            self.epoch,
            frozenset(self.shared),
            tuple(self.kept_in_lists),
            frozenset(self.only_kept),
        )

    def go_back(self, to: Checkpoint) -> None:
        """Begin again: forget all that is known since."""
        self.restore(to.state)
        self.marks, self.moved, self.epoch = to.marks, Counter(to.moved), to.epoch
        self.shared, self.only_kept = set(to.shared), set(to.only_kept)
        self.kept_in_lists[:] = to.kept_in_lists

    def side(self, run: Callable[[], Outcome], before: State) -> Side:
        """Lower one side of a branch from the state `before`."""
        self.restore(before)
        self.nesting += 1
        try:
            with self.builder.block() as ops:
                outcome = self.outcome_of(run)
        finally:
            self.nesting -= 1
        return Side(ops, self.state(), outcome, self.marks)

    def outcome_of(self, run: Callable[[], Outcome]) -> Outcome:
        try:
            return run()
        except Raised:
            return Outcome.RAISED
        except Endless as found:
            self.endless += 1
            if isinstance(found, Unassigned):
                self.missed.append(found)
            return Outcome.RAISED

    def branch(
        self,
        frame: Frame,
        test: Atom,
        sides: tuple[Callable[[], Outcome], Callable[[], Outcome]],
        span: Span,
        hints: dict[str, Hint] | None = None,
    ) -> tuple[Side, Side]:
        """Append an `If` and merge what its sides leave in the slots.

        Where a side ended (by `return`, `break`, `continue`) and the other did not, the slot ENDED
        says at run time which it was.
        """
        before = self.state()
        endless = self.endless
        marks = self.marks
        epoch = self.epoch
        one = self.side(sides[0], self.where(test, True, before))
        self.marks, first, self.epoch = marks, self.epoch, epoch
        two = self.side(sides[1], self.where(test, False, before))
        self.marks |= one.marks
        self.epoch |= first
        if self.endless > endless and Outcome.RAISED is one.outcome is two.outcome:
            raise self.missed[-1] if self.missed else Endless
        if Outcome.RAISED in (one.outcome, two.outcome):
            self.merge_raised(test, one, two)
            return one, two
        if one.outcome is not two.outcome or one.outcome is Outcome.MIXED:
            self.note_ended(frame, one, two)
        self.merge(test, one, two, before, span, hints or {})
        return one, two

    def where(self, test: Atom, outcome: bool, before: State) -> State:
        """The state `before`, and what is known besides where `test` has this outcome.

        What was assigned since that became known is what it is now.
        """
        known = self.known_where.get((test, outcome), {})
        sure = {slot: now for slot, (seen, now) in known.items() if before.get(slot) is seen}
        return {**before, **sure}

    def know(self, test: Atom, outcome: bool, known: State) -> None:
        """Remember what slots mean where `test` has this outcome, as long as nobody assigns to them."""
        now = self.state()
        self.known_where[test, outcome] = {
            slot: (now.get(slot), meaning) for slot, meaning in known.items()
        }

    def note_ended(self, frame: Frame, *sides: Side) -> None:
        """Say in the slot ENDED of each side whether it ended."""
        for each in sides:
            ended = constant(each.outcome is Outcome.ENDED)
            each.state.setdefault(Variable(frame, ENDED), ended)

    def merge_one(self, test: Atom, one: Side, two: Side, before: State) -> None:
        """Append an `If` of which one side raises; go on from what the other leaves."""
        goes_on = two if one.outcome is Outcome.RAISED else one
        forms: dict[Slot, Template] = {}
        outputs: list[Atom] = []
        names: list[Hint] = []
        for slot in self.changed(goes_on.state, before, before, Block((), tuple(goes_on.ops), ())):
            forms[slot] = form = self.form(goes_on, slot)
            outputs += self.side_atoms(goes_on, slot, form)
            names += hints_of(form, self.slot_hint(slot, form, goes_on.state, {}))
        none: list[Atom] = [constant(UNDEFINED)] * len(outputs)
        given = [outputs if each is goes_on else none for each in (one, two)]
        blocks = [
            Block((), tuple(each.ops), tuple(atoms))
            for each, atoms in zip((one, two), given, strict=True)
        ]
        remaining = iter(self.builder.branch(test, blocks[0], blocks[1], tuple(names)))
        if goes_on.outcome is Outcome.RAISED:
            return
        merged = {slot: m for slot, m in goes_on.state.items() if before.get(slot) is m}
        for slot, form in forms.items():
            versions: Versions = {}
            meaning = self.no_part(instantiate(form, remaining, versions), versions)
            for identity, version in versions.items():
                merged[identity] = version
            if meaning is not None:
                merged[slot] = meaning
        self.restore(merged)

    def merge_raised(self, test: Atom, one: Side, two: Side) -> None:
        """Where a side raises, the other one goes on behind the `If`."""
        then = one.ops if one.outcome is Outcome.RAISED else []
        orelse = two.ops if two.outcome is Outcome.RAISED else []
        self.builder.branch(test, Block((), tuple(then), ()), Block((), tuple(orelse), ()))
        survivor = two if one.outcome is Outcome.RAISED else one
        if survivor.outcome is not Outcome.RAISED:
            for op in survivor.ops:
                self.builder.append(op)
        self.restore(survivor.state)

    def merge(
        self, test: Atom, one: Side, two: Side, before: State, span: Span, hints: dict[str, Hint]
    ) -> None:
        """Append the `If`, and go on from the state that holds on both of its sides."""
        forms: dict[Slot, Template] = {}
        known_forms: dict[Slot, list[Template]] = {}
        shared: list[Slot] = []
        theirs: list[Slot] = []
        outputs: tuple[list[Atom], list[Atom]] = ([], [])
        names: list[Hint] = []
        made = Block((), (*one.ops, *two.ops), ())
        known = Before(before, made)
        for slot in self.changed(one.state, two.state, before, made):
            left, right = (self.form(side, slot) for side in (one, two))
            found = [
                seen_from(right, left, known, is_name(slot)),
                seen_from(left, right, known, is_name(slot)),
            ]
            forms[slot] = form = join_templates(*found)
            known_forms[slot] = found
            if self.note_sharing(slot, found, one.state, two.state):
                shared.append(slot)
            if any(identity in self.outside for identity, _ in clashes(found[0], found[1])):
                theirs.append(slot)
            for side, atoms in zip((one, two), outputs, strict=True):
                atoms += self.side_atoms(side, slot, form)
            names += hints_of(form, self.slot_hint(slot, form, one.state, hints))
        then, orelse = (
            Block((), tuple(side.ops), tuple(atoms))
            for side, atoms in zip((one, two), outputs, strict=True)
        )
        results: list[Atom] = list(outputs[0])
        if one.ops or two.ops or not _same_atoms(then.outputs, orelse.outputs):
            results = list(self.builder.branch(test, then, orelse, tuple(names)))
        self.note_undefined(results, *outputs)
        merged = {slot: m for slot, m in one.state.items() if two.state.get(slot) is m}
        remaining = iter(results)
        for slot, form in forms.items():
            versions: Versions = {}
            meaning = self.no_part(instantiate(form, remaining, versions), versions)
            if isinstance(meaning, Unknown):
                meaning = Unknown(f"{meaning.reason} after the if in line {span.line}")
            for identity, version in versions.items():
                merged[identity] = version
            self.loosen_parts(slot, meaning, known, versions, one.state, two.state)
            if meaning is not None:
                merged[slot] = meaning
                if slot not in shared and slot not in theirs:
                    continue
                new = joined_objects((meaning, *versions.values()), known_forms[slot])
                if slot in shared:
                    self.share(*new)
                if slot in theirs:
                    self.outside.update(dict.fromkeys(new))
        self.restore(merged)

    def changed(self, one: State, two: State, before: State, sides: Block) -> list[Slot]:
        """Slots that differ; what was made on one of the `sides` is not seen from the other."""
        return [
            slot
            for slot in dict.fromkeys((*one, *two))
            if one.get(slot) is not two.get(slot)
            and (isinstance(slot, Variable) or slot in before or is_older_array(slot, sides))
        ]

    def form(self, side: Side, slot: Slot) -> Template:
        """The form of a slot at the end of a side."""
        meaning = side.state.get(slot)
        if isinstance(slot, Variable):
            return template_of(meaning, side.versions)
        return content_template(meaning or slot, side.versions)

    def side_atoms(self, side: Side, slot: Slot, form: Template) -> list[Atom]:
        """The run-time values that a side gives for a slot; what makes lists of them is appended.

        Raises S2S305 where such a list may be unassigned: all its items may be, then.
        """
        meaning = meaning_at(slot, side.state)
        marks, self.marks = self.marks, side.marks
        versions, self.versions = self.versions, side.versions
        with self.builder.block() as more:
            atoms = atoms_of(form, meaning, self.versions, self.resolved)
        self.versions = versions
        for op in more:
            if operands(op) and all(map(self.may_be_undefined, operands(op))):
                name = self.slot_name(slot, side.state) or "this list"
                fail(
                    "S2S305",
                    f"{name} may be unassigned, and is a list of another length on another path",
                    self.here(),
                    "assign it on every path",
                )
        side.ops.extend(more)
        side.marks = self.marks
        self.marks |= marks
        return atoms

    def resolved(self, meaning: Sequence | Value) -> Atom:
        """A list of known length as a run-time list; an array as it is now."""
        now = self.current(meaning)
        if isinstance(now, Value):
            return now
        assert isinstance(meaning, Sequence)
        return self.make_list(meaning)

    def cannot_change(self) -> set[Meaning]:
        return self.shared

    def change_array(self, root: Value, after: Atom, span: Span) -> None:
        """The same; where the array is the caller's on some path only, the caller sees it from here on."""
        super().change_array(root, after, span)
        if root in self.outside and root not in self.given:
            self.changed_on_paths.add(root)
            self.builder.run(CHANGED, after)

    @abstractmethod
    def make_list(self, items: Sequence) -> Value:
        """A list of known length as a run-time list."""

    def slot_hint(self, slot: Slot, form: Template, state: State, hints: dict[str, Hint]) -> Hint:
        """What the merged value of a slot is called; the items of a tuple that is returned have no name."""
        if isinstance(slot, Variable) and slot.name in hints:
            return hints[slot.name]
        is_tuple = isinstance(form, Items) and isinstance(form.whole, Sequence)
        return None if slot_is(slot, RESULT) and is_tuple else self.slot_name(slot, state)

    def slot_name(self, slot: Slot, state: State) -> str | None:
        """What a reader would call the slot."""
        if isinstance(slot, Variable):
            if slot.name == RESULT:
                hint = slot.frame.result_hint
                return hint if isinstance(hint, str) else None
            name = slot.name.strip("<>")
            return name if name.isidentifier() else None
        for other, meaning in state.items():
            if isinstance(other, Variable) and meaning is slot:
                return other.name
        return slot.hint if isinstance(slot, Value) and isinstance(slot.hint, str) else None

    def note_sharing(self, slot: Slot, found: list[Template], *paths: State) -> bool:
        """Is this a name for one of several lists that have other names, or does it hold one?

        Changing any is refused.

        `found` are the forms of the slot at the ends of two paths, `paths` the states there.
        """
        one, two = found
        met = list(clashes(one, two))
        if isinstance(one, Missing) or isinstance(two, Missing):
            there = two if isinstance(one, Missing) else one
            met = [(each, ()) for each in objects_in(there)]  # they get other names, too
        shared, inside = set[Meaning](), self.held_by()
        for identity, owners in met:
            alone = tuple(each for each in owners if each not in shared)
            if (
                identity in self.marks.strays
                or identity in self.shared
                or any(is_held_elsewhere(path, identity, slot, inside, alone) for path in paths)
                or any(holds(each, identity, inside, set()) for each in self.looping)
            ):
                self.shared.add(identity)
                shared.add(identity)
        return bool(shared)

    def share(self, *meanings: Meaning) -> None:
        """Remember that the lists in `meanings` have other names on some paths."""
        found = [each for meaning in meanings for each in lists_in(meaning)]
        self.shared.update(found)
        self.stray(*found)

    def keep_changes(self, span: Span) -> None:
        """The caller sees what was changed of its lists up to here."""
        for whole in self.outside:
            if isinstance(whole, Value) and self.versions.get(whole, whole) is not whole:
                self.builder.run(CHANGED, self.atom(whole, span))

    def note_undefined(self, results: list[Atom], *outputs: list[Atom]) -> None:
        """Remember the results that some path leaves undefined."""
        for result, *atoms in zip(results, *outputs, strict=True):
            if isinstance(result, Value) and any(map(self.may_be_undefined, atoms)):
                self.maybe_undefined.add(result)

    def is_doubtful(self, meaning: Meaning | None, state: State) -> bool:
        """May a variable with this meaning be unassigned in `state`?"""
        if meaning is None:
            return True
        if isinstance(meaning, Value | Const):
            version = state.get(meaning, meaning) if isinstance(meaning, Value) else meaning
            return self.may_be_undefined(meaning) or version in self.maybe_undefined
        if isinstance(meaning, Structured):
            now = state.get(meaning, meaning)
            inside = items_in(now) if isinstance(now, Structured) else (now,)
            return any(self.is_doubtful(part, state) for part in inside)
        return False

    def may_be_undefined(self, atom: Atom) -> bool:
        return (isinstance(atom, Const) and isinstance(atom.value, Undefined)) or (
            atom in self.maybe_undefined
        )


def is_name(slot: Slot) -> bool:
    """Is it a variable of the user's?"""
    return isinstance(slot, Variable) and not slot.name.startswith("<")


def slot_is(slot: Slot, name: str) -> bool:
    return isinstance(slot, Variable) and slot.name == name


def joined_outcome(one: Outcome, two: Outcome) -> Outcome:
    """How a branch ends whose sides end like this."""
    if Outcome.RAISED in (one, two):
        return two if one is Outcome.RAISED else one
    return one if one is two else Outcome.MIXED


def _same_atoms(ones: tuple[Atom, ...], twos: tuple[Atom, ...]) -> bool:
    return all(
        one is two or (isinstance(one, Const) and isinstance(two, Const) and one.key == two.key)
        for one, two in zip(ones, twos, strict=True)
    )


def hints_of(form: Template, hint: Hint) -> list[Hint]:
    """Names for the run-time values of a form whose slot is called `hint`."""
    match form:
        case Leaf():
            return [hint]
        case Object(content=content):
            return hints_of(content, hint)
        case Items(whole=whole, parts=parts):
            found: list[Hint] = []
            for label, part in zip(labels_of(whole), parts, strict=True):
                found += hints_of(part, part_name(hint, label) if isinstance(hint, str) else None)
            return found
    return []
