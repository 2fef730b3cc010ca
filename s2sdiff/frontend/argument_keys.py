"""Is a call like the last one? A function written for the form of its arguments says so quickly.

    lambda p0, p1: (p0.__class__, p0.shape, p0.dtype, p1.__class__, [... for q0, q1 in p1])

Equal keys have the same classes, shapes and dtypes in the same structure, so what was compiled for the one
serves the other. A form that is not known here has no such function.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from s2sdiff.frontend.signatures import is_array

LARGEST = 60  # parts of a structure that are written down


def key_function(args: tuple[Any, ...]) -> Callable[..., Any] | None:
    """A function that gives the key of arguments of this form; None where there is none.

    For arguments of another form it may raise anything.
    """
    counter = itertools.count()
    try:
        parts = [_part(value, f"p{at}", counter) for at, value in enumerate(args)]
    except _Unknown:
        return None
    names = "".join(f"p{at}, " for at in range(len(args)))
    text = f"lambda {names.rstrip(', ')}: ({', '.join(parts)},)"
    found: Callable[..., Any] = eval(text, {"__builtins__": {"len": len, "tuple": tuple}})
    return found


def has_shape(value: Any) -> bool:
    """Is it an array, or a structure that may hold some?"""
    return is_array(value) or isinstance(value, list | tuple | dict)


class _Unknown(Exception):
    """A form of arguments that has no key here."""


def _part(value: Any, name: str, counter: itertools.count[int]) -> str:
    if next(counter) > LARGEST:
        raise _Unknown
    kind = type(value)
    if is_array(value):
        return f"{name}.__class__, {name}.shape, {name}.dtype"
    if kind in (float, int):
        return f"{name}.__class__"
    if kind is tuple:
        inner = [_part(each, f"{name}[{at}]", counter) for at, each in enumerate(value)]
        return ", ".join([f"{name}.__class__, len({name})", *inner])
    if kind is dict and all(type(key) is str for key in value):
        inner = [_part(each, f"{name}[{key!r}]", counter) for key, each in value.items()]
        return ", ".join([f"{name}.__class__, tuple({name})", *inner])
    if kind is list and value:
        return f"{name}.__class__, [{_item(value, counter)} {name}]"
    raise _Unknown


def _item(items: list[Any], counter: itertools.count[int]) -> str:
    """What of each item of a list counts, up to the list itself."""
    first = items[0]
    if is_array(first):
        return "(q.__class__, q.shape, q.dtype) for q in"
    if type(first) is tuple and first and all(map(is_array, first)):
        names = [f"q{at}" for at in range(len(first))]
        facts = ", ".join(f"{each}.__class__, {each}.shape, {each}.dtype" for each in names)
        return f"({facts}) for {', '.join(names)}{',' if len(names) == 1 else ''} in"
    raise _Unknown
