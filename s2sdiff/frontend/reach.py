"""How far a value reaches into what a name stands for, and what becomes of it there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, final


@final
@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, as messages call it."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"line {self.line} of {self.file}"


class Reach(NamedTuple):
    """How a value has to do with a name: it is `depth` items deep in what the name is, or holds such items
    in `fresh` lists around each other that were made for it."""

    depth: int
    fresh: int

    def item(self) -> Reach:
        """What is in it."""
        return (
            Reach(self.depth, self.fresh - 1)
            if self.fresh
            else Reach(min(self.depth + 1, DEEPEST), 0)
        )

    def copy(self) -> Reach:
        """A new list of its items."""
        return self if self.fresh else self.item().wrapped()

    def wrapped(self) -> Reach:
        """A new list with it inside."""
        return Reach(self.depth, self.fresh + 1) if self.fresh < DEEPEST else Reach(self.depth, 0)


WHOLE = Reach(0, 0)
DEEPEST = 6


@dataclass(slots=True, eq=False)
class Seen:
    """What becomes of a name or an attribute: where lists so many items deep in it may be changed."""

    changes: dict[int, Place] = field(default_factory=dict)
    assigned: Place | None = None

    def change_of(self, depth: int) -> Place | None:
        """Where a list that has lists `depth` deep, or one in it, may be changed; None if nowhere."""
        return next((place for level, place in self.changes.items() if level < depth), None)
