"""A trace as a LaTeX document, which pdflatex sets with amsmath and nothing else.

a = x**2                    ->   a &= x^{2}
dd/dc = 1 / (2 * sqrt(c))   ->   \\frac{\\partial d}{\\partial c} &= \\frac{1}{2 \\sqrt{c}}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from s2sdiff.differentiate.operators import listed
from s2sdiff.show.rows import Trace
from s2sdiff.show.symbols import latex_names, latex_number
from s2sdiff.show.typesetting import Typesetter
from s2sdiff.show.values import inputs_at, numbers_at
from s2sdiff.show.writing import HEADINGS, Line, Notation, lines_of, needs_result

_HEAD = r"""\documentclass{article}
\usepackage{amsmath}
\allowdisplaybreaks
\begin{document}
"""
_TAIL = r"""
\end{document}
"""


def render_latex(trace: Trace, at: dict[str, float] | None) -> str:
    """The four parts as a document; with the values at a point, if one is given.

    Raises S2S404 for a point that does not fit the function, or where it cannot be computed.
    """
    parameters = [parameter.name for parameter in trace.function.parameters]
    symbols = latex_names(dict.fromkeys((*trace.names.values(), *parameters, trace.function.name)))
    typesetter = Typesetter(symbols)
    notation = Notation(
        name=symbols.__getitem__,
        formula=typesetter.formula,
        factor=typesetter.factor,
        derivative=_derivative,
        times=r" \cdot ",
        number=latex_number,
    )
    numbers = numbers_at(trace, at) if at is not None else None
    sections = [_title(trace, symbols, at)]
    for (title, first, last), lines in zip(
        HEADINGS, lines_of(trace, notation, numbers), strict=True
    ):
        sections.append(f"\\subsection*{{{title} ({first}--{last})}}\n{_align(lines)}")
    return _HEAD + "\n".join(sections) + _TAIL


def _title(trace: Trace, symbols: Mapping[str, str], at: dict[str, float] | None) -> str:
    function = trace.function
    parameters = ", ".join(symbols[parameter.name] for parameter in function.parameters)
    inputs = listed([f"${symbols[function.parameters[index].name]}$" for index in trace.wrt])
    call = f"${symbols[function.name]}({parameters})$"
    lines = [f"\\section*{{The derivative of {call} with respect to {inputs}}}"]
    if needs_result(trace):
        results = ", ".join(symbols[trace.names[value]] for value in trace.outputs)
        lines.append(f"Result: ${results}$.")
    if at is not None:
        shown = [
            f"${_input(name, symbols)} = {latex_number(value)}$"
            for name, value in inputs_at(trace, at).items()
        ]
        lines.append(f"At {', '.join(shown)}." if shown else "")
    return "\n".join(line for line in lines if line)


def _input(name: str, symbols: Mapping[str, str]) -> str:
    """`p[0][1]` as a symbol with indices."""
    stem, bracket, rest = name.partition("[")
    indices = rest.rstrip("]").replace("][", ", ")
    return f"{{{symbols[stem]}}}_{{{indices}}}" if bracket else symbols[stem]


def _derivative(of: str, by: str, held: Sequence[str]) -> str:
    fraction = f"\\frac{{\\partial {of}}}{{\\partial {by}}}"
    return f"\\left.{fraction}\\right|_{{{', '.join(held)}}}" if held else fraction


def _align(lines: list[Line]) -> str:
    if not lines:
        return "None."
    written = [
        f"{line.left} &= {line.right}" + (f" &&= {line.value}" if line.value else "")
        for line in lines
    ]
    return "\\begin{align*}\n" + " \\\\\n".join(written) + "\n\\end{align*}"
