"""Rule bodies become IR: a rule is a plain Python function, lowered like a user's and inlined.

`partials(builder, op, wanted)` appends what the rule of `op` computes to the builder's block and gives
the partial with respect to each wanted argument. General rules are
in `general_rules.py`.
"""

from __future__ import annotations

import ast
import copy
import functools
from dataclasses import replace
from types import FunctionType
from typing import TypeAlias

from s2sdiff.errors import Span, fail, internal
from s2sdiff.frontend.arrays import is_array
from s2sdiff.frontend.lower import DERIVE, Lowerer
from s2sdiff.frontend.meanings import (
    Meaning,
    Sequence,
    UserFunction,
    describe,
)
from s2sdiff.frontend.names import user_function
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.sympy_partials import sympy_partials
from s2sdiff.ir.build import Builder, number
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Const,
    Hint,
    Primitive,
    Value,
    constant,
)
from s2sdiff.ir.traverse import substituted
from s2sdiff.ir.types import (
    Array,
    Scalar,
    Type,
)
from s2sdiff.rules.registry import RULES, Rule, rule_of, twin

# Modules of functions whose partials call the functions of `math`.
PLAIN = ("builtins", "operator", "s2sdiff.runtime")

# Functions that are linear in each of their arguments.
BILINEAR = frozenset(
    {"operator.matmul", "numpy.outer", "numpy.trace", "numpy.diagonal", "numpy.convolve"}
)

# The tangent or cotangent that is not there. What is multiplied by it is not there either.
ZERO = constant(0.0)


def function_of(body: object) -> UserFunction:
    """A rule's function; that of a file that is not executed is one already."""
    if isinstance(body, UserFunction):
        return body
    assert isinstance(body, FunctionType)
    return _live_function(body)


@functools.cache
def _live_function(body: FunctionType) -> UserFunction:
    return user_function(body)


@functools.cache
def _partials(rule: Rule) -> UserFunction:
    """The function that gives the partials of an elementwise rule."""
    if rule.partials is not None:
        return function_of(rule.partials)
    if rule.symbolic is None:
        raise internal("rules", f"{rule.family} has no partials")
    return sympy_partials(rule)


@functools.cache
def _body(rule: Rule, wanted: tuple[bool, ...]) -> UserFunction:
    """The rule's function; partials that are not wanted are left out of its final tuple."""
    function = _partials(rule)
    last = function.statements[-1]
    if not (isinstance(last, ast.Return) and isinstance(last.value, ast.Tuple)):
        return function
    items = last.value.elts
    if len(items) != len(wanted) or any(isinstance(item, ast.Starred) for item in items):
        return function
    shortened = copy.copy(last)
    shortened.value = copy.copy(last.value)
    shortened.value.elts = [
        item if want else ast.copy_location(ast.Constant(None), item)
        for item, want in zip(items, wanted, strict=True)
    ]
    return replace(function, statements=(*function.statements[:-1], shortened))


_Key: TypeAlias = tuple[Rule, Primitive, tuple[bool, ...], tuple[object, ...], Type]
_TEMPLATES: dict[_Key, Block | None] = {}


class _RuleLowerer(Lowerer):
    """Lowers a rule's body: names of libraries become those of the module the function is from."""

    def __init__(self, builder: Builder, module: str) -> None:
        super().__init__(builder, [])
        self.derive = DERIVE.get("derive")
        self.rename = functools.partial(twin, module=module)

    def operation(self, name: str, args: tuple[Atom, ...], hint: Hint, span: Span) -> Atom:
        """Append one op; derivatives that are not there stay so."""
        match name.removeprefix("operator."), args:
            case ("mul", [one, two]) if one is ZERO or two is ZERO:
                return ZERO
            case ("truediv" | "neg" | "pos", [one, *_]) if one is ZERO:
                return ZERO
            case ("add", [one, two]) if one is ZERO:
                return two
            case ("add" | "sub", [one, two]) if two is ZERO:
                return one
            case ("pow", [one, two]) if isinstance(one.type, Array) and number(two) in (0, 1):
                return constant(1.0) if number(two) == 0 else one
            case ("sub", [one, two]) if one is ZERO:
                return self.operation("operator.neg", (two,), hint, span)
        return super().operation(name, args, hint, span)

    def call_library(
        self,
        name: str,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        hint: Hint,
        span: Span,
    ) -> Meaning:
        """Call a library function; of derivatives that are not there, linear ones give none."""
        if name in BILINEAR and any(arg is ZERO for arg in args):
            return ZERO
        rule = RULES.get(name)
        if rule is not None and rule.transpose is not None and args and args[0] is ZERO:
            return ZERO
        if name == "numpy.linalg.solve" and args[1] is ZERO:
            return ZERO
        return super().call_library(name, args, keywords, hint, span)

    def conditional(
        self,
        frame: Frame,
        test: ast.expr,
        body: ast.expr,
        orelse: ast.expr,
        hint: Hint,
        span: Span,
    ) -> Meaning:
        """Of arrays, a choice for each entry."""
        with self.builder.block() as ops:
            decided = self.expression(frame, test)
        if not is_array(decided):
            known = self.truth(decided, span)
            with self.builder.block():
                sides = (
                    [] if known is not None else [self.expression(frame, e) for e in (body, orelse)]
                )
            if not any(map(is_array, sides)):
                return super().conditional(frame, test, body, orelse, hint, span)
        for op in ops:
            self.builder.append(op)
        one, two = self.expression(frame, body), self.expression(frame, orelse)
        return self.call_library("numpy.where", (decided, one, two), {}, hint, span)


def check_keywords(op: Apply, wanted: tuple[bool, ...]) -> None:
    """Raise S2S203 where what goes by keyword to a function with a rule has a derivative."""
    words = op.primitive.keywords if op.primitive.layout is None else ()
    for word, want in zip(words, wanted[len(wanted) - len(words) :], strict=True):
        if want:
            name = op.primitive.name.rpartition(".")[2]
            fail(
                "S2S203",
                f"{word} goes to {name} by keyword, where its rule gives no derivative, and has one",
                op.span,
                f"make it a positional parameter of {name}, or pass stop_gradient({word})",
            )


def rule_lowerer(builder: Builder, op: Apply) -> _RuleLowerer:
    module = op.primitive.name.rpartition(".")[0]
    if any(isinstance(arg.type, Array) for arg in op.args):
        return _RuleLowerer(builder, "numpy")
    return _RuleLowerer(builder, "math" if module in PLAIN else module)


def partials(builder: Builder, op: Apply, wanted: tuple[bool, ...]) -> tuple[Atom | None, ...]:
    """The partial of the result of `op` with respect to each wanted argument, None for the others.

    A rule of ours is lowered once for arguments of the same types. Raises S2S203 for a rule that does not
    fit its function.
    """
    rule = rule_of(op.primitive)
    has_arrays = any(isinstance(atom.type, Array) for atom in op.args)
    if has_arrays or not (getattr(rule.partials, "__module__", "") or "").startswith(
        "s2sdiff.rules."
    ):
        return _lowered_partials(builder, op, wanted)
    kinds = tuple(atom.key if isinstance(atom, Const) else atom.type for atom in op.args)
    key = (rule, op.primitive, wanted, kinds, op.results[0].type)
    if key not in _TEMPLATES:
        _TEMPLATES[key] = _template(op, wanted)
    template = _TEMPLATES[key]
    if template is None:
        return _lowered_partials(builder, op, wanted)
    table: dict[Value, Atom] = dict(zip(template.params, (*op.args, *op.results), strict=True))
    with builder.only_at(op.span):
        for inner in template.ops:
            assert isinstance(inner, Apply)
            args = (substituted(atom, table) for atom in inner.args)
            hints = tuple(result.hint for result in inner.results)
            made = builder.apply_many(inner.primitive, tuple(args), hints)
            table.update(zip(inner.results, made, strict=True))
    given = iter(substituted(atom, table) for atom in template.outputs)
    return tuple(next(given) if want else None for want in wanted)


def _template(op: Apply, wanted: tuple[bool, ...]) -> Block | None:
    """The partials of a primitive for arguments like these, as a block; None where it has blocks inside."""
    params = tuple(Value(None, atom.type) for atom in (*op.args, *op.results))
    args = tuple(
        atom if isinstance(atom, Const) else param
        for atom, param in zip(op.args, params, strict=False)
    )
    builder = Builder()
    like = Apply(op.primitive, args, params[-1:], op.span)
    with builder.block() as ops:
        found = _lowered_partials(builder, like, wanted)
    if not all(isinstance(each, Apply) for each in ops):
        return None
    if any(want and atom is None for want, atom in zip(wanted, found, strict=True)):
        return None
    return Block(params, tuple(ops), tuple(atom for atom in found if atom is not None))


def _lowered_partials(
    builder: Builder, op: Apply, wanted: tuple[bool, ...]
) -> tuple[Atom | None, ...]:
    """The partials by lowering the body of the rule."""
    check_keywords(op, wanted)
    function = _body(rule_of(op.primitive), wanted)
    lowerer = rule_lowerer(builder, op)
    args: tuple[Meaning, ...] = op.args
    (result,) = op.results
    by_keyword = any(a.arg == "y" for a in function.parameters.kwonlyargs)
    first = len(args) - len(op.primitive.keywords)
    keywords: dict[str, Meaning] = dict(zip(op.primitive.keywords, args[first:], strict=True))
    span = op.span or function.span
    with builder.only_at(op.span):
        if by_keyword:
            meaning = lowerer.call_function(
                function, args[:first], {**keywords, "y": result}, None, span
            )
        else:
            meaning = lowerer.call_function(function, (*args[:first], result), keywords, None, span)
    items = meaning.items if isinstance(meaning, Sequence) else (meaning,)
    if len(items) != first:
        fail(
            "S2S203",
            f"the rule of {op.primitive.name} gives {len(items)} partials for {first} arguments",
            function.span,
            "return one partial for each argument",
        )
    found: list[Atom | None] = []
    for item, want in zip(items, wanted, strict=False):
        if want and not (isinstance(item, Value | Const) and isinstance(item.type, Scalar | Array)):
            fail(
                "S2S203",
                f"the rule of {op.primitive.name} gives {describe(item)} as a partial",
                function.span,
                "return a number for each argument",
            )
        found.append(item if want and isinstance(item, Value | Const) else None)
    return (*found, *[None] * (len(args) - first))
