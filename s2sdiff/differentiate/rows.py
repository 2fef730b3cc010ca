"""Lists and arrays that are read from lists.

row = d[i]                       d_bar[i][j] += y_bar
y = row[j]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from s2sdiff.ir.core import Atom, Block, Value
from s2sdiff.ir.lists import way_to
from s2sdiff.ir.traverse import changes_in, defining_ops
from s2sdiff.ir.types import Array, List


@final
@dataclass(frozen=True, slots=True)
class Rows:
    """What is read from lists, with the way to it, and the lists of which there are later versions."""

    ways: dict[Value, tuple[Value, tuple[Atom, ...]]]
    changed: frozenset[Atom]


def rows_of(body: Block) -> Rows:
    """The rows in `body`."""
    made = defining_ops(body)
    ways = {value: way_to(value, made) for value in made if isinstance(value.type, List | Array)}
    return Rows(
        {value: way for value, way in ways.items() if way[1]},
        frozenset(op.args[0] for op in changes_in(body)),
    )
