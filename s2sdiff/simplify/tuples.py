"""The same function with plain tuples for dicts, records and lists, for those who look at numbers only.

    p: Body(mass: float, name: static 'a')        p: (float,)
    p_mass = core.field(p, "mass")          ->    (p_mass,) = core.unpack(p)
    core.build(<Body(...)>, a, "a")               core.pack(a)

Strings and None are left out, and with them the checks of what comes in: they are no numbers.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Const, Function, Value, constant
from s2sdiff.ir.forms import BUILD, LISTED, READS, SORTED
from s2sdiff.ir.structure import PACK, REQUIRE, UNPACK
from s2sdiff.ir.traverse import operands, substitute, substituted, walk
from s2sdiff.ir.types import Dict, Opaque, Record, Static, Structure, Tuple, Type, labels, parts


def as_tuples(function: Function) -> Function:
    """`function` with tuples; itself where it has no other structures."""
    types = [value.type for value in function.body.params]
    made = any(isinstance(op, Apply) and op.primitive is BUILD for op in walk(function.body))
    if not made and not any(map(_is_named, types)):
        return function
    return _Opening(function).result()


def _is_named(type_: Type) -> bool:
    """Is there a dict, a record or a list in this type?"""
    if isinstance(type_, Dict | Record) or (isinstance(type_, Tuple) and type_.kind == "list"):
        return True
    return isinstance(type_, Structure) and any(map(_is_named, parts(type_)))


def is_fixed(type_: Type) -> bool:
    """A leaf that is no number."""
    return isinstance(type_, Static | Opaque)


def tuple_type(type_: Type) -> Type:
    """The type with tuples for structures, of their numbers only."""
    if not isinstance(type_, Structure):
        return type_
    return Tuple(tuple(tuple_type(part) for part in parts(type_) if not is_fixed(part)))


class _Opening:
    """Opens every structure where it is defined; reads of it are replaced by its parts."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.builder = Builder()
        self.table: dict[Value, Atom] = {}
        self.parts: dict[Value, tuple[Atom, ...]] = {}
        self.dropped: set[Value] = set()
        self.hints = {
            (op.args[0], at): result.hint
            for op in walk(function.body)
            if isinstance(op, Apply)
            for at, result in _results(op)
        }

    def result(self) -> Function:
        body = self.function.body
        with self.builder.block() as ops:
            params = tuple(map(self.param, body.params))
            for op in body.ops:
                if isinstance(op, Apply):
                    self.apply(op)
                else:
                    self.builder.append(op)
        outputs = tuple(substituted(output, self.table) for output in body.outputs)
        new = replace(body, params=params, ops=tuple(ops), outputs=outputs)
        return replace(self.function, body=substitute(new, self.table))

    def param(self, value: Value) -> Value:
        if not isinstance(value.type, Structure):
            return value
        new = replace(value, type=tuple_type(value.type))
        self.table[value] = new
        self.open(value, new)
        return new

    def open(self, old: Value, new: Value) -> None:
        assert isinstance(old.type, Structure)
        types = parts(old.type)
        kept = [at for at, type_ in enumerate(types) if not is_fixed(type_)]
        hints = tuple(self.hints.get((old, at)) for at in kept)
        found = self.builder.apply_many(UNPACK, (new,), hints) if kept else ()
        given = dict(zip(kept, found, strict=True))
        self.parts[old] = tuple(given.get(at, constant(None)) for at in range(len(types)))

    def apply(self, op: Apply) -> None:
        opened = op.args[0] if op.args else None
        if op.primitive in (LISTED, SORTED):
            self.dropped.update(op.results)
        elif op.primitive is REQUIRE and self.is_dropped(op.args[0]):
            pass
        elif isinstance(opened, Value) and opened in self.parts and _results(op):
            for at, result in _results(op):
                part = self.parts[opened][at]
                self.table[result] = part
                if isinstance(part, Value) and isinstance(result.type, Structure):
                    self.open(result, part)
                if isinstance(part, Const):
                    self.dropped.add(result)
        elif op.primitive in (PACK, BUILD):
            items = operands(op)[1:] if op.primitive is BUILD else operands(op)
            kept = [substituted(item, self.table) for item in items if not is_fixed(item.type)]
            self.table[op.results[0]] = self.builder.apply(PACK, *kept)
        else:
            args = tuple(substituted(arg, self.table) for arg in op.args)
            self.builder.append(replace(op, args=args))

    def is_dropped(self, atom: Atom) -> bool:
        return isinstance(atom, Value) and atom in self.dropped


def _results(op: Apply) -> list[tuple[int, Value]]:
    """The parts of a structure that an op gives, with their places in it."""
    if op.primitive is UNPACK:
        return list(enumerate(op.results))
    if op.primitive in READS:
        whole, key = op.args
        assert isinstance(whole.type, Dict | Record) and isinstance(key, Const)
        return [(labels(whole.type).index(key.value), op.results[0])]
    return []
