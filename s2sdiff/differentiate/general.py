"""The derivative of an op whose function has a general rule.

A rule with one of the two forms is enough for both modes where derivatives are numbers: the pullback of a
cotangent of one, 1.0, is a row of partials, the pushforward of a tangent of one is a column of them.
"""

from __future__ import annotations

from s2sdiff.differentiate.accumulate import Chain, Cotangents, open_tree
from s2sdiff.differentiate.arrays import (
    contribution,
    full,
    is_spread,
    kind_of,
    real_part,
    retyped,
    settled,
    surely,
)
from s2sdiff.differentiate.closing import close_like, zero
from s2sdiff.errors import fail
from s2sdiff.frontend.general_rules import GeneralRule
from s2sdiff.frontend.rule_bodies import check_keywords
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Hint, Value, constant
from s2sdiff.ir.forms import Tree, open_parts
from s2sdiff.ir.types import Array, List, Scalar, Structure, Tuple, Type, has_derivative, parts

ONE = constant(1.0)
Path = tuple[int, ...]


def pull(
    builder: Builder, op: Apply, bar: Tree, cotangents: Cotangents, wanted: tuple[bool, ...]
) -> None:
    """Add what the rule of `op` gives to the cotangents of the wanted arguments."""
    check_keywords(op, wanted)
    rule = GeneralRule(builder, op)
    (result,) = op.results
    if rule.rule.call is not None:
        start = len(builder.ops)
        found = rule.pullback(_prepared(builder, rule, bar, result))
        cotangents.chain.remember(start)
        for arg, want, tree in zip(op.args, wanted, found, strict=True):
            if want and rule.rule.broadcasts and tree is not None:
                assert isinstance(arg, Value) and not isinstance(tree, list)
                assert bar is not None and not isinstance(bar, list)
                tree = surely(builder, tree, bar, result)
                terms = contribution(cotangents.chain, tree, constant(1.0), result, arg)
                cotangents.add(arg, *terms, result)
            elif want:
                if not (tree is None or isinstance(tree, list) or kind_of(arg) == "complex"):
                    tree = real_part(builder, tree)
                cotangents.add_tree(arg, tree, result)
        return
    if rule.rule.pullback is not None or rule.rule.transpose is not None:
        start = len(builder.ops)
        found = rule.pullback(bar)
        cotangents.chain.remember(start)
    else:
        found = _by_columns(rule, op, bar, wanted, cotangents.chain)
    for arg, want, tree in zip(op.args, wanted, found, strict=False):
        if want:
            cotangents.add_tree(arg, tree, result)


def push(builder: Builder, op: Apply, dots: list[Tree], chain: Chain, hint: Hint) -> Tree:
    """The tangent of the result of `op` for these tangents of its arguments."""
    check_keywords(op, tuple(dot is not None for dot in dots))
    rule = GeneralRule(builder, op)
    if rule.rule.call is not None:
        start = len(builder.ops)
        found = _pushed(builder, rule, op, dots, hint)
        chain.remember(start)
        return settled(builder, found, dots, op) if rule.rule.broadcasts else found
    if rule.rule.pushforward is not None:
        start = len(builder.ops)
        found = rule.pushforward(dots[: rule.first])
        chain.remember(start)
        return found
    if rule.rule.transpose is not None:
        return _image(builder, rule, op, dots, hint)
    return _by_rows(rule, op, dots, chain, hint)


def _prepared(builder: Builder, rule: GeneralRule, bar: Tree, result: Value) -> Tree:
    """The cotangent of a result as the rule of a function of arrays takes it."""
    if isinstance(bar, list) or bar is None:
        if not isinstance(bar, list):
            return None
        assert isinstance(result.type, Tuple)
        parts_ = (
            open_parts(builder, result, "part")
            if any(map(_needs_shape, bar, result.type.items))
            else None
        )
        if parts_ is None:
            return bar
        return [
            None if each is None or isinstance(each, list) else full(builder, each, part)
            for each, part in zip(bar, parts_, strict=True)
        ]
    is_number = isinstance(bar.type, Scalar)
    if rule.rule.broadcasts or (is_number and rule.rule.passes_numbers):
        return bar
    return full(builder, bar, result)


def _needs_shape(bar: Tree, type_: Type) -> bool:
    return bar is not None and not isinstance(bar, list) and is_spread(bar, type_)


def _pushed(builder: Builder, rule: GeneralRule, op: Apply, dots: list[Tree], hint: Hint) -> Tree:
    """The tangent of the result of a function of arrays."""
    given: list[Tree] = [
        None
        if dot is None or isinstance(dot, list)
        else dot
        if rule.rule.broadcasts
        else full(builder, dot, arg)
        for dot, arg in zip(dots, op.args, strict=True)
    ]
    if rule.rule.pushforward is not None:
        return rule.pushforward(given)
    if rule.rule.transpose is None:
        fail("S2S203", f"the rule of {op.primitive.name} has no pushforward", op.span, "add one")
    data = rule.data_places()
    args: list[Atom] = []
    for at, (arg, dot) in enumerate(zip(op.args, given, strict=True)):
        if at in data and dot is not None and not isinstance(dot, list):
            args.append(dot)
        elif at in data and isinstance(arg.type, Scalar | Array):  # bools, too
            args.append(zero(builder, arg))
        else:
            args.append(arg)
    (result,) = op.results
    named = None if isinstance(result.type, Structure) else hint
    made = builder.apply(op.primitive, *args, hint=named)
    made = retyped(builder, made, result.type)
    return open_tree(builder, made, called=f"{rule.rule.family}_dot")


def _image(builder: Builder, rule: GeneralRule, op: Apply, dots: list[Tree], hint: Hint) -> Tree:
    """A linear function of tangents; what has none is passed as it is."""
    args: list[Atom] = [
        close_like(builder, dot, arg) if has_tangent(arg.type) else arg
        for dot, arg in zip(dots[: rule.first], op.args, strict=False)
    ]
    (result,) = op.results
    is_whole = isinstance(result.type, Structure)
    named = None if is_whole else hint
    made = builder.apply(op.primitive, *args, *op.args[rule.first :], hint=named)
    called = result.hint if isinstance(result.hint, str) else rule.rule.family
    return open_tree(builder, made, called=f"{called}_dot")


def _by_rows(rule: GeneralRule, op: Apply, dots: list[Tree], chain: Chain, hint: Hint) -> Tree:
    """The tangent of each part of the result, from the pullback of a one there."""
    (result,) = op.results
    rows: dict[Path, Tree] = {}
    for path in _leaves(op, result.type, "pushforward"):
        start = len(rule.builder.ops)
        found = rule.pullback(_unit(result.type, path, ONE))
        chain.remember(start)
        terms: list[tuple[Atom, Atom]] = []
        for arg, dot, part in zip(op.args, dots, found, strict=False):
            if dot is not None and part is not None:
                terms += _products(op, arg.type, dot, part, "pushforward")
        rows[path] = chain.total(terms, hint if not path else None)
    return _collected(result.type, rows)


def _by_columns(
    rule: GeneralRule, op: Apply, bar: Tree, wanted: tuple[bool, ...], chain: Chain
) -> list[Tree]:
    """The cotangent of each part of each wanted argument, from the pushforward of a one there."""
    (result,) = op.results
    found: list[Tree] = []
    for at in range(rule.first):
        columns: dict[Path, Tree] = {}
        type_ = op.args[at].type
        for path in _leaves(op, type_, "pullback") if wanted[at] else ():
            dots: list[Tree] = [None] * rule.first
            dots[at] = _unit(type_, path, ONE)
            start = len(rule.builder.ops)
            column = rule.pushforward(dots)
            chain.remember(start)
            if column is not None:
                terms = _products(op, result.type, bar, column, "pullback")
                columns[path] = chain.total(terms, None)
        found.append(_collected(type_, columns))
    return found


def _products(
    op: Apply, type_: Type, one: Tree, two: Tree, missing: str
) -> list[tuple[Atom, Atom]]:
    """The terms of the inner product of two derivatives of this type."""
    pairs = ((_at(one, path), _at(two, path)) for path in _leaves(op, type_, missing))
    return [(a, b) for a, b in pairs if a is not None and b is not None]


def _leaves(op: Apply, type_: Type, missing: str) -> list[Path]:
    """Where the numbers are in a structure of this type. Raises S2S203 where a list is."""
    if isinstance(type_, List):
        name = op.primitive.name
        fail(
            "S2S203",
            f"the rule of {name} has no {missing}, which lists need",
            op.span,
            f"add one: @s2sdiff.{missing}({name.rpartition('.')[2]})",
        )
    if isinstance(type_, Structure):
        return [
            (at, *path)
            for at, part in enumerate(parts(type_))
            for path in _leaves(op, part, missing)
        ]
    return [()] if has_derivative(type_) else []


def _at(tree: Tree, path: Path) -> Atom | None:
    for at in path:
        tree = tree[at] if isinstance(tree, list) else None
    return tree if not isinstance(tree, list) else None


def _unit(type_: Type, path: Path, one: Atom) -> Tree:
    """The derivative that is one at `path` and zero elsewhere."""
    if not path:
        return one
    assert isinstance(type_, Structure)
    first, *rest = path
    return [
        _unit(part, tuple(rest), one) if at == first else None
        for at, part in enumerate(parts(type_))
    ]


def _collected(type_: Type, found: dict[Path, Tree], path: Path = ()) -> Tree:
    """One derivative from those of its parts."""
    if not isinstance(type_, Structure):
        return found.get(path)
    return [_collected(part, found, (*path, at)) for at, part in enumerate(parts(type_))]


def has_tangent(type_: Type) -> bool:
    """Can something of this type have a derivative of floats? Ints are passed as they are."""
    if isinstance(type_, Scalar):
        return type_.kind == "float"
    return isinstance(type_, Structure | List)
