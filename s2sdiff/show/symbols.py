"""Names and numbers in LaTeX.

    x -> x      x_2 -> x_{2}      sigma -> \\sigma      learning_rate -> \\mathrm{learning\\_rate}

Different names look different, and pdflatex sets all of them: letters that it has no glyph for are
written as their code point.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
GREEK = frozenset(_GREEK.split())
_LETTERS = {
    unicodedata.lookup(
        f"GREEK {'SMALL' if name[0].islower() else 'CAPITAL'} LETTER {name.upper()}".replace(
            "LAMBDA", "LAMDA"
        )
    ): name
    for name in GREEK
}
_ACCENTS = {
    "\u0300": "grave",
    "\u0301": "acute",
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0308": "ddot",
}
_TEXT = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{char: f"\\{char}" for char in "_%&#${}"},
}
_EXPONENT = re.compile(r"^(.*)e([+-]\d+)$")


def latex_names(names: Iterable[str]) -> dict[str, str]:
    """Table: the symbol of each name. Where two would look alike the later is written plainly."""
    found: dict[str, str] = {}
    for name in names:
        pretty = _pretty(name)
        found[name] = _coded(name) if pretty in found.values() else pretty
    return found


def _pretty(name: str) -> str:
    stem, _, index = name.rpartition("_")
    if stem and index.isascii() and index.isdigit():
        inner = _pretty(stem)
        return f"{{{inner}}}_{{{index}}}" if "_{" in inner else f"{inner}_{{{index}}}"
    if name in GREEK:
        return f"\\{name}"
    if name in _LETTERS:
        return f"\\{_LETTERS[name]}"
    if len(name) == 1 and name.isascii() and name.isalpha():
        return name
    return _plain(name)


def _plain(name: str) -> str:
    return f"\\mathrm{{{operator_name(name)}}}"


def _coded(name: str) -> str:
    return f"\\mathrm{{{latex_text(name)}}}"


def operator_name(name: str) -> str:
    """The name of a function, for use inside of \\operatorname."""
    return "".join(map(_letter, name))


def _letter(char: str) -> str:
    if char.isascii():
        return _TEXT.get(char, char)
    if char in _LETTERS:
        return f"\\{_LETTERS[char]} "
    base, *marks = list(unicodedata.normalize("NFD", char))
    if base.isascii() and len(marks) == 1 and marks[0] in _ACCENTS:
        return f"\\{_ACCENTS[marks[0]]}{{{base}}}"
    return f"u{ord(char):04x}"


def latex_text(text: str) -> str:
    """Text for use outside of formulas, or inside of \\text."""
    return "".join(_TEXT.get(c, c) if c.isascii() else f"u{ord(c):04x}" for c in text)


def latex_number(value: object) -> str:
    """A value: `1.5`, `2 \\cdot 10^{-7}`, `\\infty`."""
    text = repr(value)
    match = _EXPONENT.match(text)
    if match is not None:
        return f"{match[1]} \\cdot 10^{{{int(match[2])}}}"
    words = {"inf": r"\infty", "-inf": r"-\infty", "nan": r"\mathrm{nan}"}
    if text in words:
        return words[text]
    return text if isinstance(value, int | float) and text[-1].isdigit() else _word(text)


def _word(text: str) -> str:
    return f"\\text{{{latex_text(text)}}}"
