"""Statements that are kept for what they do: `raise`, and calls of `print`.

    raise ValueError(f"{x} is negative")     ->     %1 = core.text("{} is negative", x)
                                                    core.raise(ValueError, %1)

What they show are values of the primal, and they stand where they stood among its operations.
"""

from __future__ import annotations

import ast

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.expressions import ExpressionLowerer
from s2sdiff.frontend.meanings import (
    ExceptionClass,
    Instance,
    LibraryFunction,
    Meaning,
    describe,
    is_none,
    is_structure,
)
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.static_records import is_exception
from s2sdiff.ir.core import Atom, Const, Hint, Value, constant
from s2sdiff.ir.structure import AGAIN, PRINT, RAISE, Thrown
from s2sdiff.ir.types import Static
from s2sdiff.rules.registry import RULES

STREAMS = ("sys.stdout", "sys.stderr")
KEYWORDS = ("sep", "end", "file", "flush")


def lower_raise(low: ExpressionLowerer, frame: Frame, node: ast.Raise, span: Span) -> None:
    """Append a `raise`. Raises S2S301 where it raises no new exception, S2S306 for no exception."""
    if node.exc is None and low.handling:
        low.keep_changes(span)
        low.builder.run(RAISE, constant(AGAIN))
        return
    if node.exc is None:
        fail("S2S301", "a raise without an exception", span, "name the exception to be raised")
    module, name, args, keywords = _made(low, frame, node.exc)
    atoms = [_shown(low, arg, span) for arg in (*args, *keywords.values())]
    cause: Thrown | None = None
    has_cause = node.cause is not None
    if node.cause is not None and not _is_none(node.cause):
        inner, inner_name, inner_args, inner_keywords = _made(low, frame, node.cause)
        given = [_shown(low, arg, span) for arg in (*inner_args, *inner_keywords.values())]
        cause = Thrown(inner, inner_name, len(given), tuple(inner_keywords))
        thrown = Thrown(module, name, len(atoms), tuple(keywords), has_cause, cause)
        atoms += given
    else:
        thrown = Thrown(module, name, len(atoms), tuple(keywords), has_cause)
    low.keep_changes(span)
    low.builder.run(RAISE, constant(thrown), *atoms)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _made(
    low: ExpressionLowerer, frame: Frame, node: ast.expr
) -> tuple[str, str, tuple[Meaning, ...], dict[str, Meaning]]:
    """The class of an exception that is made here, and what it is made of."""
    span = span_of(node, frame.source)
    called = node.func if isinstance(node, ast.Call) else node
    meaning = low.expression(frame, called)
    args: tuple[Meaning, ...] = ()
    keywords: dict[str, Meaning] = {}
    if isinstance(node, ast.Call):
        args = low.items(frame, node.args)
        for keyword in node.keywords:
            if keyword.arg is None:
                fail("S2S306", "**keywords of an exception", span, "name the keywords")
            keywords[keyword.arg] = low.expression(frame, keyword.value)
    match meaning:
        case ExceptionClass(module=module, name=name):
            return module, name, args, keywords
        case LibraryFunction(name=qualified) if _may_be_raised(meaning):
            module, _, name = qualified.rpartition(".")
            return module, name, args, keywords
    remedy = "raise an exception of a class that is defined at the top of a module"
    fail("S2S306", f"{describe(meaning)} is raised", span, remedy)


def _may_be_raised(function: LibraryFunction) -> bool:
    """Python's exceptions, and whatever of another library may be one."""
    if function.name.startswith("builtins."):
        return is_exception(function)
    return function.name not in RULES


def print_call(
    low: ExpressionLowerer,
    args: tuple[Meaning, ...],
    keywords: dict[str, Meaning],
    hint: Hint,
    span: Span,
) -> Meaning:
    """Append a `print`. Raises S2S302 for keywords that are not constant, S2S404 for unknown ones."""
    options: list[Atom] = []
    for name, meaning in keywords.items():
        if name not in KEYWORDS:
            fail("S2S404", f"print() has no keyword {name}", span, f"it has {', '.join(KEYWORDS)}")
        stream = _stream(meaning) if name == "file" else None
        if stream is not None:
            options.append(Const(stream.partition(".")[2], Static(stream), stream))
        elif isinstance(meaning, Const) and (name != "file" or is_none(meaning)):
            options.append(Const(meaning.value, meaning.type))
        else:
            remedy = "use sys.stdout or sys.stderr" if name == "file" else "use a constant"
            fail("S2S302", f"{name}= of print() is not constant", span, remedy)
    names = tuple(n for n, m in keywords.items() if not (n == "file" and is_none(m)))
    options = [o for n, o in zip(keywords, options, strict=True) if n in names]
    shown = [_shown(low, arg, span) for arg in args]
    low.builder.run(PRINT, constant(names), *shown, *options)
    return constant(None)


def _stream(meaning: Meaning) -> str | None:
    """The qualified name of a standard stream, which is looked up when it is printed to."""
    match meaning:
        case LibraryFunction(name=name) | Instance(path=name) if name in STREAMS:
            return name
    return None


def _shown(low: ExpressionLowerer, meaning: Meaning, span: Span) -> Atom:
    """What is shown, or kept in an exception, as one atom."""
    meaning = low.now(meaning)
    if isinstance(meaning, Value | Const):
        return meaning
    if is_structure(meaning):
        return low.pack_part(meaning, span)
    fail("S2S306", f"{describe(meaning)} is shown", span, "show numbers, texts and structures")
