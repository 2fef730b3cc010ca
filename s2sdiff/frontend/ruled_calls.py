"""Calls of functions of the user's that have a rule: they are called as they are, and not read.

    @s2sdiff.pullback(root)                       root is one op of the trace; the emitted text imports it,
    def root_pullback(a, y, y_bar): ...           and its rule is inlined where the derivative needs it

Their text is read for one thing: the type of what they return.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from s2sdiff.errors import InternalError, S2SDiffError, Span, fail
from s2sdiff.frontend.meanings import Mapping, Meaning, Sequence, UserFunction, describe
from s2sdiff.frontend.transforms import TransformLowerer
from s2sdiff.ir.core import Apply, Atom, Const, Function, Hint, Primitive, Value, constant
from s2sdiff.ir.infer import TypeRule
from s2sdiff.ir.structure import CHANGED
from s2sdiff.ir.traverse import walk
from s2sdiff.ir.types import FLOAT, Scalar, Static, Structure, Type
from s2sdiff.rules.registry import Rule, give_rule

Read = Callable[[UserFunction, dict[str, Type]], Function]

# Functions with rules whose text is being read: they may call themselves.
_READING: list[tuple[str, Span]] = []
_PRIMITIVES: dict[tuple[Rule, str, tuple[str, ...], Type], Primitive] = {}


def ruled_call(
    low: TransformLowerer,
    function: UserFunction,
    bound: dict[str, Meaning],
    read: Read,
    hint: Hint,
    span: Span,
) -> Meaning:
    """Call `function`, which has a rule, with `bound` (by parameter). Raises S2S203, S2S306, S2S307.

    `read` gives the trace of a function for parameters of given types.
    """
    assert function.rule is not None
    positional, keywords = _in_order(function, bound)
    args = tuple(low.pack_argument(meaning, span) for meaning in positional)
    named = tuple(low.pack_argument(meaning, span) for meaning in keywords.values())
    return apply_rule(
        low,
        function.rule,
        function.home,
        (*args, *named),
        tuple(keywords),
        _result_type(low, function, bound, read, span),
        hint,
        span,
    )


def apply_rule(
    low: TransformLowerer,
    rule: Rule,
    name: str,
    args: tuple[Atom, ...],
    keywords: tuple[str, ...],
    result: Type | None,
    hint: Hint,
    span: Span,
) -> Meaning:
    """Append a call of the function `name`; without `result` its type is that which the rule states."""
    if rule.form == "elementwise":
        for arg in args:
            if not isinstance(arg.type, Scalar):
                fail(
                    "S2S306",
                    f"{describe(arg)} is passed to {name}, whose rule is for numbers",
                    span,
                    f"give it a rule for structures: @s2sdiff.pullback({name})",
                )
    infer = rule.primitives[0].infer
    if result is None:
        kind = FLOAT if rule.form == "general" else infer(args)[0]
    else:
        kind = result
    found = low.builder.apply(_primitive(rule, name, keywords, kind), *args, hint=hint)
    if isinstance(kind, Static):
        return constant(kind.value)
    if isinstance(kind, Structure):
        called = hint if isinstance(hint, str) else rule.family
        return low.open_parameter(found, called)
    return found


def _primitive(rule: Rule, name: str, keywords: tuple[str, ...], result: Type) -> Primitive:
    """The function as a primitive with a result of this type: always the same object."""
    key = (rule, name, keywords, result)
    if key not in _PRIMITIVES:
        raises = rule.primitives[0].raises
        made = Primitive(name, _gives(result), raises=raises, keywords=keywords)
        give_rule(made, rule)
        _PRIMITIVES[key] = made
    return _PRIMITIVES[key]


def _gives(result: Type) -> TypeRule:
    return lambda args: (result,)


def _in_order(
    function: UserFunction, bound: dict[str, Meaning]
) -> tuple[list[Meaning], dict[str, Meaning]]:
    """Positional arguments as Python passes them, and those that go by keyword. Raises S2S203."""
    parameters = function.parameters
    positional = [bound[p.arg] for p in (*parameters.posonlyargs, *parameters.args)]
    if parameters.vararg is not None:
        rest = bound.get(parameters.vararg.arg)
        positional += rest.items if isinstance(rest, Sequence) else ()
    if parameters.kwarg is not None:
        rest = bound.get(parameters.kwarg.arg)
        if isinstance(rest, Mapping) and rest.items:
            fail(
                "S2S203",
                f"{function.name} has a rule, and is called with **{parameters.kwarg.arg}",
                function.span,
                "name the keywords in its signature",
            )
    return positional, {p.arg: bound[p.arg] for p in parameters.kwonlyargs}


def _result_type(
    low: TransformLowerer,
    function: UserFunction,
    bound: dict[str, Meaning],
    read: Read,
    span: Span,
) -> Type | None:
    """The type of what the function returns for these arguments; None where it cannot be read.

    Raises S2S307 if it changes its arguments.
    """
    assert function.rule is not None
    home = (function.source.path, function.span)
    if function.rule.form == "elementwise" or home in _READING:
        return None
    types: dict[str, Type] = {}
    for name, meaning in bound.items():
        atom = low.pack_argument(meaning, span)
        types[name] = Static(atom.value) if isinstance(atom, Const) else atom.type
        if isinstance(atom, Const) and isinstance(atom.type, Scalar):
            types[name] = atom.type
    _READING.append(home)
    try:
        trace = read(replace(function, rule=None, given={}), types)
    except InternalError:
        raise
    except S2SDiffError:
        return None
    finally:
        _READING.remove(home)
    for op in walk(trace.body):
        if isinstance(op, Apply) and op.primitive is CHANGED:
            fail(
                "S2S307",
                f"{function.name} has a rule, and changes its argument {_named(op.args[0])}",
                span,
                "change a copy: xs = list(xs)",
            )
    return trace.output.type


def _named(atom: Atom) -> str:
    return atom.hint if isinstance(atom, Value) and isinstance(atom.hint, str) else "a list"
