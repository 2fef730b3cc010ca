"""Structures at the borders of functions: how they are opened into their parts, and built of them.

    p: Body(mass: float, speed: float)        p_mass = core.field(p, "mass")      # p.mass
                                              p_speed = core.field(p, "speed")
    core.build(<Body(...)>, a, b)             # Body(mass=a, speed=b)

Tuples and lists are opened by `unpack`, dicts and records by one read for each part, so that what is
not used is not read. The first argument of `build` is the type of what is built. A dict that comes in
must have the keys that it is compiled for: `require_keys`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeAlias

from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Atom, Const, Primitive, Value, constant
from s2sdiff.ir.structure import PACK, REQUIRE, UNPACK
from s2sdiff.ir.types import (
    Dict,
    Opaque,
    Record,
    Static,
    Structure,
    Tuple,
    Type,
    labels,
    parts,
    with_parts,
)

# The derivative of a value: None where it is structurally zero, a list for a structure.
Tree: TypeAlias = "Atom | list[Tree] | None"


def _read(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    whole, key = args
    if not (isinstance(whole.type, Dict | Record) and isinstance(key, Const)):
        raise TypeError("only dicts and records are read by key")
    return (parts(whole.type)[labels(whole.type).index(key.value)],)


def _built(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    form, *items = args
    if not (isinstance(form, Const) and isinstance(form.value, Structure)):
        raise TypeError("a structure is needed")
    return (with_parts(form.value, tuple(item.type for item in items)),)


def _listed(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    return (Opaque("keys"),)


ITEM = Primitive("core.key", _read, raises=True)
FIELD = Primitive("core.field", _read)
BUILD = Primitive("core.build", _built, identity=True)
LISTED = Primitive("core.list", _listed)
SORTED = Primitive("core.sorted", _listed)
READS = (ITEM, FIELD)


def position(whole: Atom, key: Atom) -> tuple[int, int]:
    """Which part of `whole` a read gives, and how many parts there are."""
    assert isinstance(whole.type, Dict | Record) and isinstance(key, Const)
    names = labels(whole.type)
    return names.index(key.value), len(names)


def part_name(whole: str, label: object) -> str:
    """A name for a part: `p_mass`, or `p_0`."""
    text = str(label)
    plain = f"{whole}_{text}"
    return plain if plain.isidentifier() else f"{whole}_{''.join(filter(str.isalnum, text))}"


def part_path(whole: str, type_: Structure, label: Hashable) -> str:
    """How messages and checks call a part: `p.mass`, `p['mass']` or `p[0]`."""
    return f"{whole}.{label}" if isinstance(type_, Record) else f"{whole}[{label!r}]"


def open_parts(
    builder: Builder, whole: Value, name: str, hints: Sequence[str] = ()
) -> tuple[Value, ...]:
    """Append what opens `whole`; its parts, hinted by `hints` or after `name`."""
    type_ = whole.type
    assert isinstance(type_, Structure)
    names = labels(type_)
    found = tuple(hints) or tuple(part_name(name, label) for label in names)
    if isinstance(type_, Tuple):
        return builder.apply_many(UNPACK, (whole,), found)
    read = ITEM if isinstance(type_, Dict) else FIELD
    return tuple(
        builder.apply(read, whole, constant(label), hint=hint)
        for label, hint in zip(names, found, strict=True)
    )


def build(builder: Builder, type_: Structure, items: Sequence[Atom]) -> Value:
    """Append what builds a structure of the form of `type_` from its parts."""
    if isinstance(type_, Tuple) and type_.kind == "tuple":
        return builder.apply(PACK, *items)
    return builder.apply(BUILD, Const(type_, Static(type_)), *items)


def require_keys(builder: Builder, whole: Value, name: str, ordered: bool) -> None:
    """Append the check that a dict has the keys of its type; in their order, where that matters."""
    assert isinstance(whole.type, Dict)
    keys = list(labels(whole.type))
    if not ordered and all(isinstance(key, str) for key in keys):
        found, word, keys = builder.apply(SORTED, whole), "sorted", sorted(keys, key=str)
    else:
        found, word = builder.apply(LISTED, whole), "list"
    builder.run(REQUIRE, found, constant(keys), constant(f"{word}({name})"))
