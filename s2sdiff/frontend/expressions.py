"""Lowering expressions. Each operation becomes one op; what is known while compiling becomes none.

    return math.sqrt(x**2 + 1.0)      ->      %1 = operator.pow(x, 2)
                                              %2 = operator.add(%1, 1.0)
                                              %3 = math.sqrt(%2)
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from s2sdiff.errors import SourceFile, Span, fail
from s2sdiff.frontend.meanings import (
    Capture,
    Instance,
    LibraryFunction,
    Mapping,
    Meaning,
    Module,
    Partial,
    Scope,
    Sequence,
    Unknown,
    UserFunction,
)
from s2sdiff.frontend.modules import attribute_of
from s2sdiff.frontend.names import meaning_of, note
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.subset import refuse_expression
from s2sdiff.ir.build import Builder
from s2sdiff.ir.constants import fold
from s2sdiff.ir.core import Atom, Block, Const, Hint, Value, constant
from s2sdiff.ir.structure import AND, OR, TEXT
from s2sdiff.ir.types import BOOL, Opaque, Scalar, Static
from s2sdiff.rules.registry import RULES, primitive

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
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "operator.lt",
    ast.LtE: "operator.le",
    ast.Gt: "operator.gt",
    ast.GtE: "operator.ge",
    ast.Eq: "operator.eq",
    ast.NotEq: "operator.ne",
}


@dataclass(slots=True, eq=False)
class Frame:
    """A function being lowered: its variables now, and where its free names are found.

    A nested function's scope is the frame around it, so it sees variables as they are when it is
    called, as in Python.
    """

    function: str
    scope: Scope
    source: SourceFile
    local_names: frozenset[str]
    variables: dict[str, Meaning] = field(default_factory=dict)

    def lookup(self, name: str, captures: list[Capture]) -> Meaning | None:
        if name in self.variables:
            return self.variables[name]
        if name in self.local_names:
            return Unknown("is not assigned yet where it is used")
        return self.scope.lookup(name, captures)

    def imported(self, name: str, node: ast.Import | ast.ImportFrom) -> Meaning:
        return self.scope.imported(name, node)


class ExpressionLowerer(ABC):
    """Lowers expressions into `builder`. `captures` collects what was relied on from outside."""

    def __init__(self, builder: Builder, captures: list[Capture]) -> None:
        self.builder = builder
        self.captures = captures
        self.rename: Callable[[str], str] = lambda name: name

    @abstractmethod
    def call_function(
        self,
        function: UserFunction,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        hint: Hint,
        span: Span,
    ) -> Meaning:
        """Inline a call of a function of the user's."""

    @abstractmethod
    def call_library(
        self,
        name: str,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        hint: Hint,
        span: Span,
    ) -> Meaning:
        """Lower a call of a library function."""

    def expression(self, frame: Frame, node: ast.expr, hint: Hint = None) -> Meaning:
        """What `node` means; operations are appended to the builder, the last one hinted `hint`."""
        span = span_of(node, frame.source)
        with self.builder.at(span):
            match node:
                case ast.Constant(value=value):
                    if isinstance(value, complex):
                        fail("S2S302", "a complex number is not accepted", span, "use floats")
                    return constant(value)
                case ast.Name(id=name):
                    return self.name(frame, name, span)
                case ast.BinOp(left=left, op=operator, right=right):
                    return self.binary(frame, left, operator, right, hint, span)
                case ast.UnaryOp(op=sign, operand=operand):
                    value = self.expression(frame, operand)
                    if isinstance(sign, ast.Not) and not isinstance(value, Value | Const):
                        return constant(not self.truth(value, span))
                    return self.operation(UNARY[type(sign)], (self.atom(value, span),), hint, span)
                case ast.Call():
                    return self.call(frame, node, hint, span)
                case ast.Attribute(value=owner, attr=attribute):
                    return self.attribute(self.expression(frame, owner), attribute, span)
                case ast.Subscript(value=owner, slice=index):
                    return self.subscript(frame, owner, index, span)
                case ast.Compare(left=left, ops=operators, comparators=others):
                    return self.comparison(frame, left, operators, others, hint, span)
                case ast.BoolOp(op=operator, values=values):
                    return self.boolean(frame, isinstance(operator, ast.And), values, hint, span)
                case ast.IfExp(test=test, body=body, orelse=orelse):
                    return self.conditional(frame, test, body, orelse, hint, span)
                case ast.Tuple(elts=items) | ast.List(elts=items):
                    kind = "tuple" if isinstance(node, ast.Tuple) else "list"
                    return Sequence(self.items(frame, items), kind)
                case ast.Dict(keys=keys, values=items):
                    return self.mapping(frame, keys, items, node, span)
                case ast.NamedExpr(target=ast.Name(id=name), value=value):
                    frame.variables[name] = self.expression(frame, value, name)
                    return frame.variables[name]
                case ast.Lambda(args=arguments, body=body):
                    returned = ast.copy_location(ast.Return(body), body)
                    return self.closure(frame, "lambda", arguments, (returned,), span)
                case ast.ListComp() | ast.GeneratorExp():
                    kind = "list" if isinstance(node, ast.ListComp) else "tuple"
                    return Sequence(self.comprehension(frame, node), kind)
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
            fail(code, f"{name} {found.reason}", span, remedy)
        return found

    def attribute(self, owner: Meaning, name: str, span: Span) -> Meaning:
        if isinstance(owner, Instance):
            return self.instance_attribute(owner, name, span)
        found = attribute_of(owner, name, self.captures)
        if isinstance(found, Unknown):
            fail("S2S104", f"{name} {found.reason}", span, "bind it once, or pass it in")
        if found is None and isinstance(owner, Module):
            fail("S2S104", f"module {owner.name} has no {name}", span, "check the spelling")
        if found is None:
            what = describe(owner)
            fail("S2S306", f"attribute {name} of {what} is not accepted", span, "use functions")
        return found

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
        defaults: dict[str, Meaning] = {}
        positional = [*arguments.posonlyargs, *arguments.args]
        with_default = positional[len(positional) - len(arguments.defaults) :]
        for parameter, node in zip(with_default, arguments.defaults, strict=True):
            defaults[parameter.arg] = self.expression(frame, node)
        for parameter, keyword in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if keyword is not None:
                defaults[parameter.arg] = self.expression(frame, keyword)
        return UserFunction(name, arguments, statements, frame.source, frame, span, defaults)

    # Operations

    def atom(self, meaning: Meaning, span: Span) -> Atom:
        """`meaning` as something to compute with. Raises S2S306 for functions, tuples and objects."""
        if isinstance(meaning, Value | Const):
            return meaning
        fail(
            "S2S306",
            f"{describe(meaning)} is used as a number",
            span,
            "compute with numbers; call functions, and index or unpack tuples",
        )

    def operation(self, name: str, args: tuple[Atom, ...], hint: Hint, span: Span) -> Atom:
        """Append one op, or fold it."""
        if name not in RULES:
            self.no_rule(name, span)
        for arg in args:
            if isinstance(arg, Const) and isinstance(arg.type, Static):
                known = fold(primitive(name), args)
                if known is not None:
                    return known
                fail(
                    "S2S306", f"{arg.value!r} is used as a number", span, "compute with numbers only"
                )
        found = primitive(name)
        known = fold(found, args)
        return known if known is not None else self.builder.apply(found, *args, hint=hint)

    @abstractmethod
    def no_rule(self, name: str, span: Span) -> None:
        """Raise S2S201 for a library function without a rule."""

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
        match one, operator, two:
            case Sequence(), ast.Add(), Sequence() if one.kind == two.kind:
                return Sequence(one.items + two.items, one.kind)
            case Sequence(), ast.Mult(), Const(value=int() as times):
                return Sequence(one.items * times, one.kind)
            case Const(value=int() as times), ast.Mult(), Sequence():
                return Sequence(two.items * times, two.kind)
        return self.operation(
            BINARY[type(operator)], (self.atom(one, span), self.atom(two, span)), hint, span
        )

    def comparison(
        self,
        frame: Frame,
        left: ast.expr,
        operators: list[ast.cmpop],
        others: list[ast.expr],
        hint: Hint,
        span: Span,
    ) -> Atom:
        """`a < b < c` is `a < b and b < c`, with `b` computed once."""
        one = self.expression(frame, left)
        result: Atom | None = None
        for operator, node in zip(operators, others, strict=True):
            if result is not None and is_false(result):
                break
            two = self.expression(frame, node)
            part = self.compare(one, operator, two, hint if len(others) == 1 else None, span)
            result = part if result is None else self.both(result, part)
            one = two
        assert result is not None
        return result

    def both(self, left: Atom, right: Atom) -> Atom:
        if isinstance(left, Const):
            return right
        known = fold(AND, (left, right))
        return known if known is not None else self.builder.apply(AND, left, right)

    def compare(
        self, one: Meaning, operator: ast.cmpop, two: Meaning, hint: Hint, span: Span
    ) -> Atom:
        match operator:
            case ast.Is() | ast.IsNot():
                if not (is_none(one) or is_none(two)):
                    fail("S2S302", "identity is tested", span, "compare with == instead")
                same = is_none(one) and is_none(two)
                return constant(same if isinstance(operator, ast.Is) else not same)
            case ast.In() | ast.NotIn():
                inside = self.membership(one, two, span)
                return constant(inside if isinstance(operator, ast.In) else not inside)
        if isinstance(one, Sequence) and isinstance(two, Sequence):
            fail("S2S302", "tuples are compared", span, "compare their items")
        if is_none(one) or is_none(two) or _mixed_static(one, two):
            equal = is_none(one) and is_none(two)
            if isinstance(operator, ast.Eq):
                return constant(equal)
            if isinstance(operator, ast.NotEq):
                return constant(not equal)
        atoms = (self.atom(one, span), self.atom(two, span))
        return self.operation(COMPARISONS[type(operator)], atoms, hint, span)

    def membership(self, one: Meaning, two: Meaning, span: Span) -> bool:
        if isinstance(one, Const) and isinstance(two, Mapping):
            return one.value in two.items
        if isinstance(one, Const) and isinstance(two, Sequence):
            values = [item.value for item in two.items if isinstance(item, Const)]
            if len(values) == len(two.items):
                return one.value in values
        fail("S2S302", "membership in values that are not constant", span, "compare with ==")

    def truth(self, meaning: Meaning, span: Span) -> bool | None:
        """The outcome of a test that is known while compiling; None if it is not."""
        match meaning:
            case Const(value=value):
                return bool(value)
            case Sequence(items=items):
                return bool(items)
            case Mapping(items=entries):
                return bool(entries)
            case UserFunction() | LibraryFunction() | Module() | Partial():
                return True
            case Instance():
                fail("S2S306", f"{meaning.path} is used as a test", span, "test a number")
        return None

    def boolean(
        self, frame: Frame, is_and: bool, nodes: list[ast.expr], hint: Hint, span: Span
    ) -> Meaning:
        """`and` and `or` give one of their operands; what follows the deciding one is not run."""
        first, *rest = nodes
        meaning = self.expression(frame, first, hint if not rest else None)
        if not rest:
            return meaning
        known = self.truth(meaning, span)
        if known is not None:
            return self.boolean(frame, is_and, rest, hint, span) if known == is_and else meaning
        left = self.atom(meaning, span)
        before = dict(frame.variables)
        with self.builder.block() as ops:
            other = self.atom(self.boolean(frame, is_and, rest, None, span), span)
        self.same_variables(frame, before, span)
        plain = all(not getattr(getattr(op, "primitive", None), "raises", True) for op in ops)
        if left.type == BOOL and other.type == BOOL and plain:
            for op in ops:
                self.builder.append(op)
            return self.builder.apply(AND if is_and else OR, left, other, hint=hint)
        right_block, left_block = Block((), tuple(ops), (other,)), Block((), (), (left,))
        then, orelse = (right_block, left_block) if is_and else (left_block, right_block)
        return self.builder.branch(left, then, orelse, (hint,))[0]

    def conditional(
        self,
        frame: Frame,
        test: ast.expr,
        body: ast.expr,
        orelse: ast.expr,
        hint: Hint,
        span: Span,
    ) -> Meaning:
        decided = self.expression(frame, test)
        known = self.truth(decided, span)
        if known is not None:
            return self.expression(frame, body if known else orelse, hint)
        before = dict(frame.variables)
        with self.builder.block() as then_ops:
            left = self.expression(frame, body)
        self.same_variables(frame, before, span)
        with self.builder.block() as else_ops:
            right = self.expression(frame, orelse)
        self.same_variables(frame, before, span)
        ones, rebuild = flatten(left)
        twos, _ = flatten(right)
        if shape(left) != shape(right):
            fail(
                "S2S306",
                f"the two branches differ: {describe(left)} and {describe(right)}",
                span,
                "give both branches the same structure",
            )
        then = Block((), tuple(then_ops), tuple(self.atom(one, span) for one in ones))
        other = Block((), tuple(else_ops), tuple(self.atom(two, span) for two in twos))
        if not then.ops and not other.ops and _same_atoms(then.outputs, other.outputs):
            return left
        hints = (hint,) if len(ones) == 1 else ()
        return rebuild(list(self.builder.branch(self.atom(decided, span), then, other, hints)))

    def same_variables(self, frame: Frame, before: dict[str, Meaning], span: Span) -> None:
        """Refuse a walrus inside a part of an expression that may not run."""
        for name, meaning in frame.variables.items():
            if before.get(name) is not meaning:
                fail(
                    "S2S302",
                    f"{name} is assigned inside an expression that may not run",
                    span,
                    "assign it before the expression",
                )

    # Structures

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

    def open(self, meaning: Meaning, span: Span) -> Sequence:
        """A tuple or list of known length. Raises S2S306."""
        if isinstance(meaning, Sequence):
            return meaning
        if isinstance(meaning, Mapping):
            return Sequence(tuple(constant(key) for key in meaning.items))
        fail("S2S306", f"{describe(meaning)} is used as a tuple", span, "pass a tuple")

    def mapping(
        self,
        frame: Frame,
        keys: list[ast.expr | None],
        values: list[ast.expr],
        node: ast.expr,
        span: Span,
    ) -> Mapping:
        entries: dict[str, Meaning] = {}
        for key, value in zip(keys, values, strict=True):
            meaning = self.expression(frame, value)
            if key is None and isinstance(meaning, Mapping):
                entries.update(meaning.items)
                continue
            if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                refuse_expression(node, span)
            entries[key.value] = meaning
        return Mapping(entries)

    def subscript(self, frame: Frame, owner: ast.expr, index: ast.expr, span: Span) -> Meaning:
        whole = self.expression(frame, owner)
        if isinstance(whole, Mapping):
            key = self.expression(frame, index)
            if isinstance(key, Const) and key.value in whole.items:
                return whole.items[str(key.value)]
            fail("S2S306", "a dict is read with a key that it does not have", span, "check the key")
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

    @abstractmethod
    def assign(self, frame: Frame, target: ast.expr, meaning: Meaning) -> None:
        """Bind a target."""

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
                            fail("S2S302", "a computed format is not accepted", span, "fix it")
                    values.append(self.atom(self.expression(frame, value), span))
                    template += "{" + suffix + "}"
        if all(isinstance(value, Const) for value in values):
            return constant(template.format(*(v.value for v in values if isinstance(v, Const))))
        return self.builder.apply(TEXT, constant(template), *values)

    # Calls

    def call(self, frame: Frame, node: ast.Call, hint: Hint, span: Span) -> Meaning:
        function = self.expression(frame, node.func)
        args = self.items(frame, node.args)
        keywords: dict[str, Meaning] = {}
        for keyword in node.keywords:
            meaning = self.expression(frame, keyword.value)
            if keyword.arg is not None:
                keywords[keyword.arg] = meaning
            elif isinstance(meaning, Mapping):
                keywords.update(meaning.items)
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
            case Partial():
                merged = {**function.keywords, **keywords}
                return self.call_meaning(
                    function.function, function.args + args, merged, hint, span
                )
            case LibraryFunction(name=name):
                return self.call_library(self.rename(name), args, keywords, hint, span)
            case Instance(value=value, path=path) if hasattr(type(value), "__call__"):
                method = type(value).__call__
                target = meaning_of(method, f"{path}.__call__", self.captures)
                if isinstance(target, UserFunction):
                    return self.call_function(target, (function, *args), keywords, hint, span)
        fail("S2S306", f"{describe(function)} is called", span, "call a function")


def is_false(atom: Atom) -> bool:
    return isinstance(atom, Const) and not atom.value


def is_none(meaning: Meaning) -> bool:
    return isinstance(meaning, Const) and meaning.value is None


def _mixed_static(one: Meaning, two: Meaning) -> bool:
    """A string beside a number: they are never equal."""
    if not (isinstance(one, Value | Const) and isinstance(two, Value | Const)):
        return False
    return isinstance(one.type, Static) != isinstance(two.type, Static)


def _same_atoms(ones: tuple[Atom, ...], twos: tuple[Atom, ...]) -> bool:
    return all(
        one is two
        or (isinstance(one, Const) and isinstance(two, Const) and one.key == two.key)
        for one, two in zip(ones, twos, strict=True)
    )


def shape(meaning: Meaning) -> object:
    """The structure of nested tuples, for comparing."""
    if isinstance(meaning, Sequence):
        return (meaning.kind, tuple(shape(item) for item in meaning.items))
    return None


def flatten(meaning: Meaning) -> tuple[list[Meaning], Callable[[list[Atom]], Meaning]]:
    """The leaves of nested tuples, and the function that puts other leaves in their places."""
    if not isinstance(meaning, Sequence):
        return [meaning], lambda atoms: atoms.pop(0)
    parts = [flatten(item) for item in meaning.items]

    def rebuild(atoms: list[Atom]) -> Meaning:
        return Sequence(tuple(build(atoms) for _, build in parts), meaning.kind)

    return [leaf for leaves, _ in parts for leaf in leaves], rebuild


def describe(meaning: Meaning) -> str:
    """A meaning in a sentence."""
    match meaning:
        case Const(value=value, type=Static()):
            return repr(value)
        case Value(type=Opaque()):
            return "a text"
        case Value(type=kind) | Const(type=kind):
            return f"a {kind}" if isinstance(kind, Scalar) else f"{kind}"
        case UserFunction(name=name):
            return f"the function {name}"
        case LibraryFunction(name=name):
            return f"the function {name}"
        case Module(name=name):
            return f"the module {name}"
        case Sequence(kind=kind, items=items):
            return f"a {kind} of {len(items)}"
        case Mapping():
            return "a dict"
        case Partial():
            return "a partial function"
        case Instance(path=path, value=value):
            return f"{path}, an object of class {type(value).__name__},"
        case Unknown():
            return "an unknown object"
