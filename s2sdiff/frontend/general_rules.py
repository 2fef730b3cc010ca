"""The general rule of one op: its bodies, lowered and called with what they are about.

A rule of a function of structures takes the arguments, the result, and derivatives of the same
structure. One of a function of arrays takes its data first, and everything else by keyword.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from s2sdiff.errors import fail
from s2sdiff.frontend.array_checks import blamed_on
from s2sdiff.frontend.arrays import slot_meaning
from s2sdiff.frontend.meanings import (
    Mapping,
    Meaning,
    Sequence,
    describe,
    is_none,
    parts_of,
)
from s2sdiff.frontend.records import structure_meaning
from s2sdiff.frontend.rule_bodies import ZERO, function_of, rule_lowerer
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Const,
    Value,
    constant,
    size_of,
)
from s2sdiff.ir.forms import Tree
from s2sdiff.ir.infer import describe as describe_type
from s2sdiff.ir.lists import ZEROS_LIKE
from s2sdiff.ir.shapes import is_one
from s2sdiff.ir.types import (
    Array,
    Dict,
    List,
    Record,
    Scalar,
    Static,
    Structure,
    Tuple,
    Type,
    cotangent_type,
    labels,
    parts,
    same_form,
)
from s2sdiff.rules.registry import rule_of
from s2sdiff.rules.signatures import Slot, Slots, bound_slots


def _inside(meaning: Meaning, type_: Structure) -> tuple[Meaning, ...] | None:
    """The parts of a structure in the order of `type_`; None where it is another structure."""
    inside = parts_of(meaning)
    if inside is None or len(inside) != len(parts(type_)):
        return None
    if isinstance(meaning, Mapping):
        keys = labels(type_)
        return tuple(meaning.items[k] for k in keys) if set(keys) == set(meaning.items) else None
    return inside


class GeneralRule:
    """The general rule of one op: its bodies, called with the arguments and the result of that op.

    Derivatives are trees of atoms of the structure of what they belong to; None is zero.
    """

    def __init__(self, builder: Builder, op: Apply) -> None:
        self.op = op
        self.builder = builder
        self.rule = rule_of(op.primitive)
        self.low = rule_lowerer(builder, op)
        self.given = len(builder.ops)
        self.known: dict[Value, Value] = {}
        self.first = len(op.args) - len(op.primitive.keywords)
        (self.result,) = op.results
        self.slots: Slots = {}
        if self.rule.call is not None:
            self.slots = bound_slots(op.primitive, self.rule.call)
            self.first = len(op.args)
            self.low.names_values = False

    def pullback(self, bar: Tree) -> list[Tree]:
        """Cotangents of the positional arguments, by the pullback or the transpose. Raises S2S203."""
        if self.rule.call is not None:
            return self.pullback_of_arrays(bar)
        args = self.primals()
        if self.rule.pullback is not None:
            result = self.primal(self.result)
            seed = self.derivative(bar, self.result.type, result)
            found = self.call(self.rule.pullback, (*args, result, seed))
        else:
            seed = self.derivative(bar, self.result.type, None)
            found = self.call(self.rule.transpose, (*args, seed))
        items = (found,) if self.first == 1 else parts_of(self.low.now(found))
        if items is None or len(items) != self.first:
            self.misfit(
                f"gives {describe(found)} for {self.first} arguments", "one cotangent for each"
            )
        return [
            self.tree(item, arg.type)
            for item, arg in zip(items, self.op.args[: self.first], strict=True)
        ]

    def pullback_of_arrays(self, bar: Tree) -> list[Tree]:
        """The cotangent of each flat argument of a function of arrays."""
        names, data, keywords = self.arguments(self.op.args)
        seed = self.seed(bar, self.result.type)
        given: tuple[Meaning, ...] = (*data, seed)
        if self.rule.pullback is not None:
            given = (*data, self.primal(self.result), seed)
        found = self.call(self.rule.pullback or self.rule.transpose, given, keywords)
        items = (found,) if len(names) == 1 else parts_of(self.low.now(found))
        if items is None or len(items) != len(names):
            self.misfit(f"gives {describe(found)}", "one cotangent for each array")
        trees: list[Tree] = [None] * len(self.op.args)
        for name, item in zip(names, items, strict=True):
            self.place(item, self.slots.get(name), trees)
        return trees

    def place(self, item: Meaning, slot: Slot | tuple[Slot, ...] | None, trees: list[Tree]) -> None:
        """Put what a rule gave for one parameter where the flat arguments of that are."""
        now = self.low.now(item)
        if slot is None or is_none(now) or now is ZERO:
            return
        if isinstance(slot, tuple):
            inside = parts_of(now)
            if inside is None or len(inside) != len(slot):
                self.misfit(f"gives {describe(now)}", "one cotangent for each of the arrays")
            for part, each in zip(inside, slot, strict=True):
                self.place(part, each, trees)
            return
        if slot.layout is None:
            trees[slot.start] = self.tree(now, self.op.args[slot.start].type)
            return
        inside = parts_of(now)
        if inside is None or len(inside) != len(slot.layout.parts):
            self.misfit(f"gives {describe(now)}", "one cotangent for each of the arrays")
        start = slot.start
        for part, layout in zip(inside, slot.layout.parts, strict=True):
            self.place(part, Slot(start, layout), trees)
            start += size_of(layout)

    def arguments(
        self, atoms: tuple[Atom, ...]
    ) -> tuple[tuple[str, ...], tuple[Meaning, ...], dict[str, Meaning]]:
        """The data parameters, what they are, and the other arguments by name."""
        call = self.rule.call
        assert call is not None
        data: list[Meaning] = []
        for name in call.data:
            slot = self.slots.get(name)
            if isinstance(slot, tuple):
                data.append(Sequence(tuple(self.of_slot(each, atoms) for each in slot)))
            elif slot is not None:
                data.append(self.of_slot(slot, atoms))
            else:
                data.append(constant(call.parameters.parameters[name].default))
        keywords: dict[str, Meaning] = {}
        for name, slot in self.slots.items():
            if name not in call.data:
                assert isinstance(slot, Slot)
                keywords[name] = self.of_slot(slot, atoms)
        return call.data, tuple(data), keywords

    def data_places(self) -> frozenset[int]:
        """Where the flat arguments are that hold data."""
        call = self.rule.call
        assert call is not None
        found: set[int] = set()
        for name in call.data:
            slot = self.slots.get(name, ())
            for each in slot if isinstance(slot, tuple) else (slot,):
                found.update(range(each.start, each.start + size_of(each.layout)))
        return frozenset(found)

    def of_slot(self, slot: Slot, atoms: tuple[Atom, ...]) -> Meaning:
        """The arguments of one parameter as one meaning."""
        return slot_meaning(self.low, slot, atoms)

    def seed(self, bar: Tree, type_: Type) -> Meaning:
        """The cotangent of a result, None where there is none."""
        if isinstance(type_, Tuple):
            trees: list[Tree] = bar if isinstance(bar, list) else [None] * len(type_.items)
            return Sequence(tuple(map(self.seed, trees, type_.items)))
        return constant(None) if bar is None or isinstance(bar, list) else bar

    def pushforward(self, dots: list[Tree]) -> Tree:
        """The tangent of the result. Raises S2S203."""
        if self.rule.call is not None:
            _, data, keywords = self.arguments(self.op.args)
            atoms = tuple(ZERO if dot is None or isinstance(dot, list) else dot for dot in dots)
            tangents = self.arguments(atoms)[1]
            result = self.primal(self.result)
            found = self.call(self.rule.pushforward, (*data, result, *tangents), keywords)
            return self.tree(found, self.result.type)
        args, result = self.primals(), self.primal(self.result)
        given = tuple(
            self.derivative(dot, arg.type, like)
            for dot, arg, like in zip(dots, self.op.args, args, strict=False)
        )
        found = self.call(self.rule.pushforward, (*args, result, *given))
        return self.tree(found, self.result.type)

    def primals(self) -> tuple[Meaning, ...]:
        return tuple(map(self.primal, self.op.args[: self.first]))

    def primal(self, atom: Atom) -> Meaning:
        name = atom.hint if isinstance(atom, Value) and isinstance(atom.hint, str) else "a"
        return self.low.open_parameter(atom, name) if isinstance(atom, Value) else atom

    def derivative(self, tree: Tree, type_: Type, like: Meaning | None) -> Meaning:
        """A tangent or cotangent as the rule sees it; `like` is the primal, where it is known."""
        match type_:
            case Tuple() | Dict() | Record():
                types = parts(type_)
                trees: list[Tree] = tree if isinstance(tree, list) else [None] * len(types)
                inside = (parts_of(like) if like is not None else None) or [None] * len(types)
                found = tuple(map(self.derivative, trees, types, inside))
                return structure_meaning(type_, found)
            case Scalar(kind=kind) if kind != "bool":
                return ZERO if tree is None or isinstance(tree, list) else tree
            case List() if isinstance(tree, Value):
                return self.low.fresh(tree)
            case List() if isinstance(like, Value):
                return self.low.fresh(self.builder.apply(ZEROS_LIKE, like))
        return constant(None)

    def tree(self, meaning: Meaning, type_: Type) -> Tree:
        """What a rule returned, for an argument or a result of this type."""
        now = self.low.now(meaning)
        if is_none(now) or now is ZERO:
            return None
        match type_:
            case Scalar() if isinstance(now, Value | Const) and (
                isinstance(now.type, Scalar) or self.rule.broadcasts
            ):
                return now
            case Array() if isinstance(now, Value | Const) and isinstance(now.type, Scalar | Array):
                return self.fitted(now, type_)
            case Tuple() | Dict() | Record():
                inside = _inside(now, type_)
                if inside is not None:
                    return list(map(self.tree, inside, parts(type_)))
            case List() if isinstance(now, Sequence | Value):
                made = self.low.dynamic(meaning, self.op.span or function_of(self.body).span)
                if same_form(made.type, cotangent_type(type_)):
                    return made
            case Static():
                return None
        self.misfit(
            f"gives {describe(now)} as the derivative of {describe_type(type_)}",
            "a derivative of the same structure, or None",
        )

    def fitted(self, atom: Atom, type_: Array) -> Atom:
        """What a rule gives has the axes of what it is for, unless it is visibly spread."""
        if not isinstance(atom, Value) or not isinstance(atom.type, Array):
            return atom
        mine, whole = atom.type.axes, type_.axes
        if mine is None or whole is None or self.rule.broadcasts:
            return atom
        if len(mine) > len(whole):
            self.misfit(f"gives {describe_type(atom.type)} for {describe_type(type_)}", "its shape")
        if len(mine) < len(whole):
            return atom
        if any(is_one(a) and not is_one(b) for a, b in zip(mine, whole, strict=True)):
            return atom
        made = self.builder.ops[self.given :]
        if atom not in self.known and made and made[-1].results == (atom,):
            self.known[atom] = replace(atom, type=replace(atom.type, axes=whole))
            self.builder.ops[-1] = replace(made[-1], results=(self.known[atom],))
        return self.known.get(atom, atom)

    @property
    def body(self) -> object:
        return self.rule.pullback or self.rule.pushforward or self.rule.transpose

    def misfit(self, what: str, remedy: str) -> NoReturn:
        fail(
            "S2S203",
            f"the rule of {self.op.primitive.name} {what}",
            function_of(self.body).span,
            f"return {remedy}",
        )

    def call(
        self,
        body: object,
        args: tuple[Meaning, ...],
        given: dict[str, Meaning] | None = None,
    ) -> Meaning:
        function = function_of(body)
        words = self.op.primitive.keywords
        keywords: dict[str, Meaning] = given if given is not None else {}
        if given is None:
            keywords.update(zip(words, self.op.args[self.first :], strict=True))
        span = self.op.span or function.span
        with self.builder.only_at(self.op.span), blamed_on(self.op.primitive.name, self.op.span):
            return self.low.call_function(function, args, keywords, None, span)
