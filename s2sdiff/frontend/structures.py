"""Tuples, lists, dicts, comprehensions and f-strings: structures that exist while compiling only."""

from __future__ import annotations

import ast
from dataclasses import replace

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.control_flow import ConditionLowerer
from s2sdiff.frontend.meanings import Mapping, Meaning, RecordValue, Sequence, describe
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.subset import refuse_expression
from s2sdiff.ir.core import Atom, Const, constant
from s2sdiff.ir.structure import TEXT


class StructureLowerer(ConditionLowerer):
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
            entries.update(meaning.items)
        return Mapping(entries)

    def dict_key(self, meaning: Meaning, span: Span) -> object:
        """A key that is known while compiling. Raises S2S302."""
        if isinstance(meaning, Const):
            return meaning.value
        fail("S2S302", "a key of a dict is not constant", span, "use constant keys")

    def subscript(self, frame: Frame, owner: ast.expr, index: ast.expr, span: Span) -> Meaning:
        whole = self.expression(frame, owner)
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
            bounds = [
                None if part is None else self.static_int(frame, part, span)
                for part in (index.lower, index.upper, index.step)
            ]
            return Sequence(whole.items[slice(*bounds)], whole.kind)
        at = self.static_int(frame, index, span)
        if not -len(whole.items) <= at < len(whole.items):
            length = len(whole.items)
            fail("S2S406", f"index {at} is out of range: there are {length}", span, "check it")
        return whole.items[at]

    def static_int(self, frame: Frame, node: ast.expr, span: Span) -> int:
        meaning = self.expression(frame, node)
        if isinstance(meaning, Const) and isinstance(meaning.value, int):
            return meaning.value
        fail("S2S302", "an index is not constant", span, "index with a constant")

    def comprehension(
        self, frame: Frame, node: ast.ListComp | ast.GeneratorExp
    ) -> tuple[Meaning, ...]:
        """The items of a comprehension over sequences of known length, written out."""
        inner = replace(frame, variables=dict(frame.variables), local_names=frame.local_names)
        found: list[Meaning] = []
        self.turns(inner, node.generators, node.elt, found)
        return tuple(found)

    def turns(
        self,
        frame: Frame,
        generators: list[ast.comprehension],
        element: ast.expr,
        found: list[Meaning],
    ) -> None:
        if not generators:
            found.append(self.expression(frame, element))
            return
        first, *rest = generators
        span = span_of(first.iter, frame.source)
        if first.is_async:
            fail("S2S302", "an async comprehension is not accepted", span, "use a plain one")
        for item in self.open(self.expression(frame, first.iter), span).items:
            self.assign(frame, first.target, item)
            tests = [self.truth(self.expression(frame, test), span) for test in first.ifs]
            if None in tests:
                fail("S2S303", "the outcome of this test is not known", span, "test constants")
            if all(tests):
                self.turns(frame, rest, element, found)

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
                    values.append(self.atom(self.expression(frame, value), span))
                    template += "{" + suffix + "}"
        if all(isinstance(value, Const) for value in values):
            return constant(template.format(*(v.value for v in values if isinstance(v, Const))))
        return self.builder.apply(TEXT, constant(template), *values)
