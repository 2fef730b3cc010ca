"""Errors: one family, each with a code, a sentence, the place and the remedy.

    S2S201 no derivative rule for numpy.unwrap
      model.py:14:  phase = np.unwrap(angle)
                            ^^^^^^^^^^^^^^^^
      add one with @s2sdiff.elementwise or @s2sdiff.pullback, or ...

`CODES` lists every code with the text that `s2sdiff explain CODE` prints. A span points into a
`SourceFile` that carries its own lines, so a message never has to read a file again.
"""

from __future__ import annotations

import functools
import os
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn, final

WIDEST = 100  # columns of a line that a message shows on each side of the place


@final
@dataclass(frozen=True, eq=False)
class SourceFile:
    """A text of the user's, with the path under which messages name it."""

    path: str
    text: str = field(repr=False)

    @functools.cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@final
@dataclass(frozen=True, slots=True)
class Span:
    """A place in the user's file. Lines count from 1, columns from 0, in characters."""

    source: SourceFile
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{os.path.basename(self.source.path)}:{self.line}"

    def text(self) -> str:
        """The first line that the span touches, without its indentation."""
        lines = self.source.lines
        return lines[self.line - 1].strip() if 0 < self.line <= len(lines) else ""

    def render(self) -> str:
        """The place as two lines: `file:line:  text` and carets below the columns meant."""
        lines = self.source.lines
        if not 0 < self.line <= len(lines):
            return f"  {self}"
        line = lines[self.line - 1]
        stop = self.end_column if self.end_line == self.line else len(line)
        head = f"  {self}:  "
        start = len(line) - len(line.lstrip())
        if self.column - start > WIDEST:
            start = self.column - WIDEST // 2
        shown = line[start : start + 2 * WIDEST].rstrip()
        before = _width(line[start : self.column])
        carets = max(
            1, _width(line[max(self.column, start) : min(stop, start + 2 * WIDEST)].rstrip())
        )
        return f"{head}{shown}\n{' ' * (len(head) + before)}{'^' * carets}"


def _width(text: str) -> int:
    """Columns that `text` takes on a terminal (wide East Asian characters take two)."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


class S2SDiffError(Exception):
    """Base of all errors that s2sdiff raises on purpose.

    Attributes: `code` ("S2S201"), `sentence`, `span` (or None), `remedy` (may be empty).
    """

    def __init__(
        self, code: str, sentence: str, span: Span | None = None, remedy: str = ""
    ) -> None:
        assert code in CODES, code
        super().__init__(code, sentence, span, remedy)
        self.code = code
        self.sentence = sentence
        self.span = span
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [f"{self.code} {self.sentence}"]
        if self.span is not None:
            parts.append(self.span.render())
        parts.extend(f"  {line}" for line in self.remedy.splitlines())
        return "\n".join(parts)


class SourceUnavailable(S2SDiffError):
    """The source text of a function cannot be had or read (S2S1xx)."""


class NoRule(S2SDiffError):
    """A function without a derivative rule is called (S2S2xx)."""


class Unsupported(S2SDiffError):
    """A construct lies outside the accepted subset of Python (S2S3xx)."""


class BadArgument(S2SDiffError, TypeError):
    """The differentiated function, its arguments or its result do not fit (S2S4xx)."""


class OutputError(S2SDiffError, OSError):
    """An output file cannot be written (S2S5xx)."""


class NotCompiled(S2SDiffError):
    """numba is not there, or cannot compile the derivative (S2S6xx)."""


class InternalError(S2SDiffError):
    """A mistake of s2sdiff itself (S2S900); please report it."""


_FAMILIES: dict[str, type[S2SDiffError]] = {
    "1": SourceUnavailable,
    "2": NoRule,
    "3": Unsupported,
    "4": BadArgument,
    "5": OutputError,
    "6": NotCompiled,
    "9": InternalError,
}


def error(code: str, sentence: str, span: Span | None = None, remedy: str = "") -> S2SDiffError:
    """The exception for `code`, of the class that its first digit names."""
    return _FAMILIES[code[3]](code, sentence, span, remedy)


def fail(code: str, sentence: str, span: Span | None = None, remedy: str = "") -> NoReturn:
    """Raise the exception for `code`."""
    raise error(code, sentence, span, remedy)


def internal(stage: str, problem: str) -> InternalError:
    """An error of our own: names the pass and asks for a report."""
    return InternalError(
        "S2S900",
        f"internal error in {stage}: {problem}",
        None,
        "this is a mistake of s2sdiff, not of your program; please report it with the function",
    )


CODES: dict[str, str] = {
    "S2S101": """The source text of a function is not available.

s2sdiff reads source code, so it needs the text of the function and of every function that it
calls. Functions made by exec, typed into the plain REPL before Python 3.13, or shipped as .pyc
only have none. Put the function in a file, or pass its text: `grad(f, source=text)`.""",
    "S2S102": """The file is not valid Python.

The message repeats what Python's own parser says. The file is only parsed, never executed.""",
    "S2S103": """The file or the function in it was not found.

`s2sdiff emit FILE:FUNCTION` wants an existing file and the name of a function at its top level
(or `Class.method` for a static method).""",
    "S2S104": """A name cannot be resolved to one definite object.

A name must have exactly one unconditional binding: a name bound twice, rebound through `global`,
bound under `if`, `try` or `for`, or filled in at run time has no value that can be known without
executing the file. Bind it once, or pass the value as a parameter.""",
    "S2S105": """Source text and function do not belong together.

The text found for a function does not contain it: the file was edited after it was imported, or
the function is wrapped by a decorator that does not keep `__wrapped__`. Reload the module, or
differentiate the wrapped function itself.""",
    "S2S201": """A function is called that has no derivative rule.

`s2sdiff rules` lists the functions that have one. Write one with `@s2sdiff.elementwise(function)`
(give its partials) or, for functions of structures, with `@s2sdiff.pullback(function)`; or declare
`s2sdiff.zero_derivative(function)` where its derivative is zero almost everywhere.""",
    "S2S202": """A function has a rule, but not for these arguments.

For example `pow` with three arguments works on integers only, and `round` wants a constant number
of digits.""",
    "S2S203": """A rule does not fit the function that it is for.

The parameters of an elementwise rule are the function's arguments followed by `y`, its result; it
returns one partial for each argument. A pullback takes `y_bar` besides and returns cotangents, a
pushforward takes tangents of the arguments and returns that of the result; both have the structure of
what they belong to. What goes by keyword has no derivative there.""",
    "S2S301": """A statement lies outside the accepted subset of Python.

Assignments, expressions, calls, conditions, loops, match, assert, raise, functions and harmless with
statements are accepted. The message names the statement and what to write instead.""",
    "S2S302": """An expression lies outside the accepted subset of Python.

The message names the expression and what to write instead.""",
    "S2S303": """The outcome of a condition is not known at compile time, where it must be.

In a dict comprehension the keys must be known, so tests in it must be of constants.""",
    "S2S304": """A call cannot be inlined or kept.

Functions are inlined where they are called; one that calls itself behind a run-time test is kept as a
function of its own. A kept function takes and returns values of the same types in every call, and some
path of it ends without calling it again. Calls that expand to very many operations are refused.""",
    "S2S305": """A variable may be undefined where it is used.

Every variable must be assigned before it is read, on the path taken.""",
    "S2S306": """An object is used in a way that s2sdiff does not know.

Functions, modules and other objects can be called or passed on, not computed with.""",
    "S2S307": """A value would be stored where s2sdiff cannot follow it.

Lists that the function made, or got as arguments, can be changed. Attributes, globals and lists from
outside cannot, nor can a list that has several names on some paths only: a change would have to be
seen under all of them. Copy the list first, or return the value.""",
    "S2S308": """A view of the program cannot show a loop.

`trace` with --at, --latex or --count shows programs without loops, run-time lists and recursion: each row
is one intermediate variable. `trace` alone shows loops as indented regions, `graph` as clusters; `emit` and
`check` take all programs; `emit --explain` says what loops record.""",
    "S2S401": """`wrt` names nothing.

`wrt` is the index or the name of a parameter, or a tuple of them.""",
    "S2S402": """The function's result does not fit the operator.

`grad`, `value_and_grad`, `hessian` and `hvp` need one float as the result. Use `jacobian` for
several results, or `vjp` to choose a combination of them.""",
    "S2S403": """An argument cannot be differentiated with respect to.

Derivatives are taken with respect to floats (ints are accepted and get a float derivative) and
structures of them: tuples, dicts with constant keys, dataclasses and namedtuples. The derivative is
such a structure too, so its class must be importable, and its constructor only store the fields.""",
    "S2S404": """The arguments do not fit the function's signature.

The message repeats what Python itself would say.""",
    "S2S405": """A type annotation or a `--types` entry is not understood.

Known types are float, int, bool, tuples of them such as `tuple[float, float]`, and dataclasses,
namedtuples and typed dicts whose fields have such types.""",
    "S2S406": """The number of values does not fit.

Unpacking wants as many names as there are values.""",
    "S2S407": """A gradient function met a value that it cannot represent.

A negative float to a fractional power is complex in Python. Complex values have no gradient here.""",
    "S2S501": """The output file cannot be written.

Nothing was written: an existing file stays as it was.""",
    "S2S502": """The output file exists and was not written by s2sdiff.

Nothing was written. Give another path, or `--force` to replace the file.""",
    "S2S503": """A library that the function uses is not installed.

Rules of arrays call NumPy, and those of SciPy's functions SciPy. `pip install "s2sdiff[examples]"`
installs both.""",
    "S2S601": """numba cannot compile a part of the derivative.

`jit=True` and `--target numba` want code that numba compiles: loops, numbers, and the functions of NumPy
that it knows. The message names the line. Without numba the same derivative runs in Python.""",
    "S2S602": """numba is not installed.

`pip install "s2sdiff[numba]"` installs it.""",
    "S2S900": """A mistake of s2sdiff itself.

The message names the pass. Please report it with the function that shows it.""",
}


@contextmanager
def ours(stage: str) -> Iterator[None]:
    """What goes wrong in here, and is no error of the user's, is one of ours."""
    try:
        yield
    except S2SDiffError:
        raise
    except (AssertionError, AttributeError, LookupError, TypeError, ValueError) as mistake:
        raise internal(stage, f"{type(mistake).__name__}: {mistake}") from mistake


@contextmanager
def deep_recursion(span: Span | None) -> Iterator[None]:
    """Room for what is nested some hundreds of levels deep. Raises S2S304 where it is not enough."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 50_000))
    try:
        yield
    except RecursionError:
        sentence = "an expression or a chain of branches is nested too deeply"
        fail("S2S304", sentence, span, "split it into assignments, or into functions")
    finally:
        sys.setrecursionlimit(before)
