"""Lists: objects that are changed in place, under every name that they have.

A list that was made in the function, or came in as an argument, has a current version in `versions`:
a `Sequence` while its length is known, a run-time list otherwise. Methods and stores replace the
version; names go on referring to the same object, so aliases see every change, as in Python.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from s2sdiff.errors import Span, error, fail
from s2sdiff.frontend.array_objects import ENTRIES
from s2sdiff.frontend.array_shapes import length
from s2sdiff.frontend.loops import LoopLowerer
from s2sdiff.frontend.meanings import (
    Changeable,
    Mapping,
    Meaning,
    RecordValue,
    Sequence,
    Turns,
    describe,
)
from s2sdiff.frontend.rows import COPY_ROW, Marks, Row
from s2sdiff.frontend.state import Unfilled, Variable
from s2sdiff.frontend.templates import COPY_IT, Structured, is_array_object, items_in, kind_of
from s2sdiff.ir.core import Atom, Const, Hint, Primitive, Value, constant
from s2sdiff.ir.lists import (
    APPEND,
    CONCATENATE,
    COPY,
    COUNT,
    EXTEND,
    INDEX,
    INSERT,
    LENGTH,
    MAKE,
    POP,
    POP_AT,
    REPEAT,
    REPLACE,
    REVERSE,
    STORE,
    depth_of,
    is_nested,
)
from s2sdiff.ir.structure import PACK
from s2sdiff.ir.types import Array, List, Scalar, Type, holds_arrays

METHODS = frozenset(
    {"append", "pop", "insert", "extend", "reverse", "clear", "copy", "remove", "sort"}
    | {"index", "count"}
)


COPY_ITEM = "put a changed copy into each list: row = xs[i].copy(); row[j] = v; xs[i] = row"


class ListLowerer(LoopLowerer):
    """Makes, reads and changes lists."""

    def own(self, items: Sequence) -> Sequence:
        """A list made here: it can be changed."""
        if items.kind == "list":
            self.versions[items] = items
        return items

    def own_structure(self, made: Mapping | RecordValue) -> Mapping | RecordValue:
        """A dict or a record made here: it can be changed, but for frozen ones."""
        if isinstance(made, RecordValue) and (made.form.kind == "namedtuple" or made.form.frozen):
            return made
        made = replace(made, made_here=True)
        self.versions[made] = made
        return made

    def fresh(self, value: Value) -> Value:
        """A run-time list that can be changed."""
        self.versions[value] = value
        return value

    def derived(self, value: Value) -> Value:
        """A run-time list made of others: it has the same lists in it."""
        self.tangle_items(value.type)
        return self.fresh(value)

    def tangle_items(self, type_: Type) -> None:
        """Another list has the same lists and arrays in it as one of this type."""
        if isinstance(type_, List) and (is_nested(type_) or holds_arrays(type_)):
            self.tangle(depth_of(type_) - 1)

    def runtime(self, meaning: Meaning, span: Span, place: object = None) -> Atom:
        """`meaning` as one run-time value: tuples are packed, lists made. Raises S2S306.

        `place` tells the item of a list that it becomes, if that may be made several times.
        """
        now = self.now(meaning)
        match now:
            case Sequence(kind="list"):
                made = self.make_list(now)
                self.freeze(meaning, made.type)
                return made
            case Sequence(items=items):
                parts = (self.runtime(p, span, (now, at, place)) for at, p in enumerate(items))
                return self.builder.apply(PACK, *parts)
            case Value(type=List()):
                self.freeze(meaning, now.type)
                return now
            case Value(type=Array()):
                self.keep_array(meaning, object() if place is None else place)
                return now
            case Value(type=Scalar()) | Const(type=Scalar()):
                if self.is_entry(now):
                    self.tangle(ENTRIES)
                return now
        fail("S2S306", f"{describe(now)} is put into a list", span, "put numbers into it")

    def keep_array(self, meaning: Meaning, place: object) -> None:
        """An array becomes an item of a run-time list: no change of it would be seen there."""
        whole = self.array_of(meaning) if isinstance(meaning, Value) else None
        if whole is None:
            return
        root, way = self.way_to(whole)
        is_kept = any(root is each and place != other for each, other in self.kept_in_lists)
        is_kept_only = root not in self.shared or root in self.only_kept
        is_own = root not in self.fixed and root not in self.outside and root not in self.rows
        if way or is_kept or not is_kept_only or not is_own:
            self.tangle(0)
        else:
            self.only_kept.add(root)
        self.shared.update((whole, root))
        self.kept_in_lists.append((root, place))
        self.stray(whole, root)

    def freeze(self, meaning: Meaning, type_: Type) -> None:
        """A list that is an item of a run-time list: no change of it would be seen there."""
        self.note_inside(meaning, type_)
        if isinstance(meaning, Sequence | Value) and meaning in self.versions:
            self.shared.add(meaning)

    def make_list(self, items: Sequence) -> Value:
        span = self.here()
        atoms = (self.runtime(item, span, (items, at)) for at, item in enumerate(items.items))
        return self.builder.apply(MAKE, *atoms)

    def dynamic(self, whole: Meaning, span: Span) -> Value:
        """The version of a list as a run-time list; it stays one."""
        now = self.now(whole)
        if isinstance(now, Sequence):
            made = self.make_list(now)
            self.made_of[made] = now
            now = made
            if isinstance(whole, Sequence | Value) and whole in self.versions:
                self.versions[whole] = now
        if not (isinstance(now, Value) and isinstance(now.type, List)):
            fail("S2S306", f"{describe(now)} is used as a list", span, "pass a list")
        return now

    def change(self, whole: Meaning, version: Meaning, span: Span) -> None:
        """Give an object its next version. Raises S2S307 where somebody might not see it."""
        kind = kind_of(whole)
        if whole in self.marks.strays and whole not in self.shared:
            fail(
                "S2S307",
                "a list that is an item of a list, or may be one, is changed here",
                span,
                "change items of it, as in d[i][j] = x, or copy it first: row = list(row)",
            )
        if not isinstance(whole, Changeable) or whole not in self.versions:
            fail("S2S307", f"a {kind} from outside the function is changed", span, COPY_IT[kind])
        if whole in self.shared:
            fail(
                "S2S307",
                f"this {kind} has several names, and on some paths they are not the same {kind}",
                span,
                COPY_IT[kind],
            )
        if self.holds(version, whole, self.versions[whole]):
            fail("S2S307", f"a {kind} is put into itself", span, "put a copy there")
        self.versions[whole] = version
        self.moved[whole] += 1

    def holds(self, holder: Meaning, whole: Meaning, before: Meaning | None = None) -> bool:
        """Is `whole` in `holder`, or in what that holds, apart from what is in `before`, too?"""
        now = self.versions.get(holder, holder) if isinstance(holder, Changeable) else holder
        if not isinstance(now, Structured):
            return False
        known = {id(part) for part in items_in(before)} if isinstance(before, Structured) else set()
        parts = (part for part in items_in(now) if id(part) not in known)
        return any(part is whole or self.holds(part, whole) for part in parts)

    # Methods

    def list_method(
        self, whole: Meaning, name: str, args: tuple[Meaning, ...], hint: Hint, span: Span
    ) -> Meaning:
        now = self.now(whole)
        match name, args:
            case "append", (item,):
                if isinstance(now, Sequence):
                    self.change(whole, Sequence((*now.items, item), "list"), span)
                else:
                    self.apply_change(whole, APPEND, span, self.runtime(item, span))
            case "extend", (more,):
                self.extend(whole, more, span)
            case "insert", (index, item):
                at = self.known_int(index)
                if isinstance(now, Sequence) and at is not None:
                    items = list(now.items)
                    items.insert(at, item)
                    self.change(whole, Sequence(tuple(items), "list"), span)
                else:
                    position = self.atom(index, span)
                    self.apply_change(whole, INSERT, span, position, self.runtime(item, span))
            case "pop", () | (_,):
                return self.pop(whole, args, hint, span)
            case "reverse", ():
                if isinstance(now, Sequence):
                    self.change(whole, Sequence(now.items[::-1], "list"), span)
                else:
                    self.apply_change(whole, REVERSE, span)
            case "count", (item,):
                atoms = (self.dynamic(whole, span), self.atom(item, span))
                return self.builder.apply(COUNT, *atoms, hint=hint)
            case "index", (item,):
                atoms = (self.dynamic(whole, span), self.atom(item, span))
                return self.builder.apply(INDEX, *atoms, hint=hint)
            case "clear", ():
                self.replace_items(whole, Sequence((), "list"), span)
            case "copy", ():
                return self.copied(whole, span)
            case _:
                fail("S2S302", f"list.{name}() is not accepted like this", span, "write a loop")
        return constant(None)

    def apply_change(self, whole: Meaning, primitive: Primitive, span: Span, *args: Atom) -> None:
        """Apply a primitive that gives the next version."""
        row = self.row_at(whole)
        if row is not None and primitive is STORE:
            self.change_row(row, STORE, args, span)
            return
        if primitive is EXTEND:
            self.tangle_items(args[0].type)
        before = self.dynamic(whole, span)
        after = self.builder.apply(primitive, before, *args, hint=self.name_of(whole))
        self.change(whole, after, span)

    def change_row(self, row: Row, change: Primitive, args: tuple[Atom, ...], span: Span) -> None:
        """Change a list or an array in a list. Raises S2S307 where another list may hold it."""
        before = self.dynamic(row.root, span)
        depth = depth_of(before.type)
        inside = frozenset(range(depth - len(row.path), depth))
        is_given = 0 in inside and row.root in self.outside
        if is_given or inside & self.marks.tangled:
            if is_given:
                what, remedy = "an array in a list that the caller passes", COPY_ITEM
            elif 0 in inside:
                what, remedy = (
                    "an array that several lists may hold, or one several times,",
                    COPY_ITEM,
                )
            else:
                what, remedy = "a list that several lists may hold", COPY_ROW
            fail("S2S307", f"{what} is changed", span, remedy)
        self.marks |= Marks(changed=inside)
        after = self.builder.apply(change, before, *row.path, *args, hint=self.name_of(row.root))
        moved = self.moved[row.root]
        self.change(row.root, after, span)
        self.moved[row.root] = moved

    def name_of(self, whole: Meaning) -> str | None:
        """What a reader calls the list."""
        for slot, meaning in self.state().items():
            if isinstance(slot, Variable) and meaning is whole and slot.name.isidentifier():
                return slot.name
        return None

    def pop(self, whole: Meaning, args: tuple[Meaning, ...], hint: Hint, span: Span) -> Meaning:
        now = self.now(whole)
        at = self.known_int(args[0]) if args else -1
        if isinstance(now, Sequence) and at is not None:
            if not -len(now.items) <= at < len(now.items):
                what = f"pop({at}) of a list of {len(now.items)}"
                self.not_there("S2S406", what, span, "check it")
            items = list(now.items)
            item = items.pop(at)
            self.change(whole, Sequence(tuple(items), "list"), span)
            return item
        primitive, rest = (POP_AT, (self.atom(args[0], span),)) if args else (POP, ())
        hints = (self.name_of(whole), hint)
        version, value = self.builder.apply_many(
            primitive, (self.dynamic(whole, span), *rest), hints
        )
        self.change(whole, version, span)
        return self.opened(value, taken=True)

    def not_there(self, code: str, what: str, span: Span, remedy: str) -> NoReturn:
        """Refuse an item that is not there; inside a loop, later turns may put it there."""
        problem = error(code, what, span, remedy)
        raise Unfilled(problem) if self.settling else problem

    def extend(self, whole: Meaning, more: Meaning, span: Span) -> None:
        now, other = self.now(whole), self.now(more)
        if isinstance(other, Turns | Mapping):
            other = self.now(self.listed(other, span))
        if isinstance(now, Sequence) and isinstance(other, Sequence):
            self.change(whole, Sequence(now.items + other.items, "list"), span)
        elif isinstance(other, Sequence) and any(map(is_array_object, other.items)):
            for item in other.items:  # each is held by this list only
                self.apply_change(whole, APPEND, span, self.runtime(item, span))
        else:
            self.apply_change(whole, EXTEND, span, self.dynamic(other, span))

    def copied(self, whole: Meaning, span: Span) -> Meaning:
        now = self.now(whole)
        if isinstance(now, Sequence):
            return self.own(Sequence(now.items, "list"))
        return self.derived(self.builder.apply(COPY, self.dynamic(whole, span)))

    def listed(self, meaning: Meaning, span: Span) -> Meaning:
        """`list(meaning)`."""
        over = self.turns_over(meaning, span)
        now = self.now(meaning)
        if isinstance(over, Turns) and isinstance(now, Value) and isinstance(now.type, List):
            return self.copied(meaning, span)
        return self.listed_turns(over, span)

    def listed_turns(self, over: Sequence | Turns, span: Span) -> Meaning:
        """A list of all items that a loop would meet."""
        if isinstance(over, Sequence):
            return self.own(Sequence(over.items, "list"))
        made = self.own(Sequence((), "list"))
        frame = self.active[-1]

        def turn(item: Meaning) -> None:
            self.list_method(made, "append", (item,), None, span)

        self.dynamic_loop(frame, over, turn, frozenset(), None, span)
        return made

    def replace_items(self, whole: Meaning, items: Meaning, span: Span) -> None:
        """`whole[:] = items`; those of a list made here are in a new list."""
        if isinstance(whole, Value):
            made = self.dynamic(items, span)
            self.tangle_items(made.type)
            self.apply_change(whole, REPLACE, span, made)
        else:
            self.change(whole, self.now(items), span)

    def known_int(self, meaning: Meaning) -> int | None:
        if isinstance(meaning, Const) and isinstance(meaning.value, int):
            return meaning.value
        return None

    # Operators

    def joined_lists(self, one: Meaning, two: Meaning, hint: Hint, span: Span) -> Meaning:
        """`one + two` of which at least one is a run-time list."""
        left, right = self.dynamic(one, span), self.dynamic(two, span)
        return self.derived(self.builder.apply(CONCATENATE, left, right, hint=hint))

    def repeated_list(self, whole: Meaning, times: Atom, hint: Hint, span: Span) -> Meaning:
        """`whole * times` where one of them is known at run time only."""
        made = self.dynamic(whole, span)
        if isinstance(made.type, List) and isinstance(made.type.item, List):
            fail("S2S307", "the same list is put into a list several times", span, "make new ones")
        return self.derived(self.builder.apply(REPEAT, made, times, hint=hint))

    def length(self, whole: Meaning, span: Span) -> Atom:
        """`len(whole)`."""
        now = self.now(whole)
        if isinstance(now, Value) and isinstance(now.type, Array):
            return length(self, now, span)
        if isinstance(now, Value) and isinstance(now.type, List):
            found = self.builder.apply(LENGTH, now)
            self.lengths.add(found)
            return found
        if isinstance(now, Turns):
            return now.length()
        if isinstance(now, Const) and isinstance(now.value, str):
            return constant(len(now.value))
        return constant(len(self.open(now, span).items))
