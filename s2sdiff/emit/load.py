"""Making functions of emitted text: visible to tracebacks, `pdb` and `inspect`; picklable by source.

A path-like file name and a registered module with a loader that has the text survive
`linecache.clearcache()`. With `S2SDIFF_CACHE_DIR` set the text goes to a real file there, which numba's
cache and coverage need. Names are made of the text alone, so the same text is the same module.
"""

from __future__ import annotations

import hashlib
import importlib.machinery
import os
import sys
import threading
import traceback
from collections.abc import Callable
from importlib.abc import InspectLoader
from types import ModuleType
from typing import Any

from s2sdiff.emit.module import Emitted

_ONE_AT_A_TIME = threading.Lock()


class _TextLoader(InspectLoader):
    """A loader that has the text of its one module."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, fullname: str) -> str:
        return self.text


def load(emitted: Emitted, folder: str = "") -> Callable[..., Any]:
    """The function that the text defines. Loading the same text again gives the same function, unless a
    class that it imports has been defined anew, as in a notebook. With a `folder` it is a file there."""
    digest = hashlib.sha256(emitted.source.encode()).hexdigest()[:12]
    name = f"s2sdiff_generated_{emitted.name}_{digest}"
    with _ONE_AT_A_TIME:
        module = sys.modules.get(name)
        if module is None or not _is_current(module):
            module = _module(name, emitted.source, folder)
    function: Callable[..., Any] = getattr(module, emitted.name)
    return function


def _is_current(module: ModuleType) -> bool:
    """Are the classes that the module imported still those of their own modules?"""
    for value in vars(module).values():
        if isinstance(value, type):
            found: Any = sys.modules.get(value.__module__)
            for part in value.__qualname__.split("."):
                found = getattr(found, part, None)
            if found is not value:
                return False
    return True


def _module(name: str, text: str, folder: str) -> ModuleType:
    path = _path(name, text, folder)
    loader = _TextLoader(text)
    module = ModuleType(name)
    module.__file__ = path
    module.__loader__ = loader
    module.__spec__ = importlib.machinery.ModuleSpec(name, loader, origin=path)
    module.__dict__["__source__"] = text
    if folder:
        sys.modules[name] = module  # numba looks for it while the text is run
    try:
        exec(compile(text, path, "exec"), module.__dict__)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    sys.modules[name] = module  # whole, for threads that look for it
    return module


def _path(name: str, text: str, folder: str) -> str:
    folder = folder or os.environ.get("S2SDIFF_CACHE_DIR", "")
    if not folder:
        return f"s2sdiff-generated/{name}.py"
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, f"{name}.py")
    if not os.path.exists(path):
        part = f"{path}.{os.getpid()}"
        with open(part, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(part, path)
    return path


def note_origin(problem: BaseException, function: Callable[..., Any], emitted: Emitted) -> None:
    """Note at an exception of NumPy for which line of the user's the line was written that raised it.

    What the program itself raises comes through as it is.
    """
    if "np" not in getattr(function, "__globals__", {}):
        return
    origins = dict(emitted.origins)
    path = getattr(getattr(function, "__code__", None), "co_filename", "")
    for frame, line in traceback.walk_tb(problem.__traceback__):
        span = origins.get(line)
        if frame.f_code.co_filename != path or span is None:
            continue
        text = emitted.source.splitlines()[line - 1].strip()
        if not text.startswith(("raise ", "assert ")):
            problem.add_note(f"in a derivative of\n{span.render()}")
        return
