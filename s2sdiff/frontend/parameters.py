"""Parameters: names for their parts (the user's own where they take them out), and their defaults."""

from __future__ import annotations

import ast
from collections.abc import Hashable

from s2sdiff.errors import fail
from s2sdiff.frontend.meanings import RecordValue, UserFunction, python_value
from s2sdiff.ir.core import Const, constant
from s2sdiff.ir.forms import part_name
from s2sdiff.ir.types import Dict, Record, Static, Structure, labels


def part_hints(function: UserFunction, name: str, type_: Structure) -> tuple[str, ...]:
    """Names for the parts of the parameter `name`.

    `a, b = p` names all parts, `m = p.mass` or `m = p["mass"]` one of them.
    """
    keys = labels(type_)
    given: dict[Hashable, str] = {}
    for node in function.statements:
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Name(id=whole)) if (
                whole == name and len(parts) == len(keys) and not isinstance(type_, Dict)
            ):
                names = [part.id for part in parts if isinstance(part, ast.Name)]
                if len(names) == len(keys) == len(set(names)):
                    return tuple(names)
            case ast.Assign(targets=[ast.Name(id=own)], value=value):
                key = _part_read(value, name, type_)
                if key in keys and key not in given and own not in given.values() and own != name:
                    given[key] = own
    return tuple(given.get(key) or part_name(name, key) for key in keys)


def default_constant(value: object, name: str) -> Const:
    """The default of a parameter, which the generated signature repeats. Raises S2S403."""
    if not _can_be_written(value):
        what = f"an object of class {type(value).__name__}"
        fail("S2S403", f"the default of {name} is {what}", None, "make it a parameter without one")
    return Const(value, Static(value)) if isinstance(value, RecordValue) else constant(value)


def _can_be_written(value: object) -> bool:
    match value:
        case RecordValue(items=entries):
            return all(_can_be_written(python_value(item)) for item in entries.values())
        case dict():
            return all(map(_can_be_written, value.values()))
        case tuple() | list():
            return all(map(_can_be_written, value))
    return isinstance(value, bool | int | float | str | bytes | None)


def _part_read(node: ast.expr, name: str, type_: Structure) -> Hashable:
    """The part that `p.mass` or `p["mass"]` reads, if that is what `node` is."""
    match node:
        case ast.Attribute(value=ast.Name(id=whole), attr=key) if whole == name:
            return key if isinstance(type_, Record) else None
        case ast.Subscript(value=ast.Name(id=whole), slice=ast.Constant(value=str(key))) if (
            whole == name
        ):
            return key if isinstance(type_, Dict) else None
    return None
