"""Indices of the form `i + 2`: a value, and how far it is moved."""

from __future__ import annotations

from collections.abc import Mapping

from s2sdiff.ir.core import Apply, Atom, Const, Op, Value

_MOVES = {"operator.add": 1, "operator.sub": -1}


def moved(atom: Atom, made: Mapping[Value, Op]) -> tuple[Atom | None, int]:
    """x and n, where `atom` is x + n; None and n, where it is the number n."""
    by = 0
    while isinstance(atom, Value):
        match made.get(atom):
            case Apply(primitive=each, args=(x, Const(value=int(n)))) if each.name in _MOVES:
                by += _MOVES[each.name] * n
                atom = x
            case Apply(primitive=each, args=(Const(value=int(n)), x)) if (
                each.name == "operator.add"
            ):
                by += n
                atom = x
            case _:
                return atom, by
    if isinstance(atom, Const) and type(atom.value) is int:
        return None, by + atom.value
    return atom, by
