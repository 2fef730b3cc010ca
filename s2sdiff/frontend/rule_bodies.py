"""Rule bodies become IR: a rule is a plain Python function, lowered like a user's and inlined.

`partials(builder, op, wanted)` appends what the rule of `op` computes to the builder's block and gives
the partial with respect to each wanted argument. `pulled` and `pushed` do so for general rules.
"""

from __future__ import annotations

import ast
import copy
import functools
from dataclasses import replace
from types import FunctionType
from typing import NoReturn, TypeAlias

from s2sdiff.errors import Span, fail, internal
from s2sdiff.frontend.lower import DERIVE, Lowerer
from s2sdiff.frontend.meanings import (
    Mapping,
    Meaning,
    Sequence,
    UserFunction,
    describe,
    is_none,
    parts_of,
)
from s2sdiff.frontend.names import user_function
from s2sdiff.frontend.records import structure_meaning
from s2sdiff.frontend.sympy_partials import sympy_partials
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Block, Const, Hint, Primitive, Value, constant
from s2sdiff.ir.forms import Tree
from s2sdiff.ir.infer import describe as describe_type
from s2sdiff.ir.lists import ZEROS_LIKE
from s2sdiff.ir.traverse import substituted
from s2sdiff.ir.types import (
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
)
from s2sdiff.rules.registry import Rule, rule_of, twin

# Modules of functions whose partials call the functions of `math`.
PLAIN = ("builtins", "operator", "s2sdiff.runtime")

# The tangent or cotangent that is not there. What is multiplied by it is not there either.
ZERO = constant(0.0)


def _function(body: object) -> UserFunction:
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
        return _function(rule.partials)
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
            case ("sub", [one, two]) if one is ZERO:
                return self.operation("operator.neg", (two,), hint, span)
        return super().operation(name, args, hint, span)


def check_keywords(op: Apply, wanted: tuple[bool, ...]) -> None:
    """Raise S2S203 where what goes by keyword to a function with a rule has a derivative."""
    words = op.primitive.keywords
    for word, want in zip(words, wanted[len(wanted) - len(words) :], strict=True):
        if want:
            name = op.primitive.name.rpartition(".")[2]
            fail(
                "S2S203",
                f"{word} goes to {name} by keyword, where its rule gives no derivative, and has one",
                op.span,
                f"make it a positional parameter of {name}, or pass stop_gradient({word})",
            )


def _lowerer(builder: Builder, op: Apply) -> _RuleLowerer:
    module = op.primitive.name.rpartition(".")[0]
    return _RuleLowerer(builder, "math" if module in PLAIN else module)


def partials(builder: Builder, op: Apply, wanted: tuple[bool, ...]) -> tuple[Atom | None, ...]:
    """The partial of the result of `op` with respect to each wanted argument, None for the others.

    A rule of ours is lowered once for arguments of the same types. Raises S2S203 for a rule that does not
    fit its function.
    """
    rule = rule_of(op.primitive)
    if not getattr(rule.partials, "__module__", "").startswith("s2sdiff.rules."):
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
    lowerer = _lowerer(builder, op)
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
        if want and not (isinstance(item, Value | Const) and isinstance(item.type, Scalar)):
            fail(
                "S2S203",
                f"the rule of {op.primitive.name} gives {describe(item)} as a partial",
                function.span,
                "return a number for each argument",
            )
        found.append(item if want and isinstance(item, Value | Const) else None)
    return (*found, *[None] * (len(args) - first))


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
        self.low = _lowerer(builder, op)
        self.first = len(op.args) - len(op.primitive.keywords)
        (self.result,) = op.results

    def pullback(self, bar: Tree) -> list[Tree]:
        """Cotangents of the positional arguments, by the pullback or the transpose. Raises S2S203."""
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

    def pushforward(self, dots: list[Tree]) -> Tree:
        """The tangent of the result. Raises S2S203."""
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
            case Scalar() if isinstance(now, Value | Const) and isinstance(now.type, Scalar):
                return now
            case Tuple() | Dict() | Record():
                inside = _inside(now, type_)
                if inside is not None:
                    return list(map(self.tree, inside, parts(type_)))
            case List() if isinstance(now, Sequence | Value):
                made = self.low.dynamic(meaning, self.op.span or _function(self.body).span)
                if made.type == cotangent_type(type_):
                    return made
            case Static():
                return None
        self.misfit(
            f"gives {describe(now)} as the derivative of {describe_type(type_)}",
            "a derivative of the same structure, or None",
        )

    @property
    def body(self) -> object:
        return self.rule.pullback or self.rule.pushforward or self.rule.transpose

    def misfit(self, what: str, remedy: str) -> NoReturn:
        fail(
            "S2S203",
            f"the rule of {self.op.primitive.name} {what}",
            _function(self.body).span,
            f"return {remedy}",
        )

    def call(self, body: object, args: tuple[Meaning, ...]) -> Meaning:
        function = _function(body)
        words = self.op.primitive.keywords
        keywords: dict[str, Meaning] = dict(zip(words, self.op.args[self.first :], strict=True))
        span = self.op.span or function.span
        with self.builder.only_at(self.op.span):
            return self.low.call_function(function, args, keywords, None, span)
