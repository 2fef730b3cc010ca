"""What a line is, said beside it: `# df/dc, through d and e`."""

from __future__ import annotations

from collections.abc import Callable

from s2sdiff.differentiate.operators import listed
from s2sdiff.emit.lines import Line
from s2sdiff.errors import Span
from s2sdiff.ir.core import Cotangent, Value
from s2sdiff.ir.types import List


def comment_for(
    line: Line, result: str | None, name_of: Callable[[Value], str | None], home: Span | None
) -> str:
    """The comment of a line, or an empty text.

    `result` is the name of the scalar function whose gradient is taken, `home` the text of the
    primal: lines of functions called from there say where they stand.
    """
    if line.note:
        return line.note
    if len(line.defines) != 1 or isinstance(line.defines[0].type, List):
        return ""
    hint = line.defines[0].hint
    if isinstance(hint, Cotangent):
        return _cotangent_comment(hint, result, name_of)
    if isinstance(hint, str) and _is_elsewhere(line.span, home):
        return str(line.span)
    return ""


def _cotangent_comment(
    hint: Cotangent, result: str | None, name_of: Callable[[Value], str | None]
) -> str:
    if result is None or not isinstance(hint.of.hint, str | None):
        return ""
    primal = name_of(hint.of)
    if primal is None:
        return ""
    named = [name for value in hint.through if (name := name_of(value)) is not None]
    text = f"d{result}/d{primal}"
    return f"{text}, through {listed(named)}" if len(named) > 1 else text


def _is_elsewhere(span: Span | None, home: Span | None) -> bool:
    if span is None or home is None:
        return False
    return span.source is not home.source or not home.line <= span.line <= home.end_line
