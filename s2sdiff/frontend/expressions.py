"""Lowering expressions. Each operation becomes one op; what is known while compiling becomes none.

return math.sqrt(x**2 + 1.0)      ->      %1 = operator.pow(x, 2)
                                          %2 = operator.add(%1, 1.0)
                                          %3 = math.sqrt(%2)
"""

from __future__ import annotations

import ast
from abc import abstractmethod
from typing import get_args

from s2sdiff.errors import Span, error, fail
from s2sdiff.frontend.array_arguments import as_array
from s2sdiff.frontend.array_checks import attribute_of_number
from s2sdiff.frontend.arrays import FLAGS, attribute, is_array, is_complex
from s2sdiff.frontend.lists import METHODS
from s2sdiff.frontend.meanings import (
    Instance,
    LibraryFunction,
    Mapping,
    Meaning,
    Module,
    Partial,
    RecordClass,
    RecordValue,
    Sequence,
    Transformed,
    Unknown,
    UserFunction,
    describe,
)
from s2sdiff.frontend.modules import attribute_of
from s2sdiff.frontend.names import meaning_of, note
from s2sdiff.frontend.nonlocals import frames_assigned_to
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.record_values import SIGNS, RecordLowerer
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.state import Unassigned, Variable
from s2sdiff.frontend.subset import refuse_expression
from s2sdiff.frontend.templates import Structured, is_list, items_in
from s2sdiff.ir.arrays import CONTIGUOUS
from s2sdiff.ir.core import Const, Hint, Value, constant
from s2sdiff.ir.structure import BOUND
from s2sdiff.options import Operator

OPERATORS = frozenset(
    f"{home}.{name}" for home in ("s2sdiff", "s2sdiff.api") for name in get_args(Operator)
)

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "operator.add",
    ast.Sub: "operator.sub",
    ast.Mult: "operator.mul",
    ast.Div: "operator.truediv",
    ast.FloorDiv: "operator.floordiv",
    ast.Mod: "operator.mod",
    ast.Pow: "operator.pow",
    ast.MatMult: "operator.matmul",
    ast.BitAnd: "operator.and_",
    ast.BitOr: "operator.or_",
    ast.BitXor: "operator.xor",
    ast.LShift: "operator.lshift",
    ast.RShift: "operator.rshift",
}
UNARY: dict[type[ast.unaryop], str] = {
    ast.USub: "operator.neg",
    ast.UAdd: "operator.pos",
    ast.Not: "operator.not_",
    ast.Invert: "operator.invert",
}


class ExpressionLowerer(RecordLowerer):
    """Lowers one expression of any kind."""

    def expression(self, frame: Frame, node: ast.expr, hint: Hint = None) -> Meaning:
        """What `node` means; operations are appended to the builder, the last one hinted `hint`."""
        span = span_of(node, frame.source)
        with self.builder.at(span):
            match node:
                case ast.Constant(value=value):
                    return constant(value)
                case ast.Name(id=name):
                    return self.known(self.name(frame, name, span))
                case ast.BinOp(left=left, op=operator, right=right):
                    return self.binary(frame, left, operator, right, hint, span)
                case ast.UnaryOp(op=sign, operand=operand):
                    return self.unary(self.expression(frame, operand), sign, hint, span)
                case ast.Call():
                    return self.known(self.call(frame, node, hint, span))
                case ast.Attribute(value=owner, attr=attribute):
                    return self.known(
                        self.attribute(self.expression(frame, owner), attribute, span)
                    )
                case ast.Subscript(value=owner, slice=index):
                    return self.known(self.subscript(frame, owner, index, hint, span))
                case ast.Compare(left=left, ops=operators, comparators=others):
                    return self.comparison(frame, left, operators, others, hint, span)
                case ast.BoolOp(op=operator, values=values):
                    return self.boolean(frame, isinstance(operator, ast.And), values, hint, span)
                case ast.IfExp(test=test, body=body, orelse=orelse):
                    return self.conditional(frame, test, body, orelse, hint, span)
                case ast.Tuple(elts=items):
                    return Sequence(self.items(frame, items))
                case ast.List(elts=items):
                    return self.list_of(frame, items, hint, span)
                case ast.Dict(keys=keys, values=items):
                    return self.own_structure(self.mapping(frame, keys, items, node, span))
                case ast.DictComp():
                    return self.own_structure(self.dict_comprehension(frame, node, span))
                case ast.NamedExpr(target=ast.Name(id=name), value=value):
                    named = self.expression(frame, value, name)
                    frame.bind(name, named)
                    return named
                case ast.Lambda(args=arguments, body=body):
                    returned = ast.copy_location(ast.Return(body), body)
                    return self.closure(frame, "lambda", arguments, (returned,), span)
                case ast.ListComp():
                    return self.comprehension(frame, node)
                case ast.GeneratorExp():
                    return self.generator(frame, node)
                case ast.JoinedStr(values=parts):
                    return self.text(frame, parts, span)
                case _:
                    refuse_expression(node, span)

    # Names and attributes

    def name(self, frame: Frame, name: str, span: Span) -> Meaning:
        found = frame.lookup(name, self.captures)
        if found is None:
            fail("S2S104", f"the name {name} is not defined", span, "define or import it")
        if isinstance(found, Unknown):
            code = "S2S305" if name in frame.local_names else "S2S104"
            remedy = "assign it first" if code == "S2S305" else "bind it once, or pass it in"
            problem = error(code, f"{name} {found.reason}", span, remedy)
            if name not in frame.variables and self.is_assigned_later(Variable(frame, name)):
                raise Unassigned(Variable(frame, name), problem)
            raise problem
        self.named.add(found)
        return self.found(found, span)

    def found(self, meaning: Meaning, span: Span) -> Meaning:
        """A variable that is read: where some path leaves it unassigned, reading it may raise."""
        part: Meaning = meaning
        while isinstance(
            part, Structured
        ):  # a structure is unassigned as a whole: look at one part
            current = self.versions.get(part, part)
            items = items_in(current) if isinstance(current, Structured) else (current,)
            if not items:
                return meaning
            part = items[0]
        if isinstance(part, Value) and part in self.maybe_undefined:
            self.builder.run(BOUND, part)
        return meaning

    def attribute(self, owner: Meaning, name: str, span: Span) -> Meaning:
        if isinstance(owner, Partial) and owner.function == LibraryFunction(FLAGS):
            return self.flag_of(owner, name, span)
        if is_array(owner) or is_complex(owner):
            return attribute(self, owner, name, span)
        if isinstance(owner, Instance):
            return self.instance_attribute(owner, name, span)
        if is_list(owner) and name in METHODS:
            return Partial(LibraryFunction(f"builtins.list.{name}"), (owner,), {})
        if isinstance(owner, RecordValue | RecordClass | Mapping):
            return self.record_attribute(owner, name, span)
        found = attribute_of_number(owner, name) or attribute_of(owner, name, self.captures)
        if isinstance(found, Unknown):
            fail("S2S104", f"{name} {found.reason}", span, "bind it once, or pass it in")
        if found is None and isinstance(owner, Module):
            fail("S2S104", f"module {owner.name} has no {name}", span, "check the spelling")
        if found is None:
            what = describe(owner)
            fail("S2S306", f"attribute {name} of {what} is not accepted", span, "use functions")
        return found

    def flag_of(self, flags: Partial, name: str, span: Span) -> Meaning:
        """`x.flags.c_contiguous` of an array that the caller passes. Raises S2S306 for others."""
        (whole,) = flags.args
        if name != "c_contiguous" or not isinstance(whole, Value) or whole not in self.given:
            what = f"x.flags.{name}"
            fail("S2S306", f"{what} is not accepted here", span, "ask for it outside the function")
        return self.builder.apply(CONTIGUOUS, whole)

    def instance_attribute(self, owner: Instance, name: str, span: Span) -> Meaning:
        """An attribute of a live object: a number, a method, or what a property computes."""
        kind = type(owner.value)
        path = f"{owner.path}.{name}"
        descriptor = next((c.__dict__[name] for c in kind.__mro__ if name in c.__dict__), None)
        if isinstance(descriptor, property) and descriptor.fget is not None:
            getter = meaning_of(descriptor.fget, path, self.captures)
            return self.call_meaning(getter, (owner,), {}, None, span)
        if not hasattr(owner.value, name):
            fail("S2S104", f"{path} does not exist", span, "check the spelling")
        value = getattr(owner.value, name)
        note(self.captures, path, lambda: getattr(owner.value, name), value)
        return meaning_of(value, path, self.captures)

    def closure(
        self,
        frame: Frame,
        name: str,
        arguments: ast.arguments,
        statements: tuple[ast.stmt, ...],
        span: Span,
    ) -> UserFunction:
        """A function defined inside the one being lowered."""
        self.owners += frames_assigned_to(frame, statements, self.owners)
        defaults: dict[str, Meaning] = {}
        positional = [*arguments.posonlyargs, *arguments.args]
        with_default = positional[len(positional) - len(arguments.defaults) :]
        for parameter, node in zip(with_default, arguments.defaults, strict=True):
            defaults[parameter.arg] = self.expression(frame, node)
        for parameter, keyword in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if keyword is not None:
                defaults[parameter.arg] = self.expression(frame, keyword)
        return UserFunction(name, arguments, statements, frame.source, frame, span, defaults)

    @abstractmethod
    def transformed(
        self, name: str, args: tuple[Meaning, ...], keywords: dict[str, Meaning], span: Span
    ) -> Meaning:
        """What `grad(f, wrt)` means."""

    @abstractmethod
    def call_transformed(
        self,
        target: Transformed,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        span: Span,
    ) -> Meaning:
        """Inline a derivative of a function."""

    def unary(self, meaning: Meaning, sign: ast.unaryop, hint: Hint, span: Span) -> Meaning:
        if type(sign) in SIGNS:
            result = self.unary_call(meaning, SIGNS[type(sign)], hint, span)
            if result is not None:
                return result
        known = self.truth(meaning, span) if isinstance(sign, ast.Not) else None
        if known is not None and not isinstance(meaning, Value | Const):
            return constant(not known)
        atom = (
            self.test_atom(meaning, span) if isinstance(sign, ast.Not) else self.atom(meaning, span)
        )
        return self.operation(UNARY[type(sign)], (atom,), hint, span)

    def binary(
        self,
        frame: Frame,
        left: ast.expr,
        operator: ast.operator,
        right: ast.expr,
        hint: Hint,
        span: Span,
    ) -> Meaning:
        one, two = self.expression(frame, left), self.expression(frame, right)
        return self.binary_of(one, operator, two, hint, span)

    def binary_of(
        self, one: Meaning, operator: ast.operator, two: Meaning, hint: Hint, span: Span
    ) -> Meaning:
        """`one op two`."""
        match one, operator, two:
            case Const(value=str(start)), ast.Add(), Const(value=str(end)):
                return constant(start + end)
        if isinstance(one, RecordValue) or isinstance(two, RecordValue):
            result = self.operator_call(one, operator, two, hint, span)
            if result is not None:
                return result
        if (
            isinstance(one, Mapping)
            and isinstance(two, Mapping)
            and isinstance(operator, ast.BitOr)
        ):
            self.open(one, span)
            self.open(two, span)
            return self.own_structure(Mapping(self.entries(one) | self.entries(two)))
        if is_array(self.now(one)) or is_array(self.now(two)):
            one, two = as_array(self, one, span), as_array(self, two, span)
        joined = self.of_sequences(one, two, operator, hint, span)
        if joined is not None:
            return joined
        if isinstance(operator, ast.MatMult):
            known = map(self.now, (one, two))
            are_lists = all(isinstance(each, Sequence) or is_list(each) for each in known)
            if self.names_values and are_lists:  # in rules lists are arrays
                what = f"@ of {describe(self.now(one))} and {describe(self.now(two))}"
                fail("S2S306", what, span, "make one of them an array: np.array(xs) @ ys")
            return self.call_library("operator.matmul", (one, two), {}, hint, span)
        return self.operation(
            BINARY[type(operator)], (self.atom(one, span), self.atom(two, span)), hint, span
        )

    def of_sequences(
        self, found: Meaning, other: Meaning, operator: ast.operator, hint: Hint, span: Span
    ) -> Meaning | None:
        """`+` and `*` of tuples and lists; None for numbers."""
        one, two = self.now(found), self.now(other)
        if isinstance(operator, ast.Add):
            if isinstance(one, Sequence) and isinstance(two, Sequence) and one.kind == two.kind:
                return self.own(Sequence(one.items + two.items, one.kind))
            if is_list(one) and is_list(two):
                return self.joined_lists(found, other, hint, span)
        if isinstance(operator, ast.Mult):
            for whole, times in ((found, two), (other, one)):
                items = self.now(whole)
                if isinstance(items, Sequence) and isinstance(times, Const):
                    if isinstance(times.value, int):
                        return self.own(Sequence(items.items * times.value, items.kind))
                elif is_list(items):
                    return self.repeated_list(whole, self.atom(times, span), hint, span)
        return None

    # Calls

    def call(self, frame: Frame, node: ast.Call, hint: Hint, span: Span) -> Meaning:
        function = self.expression(frame, node.func)
        match function, node.args, node.keywords:
            case (
                LibraryFunction(name="builtins.sum" | "builtins.any" | "builtins.all"),
                [ast.GeneratorExp() as generator],
                [],
            ):
                name = function.name.rpartition(".")[2]
                reduced = self.reduced(frame, name, generator, hint, span)
                if reduced is not None:
                    return reduced
        args = self.items(frame, node.args)
        keywords: dict[str, Meaning] = {}
        for keyword in node.keywords:
            meaning = self.expression(frame, keyword.value)
            if keyword.arg is not None:
                keywords[keyword.arg] = meaning
            elif isinstance(meaning, Mapping):
                self.open(meaning, span)
                keywords.update(self.entries(meaning))
            else:
                fail("S2S306", f"{describe(meaning)} is used as **keywords", span, "pass a dict")
        return self.call_meaning(function, args, keywords, hint, span)

    def call_meaning(
        self,
        function: Meaning,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        hint: Hint,
        span: Span,
    ) -> Meaning:
        match function:
            case UserFunction():
                return self.call_function(function, args, keywords, hint, span)
            case RecordClass():
                return self.new_record(function, args, keywords, span)
            case RecordValue() if (called := self.method_of(function, "__call__")) is not None:
                return self.call_function(called, (function, *args), keywords, hint, span)
            case Partial():
                merged = {**function.keywords, **keywords}
                return self.call_meaning(
                    function.function, function.args + args, merged, hint, span
                )
            case Transformed():
                return self.call_transformed(function, args, keywords, span)
            case LibraryFunction(name=name) if name in OPERATORS:
                return self.transformed(name, args, keywords, span)
            case LibraryFunction(name=name):
                return self.call_library(self.rename(name), args, keywords, hint, span)
            case Instance(value=value, path=path) if callable(value):
                method = type(value).__call__
                target = meaning_of(method, f"{path}.__call__", self.captures)
                if isinstance(target, UserFunction):
                    return self.call_function(target, (function, *args), keywords, hint, span)
        fail("S2S306", f"{describe(function)} is called", span, "call a function")
