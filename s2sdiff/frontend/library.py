"""Library functions that lowering answers itself: those that work on tuples, or on constants.

`len`, `range`, `zip`, ... of tuples of known length are compile-time computations. Functions that take
a sequence (`sum`, `math.fsum`, `max`) are given its items one by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.expressions import ExpressionLowerer
from s2sdiff.frontend.meanings import Mapping, Meaning, Partial, Sequence, describe
from s2sdiff.frontend.record_functions import STRUCTURE_FUNCTIONS
from s2sdiff.ir.core import Const, Hint, constant
from s2sdiff.ir.types import Static
from s2sdiff.rules.registry import EXPANDED, RULES

Arguments: TypeAlias = tuple[Meaning, ...]
Keywords: TypeAlias = dict[str, Meaning]
StaticFunction: TypeAlias = Callable[
    [ExpressionLowerer, Arguments, Keywords, Hint, Span], Meaning | None
]


def _one_sequence(low: ExpressionLowerer, name: str, args: Arguments, span: Span) -> Sequence:
    if len(args) != 1:
        fail("S2S404", f"{name}() takes one argument here, not {len(args)}", span, "pass a tuple")
    return low.open(args[0], span)


def _len(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    if len(args) == 1:
        known = low.unary_call(args[0], "__len__", hint, span)
        if known is not None:
            return known
        if isinstance(args[0], Mapping):
            return constant(len(args[0].items))
    return constant(len(_one_sequence(low, "len", args, span).items))


def _tuple(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    return Sequence(_one_sequence(low, "tuple", args, span).items if args else ())


def _list(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    return Sequence(_one_sequence(low, "list", args, span).items if args else (), "list")


def _reversed(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    return Sequence(_one_sequence(low, "reversed", args, span).items[::-1])


def _range(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    bounds = [arg.value for arg in args if isinstance(arg, Const) and isinstance(arg.value, int)]
    if len(bounds) != len(args) or not 1 <= len(bounds) <= 3:
        fail("S2S302", "the bounds of range() are not constant", span, "use constant bounds")
    return Sequence(tuple(constant(i) for i in range(*bounds)))


def _zip(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    columns = [low.open(arg, span).items for arg in args]
    strict = keywords.get("strict")
    if strict is not None and low.truth(strict, span) and len({len(c) for c in columns}) > 1:
        fail("S2S406", "zip() of tuples of different lengths", span, "make the lengths equal")
    return Sequence(tuple(Sequence(row) for row in zip(*columns, strict=False)))


def _enumerate(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    first, *rest = args
    start = rest[0] if rest else keywords.get("start", constant(0))
    if not (isinstance(start, Const) and isinstance(start.value, int)):
        fail("S2S302", "enumerate() does not start at a constant", span, "use a constant")
    items = enumerate(low.open(first, span).items, start.value)
    return Sequence(tuple(Sequence((constant(i), item)) for i, item in items))


def _map(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    function, *rest = args
    rows = zip(*(low.open(arg, span).items for arg in rest), strict=False)
    return Sequence(tuple(low.call_meaning(function, row, {}, None, span) for row in rows))


def _all(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    return _quantified(low, "all", args, span)


def _any(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    return _quantified(low, "any", args, span)


def _quantified(low: ExpressionLowerer, name: str, args: Arguments, span: Span) -> Meaning:
    outcomes = [low.truth(item, span) for item in _one_sequence(low, name, args, span).items]
    if None in outcomes:
        fail("S2S302", f"{name}() of tests that are not constant", span, "combine them with and")
    return constant(all(outcomes) if name == "all" else any(outcomes))


def _partial(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    if not args:
        fail("S2S404", "functools.partial() needs a function", span, "pass one")
    return Partial(args[0], args[1:], dict(keywords))


def _expanded(name: str) -> StaticFunction:
    """A function with several results, as one function for each."""

    def results(
        low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
    ) -> Meaning:
        parts = EXPANDED[name]
        count = RULES[parts[0]].parameters.count(",") + 1
        if len(args) != count or keywords:
            short = name.rpartition(".")[2]
            sentence = f"{short}() takes {count} arguments here, not {len(args) + len(keywords)}"
            fail("S2S404", sentence, span, "pass plain numbers")
        atoms = tuple(low.atom(arg, span) for arg in args)
        return Sequence(tuple(low.operation(part, atoms, None, span) for part in parts))

    return results


def _pow(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    given = (*args, *(keywords[key] for key in ("base", "exp", "mod") if key in keywords))
    if len(given) != 2:
        fail("S2S202", "pow() with a modulus is for integers", span, "use x**y")
    return low.operation("operator.pow", tuple(low.atom(arg, span) for arg in given), hint, span)


def _float(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning | None:
    match args:
        case (Const(value=str(text)),):
            try:
                value = float(text)
            except ValueError as problem:
                fail("S2S202", f"float(): {problem}", span, "write a number")
            if math.isinf(value):
                infinity = constant(math.inf, "math.inf")
                return (
                    infinity
                    if value > 0
                    else low.operation("operator.neg", (infinity,), hint, span)
                )
            return constant(value, "math.nan" if math.isnan(value) else None)
    return None


def _isinstance(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    fail("S2S302", "isinstance() is not accepted", span, "write one function for each type")


def _largest(name: str) -> StaticFunction:
    def choose(
        low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
    ) -> Meaning | None:
        if keywords:
            word = next(iter(keywords))
            fail("S2S202", f"{name}() with {word}= has no rule", span, "pass plain numbers")
        items = low.open(args[0], span).items if len(args) == 1 else args
        if not items:
            fail("S2S404", f"{name}() of no values", span, "pass at least one")
        if len(items) == 1:
            return items[0]
        atoms = tuple(low.atom(item, span) for item in items)
        return low.operation(f"builtins.{name}", atoms, hint, span)

    return choose


def _total(name: str, empty: float) -> StaticFunction:
    def total(
        low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
    ) -> Meaning | None:
        start = keywords.get("start", args[1] if len(args) == 2 else None)
        if not args or len(args) > 2 or set(keywords) - {"start"}:
            fail("S2S404", f"{name}() takes one sequence and a start", span, "pass a tuple")
        items = low.open(args[0], span).items
        if start is not None:
            items = (start, *items)
        if not items:
            return constant(empty)
        atoms = tuple(low.atom(item, span) for item in items)
        return low.operation(name, atoms, hint, span)

    return total


STATIC_FUNCTIONS: dict[str, StaticFunction] = {
    "builtins.len": _len,
    "builtins.tuple": _tuple,
    "builtins.list": _list,
    "builtins.reversed": _reversed,
    "builtins.range": _range,
    "builtins.zip": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.map": _map,
    "builtins.all": _all,
    "builtins.any": _any,
    "builtins.pow": _pow,
    "builtins.float": _float,
    "builtins.isinstance": _isinstance,
    "builtins.max": _largest("max"),
    "builtins.min": _largest("min"),
    "builtins.sum": _total("builtins.sum", 0),
    "math.fsum": _total("math.fsum", 0.0),
    "math.prod": _total("math.prod", 1),
    "functools.partial": _partial,
    **STRUCTURE_FUNCTIONS,
    **{name: _expanded(name) for name in EXPANDED},
}


def library_arguments(
    low: ExpressionLowerer, name: str, args: Arguments, span: Span
) -> tuple[Meaning, ...]:
    """The flat argument list of a library function: both points of `math.dist` one after the other."""
    if name in ("math.dist", "math.sumprod"):
        if len(args) != 2:
            fail("S2S404", f"{name}() takes two points, not {len(args)}", span, "pass two tuples")
        one, two = (low.open(arg, span).items for arg in args)
        if len(one) != len(two):
            fail("S2S406", f"{name}() of tuples of different lengths", span, "make them equal")
        return one + two
    if any(isinstance(a, Const) and isinstance(a.type, Static) for a in args):
        bad = next(a for a in args if isinstance(a, Const) and isinstance(a.type, Static))
        fail("S2S306", f"{describe(bad)} is passed to {name}", span, "pass numbers")
    return args
