"""Dicts, dataclasses and namedtuples while lowering: opened where they come in, packed where they leave.

def energy(p: Body):                          p_mass = core.field(p, "mass")
    return 0.5 * p.mass * p.speed**2   ->     p_speed = core.field(p, "speed")
                                              %1 = operator.mul(0.5, p_mass)   ...

In between they exist only while compiling: an object that is made, replaced or asked for a field leaves
no trace. Methods, properties and operators of a class are inlined.
"""

from __future__ import annotations

import ast
from abc import abstractmethod
from typing import Any

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.meanings import (
    Instance,
    LibraryFunction,
    Mapping,
    Meaning,
    Partial,
    Property,
    RecordClass,
    RecordValue,
    Sequence,
    Unknown,
    UserFunction,
    describe,
)
from s2sdiff.frontend.names import is_numpy_array
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.records import construct, record_type, structure_meaning
from s2sdiff.frontend.structures import StructureLowerer
from s2sdiff.ir.core import Atom, Const, Hint, Op, Value, constant
from s2sdiff.ir.forms import build, open_parts, part_path, require_keys
from s2sdiff.ir.structure import REQUIRE
from s2sdiff.ir.tables import read_table, table_of
from s2sdiff.ir.types import Dict, Opaque, Static, Structure, Tuple, labels

DUNDERS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
}
SIGNS: dict[type[ast.unaryop], str] = {ast.USub: "__neg__", ast.UAdd: "__pos__"}
_NOT_IMPLEMENTED = LibraryFunction("builtins.NotImplemented")
_RESULTS = "return numbers, or tuples, lists, dicts and records of them"


class RecordLowerer(StructureLowerer):
    """Reads, makes and packs structures with names."""

    @abstractmethod
    def call_meaning(
        self,
        function: Meaning,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        hint: Hint,
        span: Span,
    ) -> Meaning:
        """Call whatever can be called."""

    # Coming in and going out

    def open_value(
        self, value: Value, name: str, path: str, hints: tuple[str, ...] = ()
    ) -> Meaning:
        """What a value from outside means: structures are opened, leaves stay values (see `known`).

        Its parts are hinted by `hints`, or after `name`; `path` is how checks call it.
        """
        type_ = value.type
        if isinstance(type_, Static | Dict):
            self.checks.append((value, path, self.builder.ops, len(self.builder.ops)))
        if not isinstance(type_, Structure):
            return value
        found = open_parts(self.builder, value, name, hints)
        items = tuple(
            self.open_value(part, str(part.hint), part_path(path, type_, label))
            for part, label in zip(found, labels(type_), strict=True)
        )
        return structure_meaning(type_, items, value)

    def known(self, meaning: Meaning) -> Meaning:
        """A string, a bool or None out of a structure, as the constant that is compiled for.

        Only one that is looked at is checked at run time: others may be what they like.
        """
        if isinstance(meaning, Value) and isinstance(meaning.type, Static):
            self.relied_on.add(meaning)
            return constant(meaning.type.value)
        if isinstance(meaning, Instance) and is_numpy_array(meaning.value):
            return self.table(meaning.value, meaning.path)
        return meaning

    def table(self, value: Any, path: str) -> Value:
        """An array of the user's that is read. Raises S2S306 for one of many numbers, or of objects."""
        table = table_of(value, path.rpartition(".")[2])
        if table is None:
            what = f"{path} is an array of {value.size} numbers ({value.dtype}) from outside"
            fail("S2S306", what, self.builder.span, "pass it as an argument")
        found = read_table(self.builder, table)
        self.fixed[found] = "an array from outside the function"
        return found

    def check_inputs(self) -> None:
        """Insert the checks of what came in inside structures; all uses are known now."""
        for value, path, ops, at in reversed(self.checks):
            with self.builder.block() as checks:
                if isinstance(value.type, Dict):
                    require_keys(self.builder, value, path, value in self.relied_on)
                elif isinstance(value.type, Static) and value in self.relied_on:
                    expected = constant(value.type.value)
                    self.builder.run(REQUIRE, value, expected, constant(path))
            ops[at:at] = list[Op](checks)
        self.checks.clear()

    def pack(self, meaning: Meaning, span: Span) -> Atom:
        """A result as one atom."""
        meaning = self.now(meaning)
        match meaning:
            case Value(type=Opaque()):
                fail("S2S402", "the result is a text", span, _RESULTS)
            case Value() | Const():
                return meaning
            case Sequence(items=items, kind=kind):
                atoms = [self.pack(item, span) for item in items]
                types = tuple(atom.type for atom in atoms)
                return build(
                    self.builder, Tuple(types, "list" if kind == "list" else "tuple"), atoms
                )
            case Mapping(items=entries):
                atoms = [self.pack_part(item, span) for item in entries.values()]
                keys = zip(entries, (atom.type for atom in atoms), strict=True)
                return build(self.builder, Dict(tuple(keys)), atoms)
            case RecordValue(form=form) if form.kind == "object":
                what = f"the result has an object of class {form.name}"
                fail("S2S402", what, span, "return numbers, or make it a dataclass")
            case RecordValue(form=form, items=entries):
                if form.problem:
                    construct(form, (), {}, span)
                atoms = [self.pack_part(item, span) for item in entries.values()]
                types = tuple(atom.type for atom in atoms)
                return build(self.builder, record_type(form, types), atoms)
        fail("S2S402", f"the result is {describe(meaning)}", span, _RESULTS)

    def pack_part(self, meaning: Meaning, span: Span) -> Atom:
        """A part of a dict or a record, which may be a text."""
        if isinstance(meaning, Value) and isinstance(meaning.type, Opaque):
            return meaning
        return self.pack(meaning, span)

    # Attributes and operators

    def record_attribute(
        self, owner: RecordValue | RecordClass | Mapping, name: str, span: Span
    ) -> Meaning:
        """A field, a method, a property or a constant of a class; a method of a dict."""
        if isinstance(owner, Mapping):
            if not hasattr(dict, name):
                fail("S2S104", f"a dict has no attribute {name}", span, "check the spelling")
            return Partial(LibraryFunction(f"builtins.dict.{name}"), (owner,), {})
        form = owner if isinstance(owner, RecordClass) else owner.form
        if isinstance(owner, RecordValue) and name in (items := self.structure(owner, span).items):
            return items[name]
        if form.kind == "namedtuple":
            if name == "_fields":
                return Sequence(tuple(constant(field) for field in form.fields))
            if name in ("_replace", "_asdict"):
                function = LibraryFunction(f"collections.namedtuple.{name}")
                return Partial(function, (owner,), {})
        found = form.member(name, self.captures)
        if found is None and isinstance(owner, RecordClass) and name in form.defaults:
            return form.defaults[name]
        if found is None:
            fail("S2S104", f"{form.name} has no attribute {name}", span, "check the spelling")
        if isinstance(found, Unknown):
            fail("S2S104", f"{form.name}.{name} {found.reason}", span, "call a plain function")
        if isinstance(owner, RecordClass):
            return found
        if isinstance(found, Property):
            return self.call_meaning(found.function, (owner,), {}, None, span)
        return Partial(found, (owner,), {}) if isinstance(found, UserFunction) else found

    def method_of(self, meaning: Meaning, name: str) -> UserFunction | None:
        """A method that the user's class defines for an operator."""
        if not isinstance(meaning, RecordValue):
            return None
        found = meaning.form.member(name, self.captures)
        return found if isinstance(found, UserFunction) else None

    def operator_call(
        self, one: Meaning, operator: ast.operator, two: Meaning, hint: Hint, span: Span
    ) -> Meaning | None:
        """`one + two` by the methods of their classes; None where they have none."""
        short = DUNDERS[type(operator)]
        for owner, other, name in ((one, two, f"__{short}__"), (two, one, f"__r{short}__")):
            method = self.method_of(owner, name)
            if method is not None:
                result = self.call_meaning(method, (owner, other), {}, hint, span)
                if result != _NOT_IMPLEMENTED:
                    return result
        return None

    def unary_call(self, meaning: Meaning, name: str, hint: Hint, span: Span) -> Meaning | None:
        """`-p`, `abs(p)`, `len(p)` by the method of its class; None where it has none."""
        method = self.method_of(meaning, name)
        return None if method is None else self.call_meaning(method, (meaning,), {}, hint, span)

    def new_record(
        self, form: RecordClass, args: tuple[Meaning, ...], keywords: dict[str, Meaning], span: Span
    ) -> Meaning:
        """`Point(x=1.0, y=y)`: nothing is computed; of a plain class `__init__` is run."""
        if form.kind == "object":
            made = self.own_structure(RecordValue(form, {}))
            begin = form.member("__init__", self.captures)
            if begin is not None:
                self.call_meaning(begin, (made, *args), keywords, None, span)
            elif args or keywords:
                fail("S2S404", f"{form.name}() takes no arguments", span, "call it without")
            return made
        items = construct(form, args, keywords, span)
        for name, part in items.items():
            if part is form.defaults.get(name) and isinstance(
                part, Sequence
            ):  # made for each object
                items[name] = self.own(Sequence(part.items, part.kind))
            elif part is form.defaults.get(name) and isinstance(part, Mapping):
                items[name] = self.own_structure(Mapping(dict(part.items)))
        made = Mapping(dict(items)) if form.kind == "typeddict" else RecordValue(form, items)
        return self.own_structure(made)

    # Dicts

    def dict_comprehension(self, frame: Frame, node: ast.DictComp, span: Span) -> Mapping:
        """A dict comprehension over keys that are known, written out."""
        inner = self.inner_frame(frame, node)
        pair = ast.copy_location(ast.Tuple([node.key, node.value], ast.Load()), node)
        found: list[Meaning] = []
        self.active.append(inner)
        try:
            self.turns(
                inner,
                node.generators,
                lambda: found.append(self.expression(inner, pair)),
                static=True,
            )
        finally:
            self.active.pop()
        self.leave_comprehension(frame, inner, node)
        return self.mapping_of_pairs(found, span)

    def mapping_of_pairs(self, pairs: list[Meaning], span: Span) -> Mapping:
        entries: dict[object, Meaning] = {}
        for pair in pairs:
            items = self.open(pair, span).items
            if len(items) != 2:
                fail("S2S406", "a dict is made of pairs", span, "give a key and a value each")
            entries[self.dict_key(items[0], span)] = items[1]
        return Mapping(entries)
