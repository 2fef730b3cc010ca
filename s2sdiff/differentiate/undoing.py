"""Arrays that the reverse sweep brings back: an overwritten entry is recorded at its store, and put back.

    for i in range(n):                           for i in range(n):
        y[i] = sin(y[i - 1] * y[i + 1])    ->        tape.append(y[i])
                                                     y[i] = sin(y[i - 1] * y[i + 1])
                                                 for i in range(n - 1, -1, -1):
                                                     y[i] = tape.pop()
                                                     ...    # y is what it was before this store

The reversed loop carries the array. That is done where a turn changes the array by a few stores of numbers
only, and where it costs less than to record what the reverse sweep reads, which may be the whole array. A
loop around of which the turn changes the array in no other way takes it from the loop inside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import final

from s2sdiff.analysis.recording import Undoing, reads_of
from s2sdiff.ir.arrays import is_put, is_store, parts_of_store, put
from s2sdiff.ir.core import Apply, Atom, Block, For, Op, Value, While, are_equal
from s2sdiff.ir.traverse import carried_params
from s2sdiff.ir.types import INT, Array, Scalar
from s2sdiff.rules.registry import RULES, called_primitive

MOST = 4  # stores of a turn into one array
GETITEM = "operator.getitem"


@final
@dataclass(frozen=True, slots=True, eq=False)
class Undone:
    """An array that a loop carries as number `at` and its reverse brings back.

    `after` and `before` are its versions at the end and the start of a turn of the primal. `steps` give
    each version from the next one, putting back an `old` entry; `stored` reads again what was stored, and
    `inserted` reads an old entry before a store, where the primal does not. `given` is what the reverse of
    a loop inside brought back, where a turn does nothing else with the array.
    """

    at: int
    after: Value
    before: Value
    steps: dict[Value, Apply]
    old: frozenset[Value]
    stored: dict[Value, Apply]
    inserted: dict[Op, Apply]
    given: Value | None = None

    def recording(self, block: Block) -> Block:
        """The turn of the primal, reading what each store overwrites."""
        ops: list[Op] = []
        for op in block.ops:
            if op in self.inserted:
                ops.append(self.inserted[op])
            ops.append(op)
        return replace(block, ops=tuple(ops))


def undoing_of(arrays: tuple[Undone, ...]) -> Undoing:
    """How the versions of these arrays are computed from those at the end of a turn."""
    return Undoing(
        {version: step for each in arrays for version, step in each.steps.items()},
        {value: read for each in arrays for value, read in each.stored.items()},
        frozenset().union(*(each.old for each in arrays)),
        frozenset(each.after for each in arrays),
    )


def undone_arrays(
    loop: For | While, turn: Block, read: Iterable[Value], brought_back: dict[Value, Value]
) -> list[Undone]:
    """The arrays of a loop that its reverse could bring back. `turn` is what a turn does.

    `read` is what the pullback of the turn reads; `brought_back` has, for what a loop inside leaves, what
    its reverse brings back.
    """
    wanted = frozenset(read)
    made = {result: op for op in turn.ops for result in op.results}
    found: list[Undone] = []
    ends = zip(carried_params(loop), turn.outputs[1:], strict=True)
    for at, (param, output) in enumerate(ends):
        if not isinstance(param.type, Array) or not isinstance(output, Value) or output is param:
            continue
        inner = made.get(output)
        if isinstance(inner, For | While):
            is_only = inner.carried[inner.results.index(output)] is param
            if is_only and output in brought_back:
                given = brought_back[output]
                found.append(Undone(at, output, param, {}, frozenset(), {}, {}, given))
            continue
        stores = _stores(param, output, turn, made)
        later = {store.results[0] for store in stores or ()}
        if stores and wanted.isdisjoint(later):
            found.append(_undone(at, stores, turn))
    return found


def _stores(param: Value, output: Value, turn: Block, made: dict[Value, Op]) -> list[Apply] | None:
    """The stores of numbers that make a turn's last version of an array, the last store first.

    None where something else is done to it, or where the places depend on what is in it.
    """
    found: list[Apply] = []
    value: Atom = output
    while value is not param:
        op = made.get(value) if isinstance(value, Value) else None
        if not is_store(op) or len(found) == MOST:
            return None
        parts, whole = parts_of_store(op), op.args[0].type
        is_entry = isinstance(whole, Array) and len(parts.index) == len(whole.axes or ())
        if parts.way or not is_entry or any(index.type != INT for index in parts.index):
            return None
        found.append(op)
        value = op.args[0]
    dependent: set[Atom] = {param, *(store.results[0] for store in found)}
    for op in turn.ops:
        if not dependent.isdisjoint(reads_of(op)):
            dependent.update(op.results)
    places = {index for store in found for index in parts_of_store(store).index}
    return found if places.isdisjoint(dependent) else None


def _undone(at: int, stores: list[Apply], turn: Block) -> Undone:
    """The array that these stores, the last one first, change in a turn."""
    steps: dict[Value, Apply] = {}
    inserted: dict[Op, Apply] = {}
    again: dict[Value, Apply] = {}
    old: set[Value] = set()
    for store in stores:
        parts = parts_of_store(store)
        (after,), before = store.results, store.args[0]
        assert isinstance(before, Value)
        read = _read_before(store, turn)
        if read is None:
            read = inserted[store] = _entry(before, store)
        entry = read.results[0]
        old.add(entry)
        putting = Apply(put(parts.layout), (after, *parts.index, entry), (before,), store.span)
        steps[before] = putting
        if is_put(store.primitive) and _is_as_stored(parts.value, before):
            assert isinstance(parts.value, Value)
            stored = _entry(after, store)
            again[parts.value] = replace(stored, results=(parts.value,))
    first, last = stores[-1].args[0], stores[0].results[0]
    assert isinstance(first, Value)
    return Undone(at, last, first, steps, frozenset(old), again, inserted)


def _is_as_stored(value: Atom, array: Value) -> bool:
    """Is what is stored the entry that is read afterwards, of the same kind?"""
    assert isinstance(array.type, Array)
    kind = value.type.kind if isinstance(value.type, Scalar) else None
    return isinstance(value, Value) and kind == array.type.kind == "float"


def _read_before(store: Apply, turn: Block) -> Apply | None:
    """What reads, before a store, the entry that it overwrites."""
    parts = parts_of_store(store)
    for op in turn.ops[: turn.ops.index(store)]:
        match op:
            case Apply(primitive=each, args=(whole, *index)) if (
                each.name == GETITEM and each.layout == (None, parts.layout)
            ):
                if whole is store.args[0] and all(map(are_equal, index, parts.index)):
                    return op
    return None


def _entry(whole: Value, store: Apply) -> Apply:
    """What reads the entry of `whole` that a store overwrites."""
    parts = parts_of_store(store)
    call = RULES[GETITEM].call
    assert call is not None
    read = called_primitive(GETITEM, call, (None, parts.layout), ())
    args = (whole, *parts.index)
    (type_,) = read.infer(args)
    return Apply(read, args, (Value(None, type_, store.span),), store.span)
