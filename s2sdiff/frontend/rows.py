"""Lists in run-time lists: objects of their own, which are reached through the list that holds them.

    row = d[i]            row is item(d, i): a way into d
    row[j] = v            d' = store(d, i, j, v)
    row[k]                item(item(d', i), k), for the row is read again where d was changed

That is what Python does as long as the items of `d` stay where they are. Where they move (`d.pop()`), the
row is what it was; and it cannot be told from others what two names on two paths or two lists hold in
common. All these may be read, but not behind a change of a row, and they cannot be changed. A row that was
taken out of the only list that held it is in no list any more: no change of a row meets it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from dataclasses import dataclass
from typing import final

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.meanings import Capture, Meaning, Sequence
from s2sdiff.frontend.operations import OperationLowerer
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Atom, Value
from s2sdiff.ir.lists import ITEM, depth_of
from s2sdiff.ir.types import Array, List, Type

STALE = "may be an item of a list, and an item of a list was changed"
COPY_ROW = "copy it first: row = list(row)"


@final
@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Where a list was read: from the list `root` when it was `version`, along `path`.

    `stamp` counts the changes of `root` before that could move its items.
    """

    root: Value | Sequence
    path: tuple[Atom, ...]
    version: Value
    stamp: int


@final
@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of lists in lists at one point of the program.

    `strays` are lists that others may hold as well. `changed` and `tangled` have how deep those lists are
    of which a row was changed, and of which two lists may hold the same.
    """

    strays: frozenset[Meaning] = frozenset()
    changed: frozenset[int] = frozenset()
    tangled: frozenset[int] = frozenset()

    def __or__(self, other: Marks) -> Marks:
        return Marks(
            self.strays | other.strays,
            self.changed | other.changed,
            self.tangled | other.tangled,
        )


class RowLowerer(OperationLowerer):
    """Follows lists in lists.

    `rows` are those whose way is known, `taken` those taken out of the list that held them. `moved` counts
    for each list the changes that may move its items.
    """

    def __init__(self, builder: Builder, captures: list[Capture]) -> None:
        super().__init__(builder, captures)
        self.rows: dict[Value, Row] = {}
        self.moved: Counter[Meaning] = Counter()
        self.marks = Marks()
        self.taken: set[Meaning] = set()

    @abstractmethod
    def here(self) -> Span:
        """Where the text is that is being lowered."""

    def now(self, meaning: Meaning) -> Meaning:
        if not isinstance(meaning, Value | Sequence) or meaning not in self.marks.strays:
            return super().now(meaning)
        row = self.row_at(meaning)
        if row is not None:
            version = self.now(row.root)
            if version is row.version:
                return meaning
            assert isinstance(version, Value) and isinstance(meaning, Value)
            return self.builder.apply(ITEM, version, *row.path, hint=meaning.hint)
        if self.is_stale(meaning):
            is_array = isinstance(meaning, Value) and isinstance(meaning.type, Array)
            what = "array" if is_array else "list"
            fail(
                "S2S307",
                f"this {what} {STALE}",
                self.here(),
                "read it from that list: d[i][j]",
            )
        return super().now(meaning)

    def is_stale(self, meaning: Meaning | None) -> bool:
        """May it be an item of a list, with nothing that tells of which, where such was changed?"""
        if not isinstance(meaning, Value | Sequence) or meaning not in self.marks.strays:
            return False
        if meaning in self.taken or self.row_at(meaning) is not None:
            return False
        changed = self.marks.changed
        depth = depth_of(meaning.type) if isinstance(meaning, Value) else None
        return depth in changed if depth is not None else bool(changed - {0})

    def row_at(self, meaning: Meaning) -> Row | None:
        """The way to a list, if it still leads there."""
        row = self.rows.get(meaning) if isinstance(meaning, Value) else None
        if row is None or self.moved[row.root] != row.stamp:
            return None
        is_carried = isinstance(meaning, Value) and meaning in self.versions
        return None if is_carried else row

    def note_row(self, value: Meaning, whole: Meaning, version: Atom, index: Atom) -> None:
        """Remember that `value`, a list or an array, is an item of `whole`, which is `version` now."""
        if not (isinstance(value, Value) and isinstance(value.type, List | Array)):
            return
        outer = self.row_at(whole)
        root: Meaning = whole
        held: Meaning = version
        path: tuple[Atom, ...] = (index,)
        if outer is not None:
            root, path = outer.root, (*outer.path, index)
            held = self.now(root)
        elif whole in self.marks.strays:
            if whole in self.taken:
                self.taken.add(value)
            return
        if isinstance(root, Value | Sequence) and isinstance(held, Value):
            self.rows[value] = Row(root, path, held, self.moved[root])

    def note_inside(self, meaning: Meaning, type_: Type) -> None:
        """A list that is put into another one: that may hold the same list as a third one does."""
        is_made_here = isinstance(meaning, Value | Sequence) and meaning in self.versions
        if meaning in self.marks.strays or not is_made_here:
            self.tangle(depth_of(type_))
        self.stray(meaning)

    def stray(self, *lists: Meaning) -> None:
        """Remember that others may hold these lists."""
        self.marks |= Marks(strays=frozenset(lists))

    def tangle(self, *depths: int) -> None:
        """Remember that two lists may hold the same list that is so deep."""
        self.marks |= Marks(tangled=frozenset(depths))
