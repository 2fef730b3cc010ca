"""Derivatives inside differentiated functions: `grad(inner)(x)`, `v, d = value_and_grad(h)(x)`.

The inner function is lowered by itself, its derivative is taken on the IR, and the result is inlined. What
the inner function reads of the function around it becomes a parameter: the inner derivative does not
depend on it, the outer one does. So perturbations cannot be confused:

    d/dx (x * d/dy (x + y))        is 1: the inner derivative is 1 whatever x is
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.calls import bind, give, signature_of
from s2sdiff.frontend.functions import FunctionLowerer
from s2sdiff.frontend.kept import Key, key_of
from s2sdiff.frontend.meanings import (
    LibraryFunction,
    Mapping,
    Meaning,
    Partial,
    RecordValue,
    Sequence,
    Transformed,
    UserFunction,
    describe,
)
from s2sdiff.frontend.records import structure_meaning
from s2sdiff.frontend.state import Raised
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Const,
    Function,
    Op,
    Parameter,
    Value,
    constant,
)
from s2sdiff.ir.forms import BUILD
from s2sdiff.ir.objects import changing_arrays
from s2sdiff.ir.structure import CHANGED, PACK, SECTION
from s2sdiff.ir.traverse import clone_block, free_values
from s2sdiff.ir.types import List, Static, Structure
from s2sdiff.options import Plan, Step, Wrt

Deriver: TypeAlias = Callable[[Function, Plan], Function]

MOST_ORDERS = 8


class TransformLowerer(FunctionLowerer):
    """Lowers calls of derivatives. `derive` takes the derivative of a function on the IR.

    `deriving` are the functions whose derivatives are being taken, one inside the other.
    """

    derive: Deriver | None = None
    deriving: tuple[Key, ...] = ()

    @abstractmethod
    def open_parameter(self, value: Value, name: str) -> Meaning:
        """What a parameter means inside its function."""

    def transformed(
        self, name: str, args: tuple[Meaning, ...], keywords: dict[str, Meaning], span: Span
    ) -> Meaning:
        """What `grad(f, wrt)` means."""
        operator: Any = name.rpartition(".")[2]
        if not args:
            return Partial(LibraryFunction(name), (), keywords)
        function, *rest = args
        given = rest[0] if rest else keywords.get("wrt", constant(0))
        unknown = set(keywords) - {"wrt", "source"}
        if unknown or len(rest) > 1:
            fail("S2S404", f"{operator}() takes a function and wrt", span, "call it like this")
        step = Step(operator, self.wrt_of(given, span))
        if isinstance(function, Transformed):
            return Transformed(function.function, (*function.plan, step))
        base: Meaning = function
        held: tuple[Meaning, ...] = ()
        named: dict[str, Meaning] = {}
        while isinstance(base, Partial):
            held, named = base.args + held, {**base.keywords, **named}
            base = base.function
        called = self.method_of(base, "__call__")
        if called is not None:
            base, held = called, (base, *held)
        if not isinstance(base, UserFunction):
            fail(
                "S2S306",
                f"{operator} of {describe(function)} is taken",
                span,
                "take it of a Python function: lambda x: function(x)",
            )
        return Transformed(give(base, held, named) if held or named else base, (step,))

    def wrt_of(self, meaning: Meaning, span: Span) -> Wrt:
        """`wrt`, which must be constant."""
        match meaning:
            case Const(value=int() | str() as entry):
                return entry
            case Sequence(items=items):
                entries = tuple(item.value for item in items if isinstance(item, Const))
                if len(entries) == len(items):
                    return tuple(e for e in entries if isinstance(e, int | str))
        fail("S2S302", "wrt is not constant", span, "write an index or a name")

    def call_transformed(
        self,
        target: Transformed,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        span: Span,
    ) -> Meaning:
        """Inline a derivative of a function."""
        assert self.derive is not None
        function = target.function
        extra = _seeds(target.plan)
        main, seeds = (
            (args[: len(args) - extra], args[len(args) - extra :]) if extra else (args, ())
        )
        names = {f"{name}_dot" for name in signature_of(function).parameters}
        named = {key: value for key, value in keywords.items() if key in names}
        seeds = (*seeds, *named.values())
        own = {key: value for key, value in keywords.items() if key not in names}
        if named:
            main, seeds = args, tuple(named.values())
        bound = bind(function, main, own, span)
        inner, atoms = self.inner_function(function, bound, span)
        free = free_values(inner.body)
        parameters = tuple(Parameter(f"free_{at}", "positional") for at in range(len(free)))
        params = tuple(replace(value) for value in free)
        table: dict[Value, Atom] = dict(zip(free, params, strict=True))
        body = clone_block(inner.body, table)
        body = replace(body, params=(*body.params, *params))
        lifted = replace(inner, parameters=(*inner.parameters, *parameters), body=body)
        own_names = list(signature_of(function).parameters)
        derived = self.derive(lifted, _by_name(target.plan, own_names, span))
        if not changing_arrays(lifted.body).isdisjoint(lifted.body.params):
            fail(
                "S2S307",
                f"a derivative is taken inside of {function.name}, which changes an array that it gets",
                span,
                "copy it in the function: x = x.copy()",
            )
        known = {helper.callee for helper in self.helpers}
        self.helpers += [helper for helper in derived.helpers if helper.callee not in known]
        given = (*atoms, *free, *(self.pack_argument(seed, span) for seed in seeds))
        if len(given) != len(derived.body.params):
            missing = len(derived.body.params) - len(given)
            fail(
                "S2S404",
                f"the {target.plan[-1].operator} of {function.name} is called with "
                f"{abs(missing)} {'too few' if missing > 0 else 'too many'} arguments",
                span,
                "pass the arguments of the function, then the seeds",
            )
        return self.inlined(derived, given, span)

    def inner_function(
        self, function: UserFunction, bound: dict[str, Meaning], span: Span
    ) -> tuple[Function, list[Atom]]:
        """The function for arguments of these types, and the arguments."""
        atoms: list[Atom] = []
        values: list[Value] = []
        parameters: list[Parameter] = []
        meanings: dict[str, Meaning] = {}
        before = self.state()
        for name, meaning in bound.items():
            if _is_static(self.now(meaning)) or _is_plain_object(meaning):
                meanings[name] = meaning
                continue
            atom = self.pack_argument(meaning, span)
            value = Value(name, atom.type, span)
            atoms.append(atom)
            values.append(value)
            parameters.append(Parameter(name, "positional"))
        self.deriving = (*self.deriving, key_of(function))
        if self.deriving.count(self.deriving[-1]) > MOST_ORDERS:
            fail(
                "S2S304",
                f"{function.name} calls its own derivative, again and again",
                span,
                f"if @grad stands over it, write a plain {function.name} and grad({function.name})",
            )
        with self.builder.block() as ops, self.builder.at(function.span):
            for value in values:
                assert isinstance(value.hint, str)
                meanings[value.hint] = self.open_parameter(value, value.hint)
            frame = self.frame(function, meanings, function.name)
            try:
                result = self.run_function(function, frame)
            except Raised:
                what = f"{function.name} raises on every path, and its derivative is taken"
                fail("S2S402", what, span, "take that of a function that returns a number")
            output = self.pack_argument(result, function.span)
        self.deriving = self.deriving[:-1]
        after = self.state()
        if any(after.get(slot) is not meaning for slot, meaning in before.items()):
            fail(
                "S2S307",
                f"{function.name} changes what is outside of it, and its derivative is taken",
                span,
                "return the value instead",
            )
        self.restore(before)
        body = Block(tuple(values), tuple(ops), (output,))
        helpers = tuple(self.helpers)
        return Function(function.name, tuple(parameters), body, span, helpers=helpers), atoms

    @abstractmethod
    def pack_argument(self, meaning: Meaning, span: Span) -> Atom:
        """An argument or a result as one value."""

    def inlined(self, derived: Function, given: tuple[Atom, ...], span: Span) -> Meaning:
        """Append the ops of `derived` for these arguments; what it returns."""
        table: dict[Value, Atom] = dict(zip(derived.body.params, given, strict=True))
        ops = tuple(op for op in derived.body.ops if not _is_border(op))
        copy = clone_block(Block((), ops, derived.body.outputs), table)
        packed: dict[Atom, Apply] = {}
        for op in copy.ops:
            self.builder.append(op)
            if isinstance(op, Apply) and op.primitive in (PACK, BUILD):
                packed[op.results[0]] = op
        return self.unpacked(copy.outputs[0], packed, span)

    def unpacked(self, atom: Atom, packed: dict[Atom, Apply], span: Span) -> Meaning:
        """A result as a meaning, structures opened."""
        op = packed.get(atom)
        if op is None:
            is_structure = isinstance(atom, Value) and isinstance(atom.type, Structure | List)
            return self.open_parameter(atom, "d") if is_structure else atom  # type: ignore[arg-type]
        type_ = op.results[0].type
        args = op.args if op.primitive is PACK else op.args[1:]
        items = tuple(self.unpacked(arg, packed, span) for arg in args)
        assert isinstance(type_, Structure)
        made = structure_meaning(type_, items)
        return self.own(made) if isinstance(made, Sequence) else made


def _is_border(op: Op) -> bool:
    return isinstance(op, Apply) and op.primitive in (SECTION, CHANGED)


def _is_static(meaning: Meaning) -> bool:
    """Is it passed on as it is: a function, a string, None?"""
    if isinstance(meaning, Const):
        return isinstance(meaning.type, Static)
    return not isinstance(meaning, Value | Sequence | Mapping | RecordValue)


def _is_plain_object(meaning: Meaning) -> bool:
    """An object of a plain class is read where it is, as a variable of around is."""
    return isinstance(meaning, RecordValue) and meaning.form.kind == "object"


def _seeds(plan: Plan) -> int:
    """How many arguments a derivative takes behind those of its function."""
    count = 0
    for step in plan:
        if step.operator in ("jvp", "hvp"):
            count += len(step.wrt) if isinstance(step.wrt, tuple) else 1
        count += step.operator == "vjp"
    return count


def _by_name(plan: Plan, names: list[str], span: Span) -> Plan:
    """`plan` with parameters by name: indices count those that are not given yet, as in Python.

    Parameters that are static are not among those of the function that is differentiated, and more are
    added at its end. `names` are those of the function itself; operators add their seeds.
    """
    known = list(names)
    found: list[Step] = []

    def entry(wrt: int | str) -> str:
        if isinstance(wrt, str):
            return wrt
        if not -len(known) <= wrt < len(known):
            there = f"its parameters are {', '.join(known) or 'none'}"
            fail("S2S401", f"wrt names {wrt}", span, there)
        return known[wrt]

    for step in plan:
        is_many = isinstance(step.wrt, tuple)
        entries = tuple(map(entry, step.wrt if isinstance(step.wrt, tuple) else (step.wrt,)))
        found.append(replace(step, wrt=entries if is_many else entries[0]))
        if step.operator in ("jvp", "hvp"):
            known += [f"{name}_dot" for name in entries]
    return tuple(found)
