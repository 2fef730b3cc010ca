"""Variables: which values live under one name.

Lines are written with a placeholder for every value. Here it is found out which values are needed at the
same time; values that are not can share a name. A value that is moved into a carried variable at the end
of a turn gets that variable's name at once, and the move disappears:

    for i in range(n):                  for i in range(n):
        x_2 = x * b             ->          x = x * b
        x = x_2

This is the destruction of SSA form by coalescing (Boissinot et al., "Revisiting Out-of-SSA Translation",
2009), on structured code: liveness is found in one pass backwards, and in two for the body of a loop.
Only values that could share a name are compared.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import assert_never, final

from s2sdiff.emit.assigned import unassigned_copies
from s2sdiff.emit.lines import (
    Attempt,
    Branch,
    Heading,
    Item,
    Line,
    Loop,
    Move,
    Moves,
    values_defined,
    values_read,
)
from s2sdiff.ir.core import Cotangent, Tangent, Value

_LETTERS = "abcdefghijkmnopqrstuvwxyz"  # without l, which looks like 1


def wished_name(value: Value) -> str | None:
    """What `value` would be called if no other name were taken; None for an intermediate variable."""
    match value.hint:
        case str(name):
            return name.strip("<>")
        case Cotangent(of=primal):
            inner = wished_name(primal)
            return None if inner is None else f"{inner}_bar"
        case Tangent(of=primal):
            inner = wished_name(primal)
            return None if inner is None else f"{inner}_dot"
        case None:
            return None
        case _:
            assert_never(value.hint)


@final
@dataclass(slots=True, eq=False)
class Storage:
    """Chooses names. `parameters` have theirs; `reserved` are taken; letters keep clear of `wished`.
    `needed` are those that have to get a value also on paths that leave them unassigned, `unsure` values
    that some path leaves unassigned, and `alone` the variables that share their name with nothing
    up to their last read. `places` says in which blocks values are defined first, `begins` at which item.
    """

    parameters: dict[Value, str]
    reserved: frozenset[str]
    wished: frozenset[str]
    chosen: dict[Value, str] = field(default_factory=dict)
    parents: dict[Value, Value] = field(default_factory=dict)
    members: dict[Value, list[Value]] = field(default_factory=dict)
    families: dict[object, object] = field(default_factory=dict)
    conflicts: dict[Value, set[Value]] = field(default_factory=dict)
    order: dict[Value, None] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    needed: frozenset[str] = frozenset()
    places: dict[Value, tuple[int, ...]] = field(default_factory=dict)
    unsure: frozenset[Value] = frozenset()
    alone: dict[Value, int] = field(default_factory=dict)
    begins: dict[Value, float] = field(default_factory=dict)

    # Families: values that could share a name

    def family(self, value: Value) -> object:
        key: object = wished_name(value) or value
        if key is value and isinstance(value.hint, Cotangent | Tangent):
            key = (type(value.hint), value.hint.of)
        while key in self.families:
            key = self.families[key]
        return key

    def relate(self, one: Value, two: Value) -> None:
        left, right = self.family(one), self.family(two)
        if left is not right and left != right:
            self.families[left] = right

    # Liveness

    def run(
        self,
        items: list[Item],
        values: dict[str, Value],
        doubted: frozenset[Value],
        unsure: frozenset[Value] = frozenset(),
    ) -> None:
        """Choose a name for every value that the items define. Raises S2S305.

        `values` are what the placeholders in the items stand for; `doubted` are those that are read
        where they may be unassigned, `unsure` all that may be, if there are any `doubted`: reading them
        raises if nothing else has their name.
        """
        self.unsure = unsure
        self.collect(items, ())
        for value in self.parameters:
            self.order.setdefault(value)
        live = _Liveness(self)
        behind = live.items(items, {}, None, None)
        live.define(tuple(self.parameters), behind)
        self.coalesce()
        self.alone = {self.root(value): -1 for value in doubted}
        if doubted:
            self.note_reads(items)
        self.name_all()
        names = frozenset(self.parameters.values())
        self.needed = unassigned_copies(items, names, self.chosen.__getitem__, values, doubted)

    def collect(self, items: list[Item], place: tuple[int, ...]) -> None:
        """Values in order of their first definition, and the moves. `place` is where `items` are."""
        for at, item in enumerate(items):
            inside = ((*place, at, side) for side in range(2))
            match item:
                case Line(defines=defines):
                    self.define(defines, place)
                case Moves(moves=moves):
                    for move in moves:
                        if move.is_default:
                            continue
                        self.define((move.target,), place)
                        if move.source is not None:
                            self.relate(move.source, move.target)
                            if self.may_follow(move.source, move.target, place):
                                self.moves.append(move)
                case Branch(then=then, orelse=orelse):
                    self.collect(then, next(inside))
                    self.collect(orelse, next(inside))
                case Loop(head=head, body=body):
                    within = next(inside)
                    self.define(head.defines, within if item.is_for else place)
                    self.collect(body, within)
                case Attempt(body=body, handler=handler):
                    self.collect(body, next(inside))
                    self.collect(handler, next(inside))
                case Heading():
                    pass
                case _:
                    assert_never(item)

    def define(self, values: Iterable[Value], place: tuple[int, ...]) -> None:
        for value in values:
            self.order.setdefault(value)
            self.places.setdefault(value, place)

    def may_follow(self, source: Value, target: Value, place: tuple[int, ...]) -> bool:
        """May a move at `place` make both one variable?

        One that may be unassigned has a value where the move is made, and not before.
        """
        if target not in self.unsure or source in self.unsure:
            return True
        return self.places.get(source, ())[: len(place)] == place

    def conflict(self, one: Value, two: Value) -> None:
        self.conflicts.setdefault(one, set()).add(two)
        self.conflicts.setdefault(two, set()).add(one)

    # Coalescing

    def root(self, value: Value) -> Value:
        while value in self.parents:
            value = self.parents[value]
        return value

    def group(self, value: Value) -> list[Value]:
        root = self.root(value)
        return self.members.get(root, [root])

    def coalesce(self) -> None:
        for move in self.moves:
            assert move.source is not None
            one, two = self.root(move.source), self.root(move.target)
            if one is two or not self.may_share(move.source, move.target):
                continue
            group = [*self.group(two), *self.group(one)]
            self.parents[one] = two
            self.members[two] = group

    def may_share(self, source: Value, target: Value) -> bool:
        """Is it the same variable for a reader, and never needed with both values?"""
        name = wished_name(source)
        if name is not None and name != wished_name(target):
            return False
        given = [v for each in (source, target) for v in self.group(each) if v in self.parameters]
        if len(given) > 1:
            return False
        others = set(self.group(target))
        return not any(self.conflicts.get(each, set()) & others for each in self.group(source))

    # Names

    def name_all(self) -> None:
        holders: dict[str, list[Value]] = {}
        for value, name in self.parameters.items():
            self.give(value, name, holders)
        letters = self.letters(holders)
        for value in self.order:
            if value in self.chosen:
                continue
            base = self.base(value)
            if base is None:
                self.give(value, next(letters), holders)
                continue
            name, count = base, 1
            while not self.is_free(value, name, holders):
                count += 1
                name = f"{base}_{count}"
            self.give(value, name, holders)

    def give(self, value: Value, name: str, holders: dict[str, list[Value]]) -> None:
        for each in self.group(value):
            self.chosen[each] = name
            holders.setdefault(name, []).append(each)

    def is_free(self, value: Value, name: str, holders: dict[str, list[Value]]) -> bool:
        if name in self.reserved or keyword.iskeyword(name):
            return False
        group = self.group(value)
        for holder in holders.get(name, ()):
            if self.disturbs(holder, value) or self.disturbs(value, holder):
                return False
            if self.family(holder) != self.family(value):
                return False
            if any(holder in self.conflicts.get(each, ()) for each in group):
                return False
        return True

    def note_reads(self, items: list[Item]) -> None:
        """Which items of the text define values first, and read the variables in `alone` last."""
        for at, item in enumerate(items):
            for value in values_read(item):
                if self.root(value) in self.alone:
                    self.alone[self.root(value)] = at
            for value in values_defined(item):
                # a statement reads before it defines; what is in a loop may come again
                self.begins.setdefault(value, at + 0.5 if isinstance(item, Line) else at)

    def disturbs(self, value: Value, alone: Value) -> bool:
        """Would `value` be found in the variable `alone` where that has no value of its own?"""
        root = self.root(alone)
        if root not in self.alone:
            return False
        begin = min(self.begins.get(each, -1) for each in self.group(value))
        return begin <= self.alone[root]

    def base(self, value: Value) -> str | None:
        """The name that a value would like, given the names of what it is derived from."""
        for each in (self.root(value), *self.group(value)):
            match each.hint:
                case str(name):
                    return name.strip("<>")
                case Cotangent(of=primal) | Tangent(of=primal):
                    suffix = "_bar" if isinstance(each.hint, Cotangent) else "_dot"
                    if primal in self.chosen:
                        return f"{self.chosen[primal]}{suffix}"
                    inner = wished_name(primal)
                    if inner is not None:
                        return f"{inner}{suffix}"
        return None

    def letters(self, holders: dict[str, list[Value]]) -> Iterator[str]:
        for round_ in range(1, 100_000):
            for letter in _LETTERS:
                name = letter if round_ == 1 else f"{letter}{round_ - 1}"
                if not (name in self.reserved or name in self.wished or name in holders):
                    yield name


Live = dict[object, set[Value]]


class _Liveness:
    """Walks items backwards; `live` has the values needed behind the place, by family."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.handled: Live = {}  # what the handlers around need

    def items(
        self, items: list[Item], live: Live, at_break: Live | None, at_continue: Live | None
    ) -> Live:
        live = _copy(live)
        for item in reversed(items):
            match item:
                case Line(node=ast.Break()):
                    assert at_break is not None
                    live = _copy(at_break)
                case Line(node=ast.Continue()):
                    assert at_continue is not None
                    live = _copy(at_continue)
                case Line(node=node):
                    if isinstance(node, ast.Return | ast.Raise):
                        live = _copy(self.handled)
                    self.define(item.defines, live)
                    self.read(item.reads, live)
                case Moves(moves=moves):
                    self.define(tuple(move.target for move in moves), live, moves)
                    for move in moves:
                        self.read(move.reads, live)
                case Branch(test=test, then=then, orelse=orelse):
                    one = self.items(then, live, at_break, at_continue)
                    two = self.items(orelse, live, at_break, at_continue)
                    live = _union(one, two)
                    self.read(test.reads, live)
                case Attempt():
                    live = self.attempt(item, live, at_break, at_continue)
                case Loop():
                    live = self.loop(item, live)
                case Heading():
                    pass
                case _:
                    assert_never(item)
        return live

    def attempt(
        self, item: Attempt, behind: Live, at_break: Live | None, at_continue: Live | None
    ) -> Live:
        """What the handler reads is needed all through the body, which may be left anywhere."""
        caught = self.items(item.handler, behind, at_break, at_continue)
        outer, self.handled = self.handled, _union(self.handled, caught)

        def also(live: Live | None) -> Live | None:
            return None if live is None else _union(live, caught)

        found = self.items(item.body, _union(behind, caught), also(at_break), also(at_continue))
        self.handled = outer
        return _union(found, caught)

    def loop(self, loop: Loop, behind: Live) -> Live:
        """The state before the head of a loop; the body is visited until nothing is added."""
        head = _copy(behind)
        while True:
            before = _copy(head)
            inside = self.items(loop.body, before, behind, before)
            self.define(loop.head.defines, inside)
            if not loop.is_for:
                self.read(loop.head.reads, inside)
            head = _union(before, inside)
            if all(head[key] == before.get(key, set()) for key in head):
                break
        if loop.is_for:
            self.read(loop.head.reads, head)
        else:
            self.read(loop.head.reads, head)
        return head

    def define(self, values: Iterable[Value], live: Live, moves: list[Move] | None = None) -> None:
        values = tuple(values)
        storage = self.storage
        for at, value in enumerate(values):
            family = storage.family(value)
            source = moves[at].source if moves is not None else None
            for other in (*live.get(family, ()), *values):
                if other is value or other is source or storage.family(other) != family:
                    continue
                storage.conflict(value, other)
        for value in values:
            live.get(storage.family(value), set()).discard(value)

    def read(self, values: Iterable[Value], live: Live) -> None:
        for value in values:
            live.setdefault(self.storage.family(value), set()).add(value)


def _copy(live: Live) -> Live:
    return {key: set(values) for key, values in live.items()}


def _union(one: Live, two: Live) -> Live:
    found = _copy(one)
    for key, values in two.items():
        found.setdefault(key, set()).update(values)
    return found
