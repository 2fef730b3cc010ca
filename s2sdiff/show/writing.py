"""The four parts of a trace as lines, in whatever notation: plain text or LaTeX.

Accumulation(f, c, ...)   ->   ("df/dc", "df/dd * dd/dc + df/de * de/dc", "-0.508...")
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import final

from s2sdiff.ir.core import Value
from s2sdiff.show.formulas import expressions, textbook
from s2sdiff.show.rows import Accumulation, Partial, Trace, Variable
from s2sdiff.show.values import Numbers
from s2sdiff.show.variables import opened_by

HEADINGS = (
    ("Intermediate variables", "5.123", "5.128"),
    ("Partials of the intermediate variables", "5.129", "5.134"),
    ("Accumulation from the output back", "5.135", "5.138"),
    ("The same with the partials substituted", "5.139", "5.142"),
)


@final
@dataclass(frozen=True, slots=True)
class Notation:
    """How things are written. `derivative` is given the names of `of`, `by` and what is held."""

    name: Callable[[str], str]
    formula: Callable[[ast.expr], str]
    factor: Callable[[ast.expr], str]
    derivative: Callable[[str, str, Sequence[str]], str]
    times: str
    number: Callable[[object], str]


@final
@dataclass(frozen=True, slots=True)
class Line:
    """`left = right`, and the value at the point or an empty text."""

    left: str
    right: str
    value: str


def lines_of(
    trace: Trace, notation: Notation, numbers: Numbers | None
) -> tuple[list[Line], list[Line], list[Line], list[Line]]:
    """The lines of the four parts."""
    write = _Writer(trace, notation, numbers)
    return (
        [write.variable(row) for row in trace.variables],
        [write.partial(row) for row in trace.partials],
        [write.accumulation(row) for row in trace.accumulations],
        [write.substituted(row) for row in trace.substituted],
    )


def needs_result(trace: Trace) -> bool:
    """Has the reader to be told which values are returned? Not if it is the last variable."""
    last = trace.variables[-1].values if trace.variables else ()
    return trace.outputs != last


@final
class _Writer:
    def __init__(self, trace: Trace, notation: Notation, numbers: Numbers | None) -> None:
        self.trace = trace
        self.notation = notation
        self.numbers = numbers

    def name(self, value: Value) -> str:
        return self.notation.name(self.trace.names[value])

    def variable(self, row: Variable) -> Line:
        whole = opened_by(row)
        if whole is not None:
            names = ", ".join(map(self.name, row.values))
            return Line(names if len(row.values) > 1 else f"({names},)", self.name(whole), "")
        (value,) = row.values
        (node,) = expressions(row.formula, self.trace.names)
        number = self.notation.number(self.numbers.variables[value]) if self.numbers else ""
        return Line(self.name(value), self.notation.formula(node), number)

    def partial(self, row: Partial) -> Line:
        number = self.notation.number(self.numbers.partials[row]) if self.numbers else ""
        return Line(self.partial_symbol(row), self.notation.formula(self.node(row)), number)

    def accumulation(self, row: Accumulation) -> Line:
        terms = [self.term(row, partial) for partial in row.partials]
        return Line(self.symbol(row.output, row.by), " + ".join(terms), self.derivative(row))

    def term(self, row: Accumulation, partial: Partial) -> str:
        """One product of the chain rule."""
        symbol = self.partial_symbol(partial)
        if partial.of is row.output:
            return symbol
        return f"{self.symbol(row.output, partial.of)}{self.notation.times}{symbol}"

    def substituted(self, row: Accumulation) -> Line:
        if row.is_partial:
            right = self.notation.formula(self.node(row.partials[0]))
        elif row.partials:
            right = " + ".join(self.known_term(row, partial) for partial in row.partials)
        else:
            right = "1" if row.by is row.output else "0"
        return Line(self.symbol(row.output, row.by), right, self.derivative(row))

    def known_term(self, row: Accumulation, partial: Partial) -> str:
        """One product of the chain rule, with the partials in it written out."""
        factor = self.notation.factor(self.node(partial))
        if partial.of is row.output:
            return factor
        before = self.trace.derivatives[row.output, partial.of]
        if before.is_partial:
            left = self.notation.factor(self.node(before.partials[0]))
        else:
            left = self.symbol(row.output, partial.of)
        return f"{left}{self.notation.times}{factor}"

    def node(self, partial: Partial) -> ast.expr:
        (node,) = expressions(partial.formula, self.trace.names)
        return textbook(node)

    def symbol(self, of: Value, by: Value, held: Sequence[Value] = ()) -> str:
        names = [self.name(value) for value in held]
        return self.notation.derivative(self.name(of), self.name(by), names)

    def partial_symbol(self, row: Partial) -> str:
        return self.symbol(row.of, row.by, row.held)

    def derivative(self, row: Accumulation) -> str:
        return self.notation.number(self.numbers.derivatives[row]) if self.numbers else ""
