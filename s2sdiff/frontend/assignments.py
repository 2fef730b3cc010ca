"""Assignments: names, tuples of targets, items, attributes; and the augmented ones."""

from __future__ import annotations

import ast

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.array_indices import item_at, row_of
from s2sdiff.frontend.array_objects import ENTRIES
from s2sdiff.frontend.arrays import is_array
from s2sdiff.frontend.meanings import Changeable, LibraryFunction, Mapping, Meaning, Sequence
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.state import Outcome, Slot, Variable, is_held_elsewhere
from s2sdiff.frontend.subset import refuse_target
from s2sdiff.frontend.templates import is_array_object, is_list
from s2sdiff.frontend.transforms import TransformLowerer
from s2sdiff.ir.arrays import adds_up
from s2sdiff.ir.core import Atom, Const, Hint, Value, constant
from s2sdiff.ir.lists import ITEM, LENGTH, SLICE, STORE
from s2sdiff.ir.shapes import fits_into
from s2sdiff.ir.structure import ALONE, RAISE, VALUE_ERROR
from s2sdiff.ir.types import Array, List

_INDEX = ast.Name | ast.Constant | ast.BinOp | ast.UnaryOp | ast.operator | ast.unaryop | ast.Load


def is_exchange(targets: list[ast.expr], value: ast.expr) -> bool:
    """Is it `a[i], a[j] = a[j], a[i]`, with indices that nothing changes meanwhile?"""
    match targets, value:
        case [ast.Tuple(elts=[one, two])], ast.Tuple(elts=[three, four]):
            places = [_place(each) for each in (one, two, three, four)]
            same_list = len({name for name, _ in places}) == 1
            crossed = places[0] == places[3] and places[1] == places[2]
            return None not in {name for name, _ in places} and same_list and crossed
    return False


def _place(node: ast.expr) -> tuple[str | None, str]:
    """The list and the index in `a[i]`, where the index is arithmetic of names; None for anything else."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            if all(isinstance(part, _INDEX) for part in ast.walk(index)):
                return name, ast.dump(index)
    return None, ""


class AssignmentLowerer(TransformLowerer):
    """Binds what is assigned."""

    def assigned_value(
        self, frame: Frame, target: ast.expr, value: ast.expr, name: str | None
    ) -> Meaning:
        """The right side of an assignment; the items of `a, b = u, v` are hinted `a` and `b`."""
        targets = target.elts if isinstance(target, ast.Tuple | ast.List) else []
        values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        starred = any(isinstance(part, ast.Starred) for part in (*targets, *values))
        if targets and len(targets) == len(values) and not starred and self.names_values:
            pairs = zip(targets, values, strict=True)
            return Sequence(
                tuple(
                    self.expression(frame, item, part.id if isinstance(part, ast.Name) else None)
                    for part, item in pairs
                )
            )
        return self.expression(frame, value, name)

    def assign(self, frame: Frame, target: ast.expr, meaning: Meaning) -> None:
        span = span_of(target, frame.source)
        match target:
            case ast.Name(id=name):
                if self.names_values and isinstance(meaning, Value) and meaning in self.lengths:
                    self.builder.hints.setdefault(meaning, name)
                frame.bind(name, meaning)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                now = self.now(meaning)
                if isinstance(now, Value) and (is_list(now) or is_array(now)):
                    self.unpack_list(frame, meaning, parts, span)
                    return
                items = list(self.open(meaning, span).items)
                stars = [i for i, part in enumerate(parts) if isinstance(part, ast.Starred)]
                enough = len(items) >= len(parts) - 1 if stars else len(items) == len(parts)
                if not enough:
                    fail(
                        "S2S406",
                        f"{len(items)} values cannot be unpacked into {len(parts)} names",
                        span,
                        "use as many names as there are values",
                    )
                if stars:
                    at = stars[0]
                    stop = len(items) - (len(parts) - at - 1)
                    items[at:stop] = [self.own(Sequence(tuple(items[at:stop]), "list"))]
                for part, item in zip(parts, items, strict=True):
                    self.assign(frame, part, item)
            case ast.Starred(value=inner):
                self.assign(frame, inner, meaning)
            case ast.Subscript():
                self.store(frame, target, meaning, span)
            case ast.Attribute(value=owner, attr=name):
                self.store_attribute(self.expression(frame, owner), name, meaning, span)
            case _:
                refuse_target(target, span)

    def exchange(self, frame: Frame, target: ast.expr, meaning: Meaning, span: Span) -> bool:
        """`a[i], a[j] = a[j], a[i]` of lists or arrays in a run-time list: each is held once, as before.

        False where these are no such items.
        """
        assert isinstance(target, ast.Tuple) and isinstance(meaning, Sequence)
        one, two = meaning.items
        if not (isinstance(one, Value) and isinstance(two, Value)):
            return False
        if not isinstance(one.type, List | Array) or one not in self.rows or two not in self.rows:
            return False
        places = [part for part in target.elts if isinstance(part, ast.Subscript)]
        whole = self.expression(frame, places[0].value)
        if self.row_at(whole) is not None or not is_list(whole):
            return False
        version: Atom = self.dynamic(whole, span)
        for place, row in zip(places, (one, two), strict=True):
            at = self.index_of(frame, place.slice, span)
            version = self.builder.apply(STORE, version, at, row, hint=self.name_of(whole))
        self.change(whole, version, span)
        return True

    def unpack_list(self, frame: Frame, whole: Meaning, parts: list[ast.expr], span: Span) -> None:
        """`a, b = xs` of a run-time list, which must have that length; also `a, *b = xs`."""
        rows = whole if isinstance(whole, Value) and is_array(whole) else None
        version = rows or self.dynamic(whole, span)
        length = self.length(whole, span) if rows else self.builder.apply(LENGTH, version)
        stars = [at for at, part in enumerate(parts) if isinstance(part, ast.Starred)]
        known = constant(len(parts) - len(stars))
        test = self.operation(
            "operator.lt" if stars else "operator.ne", (length, known), None, span
        )
        name = (
            whole.hint if isinstance(whole, Value) and isinstance(whole.hint, str) else "the list"
        )
        text = f"{name} must have {'at least ' if stars else ''}{known.value} items to be unpacked"

        def refuse() -> Outcome:
            self.keep_changes(span)
            self.builder.run(RAISE, constant(VALUE_ERROR), constant(text))
            return Outcome.RAISED

        self.branch(frame, test, (refuse, lambda: Outcome.FELL), span)
        items: list[Meaning] = []
        for at, part in enumerate(parts):
            hint = part.id if isinstance(part, ast.Name) else None
            if rows is not None:
                if stars:
                    fail("S2S302", "rows are unpacked with a star", span, "index the array")
                item: Meaning = row_of(self, rows, constant(at), hint, span)
            elif isinstance(part, ast.Starred):
                after = at - len(parts) + 1
                stop = constant(after) if after else constant(None)
                bounds = (constant(at), stop, constant(None))
                item = self.derived(self.builder.apply(SLICE, version, *bounds))
            else:
                index = constant(at - len(parts) if stars and at > stars[0] else at)
                item = self.opened(self.builder.apply(ITEM, version, index, hint=hint))
                self.note_row(item, whole, version, index)
            items.append(item)
        for part, item in zip(parts, items, strict=True):  # all were read before
            self.assign(frame, part, item)

    def augmented(
        self, frame: Frame, target: ast.expr, operator: ast.operator, value: ast.expr, span: Span
    ) -> None:
        if isinstance(target, ast.Subscript):
            self.augmented_item(frame, target, operator, value, span)
            return
        if isinstance(target, ast.Attribute):
            self.augmented_attribute(frame, target, operator, value, span)
            return
        if not isinstance(target, ast.Name):
            refuse_target(target, span)
        before = self.name(frame, target.id, span)
        if is_list(before) and isinstance(operator, ast.Add):
            self.extend(before, self.expression(frame, value), span)
            return
        if is_list(before) and isinstance(operator, ast.Mult):
            times = self.atom(self.expression(frame, value), span)
            now = self.now(before)
            if isinstance(now, Sequence) and isinstance(times, Const):
                many = int(str(times.value)) if isinstance(times.value, int) else None
                if many is None:
                    fail("S2S306", f"a {times.type} is used to repeat a list", span, "use an int")
                self.change(before, Sequence(now.items * many, "list"), span)
                return
            self.replace_items(before, self.repeated_list(before, times, None, span), span)
            return
        if isinstance(before, Mapping) and isinstance(operator, ast.BitOr):
            merge = LibraryFunction("builtins.dict.update")
            self.call_meaning(merge, (before, self.expression(frame, value)), {}, None, span)
            return
        self.check_entry(before, Variable(frame, target.id), target.id, span)
        if self.augment_object(frame, before, operator, value, target.id, span):
            return
        given = self.expression(frame, value)
        result = self.binary_of(before, operator, given, target.id, span)
        if is_array(before):
            self.changed_array(self.atom(before, span), self.atom(result, span), span)
        self.same_entry(result, before)
        frame.bind(target.id, result)

    def check_entry(self, before: Meaning, slot: Slot, name: str, span: Span) -> None:
        """Raise S2S307 for `+=` of what may be an array without axes, where others may see that."""
        if isinstance(before, Value) and before in self.given_numbers:
            self.changed_numbers.add(self.given_numbers[before])
        if not self.is_entry(before):
            return
        is_held = before in self.loose or ENTRIES in self.marks.tangled
        state, inside = self.state(), self.held_by()
        mine = [each for each in (before, *self.origins.get(before, ())) if isinstance(each, Value)]
        if is_held or any(is_held_elsewhere(state, each, slot, inside) for each in mine):
            what = f"{name} may be an array of no axes, which is changed in place"
            fail("S2S307", what, span, "make it a number: float(...)")

    def augment_object(
        self,
        frame: Frame,
        whole: Meaning,
        operator: ast.operator,
        value: ast.expr,
        hint: Hint,
        span: Span,
    ) -> bool:
        """`whole op= value` of an array, which stays the object that it is; False for anything else."""
        if not is_array_object(whole) or not self.has_known_rank(whole):
            return False
        given = self.expression(frame, value)
        with self.builder.block() as ops:
            result = self.atom(self.binary_of(whole, operator, given, hint, span), span)
        self.augment_array(whole, operator, given, result, ops, span)
        return True

    def has_known_rank(self, whole: Meaning) -> bool:
        now = self.now(whole)
        return isinstance(now, Value) and isinstance(now.type, Array) and now.type.axes is not None

    def changed_array(self, before: Atom, after: Atom, span: Span) -> None:
        """`x += y` of an array: a new array, where it fits into the old one and nothing else shows that."""
        if self.unrollable and is_array(before) and not self.has_known_rank(before):
            what = "an array of a rank that is not known is changed in place"
            fail("S2S306", what, span, "use whole lists of arrays of one rank")
        fits = isinstance(before, Value) and isinstance(after, Value)
        if not fits or not fits_into(before.type, after.type):
            fail(
                "S2S307",
                f"an array {before.type} is changed in place into {after.type}",
                span,
                "make a new array: x = x + y",
            )
        self.builder.run(ALONE, before, after)

    def augmented_item(
        self,
        frame: Frame,
        target: ast.Subscript,
        operator: ast.operator,
        value: ast.expr,
        span: Span,
    ) -> None:
        """`whole[index] += value`: whole and index are computed once."""
        first = len(self.builder.ops)
        whole = self.expression(frame, target.value)
        if is_array_object(whole):
            opened = self.builder.ops[first:]
            self.augment_item(frame, whole, target.slice, operator, value, span)
            self.forget_rows(opened)
            return
        is_dict = isinstance(whole, Mapping)
        if not (is_list(whole) or is_dict) or isinstance(target.slice, ast.Slice):
            self.refuse_store(whole, span)
        frame.variables["<whole>"] = whole
        frame.variables["<index>"] = (
            self.expression(frame, target.slice)
            if is_dict
            else self.index_of(frame, target.slice, span)
        )
        index = ast.copy_location(ast.Name("<index>", ast.Load()), target)
        owner = ast.copy_location(ast.Name("<whole>", ast.Load()), target)
        item = ast.copy_location(ast.Subscript(owner, index, ast.Load()), target)
        first = len(self.builder.ops)
        before = self.expression(frame, item)
        opened = self.builder.ops[first:]
        if isinstance(whole, Changeable):
            self.check_entry(before, whole, "an item", span)
        if self.augment_object(frame, before, operator, value, None, span):
            self.forget_rows(opened)
        else:
            result = self.binary(frame, item, operator, value, None, span)
            if is_array(before):
                self.changed_array(self.atom(before, span), self.atom(result, span), span)
            self.same_entry(result, before)
            stored = ast.copy_location(ast.Subscript(owner, index, ast.Store()), target)
            self.store(frame, stored, result, span)
        del frame.variables["<whole>"], frame.variables["<index>"]

    def augment_item(
        self,
        frame: Frame,
        whole: Value,
        index: ast.expr,
        operator: ast.operator,
        value: ast.expr,
        span: Span,
    ) -> None:
        """`whole[index] += value` of an array; what an array of indices names twice is stored once."""
        place = self.array_place(frame, index, span)
        layout, atoms = place
        is_sum = isinstance(operator, ast.Add | ast.Sub)
        root, _ = self.way_to(whole)
        before = len(self.history)
        with self.builder.block() as reading:
            part = item_at(self, whole, layout, atoms, span)
        if is_sum and not adds_up(layout, atoms):
            with self.builder.block() as ops:
                given = self.expression(frame, value)
            is_view = isinstance(part, Value) and self.is_part(part)  # no copy: it shows the change
            changed = self.history[before:]
            is_changed = root in changed or (bool(changed) and self.row_at(root) is not None)
            if not is_changed or is_view:
                self.builder.ops += ops
                self.add_signed(whole, place, operator, given, span)
                return
            self.builder.ops += [*reading, *ops]
        else:
            self.builder.ops += reading
            given = self.expression(frame, value)
        result = self.binary_of(part, operator, given, None, span)
        self.store_item(whole, place, result, span)

    def augmented_attribute(
        self,
        frame: Frame,
        target: ast.Attribute,
        operator: ast.operator,
        value: ast.expr,
        span: Span,
    ) -> None:
        """`whole.name += value`: whole is computed once."""
        whole = self.expression(frame, target.value)
        frame.variables["<whole>"] = whole
        owner = ast.copy_location(ast.Name("<whole>", ast.Load()), target)
        field = ast.copy_location(ast.Attribute(owner, target.attr, ast.Load()), target)
        before = self.expression(frame, field)
        if is_list(before) and isinstance(operator, ast.Add):
            self.extend(before, self.expression(frame, value), span)
            del frame.variables["<whole>"]
            return
        owned = self.owner_of(whole, target.attr, span)
        self.check_entry(before, owned, target.attr, span)
        if not self.augment_object(frame, before, operator, value, None, span):
            result = self.binary(frame, field, operator, value, None, span)
            if is_array(before):
                self.changed_array(self.atom(before, span), self.atom(result, span), span)
            self.same_entry(result, before)
            self.store_part(owned, target.attr, result, span)
        del frame.variables["<whole>"]
