"""Arrays that the reverse sweep brings back: an overwritten entry is recorded at its store, and put back.

    for i in range(n):                           for i in range(n):
        y[i] = sin(y[i - 1] * y[i + 1])    ->        tape.append(y[i])
                                                     y[i] = sin(y[i - 1] * y[i + 1])
                                                 for i in range(n - 1, -1, -1):
                                                     y[i] = tape.pop()
                                                     ...    # y is what it was before this store

The reversed loop carries the array. That is done where a turn changes the array by a few stores of numbers
only, and where it costs less than to record what the reverse sweep reads, which may be the whole array. A
loop around goes on with what the reverse of a loop inside brought back:

    for _ in range(m):                           for _ in range(m):
        y[0] = y[1]                        ->        y = what the loop inside brings back of y
        for i in range(n): ...                       y[0] = y_tape.pop()
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import final

from s2sdiff.analysis.recording import Undoing, reads_of
from s2sdiff.ir.arrays import is_put, is_store, parts_of_store, put
from s2sdiff.ir.core import Apply, Atom, Block, For, Op, Value, While, are_equal
from s2sdiff.ir.traverse import carried_params, free_values, substitute
from s2sdiff.ir.types import INT, Array, Scalar
from s2sdiff.rules.registry import getting

MOST = 4  # stores of a turn into one array
GETITEM = "operator.getitem"


@final
@dataclass(slots=True, eq=False)
class Undone:
    """An array that a loop carries as number `at` and its reverse brings back.

    `after` and `before` are its versions at the end and the start of a turn of the primal. `steps` give
    each version from the next one, putting back an `old` entry; `stored` reads again what was stored, and
    `inserted` reads an old entry before a store, where the primal does not. `inside` has what the reverse
    of each loop inside brings back, the last loop first, with the versions before that loop and the steps
    to these.
    """

    at: int
    after: Value
    before: Value
    steps: dict[Value, Apply] = field(default_factory=dict)
    old: set[Value] = field(default_factory=set)
    stored: dict[Value, Apply] = field(default_factory=dict)
    inserted: dict[Op, Apply] = field(default_factory=dict)
    inside: list[tuple[Value, Value, list[Apply]]] = field(default_factory=list)

    def recording(self, block: Block) -> Block:
        """The turn of the primal, reading what each store overwrites."""
        ops: list[Op] = []
        for op in block.ops:
            if op in self.inserted:
                ops.append(self.inserted[op])
            ops.append(op)
        return replace(block, ops=tuple(ops))

    def bringing_back(self, body: Block) -> tuple[Block, Value]:
        """The reverse body, going on with what loops inside bring back; the array at its end."""
        end = self.before
        ops = list(body.ops)
        for given, version, steps in self.inside:
            at = next(at for at, op in enumerate(ops) if given in op.results)
            table: dict[Value, Atom] = {version: given}
            end = given
            undoing: list[Op] = []
            for step in steps:
                (version,) = step.results
                start, end = end, replace(version)
                undoing.append(replace(step, args=(start, *step.args[1:]), results=(end,)))
                table[version] = end
            rest = substitute(Block((), tuple(ops[at + 1 :]), body.outputs), table)
            ops[at + 1 :] = [*undoing, *rest.ops]
            body = replace(body, outputs=rest.outputs)
        return replace(body, ops=tuple(ops)), end

    def undo(self, store: Apply, turn: Block) -> Apply:
        """What puts back the entry that a store of the turn overwrites."""
        parts = parts_of_store(store)
        (after,), before = store.results, store.args[0]
        assert isinstance(before, Value)
        read = _read_before(store, turn)
        if read is None:
            read = self.inserted[store] = _entry(before, store)
        self.old.add(read.results[0])
        if is_put(store.primitive) and _is_as_stored(parts.value, before) and not self.inside:
            assert isinstance(parts.value, Value)
            self.stored[parts.value] = replace(_entry(after, store), results=(parts.value,))
        args = (after, *parts.index, read.results[0])
        return Apply(put(parts.layout), args, (before,), store.span)


def undoing_of(arrays: tuple[Undone, ...]) -> Undoing:
    """How the versions of these arrays are computed from those at the end of a turn."""
    return Undoing(
        {version: step for each in arrays for version, step in each.steps.items()},
        {value: read for each in arrays for value, read in each.stored.items()},
        frozenset().union(*(each.old for each in arrays)),
        frozenset(each.after for each in arrays),
    )


def undone_arrays(
    loop: For | While, turn: Block, body: Block, brought_back: dict[Value, Value]
) -> list[Undone]:
    """The arrays of a loop that its reverse could bring back.

    `turn` is what a turn does, `body` its reverse; `brought_back` has, for what a loop inside leaves, what
    its reverse brings back.
    """
    read = free_values(body)
    there = {result for op in body.ops for result in op.results}
    back = {left: given for left, given in brought_back.items() if given in there}
    found: list[Undone] = []
    ends = zip(carried_params(loop), turn.outputs[1:], strict=True)
    for at, (param, output) in enumerate(ends):
        if isinstance(param.type, Array) and isinstance(output, Value) and output is not param:
            undone = _undone(Undone(at, output, param), turn, read, back)
            found += [undone] if undone is not None else []
    return found


def _undone(
    array: Undone, turn: Block, read: Collection[Value], back: dict[Value, Value]
) -> Undone | None:
    """The array with the steps that lead from the end of a turn to its start.

    None where something is done to it that cannot be undone, where the reverse body reads the array as it
    is behind a store, and where the places of the stores depend on what is in it.
    """
    made = {result: op for op in turn.ops for result in op.results}
    value: Atom = array.after
    dependent: set[Atom] = {array.before}
    places: set[Atom] = set()
    count = 0
    while value is not array.before:
        assert isinstance(value, Value)
        dependent.add(value)
        op = made.get(value)
        if isinstance(op, For | While) and value in back:
            given, value = back[value], op.carried[op.results.index(value)]
            assert isinstance(value, Value)
            array.inside.append((given, value, []))
            continue
        count += 1
        if not is_store(op) or not _is_of_entry(op) or count > MOST:
            return None
        if not array.inside and value in read:
            return None
        places.update(parts_of_store(op).index)
        value = op.args[0]
        assert isinstance(value, Value)
        step = array.undo(op, turn)
        if array.inside:
            array.inside[-1][2].append(step)
        else:
            array.steps[value] = step
    for op in turn.ops:
        if not dependent.isdisjoint(reads_of(op)):
            dependent.update(op.results)
    return array if places.isdisjoint(dependent) else None


def _is_of_entry(store: Apply) -> bool:
    """Does it store a number at one place of an array?"""
    parts, whole = parts_of_store(store), store.args[0].type
    is_entry = isinstance(whole, Array) and len(parts.index) == len(whole.axes or ())
    return is_entry and not parts.way and all(index.type == INT for index in parts.index)


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
    read = getting(parts.layout)
    args = (whole, *parts.index)
    (type_,) = read.infer(args)
    return Apply(read, args, (Value(None, type_, store.span),), store.span)
