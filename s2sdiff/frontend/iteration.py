"""What a loop runs over: items of known number, or turns whose number is known at run time only."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.array_indices import rows, turns_over_rows
from s2sdiff.frontend.array_objects import ENTRIES
from s2sdiff.frontend.arrays import is_array
from s2sdiff.frontend.carried import listed_items
from s2sdiff.frontend.control_flow import ConditionLowerer
from s2sdiff.frontend.meanings import (
    Capture,
    Direct,
    Mapping,
    Meaning,
    Sequence,
    Turns,
    Wish,
    describe,
    part_of,
)
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.state import ENDED, RESULT, STOP, Outcome, Slot, State, Variable, Versions
from s2sdiff.frontend.templates import Template, is_list
from s2sdiff.ir.arrays import is_store
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Const, For, Op, Value, While, constant
from s2sdiff.ir.lists import ADD_AT, ITEM, LENGTH, RANGE, REVERSE, STORE
from s2sdiff.ir.structure import UNPACK
from s2sdiff.ir.traverse import blocks, carried_params, operands
from s2sdiff.ir.types import Array, List, Scalar, Tuple


class IterationLowerer(ConditionLowerer):
    """Finds out what is iterated.

    `looped` are the lists that were asked for their items:
    a loop meets what they hold at each turn, not what they held at its start.
    """

    def __init__(self, builder: Builder, captures: list[Capture]) -> None:
        super().__init__(builder, captures)
        self.looped: list[Sequence | Value] = []

    def turns_over(self, meaning: Meaning, span: Span) -> Sequence | Turns:
        """What a loop over `meaning` meets. Raises S2S306 for what is no iterable."""
        whole = meaning
        if is_array(meaning):
            found = rows(self, meaning, span)
            self.rows_of[found] = meaning
            if self.read_before(found) is not None:
                self.read_at_once.add(meaning)
            return found
        if isinstance(meaning, Sequence | Value):
            if meaning in self.versions:
                self.looped.append(meaning)
            meaning = self.versions.get(meaning, meaning)
        match meaning:
            case Turns():
                if meaning in self.once:
                    self.use_up(meaning, span)
                return meaning
            case Value() if is_list(meaning):
                return self.turns_of_list(meaning, whole)
            case Const(value=str(text)):
                return Sequence(tuple(constant(char) for char in text))
            case Mapping():
                self.open(meaning, span)
                now = self.now(meaning)
                assert isinstance(now, Mapping)
                return self.view_of(now, keys_of)
            case Sequence():
                return self.open(meaning, span)
        fail("S2S306", f"{describe(meaning)} is looped over", span, "loop over a range or a list")

    def turns_of_list(self, items: Value, whole: Meaning | None = None) -> Turns:
        """The turns over a run-time list; `whole` is the list of which `items` is the version now."""

        def now() -> Value:
            found: Meaning = items
            if isinstance(whole, Sequence | Value) and whole in self.versions:
                self.looped.append(whole)
                found = self.versions[whole]
            elif whole is not None:
                found = self.now(whole)
            return found if isinstance(found, Value) else items

        def item(index: Atom, wish: Wish) -> Meaning:
            version = now()
            found = self.item_of(version, index, wish)
            self.note_row(found, items if whole is None else whole, version, index)
            return found

        return Turns(lambda: self.builder.apply(LENGTH, now()), item)

    @contextmanager
    def own_turns(self, frame: Frame) -> Iterator[None]:
        """Turns of an expression, which know nothing of how those of a loop around end."""
        kept = {name: frame.variables.pop(name, None) for name in (STOP, ENDED)}
        yield
        frame.variables.update((n, meaning) for n, meaning in kept.items() if meaning is not None)

    def written_out(
        self, frame: Frame, items: list[Meaning], turn: Callable[[Meaning], None], span: Span
    ) -> None:
        """The turns one after the other; behind one that may be the last, inside a branch."""
        for at, item in enumerate(items):
            frame.variables[STOP] = constant(False)
            turn(item)
            stop = frame.variables.pop(STOP)
            frame.variables.pop(ENDED, None)
            known = self.truth(stop, span)
            if known:
                return
            if known is None:
                following = items[at + 1 :]

                def rest(following: list[Meaning] = following) -> Outcome:
                    frame.variables.pop(RESULT, None)
                    self.written_out(frame, following, turn, span)
                    return Outcome.FELL

                self.branch(frame, self.atom(stop, span), (lambda: Outcome.FELL, rest), span)
                return

    def over_dict(
        self, frame: Frame, over: Sequence, turn: Callable[[Meaning], None], span: Span
    ) -> None:
        """The turns over what a dict held. Raises S2S307 where they change its keys."""
        view = self.views[over]

        def items() -> tuple[Meaning, ...]:
            now = self.now(view.handle)
            assert isinstance(now, Mapping)
            if list(now.items) != list(view.version.items):
                fail(
                    "S2S307",
                    "the dict that this loop runs over changes its keys",
                    span,
                    "loop over a copy: for key in list(d)",
                )
            return view.part(now)

        def turn_at(index: Meaning) -> None:
            assert isinstance(index, Const) and isinstance(index.value, int)
            turn(items()[index.value])

        self.written_out(frame, [constant(at) for at in range(len(over.items))], turn_at, span)
        items()

    def check_assigned(self, slot: Slot, form: Template, entry: State, span: Span) -> None:
        """Refuse a list that one path before the loop made, and the loop carries. Raises S2S305."""
        for item in listed_items(slot, form, entry):
            if isinstance(item, Value) and item in self.maybe_undefined:
                name = slot.name if isinstance(slot, Variable) else "a list"
                fail(
                    "S2S305",
                    f"{name} is assigned on one path only before this loop, which assigns it too",
                    span,
                    "assign it before the loop on every path",
                )

    def watch_lengths(self, looped: list[Sequence | Value], before: Versions, span: Span) -> None:
        """Refuse a turn that changes the length of a list that it runs over. Raises S2S307.

        `before` are the versions of the lists when the turn began; the ops of the turn are the last ones.
        """
        for whole in looped:
            version, now = before.get(whole), self.versions.get(whole)
            if version is now:
                continue
            if not isinstance(version, Value) or changes_length(self.builder.ops, {version}):
                fail(
                    "S2S307",
                    "the list that this loop runs over changes its length",
                    span,
                    "loop over a copy: for x in list(xs)",
                )

    def watch_known(self, looped: list[Sequence | Value], before: Versions, span: Span) -> None:
        """Refuse a comprehension that changes a list whose items it has met already. Raises S2S307."""
        for whole in looped:
            version = before.get(whole)
            if isinstance(version, Sequence) and version is not self.versions.get(whole):
                fail(
                    "S2S307",
                    "the list that this comprehension runs over is changed by it",
                    span,
                    "run over a copy: for x in list(xs)",
                )

    def item_of(self, items: Atom, index: Atom, wish: Wish) -> Meaning:
        """One item of a run-time list."""
        hint = wish if isinstance(wish, str) else None
        return self.opened(self.builder.apply(ITEM, items, index, hint=hint), wish)

    def opened(self, value: Value, wish: Wish = None, taken: bool = False) -> Meaning:
        """A run-time value as a meaning: tuples are unpacked. `taken`: out of the list that it was in."""
        if ENTRIES in self.marks.tangled and isinstance(value.type, Scalar):
            self.no_axes.add(value)
        if isinstance(value.type, List | Array):
            self.stray(value)
            if taken:
                self.taken.add(value)
        if not isinstance(value.type, Tuple):
            return value
        wishes = [part_of(wish, at) for at in range(len(value.type.items))]
        hints = tuple(each if isinstance(each, str) else None for each in wishes)
        parts = self.builder.apply_many(UNPACK, (value,), hints)
        items = (self.opened(part, w, taken) for part, w in zip(parts, wishes, strict=True))
        return Sequence(tuple(items))

    def turns_of(self, over: Sequence | Turns) -> Turns:
        """Items of known number as a run-time list; the rows of an array as they are in each turn."""
        if isinstance(over, Turns):
            return over
        if over in self.rows_of:
            return turns_over_rows(self, self.rows_of[over], self.here())
        if over.kind == "range" and over.items:
            first, step = _progression(over)
            stop = first + step * len(over.items)
            bounds = (constant(first), constant(stop), constant(step))
            return self.turns_of_range(bounds)
        return self.turns_of_list(self.make_list(over))

    def turns_of_range(self, bounds: tuple[Atom, Atom, Atom]) -> Turns:
        """The turns over `range(start, stop, step)`."""
        start, stop, step = bounds

        def length() -> Atom:
            if (start.type, step.type) == (stop.type, stop.type) and _is(start, 0) and _is(step, 1):
                none = constant(0)
                if isinstance(stop, Const):
                    return constant(max(0, int(str(stop.value))))
                if stop in self.lengths:
                    return stop
                return self.operation("builtins.max", (stop, none), None, self.here())
            made = self.builder.apply(RANGE, start, stop, step)
            return self.builder.apply(LENGTH, made)

        def item(index: Atom, wish: Wish) -> Meaning:
            hint = wish if isinstance(wish, str) else None
            scaled = index
            if not _is(step, 1):
                scaled = self.operation("operator.mul", (index, step), None, self.here())
            if _is(start, 0):
                return scaled
            return self.operation("operator.add", (start, scaled), hint, self.here())

        return Turns(length, item, Direct(bounds))

    def backwards(self, over: Turns) -> Direct | None:
        """The loop over the same items, last to first."""
        one, minus_one = constant(1), constant(-1)
        if over.direct is None:
            last = self.operation("operator.sub", (over.length(), one), None, self.here())
            return Direct((last, minus_one, minus_one), over.item)
        start, stop, step = over.direct.bounds
        if not (_is(step, 1) or _is(step, -1)):
            return None
        last = self.operation("operator.sub", (stop, step), None, self.here())
        end = self.operation("operator.sub", (start, step), None, self.here())
        back = minus_one if _is(step, 1) else one
        return Direct((last, end, back), over.direct.item)

    def here(self) -> Span:
        assert self.builder.span is not None
        return self.builder.span


def keys_of(whole: Mapping) -> tuple[Meaning, ...]:
    """The keys of a dict."""
    return tuple(constant(key) for key in whole.items)


def changes_length(ops: Iterable[Op], versions: set[Value]) -> bool:
    """Does one of these ops change the length of the list with these `versions`?

    `versions` grows by those that the ops make.
    """
    for op in ops:
        met = {arg for arg in operands(op) if arg in versions}
        match op:
            case Apply(primitive=primitive, args=args, results=results):
                if primitive.changes and args[0] in met:
                    if primitive not in (STORE, ADD_AT, REVERSE) and not is_store(op):
                        return True
                    versions.add(results[0])
                continue
            case For(carried=carried) | While(carried=carried):
                params = carried_params(op)
                versions.update(p for p, c in zip(params, carried, strict=True) if c in versions)
        if any(changes_length(inner.ops, versions) for inner in blocks(op)):
            return True
        for inner in blocks(op):
            ends = inner.outputs[len(inner.outputs) - len(op.results) :]
            if len(ends) == len(op.results):
                pairs = zip(op.results, ends, strict=True)
                versions.update(result for result, end in pairs if end in versions)
    return False


def _is(atom: Atom, number: int) -> bool:
    return isinstance(atom, Const) and atom.value == number and atom.name is None


def _progression(over: Sequence) -> tuple[int, int]:
    values = [int(str(item.value)) for item in over.items[:2] if isinstance(item, Const)]
    return values[0], values[1] - values[0] if len(values) == 2 else 1


def target_names(target: ast.expr) -> Wish:
    """How a loop names its items."""
    match target:
        case ast.Name(id=name):
            return name
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return tuple(map(target_names, parts))
    return None


def assigned(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Names that are bound by these statements themselves, functions defined in them aside."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
                return
            case (
                ast.Lambda() | ast.ListComp() | ast.GeneratorExp() | ast.DictComp() | ast.SetComp()
            ):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.NamedExpr) and isinstance(inner.target, ast.Name):
                        found.add(inner.target.id)
                return
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                found.update(a.asname or a.name.partition(".")[0] for a in aliases)
        for child in ast.iter_child_nodes(node):
            visit(child)

    for node in nodes:
        visit(node)
    return frozenset(found)
