"""What lowering knows at one point of the program: the variables, and the versions of changed objects.

A name refers to an object; an object that is changed in place (a list) has a current version. Both are
*slots*. A branch lowers each side from the same state and merges what the sides left in the slots; a loop
carries the slots that its body changes.

    Variable(frame, "x")  ->  what x means now
    a list object         ->  its version now (missing: as it was made)
"""

from __future__ import annotations

from collections import Counter, abc
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, final

from s2sdiff.errors import S2SDiffError
from s2sdiff.frontend.meanings import (
    Changeable,
    Mapping,
    Meaning,
    Partial,
    RecordValue,
    Sequence,
    Transformed,
    UserFunction,
)
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.rows import Marks
from s2sdiff.ir.core import Op, Value

# What a statement leaves behind for those around it, as slots with names that no variable has.
STOP = "<stop>"  # bool: no further turn of the innermost loop
BROKE = "<broke>"  # bool: it was left by `break`
RETURNED = "<returned>"  # bool: it was left by `return`
RESULT = "<result>"  # what the function returns
ENDED = "<ended>"  # bool: the statements after a branch do not run
PASSED = "<passed>"  # bool: the body of a `try` statement ended without an exception
VALUE = "<value>"  # what an expression gives, of which only a part may run


class Raised(Exception):
    """What is being lowered calls a function that raises an exception on every path."""


class Endless(Exception):
    """What is being lowered calls a function whose result is not known yet: the other paths tell it."""


class Unassigned(Endless):
    """A variable is read that nothing has assigned yet; a loop around will, in a later turn."""

    def __init__(self, variable: Variable, error: S2SDiffError) -> None:
        super().__init__(variable.name)
        self.variable = variable
        self.error = error


class Unfilled(Unassigned):
    """An item of a list is read that nothing was put into yet; a loop around will, in a later turn."""

    def __init__(self, error: S2SDiffError) -> None:
        Endless.__init__(self, "an empty list")
        self.error = error


class Outcome(Enum):
    """How statements end: at their end, elsewhere, either (then ENDED says it), or with an exception."""

    FELL = "fell"
    ENDED = "ended"
    MIXED = "mixed"
    RAISED = "raised"


@final
@dataclass(frozen=True, slots=True)
class Variable:
    """A name in a frame."""

    frame: Frame
    name: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Variable) and other.frame is self.frame and other.name == self.name

    def __hash__(self) -> int:
        return hash((id(self.frame), self.name))


Slot: TypeAlias = Variable | Changeable
State: TypeAlias = dict[Slot, Meaning]
Versions: TypeAlias = dict[Changeable, Meaning]
Iterators: TypeAlias = abc.Mapping[Meaning, tuple[Meaning, ...]]


@final
@dataclass(slots=True, eq=False)
class Side:
    """One side of a branch after lowering: what it does, and what it leaves behind."""

    ops: list[Op]
    state: State
    outcome: Outcome
    marks: Marks

    @property
    def versions(self) -> Versions:
        return versions_in(self.state)


def versions_in(state: State) -> Versions:
    """The versions of changed objects in `state`."""
    return {slot: meaning for slot, meaning in state.items() if not isinstance(slot, Variable)}


@final
@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """Where lowering can begin again: the state, and what is known besides of lists and arrays."""

    state: State
    marks: Marks
    moved: Counter[Meaning]
    epoch: frozenset[int]
    shared: frozenset[Meaning]
    kept_in_lists: tuple[tuple[Value, object], ...]
    only_kept: frozenset[Value]


def snapshot(active: list[Frame], versions: Versions) -> State:
    """The state of the functions that are being lowered."""
    state: State = {
        Variable(frame, name): meaning
        for frame in _with_outer(active)
        for name, meaning in frame.variables.items()
    }
    for identity, version in versions.items():
        state[identity] = version
    return state


def restore(active: list[Frame], versions: Versions, state: State) -> None:
    """Go back to `state`."""
    for frame in _with_outer(active):
        frame.variables.clear()
    versions.clear()
    for slot, meaning in state.items():
        if isinstance(slot, Variable):
            slot.frame.variables[slot.name] = meaning
        else:
            versions[slot] = meaning


def _with_outer(active: list[Frame]) -> list[Frame]:
    """The frames, and those of the functions around them, whose variables they see."""
    found: dict[int, Frame] = {}
    for frame in active:
        scope: object = frame
        while isinstance(scope, Frame):
            found[id(scope)] = scope
            scope = scope.scope
    return list(found.values())


def is_held_elsewhere(
    state: State,
    identity: Changeable,
    slot: Slot,
    iterators: Iterators,
    owners: tuple[Changeable, ...] = (),
) -> bool:
    """Is this object, which is in `slot`, also in another place of `state` that is read later?

    What it is in by way of its `owners` is not another place, nor are the variables of a function that
    returns it.
    """
    frame = slot.frame if isinstance(slot, Variable) and slot.name == RESULT else None
    frames = {other.frame for other in state if isinstance(other, Variable)}
    return any(
        holds(meaning, identity, iterators, frames, (slot, *owners))
        for other, meaning in state.items()
        if other is not slot
        and other not in owners
        and other is not identity
        and meaning is not other
        and not (isinstance(other, Variable) and (other == slot or other.frame is frame))
        and not (isinstance(other, Variable) and other.name.startswith("<"))
    )


def holds(
    meaning: Meaning,
    identity: Changeable,
    iterators: Iterators,
    frames: set[Frame],
    but: tuple[object, ...] = (),
) -> bool:
    """Does what `meaning` is lead to this object, and not through the objects `but`?

    `iterators` has what zip, map and their like run over, and of what views are parts. A closure
    holds the variables of the functions around it; those of `frames` are looked at anyway.
    """
    if meaning is identity:
        return True
    if any(meaning is each for each in but):
        return False
    inside: tuple[Meaning, ...] = iterators.get(meaning, ())
    match meaning:
        case Sequence(items=items):
            inside += items
        case Mapping(items=entries) | RecordValue(items=entries):
            inside += tuple(entries.values())
        case Partial(function=function, args=args, keywords=keywords):
            inside += (function, *args, *keywords.values())
        case Transformed(function=function):
            inside += (function,)
        case UserFunction(defaults=defaults, given=given, scope=scope):
            inside += (*defaults.values(), *given.values())
            while isinstance(scope, Frame) and scope not in frames:
                frames = frames | {scope}
                inside += tuple(scope.variables.values())
                scope = scope.scope
    return any(holds(part, identity, iterators, frames, but) for part in inside)
