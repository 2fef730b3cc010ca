"""Names for the parts of a parameter: the user's own where they take them out of it, else `p_mass`."""

from __future__ import annotations

import ast
from collections.abc import Hashable

from s2sdiff.frontend.meanings import UserFunction
from s2sdiff.ir.forms import part_name
from s2sdiff.ir.types import Dict, Record, Structure, labels


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
