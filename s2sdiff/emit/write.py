"""A function as lines: written again where a cotangent would be read without its variable."""

from __future__ import annotations

from s2sdiff.emit.lines import Item, Top, flat
from s2sdiff.emit.statements import StatementWriter
from s2sdiff.ir.core import Cotangent, Function, Value
from s2sdiff.ir.traverse import definitions


def write(
    writer_class: type[StatementWriter], function: Function, top: Top
) -> tuple[list[Item], StatementWriter]:
    """The lines of `function`, with placeholders for the names of values, and who wrote them.

    Where the cotangent of an intermediate variable gets a line, so does the variable: `c_bar` is
    only readable beside `c`.
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
            return items, writer
        named |= missing
