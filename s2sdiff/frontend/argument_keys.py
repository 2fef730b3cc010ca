"""Is a call like the last one? A function written for the form of its arguments says so quickly.

    lambda p0, p1: (p0.__class__, p0.shape, p0.dtype, p1.__class__, [... for q0, q1 in p1])

Equal keys have the same classes, shapes and dtypes in the same structure, so what was compiled for the one
serves the other. A form that is not known here has no such function.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, TypeAlias

from s2sdiff.errors import fail
from s2sdiff.frontend.records import pattern_of
from s2sdiff.frontend.signatures import equal_lengths, is_array, lengths_in

Key: TypeAlias = tuple[object, ...]
PLAIN = frozenset({float, int})
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


def key_of_call(args: tuple[Any, ...], keywords: dict[str, Any]) -> Key:
    """The pattern of argument types. Static arguments (strings, bools, None) count by value."""
    try:
        named = tuple((name, _argument(keywords[name])) for name in sorted(keywords))
        return (*map(_argument, args), named)
    except RecursionError:
        fail("S2S403", "an argument contains itself, or is nested too deeply", None, "flatten it")


def _argument(value: Any) -> object:
    """The pattern of an argument: of a list the types of its items, whatever its length."""
    if type(value) is not list:
        return _pattern(value)
    kinds = frozenset(map(type, value))
    if PLAIN.issuperset(kinds):
        return ("list", kinds)
    patterns = tuple(map(_argument, value))
    found: frozenset[object] = frozenset(patterns)
    lengths = list(map(lengths_in, value))
    if any(lengths):
        found |= {equal_lengths(lengths)}
    if len(set(map(_ranks, patterns))) > 1:
        return ("list", patterns)  # arrays of different ranks: its length is known
    return ("list", found)


def _pattern(value: Any) -> object:
    kind = type(value)
    if kind in PLAIN:
        return kind
    if kind is tuple:
        return tuple(map(_pattern, value))
    if isinstance(value, bool | str) or value is None:
        return (type(value), value)
    if is_array(value):
        return ("array", value.dtype.char, tuple([length == 1 for length in value.shape]))
    return pattern_of(value, _pattern)


def _ranks(pattern: object) -> object:
    """A pattern with nothing but the number of axes of each array; of numbers nothing."""
    if isinstance(pattern, type):
        return None
    if isinstance(pattern, tuple) and pattern and pattern[0] == "array":
        return len(pattern[2])
    return tuple(map(_ranks, pattern)) if isinstance(pattern, tuple) else pattern
