"""Arrays from outside the function, as constants.

    KERNEL = np.array([1.0, 2.0, 1.0])

    table(KERNEL) -> float[3]          reads the name, which stands at the top of the emitted file

The array is the user's: nobody may change it in place, and a result is never it, but a copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Atom, Const, Hint, Primitive, Value
from s2sdiff.ir.types import Array, Kind, Static, Type

# More numbers than these are data, and belong among the arguments.
MOST = 1000
_KINDS: dict[str, Kind] = {
    "float64": "float",
    "float32": "float32",
    "int64": "int",
    "bool": "bool",
    "complex128": "complex",
}


@final
@dataclass(frozen=True, slots=True)
class Table:
    """An array as nested tuples of its numbers."""

    name: str
    kind: Kind
    shape: tuple[int, ...]
    rows: tuple[Any, ...]

    def array(self) -> Any:
        """A new array with these numbers."""
        import numpy as np

        return np.array(self.rows, {"float32": np.float32}.get(self.kind))


def table_of(value: Any, name: str) -> Table | None:
    """An array of the user's as a table; None if it is too large, empty, or not of numbers."""
    kind = _KINDS.get(str(value.dtype))
    if kind is None or not 0 < value.size <= MOST:
        return None
    return Table(name, kind, value.shape, _tuples(value.tolist()))


def _tuples(rows: Any) -> Any:
    return tuple(map(_tuples, rows)) if isinstance(rows, list) else rows


def _tabled(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    (given,) = args
    assert isinstance(given, Const) and isinstance(given.value, Table)
    return (Array(given.value.kind, given.value.shape),)


TABLE = Primitive("core.table", _tabled)


def read_table(builder: Builder, table: Table, hint: Hint = None) -> Value:
    """Append the read of a table."""
    return builder.apply(TABLE, Const(table, Static(table)), hint=hint)
