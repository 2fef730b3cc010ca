"""Library functions that lowering answers itself: those that work on tuples, or on constants.

`len`, `range`, `zip`, ... of tuples of known length are compile-time computations. Functions that take
a sequence (`sum`, `math.fsum`, `max`) are given its items one by one.
"""

from __future__ import annotations

import math

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.array_stores import CHANGES_AN_ARRAY
from s2sdiff.frontend.arrays import is_array
from s2sdiff.frontend.effects import print_call
from s2sdiff.frontend.expressions import ExpressionLowerer
from s2sdiff.frontend.list_functions import (
    Arguments,
    Keywords,
    StaticFunction,
    filtered,
    largest,
    reduced,
    sorted_copy,
    total,
)
from s2sdiff.frontend.lists import METHODS
from s2sdiff.frontend.meanings import (
    Meaning,
    Partial,
    Sequence,
    Turns,
    Wish,
    describe,
    part_of,
    parts_of,
    rebuilt,
)
from s2sdiff.frontend.record_functions import STRUCTURE_FUNCTIONS
from s2sdiff.frontend.source import refuse_super
from s2sdiff.ir.core import Atom, Const, Hint, constant
from s2sdiff.ir.structure import AND, OR, STOP
from s2sdiff.ir.types import BOOL, INT, Array, List, Static
from s2sdiff.rules.registry import EXPANDED, RULES

LONGEST_KNOWN = 1000  # turns of a range whose items are written down while compiling


def _one_sequence(low: ExpressionLowerer, name: str, args: Arguments, span: Span) -> Sequence:
    if len(args) != 1:
        fail("S2S404", f"{name}() takes one argument here, not {len(args)}", span, "pass a tuple")
    return low.open(args[0], span)


def _len(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    if len(args) != 1:
        fail("S2S404", f"len() takes one argument, not {len(args)}", span, "pass a list")
    known = low.unary_call(args[0], "__len__", hint, span)
    return known if known is not None else low.length(args[0], span)


def _tuple(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    return Sequence(_one_sequence(low, "tuple", args, span).items if args else ())


def _list(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    return low.listed(args[0], span) if args else low.own(Sequence((), "list"))


def _reversed(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    if len(args) != 1:
        fail("S2S404", f"reversed() takes one argument, not {len(args)}", span, "pass a list")
    over = low.turns_over(args[0], span)
    if isinstance(over, Sequence):
        return Sequence(over.items[::-1], "range" if over.kind == "range" else "tuple")

    def length() -> Atom:
        return over.length()

    def item(index: Atom, wish: Wish) -> Meaning:
        last = low.operation("operator.sub", (over.length(), constant(1)), None, span)
        return over.item(low.operation("operator.sub", (last, index), None, span), wish)

    return Turns(length, item, low.backwards(over))


def _range(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    if not 1 <= len(args) <= 3:
        fail("S2S404", f"range() takes one to three arguments, not {len(args)}", span, "pass ints")
    atoms = tuple(low.atom(arg, span) for arg in args)
    for atom in atoms:
        if atom.type not in (INT, BOOL):
            fail("S2S306", f"a {atom.type} is used as a bound of range()", span, "use an int")
    known = [
        atom.value for atom in atoms if isinstance(atom, Const) and isinstance(atom.value, int)
    ]
    if len(known) == len(atoms):
        try:
            turns = range(*known)
        except ValueError as problem:
            fail("S2S406", str(problem), span, "use another step")
        if len(turns) <= LONGEST_KNOWN:
            return Sequence(tuple(map(constant, turns)), "range")
    start, stop = (constant(0), atoms[0]) if len(atoms) == 1 else atoms[:2]
    step = atoms[2] if len(atoms) == 3 else constant(1)
    return low.turns_of_range((start, stop, step))


def _zip(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    columns = [low.turns_over(arg, span) for arg in args]
    known = [column.items for column in columns if isinstance(column, Sequence)]
    strict = keywords.get("strict")
    is_strict = strict is not None and low.truth(strict, span)
    if len(known) == len(columns):
        if is_strict and len({len(items) for items in known}) > 1:
            fail("S2S406", "zip() of tuples of different lengths", span, "make the lengths equal")
        return Sequence(tuple(Sequence(row) for row in zip(*known, strict=False)))
    if is_strict:
        fail(
            "S2S202",
            "zip(strict=True) of run-time lists",
            span,
            "assert that the lengths are equal",
        )
    turns = [low.turns_of(column) for column in columns]

    def length() -> Atom:
        lengths = tuple(each.length() for each in turns)
        return low.operation("builtins.min", lengths, None, span) if len(turns) > 1 else lengths[0]

    def item(index: Atom, wish: Wish) -> Meaning:
        parts = [each.item(index, part_of(wish, at)) for at, each in enumerate(turns)]
        return Sequence(tuple(parts))

    return Turns(length, item)


def _enumerate(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    first, *rest = args
    start = rest[0] if rest else keywords.get("start", constant(0))
    over = low.turns_over(first, span)
    known = start.value if isinstance(start, Const) else None
    if isinstance(over, Sequence) and isinstance(known, int):
        items = enumerate(over.items, known)
        return Sequence(tuple(Sequence((constant(i), item)) for i, item in items))
    turns, offset = low.turns_of(over), low.atom(start, span)

    def numbered(index: Atom, wish: Wish) -> Meaning:
        number: Atom = index
        if known != 0:
            name = part_of(wish, 0)
            called = name if isinstance(name, str) else None
            number = low.operation("operator.add", (offset, index), called, span)
        return Sequence((number, turns.item(index, part_of(wish, 1))))

    return Turns(turns.length, numbered, counts=known == 0)


def _map(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    function, *rest = args
    over = low.turns_over(_zip(low, tuple(rest), {}, None, span), span)
    if isinstance(over, Sequence):
        rows = [low.open(row, span).items for row in over.items]
        with low.running_over(rest, span):
            found = [low.call_meaning(function, row, {}, None, span) for row in rows]
        return Sequence(tuple(found))

    def item(index: Atom, wish: Wish) -> Meaning:
        row = low.open(over.item(index, None), span).items
        name = wish if isinstance(wish, str) else None
        return low.call_meaning(function, row, {}, name, span)

    return Turns(over.length, item)


def _all(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    return _quantified(low, "all", args, span)


def _any(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    return _quantified(low, "any", args, span)


def _quantified(low: ExpressionLowerer, name: str, args: Arguments, span: Span) -> Meaning:
    """All items are there, so nothing is left out by looking at each of them."""
    result: Atom = constant(name == "all")
    for item in _one_sequence(low, name, args, span).items:
        known = low.truth(item, span)
        if known is (name == "any"):
            return constant(known)
        if known is None:
            test = low.test_atom(item, span)
            if test.type != BOOL:
                test = low.operation("operator.ne", (test, constant(0)), None, span)
            is_first = isinstance(result, Const)
            result = (
                test if is_first else low.builder.apply(AND if name == "all" else OR, result, test)
            )
    return result


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


def _super(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    refuse_super(low.active[-1].function, span)


def _method(name: str) -> StaticFunction:
    """A method of lists."""

    def call(
        low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
    ) -> Meaning:
        if name == "sort" and len(args) == 1:
            low.replace_items(args[0], sorted_copy(low, args, keywords, None, span), span)
            return constant(None)
        if keywords:
            word = next(iter(keywords))
            fail("S2S202", f"list.{name}() with {word}= is not accepted", span, "call it without")
        return low.list_method(args[0], name, args[1:], hint, span)

    return call


def _stop_gradient(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    """The same value, without a derivative; of structures each number."""
    if len(args) != 1 or keywords:
        fail("S2S404", "stop_gradient() takes one argument", span, "call stop_gradient(x)")
    return _stopped(low, low.now(args[0]), hint, span)


def _stopped(low: ExpressionLowerer, meaning: Meaning, hint: Hint, span: Span) -> Meaning:
    inside = parts_of(meaning)
    if inside is not None:
        return rebuilt(meaning, tuple(_stopped(low, low.now(m), None, span) for m in inside))
    if isinstance(meaning, Const):
        return meaning
    atom = low.atom(meaning, span)
    if isinstance(atom.type, List):
        fail("S2S306", "stop_gradient() of a run-time list", span, "apply it to its items")
    found = low.builder.apply(STOP, atom, hint=hint)
    low.loosen_all(found, "what stop_gradient() gives, which may be its argument")
    return found


def _once(function: StaticFunction, is_done: bool = False) -> StaticFunction:
    """The same function, whose result is an iterator: it can be run through once.

    `is_done`: all its items are computed at once.
    """

    def run(
        low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
    ) -> Meaning | None:
        return low.lazy(lambda: function(low, args, keywords, hint, span), args, is_done)

    return run


def _of_arrays(name: str, function: StaticFunction, **keywords: int) -> StaticFunction:
    """A built-in function: of the rows of an array it is a function of NumPy."""

    def run(
        low: ExpressionLowerer, args: Arguments, given: Keywords, hint: Hint, span: Span
    ) -> Meaning | None:
        if len(args) == 1 and not given and is_array(args[0]):
            type_ = low.atom(args[0], span).type
            assert isinstance(type_, Array)
            is_row = type_.axes is not None and len(type_.axes) == 1
            if not is_row and name != "numpy.sum":
                what = f"the rows of an array are compared by {name.removeprefix('numpy.')}()"
                fail("S2S306", what, span, f"use {name.replace('numpy', 'np')}()")
            words: Keywords = {} if is_row else {k: constant(v) for k, v in keywords.items()}
            return low.call_library(name, args, words, hint, span)
        return function(low, args, given, hint, span)

    return run


def _slice(
    low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    """`slice(1, -1)`, of bounds that are known while compiling. Raises S2S306 for others."""
    bounds = [low.now(arg) for arg in args]
    values = [each.value for each in bounds if isinstance(each, Const)]
    are_known = len(values) == len(bounds) and all(v is None or type(v) is int for v in values)
    if keywords or not are_known or not 1 <= len(values) <= 3:
        remedy = "write it in the index: x[a:b]"
        fail("S2S306", "a slice() of bounds that are no ints known by now", span, remedy)
    return constant(slice(*values))


def _storing(name: str) -> StaticFunction:
    """A function that stores into an array."""

    def run(
        low: ExpressionLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
    ) -> Meaning:
        return low.change_by_function(name, args, keywords, span)

    return run


STATIC_FUNCTIONS: dict[str, StaticFunction] = {
    "builtins.len": _len,
    "builtins.tuple": _tuple,
    "builtins.list": _list,
    "builtins.reversed": _once(_reversed),
    "builtins.range": _range,
    "builtins.slice": _slice,
    "numba.prange": _range,
    "builtins.zip": _once(_zip),
    "builtins.enumerate": _once(_enumerate),
    "builtins.map": _once(_map),
    "builtins.filter": _once(filtered, is_done=True),
    "functools.reduce": reduced,
    "builtins.all": _of_arrays("numpy.all", _all),
    "builtins.any": _of_arrays("numpy.any", _any),
    "builtins.pow": _pow,
    "builtins.float": _float,
    "builtins.isinstance": _isinstance,
    "builtins.super": _super,
    "builtins.max": _of_arrays("numpy.max", largest("max")),
    "builtins.min": _of_arrays("numpy.min", largest("min")),
    "builtins.sum": _of_arrays("numpy.sum", total("builtins.sum", 0), axis=0),
    "math.fsum": total("math.fsum", 0.0),
    "math.prod": total("math.prod", 1),
    "functools.partial": _partial,
    "builtins.print": print_call,
    "builtins.sorted": sorted_copy,
    "s2sdiff.stop_gradient": _stop_gradient,
    **{f"builtins.list.{name}": _method(name) for name in METHODS},
    **{name: _storing(name) for name in CHANGES_AN_ARRAY},
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
