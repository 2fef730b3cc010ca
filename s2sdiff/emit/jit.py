"""Emitted text compiled by numba, from a real file: so its cache serves other processes too.

The file lies in `S2SDIFF_CACHE_DIR`, or in the user's cache. What numba cannot compile is said at the line
of the user's that it was written for.
"""

from __future__ import annotations

import importlib.util
import os
import re
import tempfile
import traceback
import warnings
from collections.abc import Callable
from types import FrameType
from typing import Any

from s2sdiff.emit.load import load
from s2sdiff.emit.module import Emitted
from s2sdiff.errors import S2SDiffError, Span, error, fail

REMEDY = "write it with loops or with other functions, or leave out jit=True"


def check_numba() -> None:
    """Raise S2S602 where numba is not there."""
    if importlib.util.find_spec("numba") is None:
        remedy = 'pip install "s2sdiff[numba]", or leave out jit=True'
        fail("S2S602", "jit=True needs numba, which is not installed", None, remedy)


def load_compiled(emitted: Emitted) -> Callable[..., Any]:
    """The function that the text defines, which numba compiles at its first call for each kind of
    arguments. Raises S2S601 at that call, S2S602 here."""
    check_numba()
    return _Compiled(load(emitted, _folder()), emitted)


def _folder() -> str:
    """Where generated files are kept; elsewhere if `NUMBA_BOUNDSCHECK` is set, as numba's cache keeps no
    account of it."""
    folder = _base_folder()
    if os.environ.get("NUMBA_BOUNDSCHECK", "0") in ("", "0"):
        return folder
    checked = os.path.join(folder, "bounds-checked")
    return checked if _can_write(checked) else folder


def _base_folder() -> str:
    chosen = os.environ.get("S2SDIFF_CACHE_DIR")
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    for folder in (chosen, os.path.join(home, "s2sdiff")):
        if folder and _can_write(folder):
            return folder
    return tempfile.mkdtemp(prefix="s2sdiff-")


def _can_write(folder: str) -> bool:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


class _Compiled:
    """A function that numba compiles; it is called like the function."""

    def __init__(self, function: Callable[..., Any], emitted: Emitted) -> None:
        self.function = function
        self.emitted = emitted
        self.__name__ = emitted.name
        self.__wrapped__ = getattr(function, "py_func", function)
        self.is_compiled = False

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        for at, name, value in self.emitted.left_out:
            if at >= len(args):
                keywords.setdefault(name, value)
        if self.is_compiled:
            return self.function(*args, **keywords)
        from numba.core.errors import NumbaError, NumbaWarning, UnsupportedBytecodeError

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NumbaWarning)
                result = self.function(*args, **keywords)
        except (
            NumbaError,
            UnsupportedBytecodeError,
            AssertionError,
            NotImplementedError,
        ) as problem:
            if isinstance(problem, AssertionError | NotImplementedError) and not _frames(problem):
                raise  # the function's own
            raise not_compiled(problem, self.emitted) from None
        self.is_compiled = True
        return result


def not_compiled(problem: Exception, emitted: Emitted) -> S2SDiffError:
    """numba's complaint about the emitted text as one about the user's line."""
    lines = emitted.source.splitlines()
    place = _line_of(problem, emitted)
    span = _span_at(place, emitted)
    shown = lines[place - 1].strip() if place and place <= len(lines) else emitted.name
    return error("S2S601", f"numba cannot compile `{shown}`: {_reason(problem)}", span, REMEDY)


def _frames(problem: Exception) -> list[FrameType]:
    """The frames of numba's compiler in which a problem arose."""
    frames = [frame for frame, _ in traceback.walk_tb(problem.__traceback__)]
    return [each for each in frames if each.f_globals.get("__name__", "").startswith("numba.core.")]


def _line_of(problem: Exception, emitted: Emitted) -> int:
    """The line of the emitted text that it is about; 0 where that is not known."""
    text = str(problem)
    found = re.findall(r'File "[^"]*' + re.escape(emitted.name) + r'[^"]*", line (\d+)', text)
    if found:
        return int(found[-1])
    at = getattr(getattr(problem, "loc", None), "line", 0)
    if not at:  # an error inside of numba: it stands at what was being compiled
        compiled = (frame.f_locals.get("inst") for frame in _frames(problem))
        places = [getattr(getattr(each, "loc", None), "line", 0) for each in compiled]
        at = next(filter(None, reversed(places)), 0)
    return int(at or 0)


def _span_at(line: int, emitted: Emitted) -> Span | None:
    origins = dict(emitted.origins)
    known = [at for at in origins if at <= line]
    return origins[max(known)] if known else None


def _reason(problem: Exception) -> str:
    """What numba says, without its search for an implementation."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(problem))
    for line in text.splitlines():
        line = line.strip().strip("-> ").rstrip(".")
        if not line or line.startswith(
            ("Failed in", "File ", "During:", "[1]", "Known signatures")
        ):
            continue
        return line[:160]
    return type(problem).__name__
