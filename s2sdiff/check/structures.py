"""Dicts, records and lists at the borders of what is checked: inside, all are tuples of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from s2sdiff.check.trees import Tree
from s2sdiff.frontend.records import field_names
from s2sdiff.ir.core import Function
from s2sdiff.ir.evaluate import build_structure
from s2sdiff.ir.types import (
    Dict,
    Record,
    Scalar,
    Static,
    Structure,
    Tuple,
    Type,
    labels,
    leaves,
    parts,
)


def inside(tree: Tree) -> Tree:
    """A structure as a tuple of its numbers; strings and None are left out."""
    if isinstance(tree, dict):
        items: list[Any] = list(tree.values())
    elif isinstance(tree, tuple | list):
        items = list(tree)
    elif isinstance(tree, SimpleNamespace):
        items = list(vars(tree).values())
    elif names := field_names(type(tree)):
        items = [getattr(tree, name) for name in names]
    else:
        return tree
    return tuple(inside(item) for item in items if not isinstance(item, str | None))


def outside(type_: Type, tree: Tree, live: bool) -> Tree:
    """A tuple of numbers in the structure of `type_`: `inside`, undone.

    Records are objects of the user's class if `live`, which imports it; else they just have its fields.
    """
    if not isinstance(type_, Structure):
        return tree
    remaining: Iterator[Any] = iter(tree)
    items: list[Any] = []
    for part in parts(type_):
        if isinstance(part, Scalar | Structure):
            items.append(outside(part, next(remaining), live))
        else:
            items.append(part.value if isinstance(part, Static) else "text")
    if isinstance(type_, Record) and not live:
        return SimpleNamespace(**dict(zip(map(str, labels(type_)), items, strict=True)))
    return build_structure(type_, *items)


def stand_in(**fields: Any) -> SimpleNamespace:
    """An object of the user's class, as emitted text makes it."""
    return SimpleNamespace(**fields)


def classes_of(types: list[Type]) -> set[str]:
    """The qualified names of the classes in these types."""
    found: set[str] = set()
    for type_ in types:
        if isinstance(type_, Record):
            found.add(f"{type_.module}.{type_.name}")
        if isinstance(type_, Structure):
            found |= classes_of(list(parts(type_)))
    return found


def not_checked(function: Function) -> str | None:
    """Why a function cannot be checked: ints in named structures are no inputs, and bools neither."""
    for value in function.body.params:
        for structure in _structures(value.type):
            named = not (isinstance(structure, Tuple) and structure.kind == "tuple")
            if named and any(isinstance(p, Scalar) and p.kind != "float" for p in parts(structure)):
                return "there are ints or bools in a dict, a record or a list"
            if any(leaf == Scalar("bool") for leaf in leaves(structure)):
                return "there are bools in a tuple"
    return None


def _structures(type_: Type) -> list[Dict | Record | Tuple]:
    if not isinstance(type_, Structure):
        return []
    return [type_, *(found for part in parts(type_) for found in _structures(part))]
