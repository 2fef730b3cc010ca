"""Subscripts and attributes: items that are read, stored and deleted."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any, NoReturn

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.array_stores import ArrayStoreLowerer
from s2sdiff.frontend.meanings import Mapping, Meaning, Property, RecordValue, Sequence, describe
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.templates import is_array_object, is_list
from s2sdiff.ir.core import Apply, Atom, Const, Hint, Op, Value, constant
from s2sdiff.ir.lists import DELETE, ITEM, SLICE, STORE
from s2sdiff.ir.traverse import blocks, free_values, operands
from s2sdiff.ir.types import NOTHING, Array, List, Scalar, Static


class SubscriptLowerer(ArrayStoreLowerer):
    """Reads and changes items of lists, dicts and records."""

    def index_of(self, frame: Frame, node: ast.expr, span: Span) -> Atom:
        index = self.atom(self.expression(frame, node), span)
        if not (isinstance(index.type, Scalar) and index.type.kind in ("int", "bool")):
            fail("S2S306", f"a {index.type} is used as an index", span, "use an int")
        return index

    def bounds_of(self, frame: Frame, node: ast.Slice, span: Span) -> list[Atom]:
        return [
            constant(None) if part is None else self.slice_bound(frame, part, span)
            for part in (node.lower, node.upper, node.step)
        ]

    def slice_bound(self, frame: Frame, node: ast.expr, span: Span) -> Atom:
        found = self.expression(frame, node)
        if isinstance(found, Const) and isinstance(found.type, Static) and found.value is None:
            return found
        return self.index_of(frame, node, span) if not isinstance(found, Const) else found

    def read_item(
        self, frame: Frame, whole: Meaning, index: ast.expr, hint: Hint, span: Span
    ) -> Meaning:
        """`whole[index]` of a list or tuple, where anything of it is known at run time only."""
        if isinstance(index, ast.Slice):
            bounds = self.bounds_of(frame, index, span)
            return self.derived(
                self.builder.apply(SLICE, self.dynamic(whole, span), *bounds, hint=hint)
            )
        at = self.index_of(frame, index, span)
        now = self.now(whole)
        is_known = isinstance(now, Sequence)
        if isinstance(now, Sequence) and now.kind != "list":
            if self.unrollable:
                fail("S2S302", "an index is not constant", span, "index with a constant")
            now = self.make_list(now)
        elif isinstance(now, Sequence):
            if self.unrollable and whole not in self.versions:
                fail("S2S302", "an index is not constant", span, "index with a constant")
            now = self.dynamic(whole, span)
        assert isinstance(now, Value)
        item = self.builder.apply(ITEM, now, at, hint=hint)
        if item.type == NOTHING:
            what = "an item is read of a list that nothing was put into"
            self.not_there("S2S306", what, span, "put something into it before")
        if self.unrollable and is_known and isinstance(item.type, Array) and item.type.axes is None:
            fail("S2S302", "arrays of several ranks are indexed", span, "index with a constant")
        found = self.opened(item)
        if is_list(whole):
            self.note_row(found, whole, now, at)
        return found

    def store(self, frame: Frame, target: ast.Subscript, meaning: Meaning, span: Span) -> None:
        """`whole[index] = meaning`."""
        before = len(self.builder.ops)
        whole = self.expression(frame, target.value)
        opened = self.builder.ops[before:]
        if isinstance(whole, Mapping) and not isinstance(target.slice, ast.Slice):
            key = self.dict_key(self.expression(frame, target.slice), span)
            self.store_part(whole, key, meaning, span)
            return
        if is_array_object(whole):
            self.store_item(whole, self.array_place(frame, target.slice, span), meaning, span)
            self.forget_rows(opened)
            return
        if not is_list(whole):
            self.refuse_store(whole, span)
        self.store_in(frame, whole, target.slice, meaning, span)
        self.forget_rows(opened)

    def forget_rows(self, ops: list[Op]) -> None:
        """Drop reads of lists and arrays in lists that were only the way to what was changed now."""
        for op in reversed(ops):
            is_row = isinstance(op, Apply) and op.primitive is ITEM
            if is_row and isinstance(op.results[0].type, List | Array):
                used = {a for o in self.builder.ops for a in operands(o)}
                inside = (b for o in self.builder.ops for b in blocks(o))
                if op.results[0] not in used.union(*map(free_values, inside)):
                    self.builder.ops.remove(op)

    def store_part(
        self, whole: Mapping | RecordValue, key: object, part: Meaning, span: Span
    ) -> None:
        """Store into a dict or a record."""
        now = self.structure(whole, span)
        items: dict[Any, Meaning] = {**now.items, key: part}
        self.change(whole, replace(now, items=items), span)

    def store_attribute(self, owner: Meaning, name: str, meaning: Meaning, span: Span) -> None:
        """`owner.name = meaning`. Raises S2S307."""
        self.store_part(self.owner_of(owner, name, span), name, meaning, span)

    def owner_of(self, owner: Meaning, name: str, span: Span) -> RecordValue:
        """The object whose attribute is assigned to. Raises S2S307 where it cannot be."""
        if not isinstance(owner, RecordValue):
            what = f"an attribute of {describe(owner)}"
            fail("S2S307", f"{what} is assigned to", span, "use objects of dataclasses made here")
        if owner.form.kind == "object":
            if isinstance(owner.form.member(name, self.captures), Property):
                fail("S2S307", f"the property {name} is assigned to", span, "call a method")
        elif owner.form.frozen or name not in owner.form.fields:
            what = (
                "a field of a frozen class" if owner.form.frozen else f"{name}, which is no field,"
            )
            fail("S2S307", f"{what} of {owner.form.name} is assigned to", span, "make a new object")
        return owner

    def refuse_store(self, whole: Meaning, span: Span) -> NoReturn:
        fail(
            "S2S307",
            f"{describe(whole)} is assigned to by subscript",
            span,
            "store into lists and arrays, or build a new tuple or dict",
        )

    def store_in(
        self, frame: Frame, whole: Meaning, index: ast.expr, meaning: Meaning, span: Span
    ) -> None:
        now = self.now(whole)
        if isinstance(index, ast.Slice):
            self.store_slice(frame, whole, index, meaning, span)
            return
        at = self.index_of(frame, index, span)
        known = self.known_int(at)
        if isinstance(now, Sequence) and known is not None:
            items = list(now.items)
            if not -len(items) <= known < len(items):
                what = f"index {known} is out of range: there are {len(items)}"
                self.not_there("S2S406", what, span, "check it")
            items[known] = meaning
            self.change(whole, Sequence(tuple(items), "list"), span)
            return
        self.apply_change(whole, STORE, span, at, self.runtime(meaning, span))

    def store_slice(
        self, frame: Frame, whole: Meaning, index: ast.Slice, meaning: Meaning, span: Span
    ) -> None:
        now, items = self.now(whole), self.now(meaning)
        bounds = [
            self.known_int(b) if b.type != Static(None) else None
            for b in self.bounds_of(frame, index, span)
        ]
        whole_list = index.lower is None and index.upper is None and index.step is None
        if isinstance(now, Sequence) and isinstance(items, Sequence):
            given = [part for part in (index.lower, index.upper, index.step) if part is not None]
            if len(given) == sum(b is not None for b in bounds):
                changed = list(now.items)
                try:
                    changed[slice(*bounds)] = items.items
                except ValueError as problem:
                    fail("S2S406", str(problem), span, "make the lengths equal")
                self.change(whole, Sequence(tuple(changed), "list"), span)
                return
        if whole_list:
            is_ready = isinstance(whole, Value) and is_list(meaning)
            self.replace_items(whole, meaning if is_ready else self.listed(meaning, span), span)
            return
        fail("S2S307", "a slice of a run-time list is stored to", span, "store item by item")

    def delete_item(self, frame: Frame, target: ast.Subscript, span: Span) -> None:
        """`del whole[index]`."""
        whole = self.expression(frame, target.value)
        if isinstance(whole, Mapping) and not isinstance(target.slice, ast.Slice):
            self.take_key(whole, self.dict_key(self.expression(frame, target.slice), span), span)
            return
        if not is_list(whole) or isinstance(target.slice, ast.Slice):
            self.refuse_store(whole, span)
        at = self.index_of(frame, target.slice, span)
        now, known = self.now(whole), self.known_int(at)
        if (
            isinstance(now, Sequence)
            and known is not None
            and -len(now.items) <= known < len(now.items)
        ):
            items = list(now.items)
            del items[known]
            self.change(whole, Sequence(tuple(items), "list"), span)
            return
        self.apply_change(whole, DELETE, span, at)

    def take_key(self, whole: Mapping, key: object, span: Span) -> Meaning:
        """Take an entry out of a dict. Raises S2S306 where it is not there."""
        entries: dict[Any, Meaning] = self.structure(whole, span).items
        if key not in entries:
            fail(
                "S2S306",
                f"a dict is changed at {key!r}, a key that it does not have",
                span,
                "check it",
            )
        items = {other: item for other, item in entries.items() if other != key}
        self.change(whole, replace(whole, items=items), span)
        return entries[key]
