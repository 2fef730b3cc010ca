"""Loops over run-time values become a `For` or a `While`; what is short and known is written out.

    for i in range(n):           s_3 = for range(0, n, 1) carrying (s)
        s = s * x         ->       body(i, s_1):
                                     s_2 = operator.mul(s_1, x)
                                     -> False, s_2

A loop carries the slots that its body changes. Which these are, and of which types, is found by lowering
the body until nothing new turns up: an `s = 0` that becomes a float is a float from the start.
`break`, `continue` and `return` end the turn; the first output of the body says whether it was the last.
"""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Callable

from s2sdiff.errors import S2SDiffError, Span, fail
from s2sdiff.frontend.carried import Before, form_at, meaning_at
from s2sdiff.frontend.control_flow import breaks_out, may_end
from s2sdiff.frontend.iteration import assigned, target_names
from s2sdiff.frontend.meanings import (
    Capture,
    Changeable,
    Meaning,
    Sequence,
    Turns,
    Unknown,
    Wish,
    part_of,
)
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.settling import Settled, SettlingLowerer
from s2sdiff.frontend.sides import joined_outcome
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.state import (
    BROKE,
    RESULT,
    RETURNED,
    STOP,
    Checkpoint,
    Outcome,
    Raised,
    Slot,
    State,
    Unassigned,
    Variable,
    versions_in,
)
from s2sdiff.frontend.templates import (
    COPY_IT,
    Object,
    Structured,
    Template,
    atoms_of,
    clashes,
    instantiate,
    is_array_object,
    is_list,
    items_in,
    joined_objects,
    kind_of,
    lists_in,
)
from s2sdiff.ir.build import Builder, item_type
from s2sdiff.ir.core import Apply, Atom, Block, Const, Value, constant
from s2sdiff.ir.lists import RANGE, is_sure_range
from s2sdiff.ir.structure import SURE
from s2sdiff.ir.traverse import definitions
from s2sdiff.ir.types import Scalar

LONGEST_WRITTEN_OUT = 8  # turns over values of known number that are written one after the other
MOST_WRITTEN_OUT = 200  # where there is no other way


class _TestChanges(Exception):
    """The test of a loop changes a variable or a list: it is a part of the turn."""


class LoopLowerer(SettlingLowerer):
    """Lowers `for` and `while`, also those inside comprehensions.

    `unrollable` counts the loops around that are tried as loops, but could be written out.
    """

    def __init__(self, builder: Builder, captures: list[Capture]) -> None:
        super().__init__(builder, captures)
        self.unrollable = 0

    @abstractmethod
    def assign(self, frame: Frame, target: ast.expr, meaning: Meaning) -> None:
        """Bind a target."""

    # Statements

    def for_statement(self, frame: Frame, node: ast.For, following: list[ast.stmt]) -> Outcome:
        span = span_of(node.iter, frame.source)
        start, outer, self.looped, self.viewed = self.checkpoint(), self.looped, [], []
        with self.builder.block() as opening:
            over = self.turns_over(self.expression(frame, node.iter), span)
        looped, self.looped = self.looped, outer
        viewed = self.viewed if over in self.iterators and over not in self.views else []
        body = [*node.body, ast.copy_location(ast.Continue(), node)]

        def turn(item: Meaning) -> None:
            self.assign(frame, node.target, item)
            self.statements(frame, body)

        def each(over: Sequence | Turns) -> None:
            names = assigned([node.target, *node.body])
            self.each(frame, over, turn, names, target_names(node.target), span)

        def run() -> None:
            self.looping += [over, *looped]
            try:
                run_over()
            finally:
                del self.looping[len(self.looping) - 1 - len(looped) :]

        def run_over() -> None:
            now = self.versions
            known = {at: seen for at in looped if isinstance(seen := now.get(at), Sequence)}
            whole = self.read_before(over)
            then = None if whole is None else self.version_of(whole)
            with self.builder.block() as ops:
                each(over)
            if whole is not None and self.version_of(whole) is not then:
                again = self.from_the_start(frame, node, start, span)
                each(self.turns_of(again))
                self.check_parts(again, start.epoch, span)
                return
            self.check_parts(over, start.epoch, span)
            if any(self.now(view.handle) is not view.version for view in viewed):
                what = "the dict that this loop runs over is changed by it"
                fail("S2S307", what, span, "loop over a copy: for key, value in list(d.items())")
            if all(self.versions.get(whole) is items for whole, items in known.items()):
                self.check_reading(over, span)
                for op in (*opening, *ops):
                    self.builder.append(op)
                return
            # items that later turns read were replaced: each turn reads the list as it is then
            again = self.from_the_start(frame, node, start, span, known)
            with self.running_over((again,), span):
                each(again)

        self.check_effects(over, span)
        return self.around(frame, node, run, following, span)

    def from_the_start(
        self,
        frame: Frame,
        node: ast.For,
        start: Checkpoint,
        span: Span,
        known: dict[Sequence | Value, Sequence] | None = None,
    ) -> Sequence | Turns:
        """What the loop runs over, from the state before it; lists of `known` items as run-time lists."""
        self.go_back(start)
        frame.variables.pop(STOP, None)
        frame.variables[BROKE] = frame.variables[RETURNED] = constant(False)
        for whole, items in (known or {}).items():
            self.versions[whole] = self.make_list(items)
        return self.turns_over(self.expression(frame, node.iter), span)

    def while_statement(self, frame: Frame, node: ast.While, following: list[ast.stmt]) -> Outcome:
        span = span_of(node.test, frame.source)
        self.note_test(node.test)
        body = [*node.body, ast.copy_location(ast.Continue(), node)]
        names = assigned([node.test, *node.body])
        tested_inside = any(isinstance(part, ast.NamedExpr) for part in ast.walk(node.test))

        def test() -> Atom:
            if tested_inside:
                return constant(True)
            before = self.state()
            decided = self.expression(frame, node.test)
            after = self.state()
            if any(after.get(slot) is not meaning for slot, meaning in before.items()):
                raise _TestChanges
            known = self.truth(decided, span)
            return self.test_atom(decided, span) if known is None else constant(known)

        def run_body() -> Outcome:
            return self.statements(frame, body)

        def last() -> Outcome:
            frame.variables[STOP] = constant(True)
            return Outcome.ENDED

        def turn(item: Meaning) -> None:
            if tested_inside:
                decided = self.test_atom(self.expression(frame, node.test), span)
                self.branch(frame, decided, (run_body, last), span)
            else:
                run_body()

        def run() -> None:
            nonlocal tested_inside
            entry = self.checkpoint()
            try:
                self.run_loop(frame, names, None, None, test, turn, span)
            except _TestChanges:
                self.go_back(entry)
                tested_inside = True
                self.run_loop(frame, names, None, None, test, turn, span)

        return self.around(frame, node, run, following, span)

    def around(
        self,
        frame: Frame,
        node: ast.For | ast.While,
        run: Callable[[], None],
        following: list[ast.stmt],
        span: Span,
    ) -> Outcome:
        """Lower the loop, its `else` clause, and what follows where the loop may return."""
        returns = may_end(ast.Module(node.body, []), in_loop=True)
        breaks = bool(node.orelse) and may_end(ast.Module(node.body, []))
        kept = {name: frame.variables.pop(name, None) for name in (STOP, BROKE, RETURNED)}
        frame.variables[BROKE] = constant(False)
        frame.variables[RETURNED] = constant(False)
        run()
        broke, returned = frame.variables.pop(BROKE), frame.variables.pop(RETURNED)
        for name, meaning in kept.items():
            if meaning is not None:
                frame.variables[name] = meaning

        def after() -> Outcome:
            if not node.orelse:
                return Outcome.FELL
            if not breaks:
                return self.statements(frame, node.orelse)
            return self.choice(
                frame,
                broke,
                lambda: Outcome.FELL,
                lambda: self.statements(frame, node.orelse),
                span,
            )

        def leave() -> Outcome:
            frame.variables[RESULT] = self.sure(frame.variables[RESULT])
            frame.variables[STOP] = constant(True)
            frame.variables[RETURNED] = constant(True)
            return Outcome.ENDED

        if _is_left_by_return_only(node):
            return leave() if returns else Outcome.RAISED
        if not returns:
            return self.go_on(frame, after(), following, span)

        def rest() -> Outcome:
            frame.variables.pop(RESULT, None)
            return self.go_on(frame, after(), following, span)

        return self.choice(frame, returned, leave, rest, span)

    def sure(self, meaning: Meaning) -> Meaning:
        """What is known to be assigned here, though it is not on other paths."""
        if isinstance(meaning, Value) and not is_list(meaning):
            return self.builder.apply(SURE, meaning, hint=meaning.hint)
        if isinstance(meaning, Sequence) and meaning.kind == "tuple":
            return Sequence(tuple(map(self.sure, meaning.items)))
        return meaning

    def choice(
        self,
        frame: Frame,
        test: Meaning,
        then: Callable[[], Outcome],
        orelse: Callable[[], Outcome],
        span: Span,
    ) -> Outcome:
        """A branch, or the side of it that is known to be taken."""
        known = self.truth(test, span)
        if known is not None:
            return then() if known else orelse()
        one, two = self.branch(frame, self.atom(test, span), (then, orelse), span)
        return joined_outcome(one.outcome, two.outcome)

    # Running

    def each(
        self,
        frame: Frame,
        over: Sequence | Turns,
        turn: Callable[[Meaning], None],
        names: frozenset[str],
        wish: Wish,
        span: Span,
    ) -> None:
        """One turn for each item."""
        if isinstance(over, Turns):
            self.dynamic_loop(frame, over, turn, names, wish, span)
            return
        before = self.checkpoint()
        if not over.items:
            return
        if over in self.views:
            self.over_dict(frame, over, turn, span)
            return
        if self.is_better_as_loop(over):
            possible = len(over.items) <= MOST_WRITTEN_OUT
            self.unrollable += possible
            try:
                self.dynamic_loop(frame, self.turns_of(over), turn, names, wish, span)
            except S2SDiffError:
                if not possible:
                    raise
                self.go_back(before)
            else:
                return
            finally:
                self.unrollable -= possible
        self.written_out(frame, list(over.items), turn, span)

    def is_better_as_loop(self, over: Sequence) -> bool:
        if over.kind == "range":
            return len(over.items) > 1
        numbers = all(isinstance(item, Value | Const) for item in over.items)
        scalars = all(isinstance(getattr(item, "type", None), Scalar) for item in over.items)
        return numbers and scalars and len(over.items) > LONGEST_WRITTEN_OUT

    def dynamic_loop(
        self,
        frame: Frame,
        over: Turns,
        turn: Callable[[Meaning], None],
        names: frozenset[str],
        wish: Wish,
        span: Span,
    ) -> None:
        direct = over.direct
        if direct is not None:
            iterable = self.builder.apply(RANGE, *direct.bounds)
        else:
            length = over.length()
            self.lengths.add(length)
            iterable = self.builder.apply(RANGE, constant(0), length, constant(1))

        def run(index: Meaning) -> None:
            assert isinstance(index, Value)
            item = over.item if direct is None else direct.item
            if item is None:
                turn(index)
                return
            before, outer, self.looped = dict(self.versions), self.looped, []
            met = item(index, wish)
            looped, self.looped = self.looped, outer
            turn(met)
            self.watch_lengths(looped, before, span)

        is_item = direct is not None and direct.item is None
        name = wish if is_item else part_of(wish, 0) if over.counts else None
        index = Value(name if isinstance(name, str) else "i", item_type(iterable), span)
        self.run_loop(frame, names, iterable, index, None, run, span)

    def run_loop(
        self,
        frame: Frame,
        names: frozenset[str],
        iterable: Atom | None,
        item: Value | None,
        test: Callable[[], Atom] | None,
        turn: Callable[[Meaning], None],
        span: Span,
    ) -> None:
        """Append a `For` over `iterable`, or a `While`, and go on from the state behind it."""
        entry, marks, epoch = self.state(), self.marks, self.epoch
        try:
            found = self.settle(frame, names, entry, item, test, turn, span)
        except Raised:  # the test does
            self.restore(entry)
            assert test is not None
            test()
            raise
        except Unassigned as missing:
            if not self.may_come(missing, inside=True):
                raise missing.error from None
            self.missed.append(missing)
            self.restore(entry)  # in the first turns of the loop around, this one makes none
            return
        exits: list[Atom] = []
        with self.builder.block() as more:
            for slot, form in found.forms.items():
                exits += atoms_of(
                    form, meaning_at(slot, found.exit), versions_in(found.exit), self.resolved
                )
        self.restore(entry)
        left, self.marks = self.marks, marks
        last, self.epoch = self.epoch, epoch
        entries: list[Atom] = []
        for slot, form in found.forms.items():
            self.check_assigned(slot, form, entry, span)
            entries += atoms_of(form, meaning_at(slot, entry), versions_in(entry), self.resolved)
        self.marks |= left
        self.epoch = last
        shared = [slot for slot in found.forms if self.note_rebinding(slot, found, entry, span)]
        params = found.params
        outputs = (found.stop, *exits)
        first = (item,) if item is not None else ()
        body = Block((*first, *params), (*found.ops, *more), outputs)
        if iterable is not None:
            results = self.builder.for_loop(iterable, tuple(entries), body)
        else:
            assert found.test is not None
            results = self.builder.while_loop(tuple(entries), found.test, body)
        made = (op for op in self.builder.ops if isinstance(op, Apply) and iterable in op.results)
        makes_turns = any(map(is_sure_range, made))
        self.note_undefined(list(results), *([] if makes_turns else [entries]), exits)
        remaining = iter(results)
        state = dict(entry)
        known = Before(entry, body)
        for slot, form in found.forms.items():
            versions: State = {}
            left_behind = instantiate(form, remaining, versions)  # type: ignore[arg-type]
            meaning = self.no_part(left_behind, versions)
            if isinstance(meaning, Unknown):
                meaning = Unknown(f"{meaning.reason} after the loop in line {span.line}")
            self.loosen_parts(slot, meaning, known, versions, entry, found.exit)
            if meaning is not None:
                state[slot] = meaning
                if slot in shared:
                    forms = [_form_of(slot, each) for each in (entry, found.exit)]
                    self.share(*joined_objects((meaning, *versions.values()), forms))
            state.update(versions)
        self.restore(state)

    def note_rebinding(self, slot: Slot, found: Settled, entry: State, span: Span) -> bool:
        """Is a name bound to another list in the loop, while its first one has other names?

        Raises S2S307 if the loop changes any of these lists: it would have to be seen under all names.
        """
        forms = [_form_of(slot, state) for state in (entry, found.exit)]
        lists: list[Meaning] = [identity for identity, _ in clashes(forms[0], forms[1])]
        is_outside = any(each in self.outside for each in lists)
        if not self.note_sharing(slot, forms, entry, found.exit) and not is_outside:
            return False
        before = found.start.get(slot, constant(None))
        if isinstance(slot, Variable) and before not in self.named:
            return True  # that of an earlier turn is not met under this name before the loop's end
        is_object = not isinstance(slot, Variable)
        parts = items_in(before) if is_object and isinstance(before, Structured) else (before,)
        lists += (each for part in parts for each in lists_in(part))
        made = set(definitions(Block((), tuple(found.ops), ())))
        for each in lists:
            if not isinstance(each, Changeable):
                continue
            is_there = each in found.start or (is_array_object(each) and each not in made)
            is_changed = is_there and found.exit.get(each, each) is not found.start.get(each, each)
            if is_outside and not self.changed_on_paths.isdisjoint(made):
                is_changed = True
            if is_changed or (self.marks.changed and each in self.marks.strays):
                kind = kind_of(each)
                article = "an" if kind == "array" else "a"
                what = f"{article} {kind} is changed in this loop that gets another name in it"
                fail("S2S307", what, span, COPY_IT[kind])
        return True


def _form_of(slot: Slot, state: State) -> Template:
    """What a variable or an object is in `state`."""
    form = form_at(slot, state)
    return form.content if isinstance(form, Object) and not isinstance(slot, Variable) else form


def _is_left_by_return_only(node: ast.For | ast.While) -> bool:
    """Is it `while True:` without a `break`? Nothing behind it is reached."""
    if not (isinstance(node, ast.While) and isinstance(node.test, ast.Constant)):
        return False
    return bool(node.test.value) and not any(map(breaks_out, node.body))
