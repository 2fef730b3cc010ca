"""A trace as plain text, in columns.

2. Partials of the intermediate variables (5.129-5.134)

  da/dx = 2 * x                    = 1.4
  db/da = exp(a)                   = 1.632316219955379
"""

from __future__ import annotations

from collections.abc import Sequence

from s2sdiff.differentiate.operators import listed
from s2sdiff.show.formulas import factor_text, text_of
from s2sdiff.show.rows import Trace
from s2sdiff.show.values import inputs_at, numbers_at
from s2sdiff.show.writing import HEADINGS, Line, Notation, lines_of, needs_result

# Formulas wider than this do not push the column of values to the right.
WIDEST_COLUMN = 60


def render_text(trace: Trace, at: dict[str, float] | None) -> str:
    """The four parts; with the values at a point, if one is given.

    Raises S2S404 for a point that does not fit the function, or where it cannot be computed.
    """
    numbers = numbers_at(trace, at) if at is not None else None
    notation = Notation(str, text_of, factor_text, _derivative, " * ", repr)
    sections = [_title(trace, at)]
    parts = lines_of(trace, notation, numbers)
    for index, ((title, first, last), lines) in enumerate(zip(HEADINGS, parts, strict=True)):
        sections.append(f"{index + 1}. {title} ({first}-{last})\n\n{_table(lines)}")
    return "\n".join(sections)


def _title(trace: Trace, at: dict[str, float] | None) -> str:
    function = trace.function
    parameters = ", ".join(
        f"*{p.name}" if p.kind == "var_positional" else p.name for p in function.parameters
    )
    inputs = listed([function.parameters[index].name for index in trace.wrt])
    lines = [f"The derivative of {function.name}({parameters}) with respect to {inputs}"]
    if needs_result(trace):
        lines.append(f"Result: {', '.join(trace.names[value] for value in trace.outputs)}")
    if at is not None:
        point = inputs_at(trace, at).items()
        lines.append("At " + ", ".join(f"{name} = {value!r}" for name, value in point))
    return "\n".join(lines) + "\n"


def _derivative(of: str, by: str, held: Sequence[str]) -> str:
    return f"d{of}/d{by}" + (f"|{','.join(held)}" if held else "")


def _table(lines: list[Line]) -> str:
    """Lines with their `=` below one another; `(none)` where there are none."""
    if not lines:
        return "  (none)\n"
    left = max(len(line.left) for line in lines)
    middle = max((n for line in lines if (n := len(line.right)) <= WIDEST_COLUMN), default=0)
    return "".join(
        f"  {line.left:<{left}} = {line.right:<{middle}}  {'= ' if line.value else ''}{line.value}".rstrip()
        + "\n"
        for line in lines
    )
