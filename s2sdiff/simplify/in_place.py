"""Lists are changed in place; where an old version is read later, it is copied first.

In the IR `ys = append(xs, v)` gives a new version. The emitted code says `xs.append(v)`, which is right
if no other version of that list is read afterwards. Versions of one object are found by following what
is carried through branches and loops; a version that is still to be read when another one changes
the object is saved before:

    ys = append(xs, v)            old = copy(xs)
    ... xs[0] ...          ->     ys = append(xs, v)
                                  ... old[0] ...

A list or an array inside a list is an object of its own: `store(d, i, j, v)` changes the row `d[i]`,
under all names that it has. All rows of a list count as one object.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress
from typing import NoReturn, TypeGuard, final

from s2sdiff.errors import fail
from s2sdiff.ir.apart import Apart
from s2sdiff.ir.arrays import asks_shape, is_store
from s2sdiff.ir.core import Apply, Atom, Block, Call, For, Function, If, Op, Primitive, Value, While
from s2sdiff.ir.lists import (
    COPY,
    DEEP_COPY,
    HOLDING,
    ITEM,
    MAKE,
    SAVE,
    TAKING,
    is_nested,
    levels_of,
)
from s2sdiff.ir.objects import Objects, depth_of_change, seen_by_caller
from s2sdiff.ir.structure import CHANGED, PACK, RAISE, UNPACK
from s2sdiff.ir.traverse import (
    blocks,
    changes_in,
    defining_ops,
    definitions,
    free_values,
    operands,
    reads,
    substitute,
    walk,
    with_parts,
)
from s2sdiff.ir.types import Array, List, Structure, holds_arrays
from s2sdiff.simplify.held_arrays import HeldArrays

MOST_TRIES = 200
MOST_SAVED = 12  # old versions saved for one change; after that it works on a copy


def in_place(function: Function) -> Function:
    """`function` with a copy of every list version that is read after the list was changed."""
    body = _saving(_with_saved_items(function.body))
    if not changes_in(body):
        return replace(function, body=body)
    if any(depth_of_change(op) > 1 for op in walk(body)):
        body = _with_deep_copies(body)
    tries: Counter[Value] = Counter()
    conflict = _Search(body).conflict()
    while conflict is not None:
        (version, *_) = conflict.change.results
        tries[version] += 1
        if tries.total() > MOST_TRIES:
            _refuse_lists(conflict.change)
        saved = _saved(body, conflict) if tries[version] <= MOST_SAVED else None
        body = saved or _copied(body, conflict)
        conflict = _Search(body).conflict()
    _check_given(body)
    return replace(function, body=body)


def _refuse_lists(change: Apply) -> NoReturn:
    """Raise S2S307 where lists and arrays in two lists cannot be told apart."""
    what, remedy = "lists", "write the loops with stores: new[i][j] = ..."
    if is_store(change):
        what, remedy = "arrays", "put copies into the lists: xs.append(a.copy())"
    text = f"the {what} in a list that is changed here cannot be told from those in another one"
    fail("S2S307", text, change.span, remedy)


def _check_given(body: Block) -> None:
    """Raise S2S307 where a change that the caller must see goes to a copy."""
    seen = seen_by_caller(body)
    for op in walk(body):
        if isinstance(op, Apply) and op.primitive in (COPY, DEEP_COPY) and op.results[0] in seen:
            _refuse_change(op, op.results[0])


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Conflict:
    """The op that changes a list, all ops that may change the same object, and the version still read.

    `is_argument` says that the caller may see the changes, `is_old_given` that of the old version.
    """

    change: Apply
    changes: frozenset[Op]
    old: Value
    is_argument: bool
    is_old_given: bool
    is_deep: bool


class _Search:
    """Looks for the first change of a list of which another version is read later."""

    def __init__(self, body: Block) -> None:
        self.body = body
        self.objects = Objects(body)
        self.found: tuple[Apply, Value] | None = None
        self.fresh = _fresh(body)
        self.made = defining_ops(body)

    @cached_property
    def seen(self) -> set[Atom]:
        """The versions of lists and arrays that the caller must see."""
        return seen_by_caller(self.body)

    @cached_property
    def apart(self) -> Apart:
        """Which lists are different objects; asked where a change seems to meet another version."""
        return Apart(self.body)

    @cached_property
    def apart_items(self) -> Apart:
        """Which lists hold other arrays."""
        return Apart(self.body, items=True)

    def conflict(self) -> _Conflict | None:
        self.visit(self.body, set(_lists(self.body.outputs)))
        if self.found is None:
            return None
        op, version = self.found
        changes = (each for each in walk(self.body) if self.objects.changes(each, version))
        is_argument, is_old_given = op.results[0] in self.seen, version in self.seen
        is_deep = self.objects.is_deep
        return _Conflict(op, frozenset(changes), version, is_argument, is_old_given, is_deep)

    @cached_property
    def read(self) -> set[Value]:
        """What is read, and not only said to be what the caller sees."""
        marks = [op for op in walk(self.body) if isinstance(op, Apply) and op.primitive is CHANGED]
        counts = Counter(atom for atom in reads(self.body) if isinstance(atom, Value))
        counts.subtract(arg for op in marks for arg in op.args if isinstance(arg, Value))
        return {value for value, count in counts.items() if count > 0}

    def visit(self, block: Block, live: set[Value], results: tuple[Value, ...] = ()) -> set[Value]:
        """Go through `block` backwards; `live` are the lists read behind it. What is live before it.

        `results` are those of the branch that `block` is a side of.
        """
        is_read = [result in self.read for result in results] or [True] * len(block.outputs)
        live = live | set(_lists(tuple(compress(block.outputs, is_read))))
        for at, op in reversed(list(enumerate(block.ops))):
            live = live - set(op.results)
            match op:
                case Apply(primitive=primitive):
                    if primitive is RAISE:
                        live = set()  # nothing behind it is reached
                    if primitive.changes:
                        self.check(op, live, block.ops[:at])
                case If(then=then, orelse=orelse):
                    live = self.visit(then, live, op.results) | self.visit(orelse, live, op.results)
                case For() | While():
                    inside = set().union(*(set(_lists(free_values(b))) for b in blocks(op)))
                    around = live | inside
                    for inner in blocks(op):
                        around = around | self.visit(inner, around)
                    live = live | inside
            if not (asks_shape(op) or (isinstance(op, Apply) and op.primitive is CHANGED)):
                live = live | set(_lists(operands(op)))  # these two read no entries
        return live - set(block.params)

    def check(self, op: Apply, live: set[Value], earlier: tuple[Op, ...]) -> None:
        if op.args[0] in self.fresh and depth_of_change(op) == 1:
            return
        for version in sorted(live, key=lambda value: str(value.hint)):
            if version is op.results[0] or not self.objects.changes(op, version):
                continue
            if depth_of_change(op) == 1 and self.apart.are_apart(op.args[0], version):
                continue
            if depth_of_change(op) == 2 and self.hold_others(op.args[0], version):
                continue
            if not (depth_of_change(op) > 1 and self.is_loose(version, earlier)):
                self.found = op, version
                return

    def hold_others(self, whole: Atom, version: Value) -> bool:
        """Are the arrays in the list `whole`, each of which is there alone, others than in `version`?"""
        by = self.made.get(version)
        if isinstance(version.type, Array) and isinstance(by, Apply) and by.primitive is ITEM:
            (other, *_) = by.args
            return isinstance(other, Value) and self.hold_others(whole, other)
        is_flat = all(levels_of(each.type) == 2 for each in (whole, version))
        return is_flat and holds_arrays(version.type) and self.apart_items.are_apart(whole, version)

    def is_loose(self, version: Value, earlier: tuple[Op, ...]) -> bool:
        """Is `version` a list or an array that `earlier` ops of its block made, and put into nothing?"""
        mine = self.objects.of(version)
        made = {result for op in earlier for result in op.results}
        if levels_of(version.type) > 1 or not mine <= made:
            return False
        if any(_is_item(self.made.get(each)) for each in mine):
            return False
        return not any(
            not self.objects.of(arg).isdisjoint(mine)
            for op in walk(Block((), earlier, ()))
            if isinstance(op, Call) or (isinstance(op, Apply) and _may_hold(op))
            for arg in operands(op)
        )


def _may_hold(op: Apply) -> bool:
    """May a result of `op` have one of its arguments in it?"""
    return any(isinstance(r.type, Structure) or levels_of(r.type) > 1 for r in op.results)


def _with_saved_items(body: Block) -> Block:
    """`body` where an array is saved before it is put into a list, if arrays are changed.

    What is in a list stays what it is, whoever changes the array that was put there. Where arrays are
    changed in the list, those that are not there alone are copied.
    """
    stores = [op for op in walk(body) if is_store(op)]
    if not stores:
        return body
    made = defining_ops(body)
    changed = HeldArrays(body, Objects(body), stores)
    items: dict[Op, int] = {}  # from which argument on an op puts its arguments into a list
    waiting = [op for op in walk(body) if isinstance(op, Apply) and op.primitive in HOLDING]
    while waiting:
        op = waiting.pop()
        items[op] = first = 0 if op.primitive in (MAKE, PACK) else 1
        makers = [made.get(arg) for arg in op.args[first:] if isinstance(arg, Value)]
        waiting += [m for m in makers if isinstance(m, Apply) and m.primitive is PACK]

    def visit(block: Block) -> Block:
        ops: list[Op] = []
        for op in block.ops:
            atoms = list(operands(op))
            own = changed.items(op)
            for at in range(items.get(op, len(atoms)), len(atoms)):
                atom = atoms[at]
                by = made.get(atom) if isinstance(atom, Value) else None
                if not isinstance(atom, Value) or not isinstance(atom.type, Array) or _is_save(by):
                    continue
                if at in own and changed.is_alone(atom, op):
                    continue
                atoms[at] = saved = replace(atom)
                ops.append(Apply(COPY if at in own else SAVE, (atom,), (saved,)))
            ops.append(with_parts(op, tuple(atoms), tuple(map(visit, blocks(op)))))
        return Block(block.params, tuple(ops), block.outputs)

    return visit(body)


def _is_save(op: Op | None) -> TypeGuard[Apply]:
    return isinstance(op, Apply) and op.primitive is SAVE


def _saving(body: Block) -> Block:
    """`body` where a list that nobody changes is saved as it is, and any other one is copied."""
    if not any(map(_is_save, walk(body))):
        return body
    objects = Objects(body)
    changes = changes_in(body)
    made_by = defining_ops(body)
    taken = any(_is_item(made_by.get(each)) for op in changes for each in objects.of(op.args[0]))
    table: dict[Value, Atom] = {}

    def visit(block: Block) -> None:
        for at, op in enumerate(block.ops):
            for inner in blocks(op):
                visit(inner)
            if not _is_save(op):
                continue
            (whole,), (saved,) = op.args, op.results
            assert isinstance(whole, Value)
            earlier = Block((), block.ops[:at], ())
            if not _is_changed_later(objects, whole, earlier, changes) and not any(
                objects.changes(each, saved) for each in changes
            ):
                table[saved] = whole

    if not taken:
        visit(body)
    return substitute(_copying_saves(body, table), table)


def _is_changed_later(objects: Objects, whole: Value, earlier: Block, changes: list[Apply]) -> bool:
    """May one of `changes` meet the list `whole` behind the ops `earlier` in its block?

    What these ops made and changed is another object in the next turn.
    """
    done, made = set(walk(earlier)), set(definitions(earlier))
    for each in objects.of(whole):
        old = objects.older.get(each)
        for op in changes:
            met = objects.of(op.args[0])
            if each in met and not (each in made and op in done):
                return True
            if old is not None and old in met:
                return True
    is_nested_list = levels_of(whole.type) > 1
    return any(
        objects.changes(op, whole) for op in changes if is_nested_list or depth_of_change(op) > 1
    )


def _is_item(op: Op | None) -> bool:
    """Does it take something out of a list or a tuple?"""
    return isinstance(op, Apply) and op.primitive in (*TAKING, UNPACK)


def _copying_saves(block: Block, table: dict[Value, Atom]) -> Block:
    """`block` without the saves in `table`, and with copies for all others, which are put there."""
    ops: list[Op] = []
    for op in block.ops:
        if _is_save(op):
            (saved,) = op.results
            if saved in table:
                continue
            copy = table[saved] = replace(saved, hint=None)
            op = replace(op, primitive=COPY, results=(copy,))
        ops.append(
            with_parts(op, operands(op), tuple(_copying_saves(b, table) for b in blocks(op)))
        )
    return Block(block.params, tuple(ops), block.outputs)


def _with_deep_copies(block: Block) -> Block:
    """`block` where a copy of a list of lists has rows of its own."""
    ops: list[Op] = []
    for op in block.ops:
        if isinstance(op, Apply) and op.primitive is COPY:
            op = replace(op, primitive=_copying(op.args[0], is_deep=True))
        ops.append(with_parts(op, operands(op), tuple(map(_with_deep_copies, blocks(op)))))
    return Block(block.params, tuple(ops), block.outputs)


def _copying(whole: Atom, is_deep: bool) -> Primitive:
    """What copies a list; the arrays in it as well where such are changed."""
    is_whole = is_nested(whole.type) or (is_deep and levels_of(whole.type) > 1)
    return DEEP_COPY if is_whole else COPY


def _fresh(body: Block) -> set[Atom]:
    """Lists that are read once, in the block in which they are made: they have no other version yet."""
    counts = Counter(atom for atom in reads(body) if isinstance(atom, Value))
    found: set[Atom] = set()

    def visit(block: Block) -> None:
        made = {
            result
            for op in block.ops
            if isinstance(op, Apply) and op.primitive.identity
            for result in op.results
        }
        for op in block.ops:
            changes = isinstance(op, Apply) and op.primitive.changes
            whole = operands(op)[0] if changes else None
            if isinstance(whole, Value) and whole in made and counts[whole] == 1:
                found.add(whole)
            for inner in blocks(op):
                visit(inner)

    visit(body)
    return found


def _lists(atoms: tuple[Atom, ...]) -> list[Value]:
    return [a for a in atoms if isinstance(a, Value) and isinstance(a.type, List | Array)]


def _saved(block: Block, conflict: _Conflict) -> Block | None:
    """`block` with the old version saved before the first change; None if reads cannot be told apart.

    It is saved in the block where it is known, which may be inside loops and branches.
    """
    known = set(block.params)
    for at, op in enumerate(block.ops):
        changes = [each for each in walk(Block((), (op,), ())) if each in conflict.changes]
        rest = Block((), block.ops[at + 1 :], block.outputs)
        if changes and conflict.old in known and _can_save(op, conflict, rest):
            inside = _saved_inside(block, at, conflict)
            if inside is not None:
                return inside
            if conflict.is_old_given and _is_changed(conflict.old, rest):
                return None
            old = replace(conflict.old)
            table = {conflict.old: old}
            copying = _copying(conflict.old, conflict.is_deep)
            copy = Apply(copying, (conflict.old,), (old,), op.span)
            rest = substitute(rest, table)
            ops = (*block.ops[:at], copy, _inside_saved(op, table), *rest.ops)
            return Block(block.params, ops, rest.outputs)
        if conflict.change in changes:
            inner = tuple(_saved(each, conflict) for each in blocks(op))
            if not any(inner):
                return None
            pairs = zip(inner, blocks(op), strict=True)
            whole = with_parts(op, operands(op), tuple(new or each for new, each in pairs))
            return replace(block, ops=(*block.ops[:at], whole, *block.ops[at + 1 :]))
        known.update(op.results)
    return None


def _is_changed(whole: Value, block: Block) -> bool:
    """Does an op of `block` change this version?"""
    return any(op.args[0] is whole for op in changes_in(block))


def _saved_inside(block: Block, at: int, conflict: _Conflict) -> Block | None:
    """`block` with the old version, which only one side of a branch before op `at` gives, saved there."""
    for index, op in enumerate(block.ops[:at]):
        if not (isinstance(op, If) and conflict.old in op.results):
            continue
        place = op.results.index(conflict.old)
        sides: list[Block] = []
        for side in (op.then, op.orelse):
            output = side.outputs[place]
            if isinstance(output, Value):
                old = replace(output)
                copy = Apply(_copying(output, conflict.is_deep), (output,), (old,), op.span)
                outputs = (*side.outputs[:place], old, *side.outputs[place + 1 :])
                side = Block(side.params, (*side.ops, copy), outputs)
            sides.append(side)
        if sides[0] is not op.then and sides[1] is not op.orelse:
            return None
        branch = replace(op, then=sides[0], orelse=sides[1])
        return replace(block, ops=(*block.ops[:index], branch, *block.ops[index + 1 :]))
    return None


def _can_save(op: Op, conflict: _Conflict, rest: Block) -> bool:
    """Can the reads of the old version be told from its change?"""
    match op:
        case For(carried=carried) | While(carried=carried):
            return conflict.old in carried or isinstance(conflict.old.type, Array)
        case If():
            return conflict.old in reads(rest)
    return True


def _inside_saved(op: Op, table: dict[Value, Value]) -> Op:
    """`op`, whose reads of the old version inside its blocks are of the saved one."""
    if isinstance(op, For | While):
        inner = tuple(substitute(block, dict(table)) for block in blocks(op))
        return with_parts(op, operands(op), inner)
    return op


def _copied(block: Block, conflict: _Conflict) -> Block:
    """`block` where the change works on a copy. Raises S2S307 where the caller must see it."""
    if conflict.is_argument:
        _refuse_change(conflict.change, conflict.old)
    return _with_copy(block, conflict)


def _refuse_change(op: Apply, whole: Value) -> NoReturn:
    copied = "a.copy()" if isinstance(whole.type, Array) else "list(a)"
    fail(
        "S2S307",
        "this change of an argument cannot be told from what is read of it later",
        op.span,
        f"copy it first: b = {copied}",
    )


def _with_copy(block: Block, conflict: _Conflict) -> Block:
    """`block` where the change works on a copy."""
    change = conflict.change
    ops: list[Op] = []
    for op in block.ops:
        if op is change:
            operand = change.args[0]
            assert isinstance(operand, Value)
            copy = replace(operand)
            copying = _copying(operand, conflict.is_deep)
            ops.append(Apply(copying, (operand,), (copy,), op.span))
            ops.append(replace(change, args=(copy, *change.args[1:])))
        else:
            ops.append(
                with_parts(op, operands(op), tuple(_with_copy(b, conflict) for b in blocks(op)))
            )
    return Block(block.params, tuple(ops), block.outputs)
