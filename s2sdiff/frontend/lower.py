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
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, NoReturn, final

from s2sdiff.errors import Span, deep_recursion, fail, internal, ours
from s2sdiff.frontend.array_arguments import as_array
from s2sdiff.frontend.array_checks import check_array_call
from s2sdiff.frontend.array_stores import result_array
from s2sdiff.frontend.arrays import array_call, run_static, static_array_function
from s2sdiff.frontend.assignments import is_exchange
from s2sdiff.frontend.attempts import try_statement
from s2sdiff.frontend.calls import signature_of
from s2sdiff.frontend.effects import lower_raise
from s2sdiff.frontend.expressions import OPERATORS
from s2sdiff.frontend.given import GivenLowerer
from s2sdiff.frontend.library import STATIC_FUNCTIONS, library_arguments
from s2sdiff.frontend.managers import enter
from s2sdiff.frontend.meanings import (
    Capture,
    LibraryFunction,
    Mapping,
    Meaning,
    Partial,
    RecordValue,
    Sequence,
    Unknown,
    UserFunction,
    python_value,
)
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.parameters import default_constant, part_hints
from s2sdiff.frontend.patterns import Patterns, subject_name
from s2sdiff.frontend.record_functions import CHANGES_A_DICT
from s2sdiff.frontend.ruled_calls import apply_rule, ruled_call
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.state import BROKE, RESULT, RETURNED, STOP, Outcome, Raised
from s2sdiff.frontend.subset import refuse_statement, refuse_target
from s2sdiff.frontend.templates import is_array_object, is_list, lists_in
from s2sdiff.frontend.transforms import Deriver
from s2sdiff.ir.alone import shared_changes, without_marks
from s2sdiff.ir.arrays import named_lengths
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import (
    Atom,
    Block,
    Const,
    Function,
    Hint,
    Op,
    Parameter,
    Value,
    constant,
)
from s2sdiff.ir.mixing import mixed_stores
from s2sdiff.ir.structure import ASSERTION, REQUIRE
from s2sdiff.ir.types import (
    FLOAT,
    List,
    Scalar,
    Static,
    Structure,
    Type,
    has_lists_of_arrays,
)
from s2sdiff.rules.registry import RULES, UNSUPPORTED
from s2sdiff.rules.signatures import STATIC

MOST_OPS = 200_000
# Takes derivatives on the IR; set by the pipeline, which stands above this room.
DERIVE: dict[str, Deriver] = {}


@final
@dataclass(frozen=True, slots=True, eq=False)
class Lowered:
    """A primal, and what it was compiled with from outside.

    `changed_numbers` are parameters that `+=` changes: they must be numbers, and no arrays without axes.
    """

    function: Function
    captures: tuple[Capture, ...]
    changed_numbers: frozenset[str] = frozenset()


def lower(function: UserFunction, types: dict[str, Type], derive: Deriver | None = None) -> Lowered:
    """The three-address trace of `function` for parameters of these types (by name).

    Raises S2S1xx to S2S4xx at the user's line.
    """
    captures: list[Capture] = []
    lowerer = Lowerer(Builder(_budget(function)), captures)
    lowerer.derive = derive or DERIVE.get("derive")
    with deep_recursion(function.span), ours("lowering"):
        lowered = lowerer.whole(function, types)
    return Lowered(lowered, tuple(captures), frozenset(lowerer.changed_numbers))


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


class Lowerer(GivenLowerer):
    """Statements, and calls of functions. Expressions are in the base class."""

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
            frame = self.frame(function, meanings, function.name)
            result = self.run_whole(function, frame, meanings)
            output = self.pack(result, function.span)
            self.keep_changes(function.span)
            self.check_inputs()
            self.check_different(values, ops)
            self.check_separate(values, ops)
            self.check_contiguous(ops)
        body = Block(tuple(values), tuple(ops), (output,))
        body = named_lengths(self.without_marks(function, body), self.builder.hints)
        helpers = tuple(self.helpers)
        return Function(function.name, tuple(parameters), body, function.span, helpers=helpers)

    def without_marks(self, function: UserFunction, body: Block) -> Block:
        """The body without marks of arrays that are changed in place. Raises S2S307 where that shows."""
        marked = Function(function.name, (), body)
        for span in shared_changes(marked):
            fail(
                "S2S307",
                "an array that may have another name, or comes from outside, is changed in place",
                span,
                "make a new array: x = x + y",
            )
        body = without_marks(body)
        self.check_mixing(body)
        return body

    def check_mixing(self, body: Block) -> None:
        """Raise S2S307 where NumPy may store entries of an array that it reads behind that."""
        for op in mixed_stores(body):
            fail(
                "S2S307",
                "a part of an array is stored into another part of it with another step, of which NumPy may"
                " read what it has stored already",
                op.span,
                "store a copy: A[:, 0] = A[1].copy()",
            )

    def open_parameter(self, value: Value, name: str) -> Meaning:
        if has_lists_of_arrays(value.type):
            self.tangle(0)  # lists may hold the same array several times
        if isinstance(value.type, List):
            return self.fresh(value)
        return self.open_value(value, name, name)

    def open_result(self, value: Value, name: str) -> Meaning:
        return self.open_value(value, name, name)

    def pack_argument(self, meaning: Meaning, span: Span) -> Atom:
        return self.pack(meaning, span)

    def parameter(self, function: UserFunction, value: Value, name: str, type_: Type) -> Meaning:
        """What a parameter means inside: structures are opened once, static ones are constants."""
        if isinstance(type_, Static):
            expected = constant(type_.value)
            self.builder.run(REQUIRE, value, expected, constant(name))
            return expected
        if isinstance(type_, List):
            self.outside[value] = None
            return self.fresh(value)
        if isinstance(type_, Scalar):
            self.given_numbers[value] = name
        hints = part_hints(function, name, type_) if isinstance(type_, Structure) else ()
        found = self.open_value(value, name, name, hints)
        arrays = [each for each in lists_in(found) if is_array_object(each)]
        self.outside.update((each, None) for each in arrays)
        self.given.update(arrays)
        return found

    # Statements

    def statements(self, frame: Frame, nodes: list[ast.stmt]) -> Outcome:
        """Lower statements up to the first that ends them."""
        for index, node in enumerate(nodes):
            span = span_of(node, frame.source)
            with self.builder.at(span):
                try:
                    outcome = self.one_statement(frame, node, list(nodes[index + 1 :]), span)
                except Raised:
                    return Outcome.RAISED
            if outcome is not None:
                return outcome
        return Outcome.FELL

    def one_statement(
        self, frame: Frame, node: ast.stmt, following: list[ast.stmt], span: Span
    ) -> Outcome | None:
        """Lower a statement, together with those that follow where it may end them; None where it fell."""
        match node:
            case ast.If():
                return self.if_statement(frame, node, following)
            case ast.For():
                return self.for_statement(frame, node, following)
            case ast.While():
                return self.while_statement(frame, node, following)
            case ast.Match():
                subject = self.expression(frame, node.subject)
                frame.variables[subject_name(node)] = subject
                patterns = Patterns(frame.source, partial(self.length_at, subject))
                return self.statements(frame, [*patterns.as_if_chain(node), *following])
            case ast.Try():
                return try_statement(self, frame, node, following, span)
            case ast.With(body=body):
                enter(self, frame, node)
                return self.statements(frame, [*body, *following])
        outcome = self.statement(frame, node, span)
        return None if outcome is Outcome.FELL else outcome

    def statement(self, frame: Frame, node: ast.stmt, span: Span) -> Outcome:
        match node:
            case ast.Return(value=value):
                self.returned(frame, value)
                return Outcome.ENDED
            case ast.Break():
                frame.variables[STOP] = frame.variables[BROKE] = constant(True)
                return Outcome.ENDED
            case ast.Continue():
                return Outcome.ENDED
            case ast.Assign(targets=targets, value=value):
                first = targets[0]
                name = first.id if isinstance(first, ast.Name) and self.names_values else None
                meaning = self.assigned_value(frame, first, value, name)
                if is_exchange(targets, value) and self.exchange(frame, first, meaning, span):
                    return Outcome.FELL
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
            case ast.Raise():
                lower_raise(self, frame, node, span)
                return Outcome.RAISED
            case ast.Assert(test=test, msg=message):
                self.assertion(frame, test, message, span)
            case ast.FunctionDef(name=name, args=arguments, body=body, decorator_list=marks):
                made: Meaning = self.closure(frame, name, arguments, tuple(body), span)
                for mark in reversed(marks):
                    decorator = self.expression(frame, mark)
                    base = decorator.function if isinstance(decorator, Partial) else decorator
                    if isinstance(base, LibraryFunction) and base.name not in OPERATORS:
                        fail("S2S301", "a nested function is decorated", span, "call the decorator")
                    made = self.call_meaning(decorator, (made,), {}, None, span)
                frame.bind(name, made)
            case ast.Import() | ast.ImportFrom():
                self.imports(frame, node, span)
            case ast.Delete(targets=targets):
                for target in targets:
                    if isinstance(target, ast.Subscript):
                        self.delete_item(frame, target, span)
                    elif isinstance(target, ast.Name):
                        self.name(frame, target.id, span_of(target, frame.source))
                        frame.bind(target.id, Unknown("was deleted"))
                    else:
                        refuse_target(target, span)
            case ast.Pass() | ast.Global() | ast.Nonlocal():
                pass  # declarations hold for the whole function, so its frame knows them already
            case _:
                refuse_statement(node, span)
        return Outcome.FELL

    def length_at(self, subject: Meaning, path: tuple[int, ...], span: Span) -> int | None:
        """The length of what a pattern of a tuple meets; None where it cannot match.

        Raises S2S301 for lists whose length is known at run time only.
        """
        found = self.now(subject)
        for index in path:
            found = self.now(self.open(found, span).items[index])
        if isinstance(found, Value) and is_list(found):
            what = "a pattern of a list whose length is known only at run time"
            fail("S2S301", what, span, "test len() with if, and take the items by index")
        if isinstance(found, Sequence):
            return None if found.kind == "generator" else len(found.items)
        is_tuple = isinstance(found, RecordValue) and found.form.kind == "namedtuple"
        return len(self.open(found, span).items) if is_tuple else None

    def returned(self, frame: Frame, value: ast.expr | None) -> None:
        """`return value`; inside a loop it ends the loop as well."""
        result = (
            constant(None) if value is None else self.expression(frame, value, frame.result_hint)
        )
        frame.variables[RESULT] = result
        if STOP in frame.variables:
            frame.variables[STOP] = frame.variables[RETURNED] = constant(True)

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
            frame.bind(bound, meaning)

    def call_library(
        self,
        name: str,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        hint: Hint,
        span: Span,
    ) -> Meaning:
        if name not in CHANGES_A_DICT:
            args = tuple(self.seen(arg) for arg in args)
            keywords = {key: self.seen(value) for key, value in keywords.items()}
        if name in STATIC:
            return run_static(self, name, args, span)
        answered = static_array_function(self, name, args, span)
        if answered is not None:
            return answered
        static = STATIC_FUNCTIONS.get(name)
        if static is not None:
            answer = static(self, args, keywords, hint, span)
            if isinstance(answer, Mapping) and answer not in self.versions:
                return self.own_structure(answer)
            if answer is not None:
                return answer
        if name not in RULES:
            self.no_rule(name, span)
        if name == "numpy.shares_memory":
            self.check_given(args, span)
        given = result_array(name, args, keywords, span)
        if given is not None:
            out, args, keywords = given
            result = self.call_library(name, args, keywords, None, span)
            return self.store_result(out, result, name, span)
        call = RULES[name].call
        if call is not None:
            return array_call(self, RULES[name], name, args, keywords, hint, span)
        if keywords:
            fail(
                "S2S202",
                f"the rule of {name} does not know the keyword {next(iter(keywords))}",
                span,
                "call it without",
            )
        if RULES[name].form == "general":
            packed = tuple(self.pack_argument(arg, span) for arg in args)
            return apply_rule(self, RULES[name], name, packed, (), None, hint, span)
        if name.startswith(("numpy.", "scipy.special.")):
            args = tuple(as_array(self, arg, span) for arg in args)
        check_array_call(self, name, args, span)
        atoms = tuple(self.atom(item, span) for item in library_arguments(self, name, args, span))
        return self.operation(name, atoms, hint, span)

    def ruled_call(
        self, function: UserFunction, bound: dict[str, Meaning], hint: Hint, span: Span
    ) -> Meaning:
        def read(other: UserFunction, types: dict[str, Type]) -> Function:
            reader = Lowerer(Builder(_budget(other)), self.captures)
            reader.derive = self.derive
            return reader.whole(other, types)

        found = ruled_call(self, function, bound, read, hint, span)
        self.loosen_all(found, f"what {function.name}() gives, which may be a part of an array")
        return found

    def no_rule(self, name: str, span: Span) -> NoReturn:
        reason = UNSUPPORTED.get(name)
        if reason is not None:
            fail("S2S201", f"{name} has no derivative rule", span, reason)
        home, _, short = name.rpartition(".")
        if short == "at" and home.startswith("numpy."):
            remedy = "write the loop: for k in index: a[k] *= v"
            fail("S2S201", f"np.{home[6:]}.at() has no derivative rule", span, remedy)
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
    return default_constant(python_value(parameter.default), parameter.name)
