"""Library functions of sequences: the largest item, the sum, a sorted copy, a filter, a reduction.

Of values of known number they are computed one by one, of a run-time list by one op or a loop.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, TypeAlias

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.expressions import ExpressionLowerer
from s2sdiff.frontend.meanings import (
    Meaning,
    Sequence,
    Turns,
    is_none,
)
from s2sdiff.frontend.state import Outcome
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Atom, Block, Const, Hint, Value, constant
from s2sdiff.ir.lists import ITEM, LARGEST, LENGTH, ORDER, RANGE, SMALLEST, TOTAL
from s2sdiff.ir.shapes import fresh
from s2sdiff.ir.types import INT, Array, List, join
from s2sdiff.rules.registry import primitive

Arguments: TypeAlias = tuple[Meaning, ...]
Keywords: TypeAlias = dict[str, Meaning]
StaticFunction: TypeAlias = Callable[
    [ExpressionLowerer, Arguments, Keywords, Hint, Span], Meaning | None
]


def largest(name: str) -> StaticFunction:
    def choose(
        low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
    ) -> Meaning | None:
        unknown = set(keywords) - {"key", "default"}
        if unknown or (len(args) != 1 and "default" in keywords) or not args:
            fail("S2S404", f"{name}() cannot be called like this", span, "pass one sequence")
        if not is_none(keywords.get("key", constant(None))):
            return _largest_by_key(low, name, args, keywords, span)
        if "default" in keywords:
            return _largest_or_default(low, choose, args, keywords["default"], hint, span)
        if len(args) == 1 and isinstance(low.now(args[0]), Value | Turns):
            over = args[0] if isinstance(low.now(args[0]), Value) else low.listed(args[0], span)
            whole = low.dynamic(over, span)
            return low.builder.apply(LARGEST if name == "max" else SMALLEST, whole, hint=hint)
        items = low.open(args[0], span).items if len(args) == 1 else args
        if not items:
            fail("S2S404", f"{name}() of no values", span, "pass at least one")
        if len(items) == 1:
            return items[0]
        atoms = tuple(low.atom(item, span) for item in items)
        return low.operation(f"builtins.{name}", atoms, hint, span)

    return choose


def _largest_by_key(
    low: ExpressionLowerer, name: str, args: Arguments, keywords: Keywords, span: Span
) -> Meaning:
    """The first of the items whose key is largest."""
    over = low.turns_over(args[0], span) if len(args) == 1 else Sequence(args)
    if not isinstance(over, Sequence):
        fail("S2S202", f"{name}() of a run-time list with key=", span, "write a loop")
    if not over.items:
        if "default" in keywords:
            return keywords["default"]
        fail("S2S404", f"{name}() of no values", span, "pass at least one")
    key = keywords["key"]
    best, *others = over.items
    most = low.call_meaning(key, (best,), {}, None, span)
    for item in others:
        value = low.call_meaning(key, (item,), {}, None, span)
        pair, other = Sequence((best, most)), Sequence((item, value))
        operator = ast.Gt() if name == "max" else ast.Lt()
        test = low.compare(value, operator, most, None, span)
        if isinstance(test, Const):
            chosen: Meaning = other if test.value else pair
        else:
            chosen = low.one_of(test, other, pair, span)
        best, most = low.open(chosen, span).items
    return best


def _largest_or_default(
    low: ExpressionLowerer,
    largest: StaticFunction,
    args: Arguments,
    default: Meaning,
    hint: Hint,
    span: Span,
) -> Meaning | None:
    """The largest item, or `default` where there is none."""
    over = args[0] if isinstance(low.now(args[0]), Value) else low.listed(args[0], span)
    now = low.now(over)
    if isinstance(now, Sequence):
        return largest(low, (over,), {}, hint, span) if now.items else default
    test = low.test_atom(over, span)
    return low.one_of(test, lambda: largest(low, (over,), {}, None, span), default, span, hint)


def filtered(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    """The items for which the function is true."""
    if len(args) != 2 or keywords:
        fail("S2S404", "filter() takes a function and a sequence", span, "pass both")
    function, over = args[0], low.turns_over(args[1], span)
    kept = low.own(Sequence((), "list"))

    def turn(item: Meaning) -> None:
        decided = item if is_none(function) else low.call_meaning(function, (item,), {}, None, span)
        known = low.truth(decided, span)

        def keep() -> Outcome:
            low.list_method(kept, "append", (item,), None, span)
            return Outcome.FELL

        if known is None:
            sides = (keep, lambda: Outcome.FELL)
            low.branch(low.active[-1], low.test_atom(decided, span), sides, span)
        elif known:
            keep()

    with low.running_over(args[1:], span), low.own_turns(low.active[-1]):
        low.each(low.active[-1], over, turn, frozenset(), None, span)
    made = low.now(kept)
    if isinstance(made, Value):
        return low.turns_of_list(made)
    return Sequence(low.open(made, span).items, "generator")


def reduced(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    """`f(f(f(start, a), b), c)`."""
    if len(args) not in (2, 3) or set(keywords) - {"initial"} or (keywords and len(args) == 3):
        fail("S2S404", "reduce() takes a function, a sequence and a start", span, "pass these")
    function, over = args[0], low.turns_over(args[1], span)
    start = keywords.get("initial", args[2] if len(args) == 3 else None)
    if start is None:
        if not isinstance(over, Sequence):
            what = "reduce() of a run-time list without a start"
            fail("S2S202", what, span, "pass the start as third argument")
        if not over.items:
            fail("S2S404", "reduce() of no values without a start", span, "pass a start")
        start, over = over.items[0], Sequence(over.items[1:])
    frame, slot = low.active[-1], "<total>"
    outer = frame.variables.pop(slot, None)
    frame.variables[slot] = start

    def turn(item: Meaning) -> None:
        now = frame.variables[slot]
        frame.variables[slot] = low.call_meaning(function, (now, item), {}, None, span)

    with low.running_over(args[1:2], span), low.own_turns(frame):
        low.each(frame, over, turn, frozenset({slot}), None, span)
    result = frame.variables.pop(slot)
    if outer is not None:
        frame.variables[slot] = outer
    return result


def total(name: str, empty: float) -> StaticFunction:
    def total(
        low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
    ) -> Meaning | None:
        start = keywords.get("start", args[1] if len(args) == 2 else None)
        if not args or len(args) > 2 or set(keywords) - {"start"}:
            fail("S2S404", f"{name}() takes one sequence and a start", span, "pass a tuple")
        if isinstance(low.now(args[0]), Value | Turns):
            return _dynamic_total(low, name, args[0], start, hint, span)
        items = low.open(args[0], span).items
        if start is not None:
            items = (start, *items)
        if not items:
            return constant(empty)
        atoms = tuple(low.atom(item, span) for item in items)
        if name == "builtins.sum" and any(isinstance(atom.type, Array) for atom in atoms):
            terms = atoms if start is not None else (constant(0), *atoms)
            found, *rest = terms
            for at, term in enumerate(rest):
                called = hint if at == len(rest) - 1 else None
                found = low.operation("operator.add", (found, term), called, span)
            return found
        return low.operation(name, atoms, hint, span)

    return total


def _dynamic_total(
    low: ExpressionLowerer, name: str, over: Meaning, start: Meaning | None, hint: Hint, span: Span
) -> Meaning:
    """The sum of a run-time list."""
    if name != "builtins.sum":
        fail("S2S202", f"{name} of a run-time list has no rule", span, "write a loop")
    whole = low.now(over)
    made = whole if isinstance(whole, Value) else low.dynamic(low.listed(over, span), span)
    if isinstance(made.type, List) and isinstance(made.type.item, Array):
        first = constant(0) if start is None else low.atom(start, span)
        return _sum_of_arrays(low.builder, made, made.type.item, first, hint, span)
    if start is None:
        return low.builder.apply(TOTAL, made, hint=hint)
    total = low.builder.apply(TOTAL, made)
    return low.operation("operator.add", (low.atom(start, span), total), hint, span)


def _sum_of_arrays(
    builder: Builder, whole: Value, item: Array, start: Atom, hint: Hint, span: Span
) -> Value:
    """A loop that adds up arrays, to the number 0 first."""
    type_ = join(start.type, item)
    assert type_ is not None
    turns = builder.apply(RANGE, constant(0), builder.apply(LENGTH, whole), constant(1))
    index, total = Value("i", INT, span), Value(hint, fresh(type_), span)
    with builder.block() as ops:
        more = builder.apply(primitive("operator.add"), total, builder.apply(ITEM, whole, index))
    body = Block((index, total), tuple(ops), (constant(False), more))
    return builder.for_loop(turns, (start,), body, (hint,))[0]


def sorted_copy(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    """A sorted copy: the items are taken in the order of their keys."""
    if len(args) != 1 or set(keywords) - {"key", "reverse"}:
        fail("S2S404", "sorted() takes one list, key= and reverse=", span, "pass a list")
    backwards = keywords.get("reverse", constant(False))
    if not isinstance(backwards, Const):
        fail("S2S302", "reverse= is not constant", span, "use a constant")
    given = keywords.get("key", constant(None))

    def key(item: Meaning) -> Meaning:
        return item if is_none(given) else low.call_meaning(given, (item,), {}, None, span)

    over = low.turns_over(args[0], span)
    if isinstance(over, Sequence):
        before = low.checkpoint()
        with low.builder.block() as ops:
            found = tuple(map(key, over.items))
        known = _sorted_constants(over, found, bool(backwards.value), span)
        if known is not None:
            for op in ops:
                low.builder.append(op)
            return low.own(Sequence(known, "list"))
        low.go_back(before)
    is_list = isinstance(low.now(args[0]), Value)
    copy = low.copied(args[0], span) if is_list else low.listed_turns(over, span)
    source = low.dynamic(copy, span)
    keys, result = (low.own(Sequence((), "list")) for _ in range(2))
    frame = low.active[-1]

    def add_key(item: Meaning) -> None:
        low.list_method(keys, "append", (key(item),), None, span)

    def take(index: Meaning) -> None:
        assert isinstance(index, Value)
        low.list_method(result, "append", (low.item_of(source, index, None),), None, span)

    compared: Atom = source
    if not is_none(given):
        low.dynamic_loop(frame, low.turns_of_list(source), add_key, frozenset(), None, span)
        compared = low.dynamic(keys, span)
    order = low.builder.apply(ORDER, compared, constant(bool(backwards.value)))
    low.dynamic_loop(frame, low.turns_of_list(order), take, frozenset(), None, span)
    return result


def _sorted_constants(
    over: Sequence, keys: tuple[Meaning, ...], backwards: bool, span: Span
) -> tuple[Meaning, ...] | None:
    """The items in the order of their keys, where these are constants."""
    values: list[Any] = [key.value for key in keys if isinstance(key, Const)]
    if len(values) != len(keys):
        return None
    try:
        order = sorted(range(len(keys)), key=values.__getitem__, reverse=backwards)
    except TypeError as problem:
        fail("S2S404", f"sorted(): {problem}", span, "sort values of one kind")
    return tuple(over.items[index] for index in order)
