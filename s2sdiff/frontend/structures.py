"""Tuples, lists, dicts, comprehensions and f-strings: structures that exist while compiling only."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from dataclasses import replace

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.array_arguments import joined_by_index, joins_by_index
from s2sdiff.frontend.array_indices import item
from s2sdiff.frontend.arrays import is_array
from s2sdiff.frontend.iteration import assigned, target_names
from s2sdiff.frontend.loops import MOST_WRITTEN_OUT
from s2sdiff.frontend.meanings import (
    Mapping,
    Meaning,
    RecordValue,
    Sequence,
    Turns,
    describe,
)
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.state import Outcome
from s2sdiff.frontend.subscripts import SubscriptLowerer
from s2sdiff.frontend.subset import refuse_expression
from s2sdiff.frontend.templates import is_list
from s2sdiff.ir.core import Atom, Const, Hint, Value, constant
from s2sdiff.ir.structure import TEXT


class StructureLowerer(SubscriptLowerer):
    """Builds and opens structures of known length."""

    def items(self, frame: Frame, nodes: list[ast.expr]) -> tuple[Meaning, ...]:
        """The items of a tuple, a list or an argument list, `*starred` ones opened."""
        found: list[Meaning] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                span = span_of(node, frame.source)
                found.extend(self.open(self.expression(frame, node.value), span).items)
            else:
                found.append(self.expression(frame, node))
        return tuple(found)

    def list_of(self, frame: Frame, nodes: list[ast.expr], hint: Hint, span: Span) -> Meaning:
        """`[a, *b, c]`: the parts one after the other where `b` is a run-time list."""
        parts: list[list[Meaning] | Meaning] = [[]]
        seen: list[tuple[Meaning, Meaning]] = []
        for node in nodes:
            starred = isinstance(node, ast.Starred)
            meaning = self.expression(frame, node.value if isinstance(node, ast.Starred) else node)
            if starred and isinstance(self.now(meaning), Turns):
                meaning = self.listed(meaning, span)
            now, last = self.now(meaning), parts[-1]
            if starred and is_list(now) and isinstance(now, Value):
                parts += [meaning, []]
                seen.append((meaning, now))
            elif isinstance(last, list):
                last += self.open(meaning, span).items if starred else [meaning]
        if any(self.now(whole) is not then for whole, then in seen):
            fail("S2S307", "a list is changed while its items are listed", span, "change it before")
        joined: list[Meaning] = []
        for part in parts:
            if not isinstance(part, list):
                joined.append(part)
            elif part or len(parts) == 1:
                joined.append(self.own(Sequence(tuple(part), "list")))
        if len(joined) == 1 and len(parts) > 1:
            return self.copied(joined[0], span)
        return functools.reduce(lambda a, b: self.joined_lists(a, b, hint, span), joined)

    def mapping(
        self,
        frame: Frame,
        keys: list[ast.expr | None],
        values: list[ast.expr],
        node: ast.expr,
        span: Span,
    ) -> Mapping:
        entries: dict[object, Meaning] = {}
        for key, value in zip(keys, values, strict=True):
            if key is not None:
                known = self.dict_key(self.expression(frame, key), span)
                entries[known] = self.expression(frame, value)
                continue
            meaning = self.expression(frame, value)
            if not isinstance(meaning, Mapping):
                refuse_expression(node, span)
            self.open(meaning, span)
            entries.update(self.entries(meaning))
        return Mapping(entries)

    def subscript(
        self, frame: Frame, owner: ast.expr, index: ast.expr, hint: Hint, span: Span
    ) -> Meaning:
        found = self.expression(frame, owner)
        if isinstance(found, Value) and is_array(found):
            return item(self, frame, found, index, hint, span)
        whole = self.now(found)
        name = joins_by_index(whole)
        if name is not None:
            return joined_by_index(self, name, frame, index, hint, span)
        if is_list(whole) and isinstance(whole, Value):
            return self.read_item(frame, found, index, hint, span)
        if isinstance(whole, Mapping):
            key = self.dict_key(self.expression(frame, index), span)
            if key in whole.items:
                return whole.items[key]
            fail("S2S306", "a dict is read with a key that it does not have", span, "check the key")
        if isinstance(whole, RecordValue) and whole.form.kind == "namedtuple":
            whole = self.open(whole, span)
        if not isinstance(whole, Sequence):
            fail("S2S306", f"{describe(whole)} is indexed", span, "index tuples and lists")
        if isinstance(index, ast.Slice):
            atoms = self.bounds_of(frame, index, span)
            bounds = [self.known_int(atom) for atom in atoms]
            if any(b is None and isinstance(a, Value) for a, b in zip(atoms, bounds, strict=True)):
                if whole.kind != "list":
                    fail("S2S302", "a bound of a slice is not constant", span, "use a constant")
                return self.read_item(frame, found, index, hint, span)
            return self.own(Sequence(whole.items[slice(*bounds)], whole.kind))
        where = self.expression(frame, index)
        at = self.known_int(where)
        if at is None:
            return self.read_item(frame, found, index, hint, span)
        if not -len(whole.items) <= at < len(whole.items):
            what = f"index {at} is out of range: there are {len(whole.items)}"
            self.not_there("S2S406", what, span, "check it")
        return whole.items[at]

    def inner_frame(self, frame: Frame, node: ast.expr) -> Frame:
        """A frame inside an expression, for names that the expression binds; a walrus binds outside.

        It starts with what the variables around it are now, unless a function may assign to these.
        """
        if not any(owner is frame for owner in self.owners):
            return replace(frame, variables=dict(frame.variables))
        parts = list(ast.walk(node))
        outside = {
            part.target.id: frame.nonlocals.get(part.target.id, frame)
            for part in parts
            if isinstance(part, ast.NamedExpr) and isinstance(part.target, ast.Name)
        }
        bound = assigned(part.target for part in parts if isinstance(part, ast.comprehension))
        return Frame(frame.function, frame, frame.source, bound, {}, None, outside)

    def comprehension(self, frame: Frame, node: ast.ListComp | ast.GeneratorExp) -> Sequence:
        """A list from a comprehension. Where all is known it is written out, else a loop appends."""
        inner = self.inner_frame(frame, node)
        made = self.own(Sequence((), "list"))
        span = span_of(node, frame.source)

        def add() -> None:
            item = self.expression(inner, node.elt)
            self.list_method(made, "append", (item,), None, span)

        self.active.append(inner)
        try:
            self.turns(inner, node.generators, add)
        finally:
            self.active.pop()
        self.leave_comprehension(frame, inner, node)
        return made

    def leave_comprehension(self, frame: Frame, inner: Frame, node: ast.expr) -> None:
        """What a walrus binds inside a comprehension is bound around it."""
        for part in ast.walk(node):
            if isinstance(part, ast.NamedExpr) and isinstance(part.target, ast.Name):
                found = inner.variables.get(part.target.id)
                if found is not None:
                    frame.bind(part.target.id, found)

    def generator(self, frame: Frame, node: ast.GeneratorExp) -> Meaning:
        """The items of a generator; it can be run through once, while what it reads is as it was."""

        def items() -> Meaning:
            made = self.now(self.comprehension(frame, node))
            if isinstance(made, Sequence):
                return Sequence(made.items, "generator")
            assert isinstance(made, Value)
            return self.turns_of_list(made)

        found = self.lazy(items, is_done=True)
        assert found is not None
        return found

    def reduced(
        self, frame: Frame, name: str, node: ast.GeneratorExp, hint: Hint, span: Span
    ) -> Meaning | None:
        """`sum`, `any` or `all` of a generator as a loop; None where all its turns are known."""
        first = node.generators[0]
        used = set(self.used_up)
        over = self.turns_over(self.expression(frame, first.iter), span)
        self.used_up = used  # it is run through by the loop, or by the comprehension
        is_short = isinstance(over, Sequence) and len(over.items) <= MOST_WRITTEN_OUT
        if is_short and name == "sum":
            return None
        variable = {"sum": "total", "any": "found", "all": "holds"}[name]
        inner = self.inner_frame(frame, node)
        slot = f"<{variable}>"
        inner.variables[slot] = constant(0) if name == "sum" else constant(name == "all")
        inner.variables["<items>"] = over
        store, load = ast.Name(slot, ast.Store()), ast.Name(slot, ast.Load())
        body: list[ast.stmt]
        if name == "sum":
            body = [ast.Assign([store], ast.BinOp(load, ast.Add(), node.elt))]
        else:
            decided = node.elt if name == "any" else ast.UnaryOp(ast.Not(), node.elt)
            found = ast.Assign([store], ast.Constant(name == "any"))
            body = [ast.If(decided, [found, ast.Break()], [])]
        for index, each in reversed(list(enumerate(node.generators))):
            for test in reversed(each.ifs):
                body = [ast.If(test, body, [])]
            items = each.iter if index else ast.Name("<items>", ast.Load())
            body = [ast.For(each.target, items, body, [])]
        if name != "sum" and len(node.generators) > 1:
            return None
        loop = body[0]
        for part in ast.walk(loop):
            if isinstance(part, ast.expr | ast.stmt) and not hasattr(part, "lineno"):
                ast.copy_location(part, node)
        self.active.append(inner)
        try:
            self.statements(inner, [loop])
        finally:
            self.active.pop()
        return inner.variables[slot]

    def turns(
        self,
        frame: Frame,
        generators: list[ast.comprehension],
        last: Callable[[], None],
        static: bool = False,
    ) -> None:
        """Run `last` in each turn of the loops of a comprehension. `static`: all turns must be known."""
        if not generators:
            last()
            return
        first, *rest = generators
        span = span_of(first.iter, frame.source)
        if first.is_async:
            fail("S2S302", "an async comprehension is not accepted", span, "use a plain one")
        outer, self.looped = self.looped, []
        over = self.turns_over(self.expression(frame, first.iter), span)
        looped, self.looped = self.looped, outer

        def body(tests: list[ast.expr]) -> Outcome:
            if not tests:
                self.turns(frame, rest, last, static)
                return Outcome.FELL
            decided = self.expression(frame, tests[0])
            known = self.truth(decided, span)
            if known is not None:
                return body(tests[1:]) if known else Outcome.FELL
            if static:
                fail("S2S303", "the outcome of this test is not known", span, "test constants")
            sides = (lambda: body(tests[1:]), lambda: Outcome.FELL)
            self.branch(frame, self.test_atom(decided, span), sides, span)
            return Outcome.FELL

        def turn(item: Meaning) -> None:
            self.assign(frame, first.target, item)
            body(first.ifs)

        names = assigned([first.target])
        wish = target_names(first.target)
        with self.running_over((over,), span):
            if isinstance(over, Sequence) and len(over.items) <= MOST_WRITTEN_OUT:
                before = dict(self.versions)
                for item in over.items:
                    turn(item)
                self.watch_known(looped, before, span)
            elif static:
                fail("S2S302", "the keys of a dict are not known", span, "use constant keys")
            else:
                self.dynamic_loop(frame, self.turns_of(over), turn, names, wish, span)

    def text(self, frame: Frame, parts: list[ast.expr], span: Span) -> Atom:
        """An f-string: constant where its parts are, else text made at run time."""
        template = ""
        values: list[Atom] = []
        for part in parts:
            match part:
                case ast.Constant(value=str(fixed)):
                    template += fixed.replace("{", "{{").replace("}", "}}")
                case ast.FormattedValue(value=value, conversion=code, format_spec=spec):
                    suffix = f"!{chr(code)}" if code != -1 else ""
                    match spec:
                        case None:
                            pass
                        case ast.JoinedStr(values=[ast.Constant(value=str(plain))]):
                            suffix += f":{plain}"
                        case _:
                            fail(
                                "S2S302", "a computed format is not accepted", span, "write it out"
                            )
                    shown = self.now(self.expression(frame, value))
                    is_whole = isinstance(shown, Sequence) and shown.kind == "tuple"
                    values.append(
                        self.pack_argument(shown, span) if is_whole else self.atom(shown, span)
                    )
                    template += "{" + suffix + "}"
        if all(isinstance(value, Const) for value in values):
            return constant(template.format(*(v.value for v in values if isinstance(v, Const))))
        return self.builder.apply(TEXT, constant(template), *values)
