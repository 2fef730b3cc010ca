"""Stores that read again what they have stored: of a part of an array into a part with another step.

    A[:, 2] = A[1]          A[0, 2] = A[1, 0]; A[1, 2] = A[1, 1]; A[2, 2] = A[1, 2], which is stored already
    A[:, 2] = A[1].copy()

NumPy copies what it stores where it may meet it, in several axes; in one it goes from entry to entry, in
the order that is right for two parts with the same step only.
"""

from __future__ import annotations

from typing import NamedTuple, final

from s2sdiff.ir.affine import moved
from s2sdiff.ir.arrays import is_basic, is_put, is_store, may_be_view, parts_of_store
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Const,
    Group,
    Primitive,
    Value,
    are_equal,
    constant,
    is_none,
)
from s2sdiff.ir.lists import ITEM
from s2sdiff.ir.objects import Objects
from s2sdiff.ir.parts import Place, composed, index_parts, is_number, is_slice
from s2sdiff.ir.traverse import defining_ops, walk
from s2sdiff.ir.types import Array, List, Type, axes_of, rank_of

GETITEM = "operator.getitem"
SAME = ("core.stop", "core.sure", "core.ranked", "numpy.asarray", "numpy.asanyarray")


class _Step(NamedTuple):
    """A step from an array to a part of it: a function, with an index or other arguments."""

    name: str
    place: Place

    def is_same(self, other: _Step) -> bool:
        (layout, atoms), (another, others) = self.place, other.place
        is_alike = (self.name, layout, len(atoms)) == (other.name, another, len(others))
        return is_alike and all(map(are_equal, atoms, others))


class _Line(NamedTuple):
    """An axis of a part: the axis of the whole array along which it lies, and how far it goes each time.

    A new axis lies along none.
    """

    axis: int | None
    step: Atom | int


def mixed_stores(body: Block) -> list[Apply]:
    """The stores of `body` that may read what they have stored."""
    stores = [op for op in walk(body) if is_store(op) and is_put(op.primitive)]
    if not any(isinstance(op.args[-1].type, Array) for op in stores):
        return []
    mixing = Mixing(body)
    return [op for op in stores if mixing.may_mix(op)]


@final
class Mixing:
    """Tells which stores of `body` may read what they have stored. `objects` are those of the body."""

    def __init__(self, body: Block, objects: Objects | None = None) -> None:
        self.made = defining_ops(body)
        self.objects = objects or Objects(body)

    def may_mix(self, op: Apply) -> bool:
        """May this store read again what it has stored?"""
        store = parts_of_store(op)
        value = store.value
        if not (isinstance(value, Value) and isinstance(value.type, Array)):
            return False
        if axes_of(value.type) == () or not is_basic(store.layout, store.index):
            return False
        if not self.objects.changes(op, value):
            return False
        way = self.way_to(value)
        if way is None:
            return False  # it was copied on the way
        base, source = way
        target = [
            _Step(primitive.name, _place(primitive, atoms))
            for primitive, atoms in store.way
            if primitive is not ITEM
        ]
        target.append(_Step(GETITEM, (store.layout, store.index)))
        if not self.is_whole(base) or not self.is_whole(store.whole):
            return True
        while source and len(target) > 1 and source[0][0].is_same(target[0]):
            (_, base), *source = source
            del target[0]
        rank = _rank_of(base.type)
        if rank is None:
            return True
        steps = [step for step, _ in source]
        into, out = _lines(rank, target), _lines(rank, steps)
        if into is None or out is None:
            return True
        if len(into) != 1:
            return False  # NumPy copies it
        if into[0].axis is None or not out or out[-1].axis is None:
            return False  # it is one entry
        return not (_follow(into[0], out[-1]) or self.are_apart(target, steps))

    def way_to(self, value: Value) -> tuple[Value, list[tuple[_Step, Value]]] | None:
        """The array of which a value is a view, and the steps to it, each with what it gives.

        None where one of them copies.
        """
        steps: list[tuple[_Step, Value]] = []
        while True:
            op = self.made.get(value)
            if not (isinstance(op, Apply) and may_be_view(op.primitive)):
                return value, steps
            whole, *atoms = op.args
            place = _place(op.primitive, tuple(atoms))
            is_copy = op.primitive.name == GETITEM and not is_basic(*place)
            if is_copy or op.primitive.name == "operator.pos" or not isinstance(whole, Value):
                return None
            steps.insert(0, (_Step(op.primitive.name, place), value))
            value = whole

    def is_whole(self, atom: Atom) -> bool:
        """Is it surely no part of another array?"""
        ops = (self.made.get(each) for each in self.objects.of(atom))
        return not any(isinstance(op, Apply) and may_be_view(op.primitive) for op in ops)

    def are_apart(self, target: list[_Step], source: list[_Step]) -> bool:
        """Is no entry of these parts stored before it is read?"""
        left, right = _joined(target), _joined(source)
        if left is None or right is None:
            return False
        pairs = list(zip(left, right, strict=False))
        if any(self.leaves_out(a, b) or self.leaves_out(b, a) for a, b in pairs):
            return True
        return _are_ahead(left, right) or self.are_mirrored(left, right)

    def leaves_out(self, number: Place, part: Place) -> bool:
        """Is the entry at a number not in a slice, or not at another number?"""
        if not is_number(number):
            return False
        at = number[1][0]
        if is_number(part):
            return _have_same_sign(at, part[1][0]) and not are_equal(at, part[1][0])
        if not is_slice(part):
            return False
        start, stop, step = part[1]
        if not is_none(stop) and self.are_same(at, stop):
            return True
        match at, _number(start, 0), _number(stop, 10**9), _number(step, 1):
            case Const(value=int(here)), int(first), int(end), int(by):
                is_plain = min(here, first, end) >= 0 < by
                return is_plain and not first <= here < end
        return False

    def are_same(self, one: Atom, two: Atom) -> bool:
        return are_equal(one, two) or moved(one, self.made) == moved(two, self.made)

    def are_mirrored(self, left: list[Place], right: list[Place]) -> bool:
        """A row and the column of the same number, from the same entry on: `A[i, k:]`, `A[k:, i]`?

        They meet at `A[i, i]` only, which is at the same place in both.
        """
        one, two = ([*each, _ALL][:2] for each in (left, right))
        if len(left) > 2 or len(right) > 2:
            return False
        if is_slice(one[0]):
            one, two = two, one
        is_crossed = (
            is_number(one[0]) and is_slice(one[1]) and is_slice(two[0]) and is_number(two[1])
        )
        if not is_crossed or not self.are_same(one[0][1][0], two[1][1][0]):
            return False
        (start, *ends), (begin, *others) = one[1][1], two[0][1]
        is_open = all(map(is_none, (*ends, *others)))
        return is_open and self.are_same(start, begin)


_ALL: Place = (Group("slice", (None, None, None)), (constant(None),) * 3)


def _place(primitive: Primitive, atoms: tuple[Atom, ...]) -> Place:
    """What an index says of the axes; of another function its arguments."""
    layout = primitive.layout
    return layout[1] if layout is not None and primitive.name == GETITEM else None, atoms


def _rank_of(whole: Type) -> int | None:
    """How many axes an array has, or those in a list; None where that is not known."""
    while isinstance(whole, List):
        whole = whole.item
    return rank_of(whole) if isinstance(whole, Array) else None


def _lines(rank: int, steps: list[_Step]) -> list[_Line] | None:
    """The axes of a part of an array with so many axes; None where they are not known."""
    found: list[_Line] | None = [_Line(axis, 1) for axis in range(rank)]
    for name, place in steps:
        if found is None:
            return None
        if name == GETITEM:
            found = _indexed(found, index_parts(*place))
        elif name == "numpy.transpose" and not place[1]:
            found = found[::-1]
        elif name not in SAME or place[1]:
            return None
    return found


def _indexed(before: list[_Line], parts: list[Place]) -> list[_Line] | None:
    """The axes of a part that an index takes; None where they are not known."""
    is_new = [_is_constant(part, None) for part in parts]
    left, found = list(before), list[_Line]()
    for at, part in enumerate(parts):
        if is_new[at]:
            found.append(_Line(None, 0))
        elif _is_constant(part, ...):
            count = len(left) - is_new[at:].count(False) + 1
            found += left[:count]
            del left[:count]
        elif is_number(part):
            del left[0]
        elif is_slice(part):
            line = left.pop(0)
            by = _step_of(part)
            if line.step == 1:
                found.append(line._replace(step=by))
            elif isinstance(line.step, int) and isinstance(by, int):
                found.append(line._replace(step=line.step * by))
            else:
                return None
        else:
            return None
    return found + left


def _is_constant(part: Place, value: object) -> bool:
    layout, atoms = part
    return layout is None and isinstance(atoms[0], Const) and atoms[0].value is value


def _number(atom: Atom, otherwise: int) -> Atom | int:
    """The number that is written in a slice, or that nothing stands for."""
    match atom:
        case Const(value=None):
            return otherwise
        case Const(value=int(number)):
            return number
    return atom


def _step_of(part: Place) -> Atom | int:
    return _number(part[1][2], 1)


def _follow(into: _Line, out: _Line) -> bool:
    """Do these lie along each other, with the same step, or against each other?"""
    if into.axis != out.axis:
        return False
    if isinstance(into.step, int) and isinstance(out.step, int):
        return into.step == out.step or into.step * out.step < 0
    return into.step is out.step


def _joined(steps: list[_Step]) -> list[Place] | None:
    """What the steps say of each axis, as one index; None where that is not an index."""
    steps = [each for each in steps if each.name not in SAME]
    if not steps or any(each.name != GETITEM for each in steps):
        return None
    place: Place | None = steps[0].place
    for each in steps[1:]:
        place = None if place is None else composed(place, each.place)
    return None if place is None else index_parts(*place)


def _have_same_sign(one: Atom, two: Atom) -> bool:
    values = [each.value for each in (one, two) if isinstance(each, Const)]
    signs = {value < 0 for value in values if isinstance(value, int)}
    return len(values) == 2 and len(signs) == 1


def _are_ahead(left: list[Place], right: list[Place]) -> bool:
    """Is what is read always ahead of what is stored: `a[:n] = a[::2]`?"""
    slices = [(one, two) for one, two in zip(left, right, strict=False) if is_slice(one)]
    if len(left) != len(right) or len(slices) != 1 or not is_slice(slices[0][1]):
        return False
    begins = [_number(part[1][0], 0) for part in slices[0]]
    steps = [_step_of(part) for part in slices[0]]
    match begins, steps:
        case [int(begin), int(later)], [int(step), int(wider)]:
            return 0 <= begin <= later and 0 < step <= wider
    return False
