"""Entries of arrays that still stand when the reverse sweep reads them: nothing is recorded for them.

    for i in range(1, n):                          for i in range(n - 1, 0, -1):
        y[i] = y[i - 1] * sin(x[i])       ->           ... y[i - 1] ...

The array is changed from turn to turn, but not where it was read: in the reverse sweep the same entry is
read of the array as the outermost loop leaves it. The same holds for what was stored, `exp(x)` in
`y[i] = exp(x)`: the reverse sweep finds it in `y[i]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from s2sdiff.analysis.entries import Access, Entries, Unfollowed
from s2sdiff.ir.arrays import is_store, parts_of_store
from s2sdiff.ir.core import Apply, Atom, Block, For, Layout, Op, Value
from s2sdiff.ir.shapes import is_same
from s2sdiff.ir.traverse import blocks, defining_ops, walk
from s2sdiff.ir.types import Array, Scalar
from s2sdiff.rules.registry import getting

GETITEM = "operator.getitem"


def standing_entries(body: Block) -> dict[Value, Apply]:
    """Table: for values that loops read from arrays or store in them, what reads them again behind."""
    if not any(is_store(op) for op in walk(body)):
        return {}
    made = defining_ops(body)
    entries = Entries(made, with_slices=True)
    found: dict[Value, Apply] = {}
    for op in body.ops:
        if not isinstance(op, For) or not any(map(is_store, walk(op.body))):
            continue
        places = _places(op.body)
        for at, start in enumerate(op.carried):
            if not isinstance(start.type, Array):
                continue
            try:
                accesses = list(entries.inside(op, at))
            except Unfollowed:
                continue
            stores = [each for each in accesses if each.kind != "read"]
            for each in accesses:
                if any(entries.meets(each, store) for store in stores):
                    continue
                for value, layout, index in _read_again(each, places):
                    found[value] = _item(op.results[at], layout, index, value, each.op)
    return found


def _read_again(
    access: Access, places: dict[Value, tuple[Block, int]]
) -> Iterator[tuple[Value, Layout, tuple[Atom, ...]]]:
    """The value at an entry that is read or stored, and the index of the entry."""
    if access.kind == "read":
        assert access.op.primitive.layout is not None
        yield access.op.results[0], access.op.primitive.layout[1], access.op.args[1:]
        return
    parts = parts_of_store(access.op)
    value = parts.value
    if access.kind != "put" or not isinstance(value, Value) or not _fills(access.op, value):
        return
    if value not in places or places[value][0] is not places[access.op.results[0]][0]:
        return  # on another path something else is there
    block, at = places[value]
    inside = [places[i] for i in parts.index if isinstance(i, Value) and i in places]
    if all(home is not block or place < at for home, place in inside):
        yield value, parts.layout, parts.index


def _fills(store: Apply, value: Value) -> bool:
    """Is what is stored there afterwards, as a number of that kind or in its shape?"""
    parts = parts_of_store(store)
    if isinstance(value.type, Scalar):
        whole = parts.whole.type
        return isinstance(whole, Array) and whole.kind == value.type.kind
    (place,) = getting(parts.layout).infer((parts.whole, *parts.index))
    if not isinstance(place, Array) or not isinstance(value.type, Array):
        return False
    one, two = place.axes, value.type.axes
    is_known = one is not None and two is not None and len(one) == len(two)
    return is_known and place.kind == value.type.kind and all(map(is_same, one or (), two or ()))


def _places(block: Block) -> dict[Value, tuple[Block, int]]:
    """Where each value of a block is made."""
    found: dict[Value, tuple[Block, int]] = {}
    for at, op in enumerate(block.ops):
        for inner in blocks(op):
            found.update(_places(inner))
        found.update((result, (block, at)) for result in op.results)
    return found


def _item(whole: Value, layout: Layout, index: tuple[Atom, ...], value: Value, op: Op) -> Apply:
    return Apply(getting(layout), (whole, *index), (value,), op.span)
