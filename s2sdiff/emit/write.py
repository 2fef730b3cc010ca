"""A function as lines: written again where a cotangent would be read without its variable."""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.emit.lines import Item, Top, flat
from s2sdiff.emit.statements import StatementWriter
from s2sdiff.ir.core import Cotangent, Function, Value
from s2sdiff.ir.traverse import definitions, rename
from s2sdiff.ir.types import Array


def write(
    writer_class: type[StatementWriter], function: Function, top: Top
) -> tuple[list[Item], StatementWriter, Function]:
    """The lines of `function`, with placeholders for names, who wrote them, and the function
    as it was written.

    Where the cotangent of an intermediate variable gets a line, so does the variable: `c_bar` is
    only readable beside `c`. Not for an array that need not be kept: its cotangent gets another name.
    """
    named: frozenset[Value] = frozenset()
    own = frozenset(definitions(function.body))
    while True:
        writer = writer_class(function, top, named)
        items = writer.write()
        lines = flat(items)
        defined = {value for line in lines for value in line.defines}
        missing = {
            value.hint.of
            for value in defined
            if isinstance(value.hint, Cotangent) and value.hint.of.hint is None
        }
        missing = {v for v in missing if v in own and v not in defined and v not in named}
        if not missing:
            return items, writer, function
        arrays = {value for value in missing if isinstance(value.type, Array)}
        named |= missing - arrays
        unnamed = {
            value: replace(value, hint=None)
            for value in defined
            if isinstance(value.hint, Cotangent) and value.hint.of in arrays
        }
        if unnamed:
            function = replace(function, body=rename(function.body, unnamed))
            own = frozenset(definitions(function.body))
