"""Lowering functions: statements in, one three-address trace out. Calls are inlined.

def f(x):                                 f(x: float):
    a = square(x)             ->            a: float = operator.pow(x, 2)
    return a + math.exp(a)                  %2: float = math.exp(a)
                                            %3: float = operator.add(a, %2)
                                            -> %3
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, NoReturn, final

from s2sdiff.errors import Span, fail, internal
from s2sdiff.frontend.calls import bind, signature_of
from s2sdiff.frontend.expressions import ExpressionLowerer
from s2sdiff.frontend.library import STATIC_FUNCTIONS, library_arguments
from s2sdiff.frontend.meanings import (
    Capture,
    Instance,
    Mapping,
    Meaning,
    Sequence,
    Unknown,
    UserFunction,
    describe,
)
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.patterns import as_if_chain, subject_name
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.subset import refuse_statement, refuse_target
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Atom, Block, Const, Function, Hint, Op, Parameter, Value, constant
from s2sdiff.ir.structure import ASSERTION, PACK, REQUIRE, UNPACK
from s2sdiff.ir.types import FLOAT, Opaque, Static, Tuple, Type
from s2sdiff.rules.registry import RULES, UNSUPPORTED

DEEPEST_CALL = 100
MOST_OPS = 200_000


@final
@dataclass(frozen=True, slots=True, eq=False)
class Lowered:
    """A primal, and what it was compiled with from outside."""

    function: Function
    captures: tuple[Capture, ...]


def lower(function: UserFunction, types: dict[str, Type]) -> Lowered:
    """The three-address trace of `function` for parameters of these types (by name).

    Raises S2S1xx to S2S4xx at the user's line.
    """
    captures: list[Capture] = []
    lowerer = Lowerer(Builder(_budget(function)), captures)
    with _deep_recursion():
        lowered = lowerer.whole(function, types)
    return Lowered(lowered, tuple(captures))


def _budget(function: UserFunction) -> Callable[[Op], None]:
    count = 0

    def spend(op: Op) -> None:
        nonlocal count
        count += 1
        if count > MOST_OPS:
            fail(
                "S2S304",
                f"{function.name} expands to more than {MOST_OPS} operations",
                op.span,
                "differentiate its parts, or shorten the chain of calls",
            )

    return spend


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Room for expressions some hundreds of levels deep."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 50_000))
    try:
        yield
    except RecursionError:
        fail("S2S304", "an expression is nested too deeply", None, "split it into assignments")
    finally:
        sys.setrecursionlimit(before)


class Lowerer(ExpressionLowerer):
    """Statements, and calls of functions. Expressions are in the base class."""

    def __init__(self, builder: Builder, captures: list[Capture]) -> None:
        super().__init__(builder, captures)
        self.depth = 0

    # A whole function

    def whole(self, function: UserFunction, types: dict[str, Type]) -> Function:
        parameters: list[Parameter] = []
        values: list[Value] = []
        meanings: dict[str, Meaning] = dict(function.given)
        signature = signature_of(function)
        with self.builder.block() as ops, self.builder.at(function.span):
            for name, parameter in signature.parameters.items():
                if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                    meanings[name] = Mapping({})
                    continue
                type_ = types.get(name, FLOAT)
                value = Value(name, type_, function.span)
                parameters.append(Parameter(name, _kind(parameter), _default(parameter)))
                values.append(value)
                meanings[name] = self.parameter(function, value, name, type_)
            frame = self.frame(function, meanings)
            result = self.statements(frame, function.statements, function.name)
            if result is None:
                result = constant(None)
            output = self.pack(result, function.span)
        body = Block(tuple(values), tuple(ops), (output,))
        return Function(function.name, tuple(parameters), body, function.span)

    def parameter(self, function: UserFunction, value: Value, name: str, type_: Type) -> Meaning:
        """What a parameter means inside: tuples are unpacked once, static ones are constants."""
        match type_:
            case Tuple():
                return self.unpack(value, _hints_for(function, name, len(type_.items)))
            case Static(value=known):
                expected = constant(known)
                self.builder.run(REQUIRE, value, expected, constant(name))
                return expected
        return value

    def unpack(self, value: Value, hints: tuple[str, ...]) -> Sequence:
        parts = self.builder.apply_many(UNPACK, (value,), hints)
        items: list[Meaning] = []
        for part, hint in zip(parts, hints, strict=True):
            if isinstance(part.type, Tuple):
                inner = tuple(f"{hint}_{i}" for i in range(len(part.type.items)))
                items.append(self.unpack(part, inner))
            else:
                items.append(part)
        return Sequence(tuple(items))

    def pack(self, meaning: Meaning, span: Span) -> Atom:
        """A result as one atom."""
        match meaning:
            case Value(type=Opaque()):
                fail("S2S402", "the result is a text", span, "return numbers or tuples of them")
            case Value() | Const():
                return meaning
            case Sequence(items=items):
                return self.builder.apply(PACK, *(self.pack(item, span) for item in items))
        fail(
            "S2S402",
            f"the result is {describe(meaning)}",
            span,
            "return numbers or tuples of them",
        )

    def frame(self, function: UserFunction, meanings: dict[str, Meaning]) -> Frame:
        names = frozenset(meanings) | _assigned(function.statements)
        return Frame(function.name, function.scope, function.source, names, meanings)

    # Statements

    def statements(
        self, frame: Frame, nodes: tuple[ast.stmt, ...] | list[ast.stmt], hint: Hint
    ) -> Meaning | None:
        """Lower statements up to the first `return` that is reached; what it returns, or None."""
        for index, node in enumerate(nodes):
            span = span_of(node, frame.source)
            with self.builder.at(span):
                if isinstance(node, ast.Match):
                    frame.variables[subject_name(node)] = self.expression(frame, node.subject)
                    chain = as_if_chain(node, frame.source)
                    return self.statements(frame, [*chain, *nodes[index + 1 :]], hint)
                if isinstance(node, ast.If):
                    following = list(nodes[index + 1 :])
                    returned = self.if_statement(frame, node, following, hint)
                else:
                    returned = self.statement(frame, node, hint, span)
            if returned is not None:
                return returned
        return None

    def statement(self, frame: Frame, node: ast.stmt, hint: Hint, span: Span) -> Meaning | None:
        match node:
            case ast.Return(value=None):
                return constant(None)
            case ast.Return(value=ast.expr() as value):
                return self.expression(frame, value, hint)
            case ast.Assign(targets=targets, value=value):
                first = targets[0]
                name = first.id if isinstance(first, ast.Name) else None
                meaning = self.assigned_value(frame, first, value, name)
                for target in targets:
                    self.assign(frame, target, meaning)
            case ast.AnnAssign(target=target, value=value):
                if value is not None:
                    name = target.id if isinstance(target, ast.Name) else None
                    self.assign(frame, target, self.expression(frame, value, name))
            case ast.AugAssign(target=target, op=operator, value=value):
                self.augmented(frame, target, operator, value, span)
            case ast.Expr(value=value):
                if not isinstance(value, ast.Constant):
                    self.expression(frame, value)
            case ast.Assert(test=test, msg=message):
                self.assertion(frame, test, message, span)
            case ast.FunctionDef(name=name, args=arguments, body=body, decorator_list=marks):
                if marks:
                    fail("S2S301", "a nested function is decorated", span, "call the decorator")
                frame.variables[name] = self.closure(frame, name, arguments, tuple(body), span)
            case ast.Import() | ast.ImportFrom():
                self.imports(frame, node, span)
            case ast.Delete(targets=targets):
                for target in targets:
                    if not isinstance(target, ast.Name):
                        refuse_target(target, span)
                    frame.variables.pop(target.id, None)
            case ast.Pass():
                pass
            case _:
                refuse_statement(node, span)
        return None

    def assigned_value(
        self, frame: Frame, target: ast.expr, value: ast.expr, name: str | None
    ) -> Meaning:
        """The right side of an assignment; the items of `a, b = u, v` are hinted `a` and `b`."""
        targets = target.elts if isinstance(target, ast.Tuple | ast.List) else []
        values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        starred = any(isinstance(part, ast.Starred) for part in (*targets, *values))
        if targets and len(targets) == len(values) and not starred:
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
                frame.variables[name] = meaning
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
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
                    items[at:stop] = [Sequence(tuple(items[at:stop]), "list")]
                for part, item in zip(parts, items, strict=True):
                    self.assign(frame, part, item)
            case ast.Starred(value=inner):
                self.assign(frame, inner, meaning)
            case _:
                refuse_target(target, span)

    def augmented(
        self, frame: Frame, target: ast.expr, operator: ast.operator, value: ast.expr, span: Span
    ) -> None:
        if not isinstance(target, ast.Name):
            refuse_target(target, span)
        before = self.name(frame, target.id, span)
        if isinstance(before, Sequence) and before.kind == "list":
            fail("S2S307", "a list is extended in place", span, "write a = a + b")
        load = ast.copy_location(ast.Name(target.id, ast.Load()), target)
        frame.variables[target.id] = self.binary(frame, load, operator, value, target.id, span)

    def assertion(self, frame: Frame, test: ast.expr, message: ast.expr | None, span: Span) -> None:
        """Keep an assert, unless it is known to hold."""
        decided = self.expression(frame, test)
        known = self.truth(decided, span)
        if known:
            return
        args: list[Atom] = [constant(False) if known is False else self.atom(decided, span)]
        if message is not None:
            args.append(self.atom(self.expression(frame, message), span))
        self.builder.run(ASSERTION, *args)

    def imports(self, frame: Frame, node: ast.Import | ast.ImportFrom, span: Span) -> None:
        for alias in node.names:
            if alias.name == "*":
                fail("S2S301", "a star import in a function", span, "name what is imported")
            bound = alias.asname or alias.name
            if isinstance(node, ast.Import) and alias.asname is None:
                bound = alias.name.partition(".")[0]
            meaning = frame.scope.imported(bound, node)
            if isinstance(meaning, Unknown):
                fail("S2S104", f"{bound} {meaning.reason}", span, "import it at the top")
            frame.variables[bound] = meaning

    # Calls

    def call_function(
        self,
        function: UserFunction,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        hint: Hint,
        span: Span,
    ) -> Meaning:
        self.depth += 1
        if self.depth > DEEPEST_CALL:
            fail(
                "S2S304",
                f"calls of {function.name} are nested more than {DEEPEST_CALL} deep",
                span,
                "make the end of the recursion depend on constants only",
            )
        frame = self.frame(function, bind(function, args, keywords, span))
        outer, self.rename = self.rename, self.rename_in(function)
        try:
            result = self.statements(frame, function.statements, hint)
        finally:
            self.rename = outer
            self.depth -= 1
        return constant(None) if result is None else result

    def rename_in(self, function: UserFunction) -> Callable[[str], str]:
        """How library names are resolved inside `function`: as where it is called from."""
        return self.rename

    def call_library(
        self,
        name: str,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        hint: Hint,
        span: Span,
    ) -> Meaning:
        static = STATIC_FUNCTIONS.get(name)
        if static is not None:
            answer = static(self, args, keywords, hint, span)
            if answer is not None:
                return answer
        if name not in RULES:
            self.no_rule(name, span)
        if keywords:
            fail(
                "S2S202",
                f"the rule of {name} does not know the keyword {next(iter(keywords))}",
                span,
                "call it without",
            )
        atoms = tuple(self.atom(item, span) for item in library_arguments(self, name, args, span))
        return self.operation(name, atoms, hint, span)

    def no_rule(self, name: str, span: Span) -> NoReturn:
        reason = UNSUPPORTED.get(name)
        if reason is not None:
            fail("S2S201", f"{name} has no derivative rule", span, reason)
        short = name.rpartition(".")[2]
        fail(
            "S2S201",
            f"no derivative rule for {name.removeprefix('builtins.')}",
            span,
            f"add one:   @s2sdiff.elementwise({name.removeprefix('builtins.')})\n"
            f"           def {short}(x, y): ...    # the partial dy/dx\n"
            "or declare s2sdiff.zero_derivative(...) if its derivative is zero almost everywhere",
        )


def _kind(
    parameter: inspect.Parameter,
) -> Literal["positional_only", "positional", "var_positional", "keyword_only"]:
    match parameter.kind:
        case inspect.Parameter.POSITIONAL_ONLY:
            return "positional_only"
        case inspect.Parameter.POSITIONAL_OR_KEYWORD:
            return "positional"
        case inspect.Parameter.VAR_POSITIONAL:
            return "var_positional"
        case inspect.Parameter.KEYWORD_ONLY:
            return "keyword_only"
    raise internal("lower", f"**{parameter.name} has no type")


def _default(parameter: inspect.Parameter) -> Const | None:
    if parameter.default is inspect.Parameter.empty:
        return None
    value = python_value(parameter.default)
    return constant(value)


def python_value(meaning: Meaning) -> object:
    """The Python value of a constant meaning; the meaning itself where it has none."""
    match meaning:
        case Const(value=value):
            return value
        case Sequence(items=items, kind=kind):
            values = tuple(map(python_value, items))
            return values if kind == "tuple" else list(values)
        case Mapping(items=entries):
            return {key: python_value(item) for key, item in entries.items()}
        case Instance(value=value):
            return value
    return meaning


def _hints_for(function: UserFunction, name: str, count: int) -> tuple[str, ...]:
    """Names for the items of a tuple parameter: the user's own from `a, b = name`, if there are."""
    for node in function.statements:
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Name(id=whole)) if (
                whole == name and len(parts) == count
            ):
                names = [part.id for part in parts if isinstance(part, ast.Name)]
                if len(names) == count == len(set(names)):
                    return tuple(names)
    return tuple(f"{name}_{index}" for index in range(count))


def _assigned(nodes: tuple[ast.stmt, ...]) -> frozenset[str]:
    """Names that a function's own statements bind: they are local to it."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
                return
            case ast.Lambda() | ast.ListComp() | ast.GeneratorExp():
                return
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Match():
                found.add(subject_name(node))
            case ast.MatchAs(name=str(name)):
                found.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                found.update(a.asname or a.name.partition(".")[0] for a in aliases)
        for child in ast.iter_child_nodes(node):
            visit(child)

    for statement in nodes:
        visit(statement)
    return frozenset(found)
