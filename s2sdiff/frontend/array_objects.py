"""Arrays are objects: a name refers to one, a view is a part of one, and both show every change of it.

    b = a[1:]             b is getitem(a, 1:)
    a[2] = x              a' = put(a, 2, x)
    b[0] = y              a'' = put(a', 1:, 0, y), through the view
    b.sum()               sum(getitem(a'', 1:)), for the part is read again where the array was changed

What is not surely a view, like a reshaped array whose memory may lie elsewhere, can be read as long as
neither is changed. The same holds for what is a view on one path and another array on the other one.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import ChainMap
from collections.abc import Container, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeGuard, final

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.array_arguments import ranked
from s2sdiff.frontend.meanings import Capture, Meaning, Sequence, Unknown, rebuilt
from s2sdiff.frontend.rows import Row, RowLowerer
from s2sdiff.frontend.state import Slot
from s2sdiff.frontend.templates import Structured, is_array_object, items_in, lists_in
from s2sdiff.ir.arrays import VIEWS, is_basic, may_be_view
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Const, Group, Primitive, Value
from s2sdiff.ir.lists import STORE
from s2sdiff.ir.parts import Place, composed
from s2sdiff.ir.types import Array, Scalar, axes_of

# What slots mean at one point of the program: a state, or the versions of some objects.
Known: TypeAlias = Mapping[Any, Meaning]

COPY_ARRAY = "copy it first: b = a.copy()"
IN_LIST = "store while it is in the list: xs[i][j] = v; or store into a copy: b = a.copy()"
ONE_NAME = (
    "store under one name on each path, or into a copy if nothing else shows it: b = a.copy()"
)
SLICE = "take the part by a slice: b = a[first:last]; or store into a copy: b = a.copy()"

# Functions that give a view of their first argument, whatever that is.
_SURE = """
    asarray asanyarray expand_dims squeeze transpose swapaxes moveaxis matrix_transpose rollaxis
    flip fliplr flipud rot90 atleast_1d atleast_2d atleast_3d split array_split hsplit vsplit dsplit real
"""
SURE = frozenset(f"numpy.{name}" for name in _SURE.split()) | {"operator.getitem"}
# Functions that give a view of what lies in memory without gaps, row by row.
OF_PLAIN = frozenset({"numpy.reshape", "numpy.ravel", "numpy.ascontiguousarray"})
# Functions whose result lies in memory like that.
_PLAIN = "zeros ones empty full arange linspace eye identity array concatenate stack"
PLAIN = frozenset(f"numpy.{name}" for name in _PLAIN.split())
# Functions that give their argument, or with a dtype a copy of it.
CASTS = frozenset(f"numpy.{name}" for name in ("asarray", "asanyarray", "ascontiguousarray"))
# Functions that may give a view of no axes, and an array of no axes: numbers to us.
TO_ENTRIES = frozenset({"numpy.reshape", "numpy.squeeze"})
# Functions that give an array without axes for numbers.
_NO_AXES = """
    array asarray asanyarray copy zeros ones empty full zeros_like ones_like empty_like full_like
    where select tensordot linalg.tensordot linalg.tensorsolve cross transpose permute_dims expand_dims
    broadcast_to roll tile real_if_close fft.fftn fft.ifftn block isin i0 pad polyval cov
"""
OF_NO_AXES = frozenset(f"numpy.{name}" for name in _NO_AXES.split()) | {"scipy.special.polygamma"}
ENTRIES = -1  # how deep arrays without axes are in lists, for `Marks`


@final
@dataclass(frozen=True, slots=True, eq=False)
class ArrayView:
    """A part of the array `base`, which was `version` when the part was taken: `step(version, *args)`."""

    base: Value
    version: Atom
    step: Primitive
    args: tuple[Atom, ...]


class ArrayObjectLowerer(RowLowerer):
    """Follows arrays that are changed in place.

    `parts` are views, `again` has the view that was read again for a value, `known_more` the array of which
    a value tells the rank. `fixed` says of arrays why they cannot be changed; `plain` are those that lie in
    memory row by row; `assumed` are parts of arrays of the caller's that may, `relied` those arrays where
    it matters. `loose` are those that may be parts of others, and why: they can be read as long as none of
    those in `loose_of` is changed, or no array at all where that is not known. `given` are those that the
    caller passes. `epoch` has the changes of arrays up to here, `history` which array each one changes.
    """

    def __init__(self, builder: Builder, captures: list[Capture]) -> None:
        super().__init__(builder, captures)
        self.parts: dict[Value, ArrayView] = {}
        self.again: dict[Value, Value] = {}
        self.known_more: dict[Atom, Atom] = {}
        self.loose: dict[Value, str] = {}
        self.given: set[Value] = set()
        self.fixed: dict[Value, str] = {}
        self.plain: set[Value] = set()
        self.no_axes: set[Value] = set()  # arrays without axes, which are numbers to us
        self.given_numbers: dict[Value, str] = {}  # the parameters that are numbers
        self.changed_numbers: set[str] = set()
        self.origins: dict[Meaning, tuple[Meaning, ...]] = {}  # those that such a one may be
        # arrays that run-time lists hold, or parts of them, and for what item of what list that is
        self.kept_in_lists: list[tuple[Value, object]] = []
        self.only_kept: set[Value] = set()  # those that only lists hold besides their names
        self.assumed: dict[Value, Value] = {}
        self.relied: dict[Value, None] = {}
        self.loose_of: dict[Value, frozenset[Value]] = {}
        self.loose_since: dict[Value, frozenset[int]] = {}
        self.epoch: frozenset[int] = frozenset()
        self.history: list[Value] = []

    def now(self, meaning: Meaning) -> Meaning:
        """The same. Raises S2S305 for what may be a part of an array, where one was changed since."""
        if isinstance(meaning, Value):
            root, _ = self.way_to(meaning)
            since = self.epoch - self.loose_since.get(root, self.epoch)
            if any(self.may_share(root, self.history[each]) for each in since):
                what = f"this is {self.loose[root]}; an array was changed since"
                fail("S2S305", what, self.here(), "copy it first: b = a.copy()")
        return self.current(meaning)

    def current(self, meaning: Meaning) -> Meaning:
        """What a name has now, which nobody needs to read."""
        if not isinstance(meaning, Value) or not isinstance(meaning.type, Array):
            return super().now(meaning)
        part = self.parts.get(meaning)
        if part is None:
            now = super().now(meaning)
            if isinstance(now, Value) and meaning in self.rows and now is not meaning:
                self.again[now] = meaning  # the item of a list was read again
            return now
        base = self.current(part.base)
        if base is part.version:
            return meaning
        assert isinstance(base, Value)
        self.rely_on(meaning)
        whole = ranked(self, base, self.here())
        found = self.builder.apply(part.step, whole, *part.args, hint=meaning.hint)
        self.again[found] = meaning
        return found

    def array_of(self, version: Atom) -> Value | None:
        """The array, or the view of one, that `version` is now."""
        if not isinstance(version, Value) or not isinstance(version.type, Array):
            return None
        if version in self.again:
            return self.again[version]
        known = (w for w, now in self.versions.items() if now is version and w is not version)
        return next((whole for whole in known if isinstance(whole, Value)), version)

    def note_same(self, found: Value, atom: Atom) -> None:
        whole = self.array_of(atom)
        if whole is not None:
            self.again[found] = whole
            self.known_more[found] = atom

    def note_parts(self, found: Meaning, made: Primitive, atoms: list[Atom]) -> None:
        short = made.name.replace("numpy.", "np.").replace("operator.", "")
        if isinstance(found, Value) and isinstance(found.type, Scalar) and made.name in OF_NO_AXES:
            self.no_axes.add(found)
        if isinstance(found, Value) and atoms:
            self.note_part(found, made, atoms, short)
        elif isinstance(found, Sequence) and made.name in VIEWS:
            for each in found.items:
                why = f"what {short}() gives, which may be a part of an array"
                self.loosen(each, why, self.roots_of(atoms))

    def note_part(self, found: Value, made: Primitive, atoms: list[Atom], short: str) -> None:
        """Remember that `found`, which is made of `atoms`, is a part of the first one, or may be."""
        if isinstance(found.type, Scalar) and made.name in TO_ENTRIES and arrays_in(atoms[:1]):
            why = f"what {short}() gives, which is a part of an array"
            self.loosen(found, why, self.roots_of(atoms))
        if not isinstance(found.type, Array):
            return
        base = self.array_of(atoms[0])
        if may_give_argument(made, atoms):
            why = f"what {short}() gives, which may be its argument"
            self.loosen(found, why, self.roots_of(atoms))
            return
        takes_parts = made.name in VIEWS and not may_be_view(made)
        if made.name == "numpy.diag" and len(axes_of(found.type) or ()) == 2:
            return  # a matrix is made of a line
        if takes_parts or made.name not in VIEWS | SURE:  # it makes an array
            if made.name in PLAIN or takes_parts or len(axes_of(found.type) or ()) == 1:
                self.plain.add(found)
            return
        if base is None:
            return
        if made.name == "operator.getitem" and is_copying(made, atoms):
            self.plain.add(found)
            return
        is_plain = base in self.plain or self.is_new_line(base)
        if made.name in OF_PLAIN and not made.keywords and not is_plain and base in self.given:
            self.assumed[found] = base
            is_plain = True
        if made.name in SURE or (made.name in OF_PLAIN and is_plain and not made.keywords):
            version = self.known_more.get(atoms[0], atoms[0])
            self.parts[found] = ArrayView(base, version, made, tuple(atoms[1:]))
            if is_plain and (made.name in OF_PLAIN or is_row(made)):
                self.plain.add(found)
        elif made.name in VIEWS:
            why = f"what {short}() gives, which may be a part of an array"
            self.loosen(found, why, self.roots_of(atoms))

    def roots_of(self, atoms: list[Atom]) -> frozenset[Value] | None:
        """The arrays of which what is made of `atoms` may be a part; None where that is not known."""
        found: set[Value] = set()
        for atom in atoms:
            if not isinstance(atom.type, Array):
                continue
            base = self.array_of(atom)
            if base is None:
                return None
            root, _ = self.way_to(base)
            if root in self.loose:
                if root not in self.loose_of:
                    return None
                found |= self.loose_of[root]
            found.add(root)
        return frozenset(found)

    def may_share(self, part: Value, root: Value) -> bool:
        """May `part`, which is loose, be a part of the array `root`?"""
        roots = self.loose_of.get(part)
        if roots is None or root in roots:
            return True
        return root in self.marks.strays and not roots.isdisjoint(self.marks.strays)  # one item

    def is_new_line(self, whole: Value) -> bool:
        """Is it an array of one axis that an operation made? It has no gaps."""
        op = self.builder.maker(whole)
        return (
            isinstance(op, Apply)
            and isinstance(whole.type, Array)
            and len(axes_of(whole.type) or ()) == 1
            and op.primitive.name.startswith(("operator.", "numpy."))
            and not may_be_view(op.primitive)
            and not may_give_argument(op.primitive, list(op.args))
        )

    def is_entry(self, meaning: Meaning) -> TypeGuard[Value]:
        """May a number be an array without axes, which `+=` changes in place?"""
        if not isinstance(meaning, Value) or isinstance(meaning.type, Array):
            return False
        return meaning in self.loose or meaning in self.no_axes

    def same_entry(self, meaning: Meaning | None, *paths: Meaning | None) -> None:
        """Remember that a number may be an array without axes, if that of a path may."""
        entries = [each for each in paths if each is not None and self.is_entry(each)]
        if entries and isinstance(meaning, Value) and meaning not in entries:
            self.no_axes.add(meaning)
            more = (other for each in entries for other in self.origins.get(each, ()))
            found = (*self.origins.get(meaning, ()), *entries, *more)
            self.origins[meaning] = tuple(dict.fromkeys(found))

    def version_of(self, whole: Value) -> Meaning:
        """The version of the array that `whole` is, or is a part of."""
        root, _ = self.way_to(whole)
        return self.versions.get(root, root)

    def rely_on(self, part: Value) -> None:
        """Remember that `part` must be a part of its array, not a copy."""
        if part in self.assumed:
            self.relied[self.assumed[part]] = None
        if part in self.parts:
            self.rely_on(self.parts[part].base)

    def loosen(self, value: Meaning, reason: str, roots: frozenset[Value] | None = None) -> None:
        """Remember that an array, or one of no axes, may be a part of another one: of `roots` if given."""
        if isinstance(value, Value) and isinstance(value.type, Array | Scalar):
            self.loose[value] = reason
            if roots is not None:
                self.loose_of[value] = roots
            self.loose_since[value] = self.epoch
            self.fixed[value] = f"{reason},"

    def loosen_parts(
        self,
        slot: Slot,
        meaning: Meaning | None,
        known: Container[object],
        versions: Known,
        *states: Known,
    ) -> None:
        """Where paths that meet have views in a slot, nothing tells any more of what.

        Nor of an array that one path has, and that is `known` under another name. `meaning` is what the
        slot means behind the paths, with the `versions` of the objects in it.
        """
        paths = [(state.get(slot), state) for state in states]
        self._loosen_parts(meaning, known, versions, paths)

    def _loosen_parts(
        self,
        meaning: Meaning | None,
        known: Container[object],
        versions: Known,
        paths: list[tuple[Meaning | None, Known]],
    ) -> None:
        self.same_entry(meaning, *(each for each, _ in paths))
        if isinstance(meaning, Structured):
            parts = _items_now(meaning, versions)
            columns = [_items_now(each, state) for each, state in paths]
            for at, part in enumerate(parts):
                inside = [
                    (items[at] if at < len(items) else None, state)
                    for items, (_, state) in zip(columns, paths, strict=True)
                ]
                self._loosen_parts(part, known, versions, inside)
        there = [each for each, _ in paths]
        loose = next(
            (each for each in there if isinstance(each, Value) and each in self.loose), None
        )
        if loose and meaning and meaning not in there and not is_array_object(meaning):
            self.loosen(meaning, self.loose[loose])
        if not is_array_object(meaning) or meaning in there:
            return
        arrays = [each for each in there if is_array_object(each)]
        is_part = any(self.is_part(each) or each in self.loose for each in arrays)
        if is_part or (len(arrays) < len(there) and any(each in known for each in arrays)):
            self.loosen(
                meaning, "an array that has another name, or is a part of one, on some path"
            )

    def no_part(
        self, meaning: Meaning | None, versions: MutableMapping[Any, Meaning]
    ) -> Meaning | None:
        """What a name means that is a part of an array on one path and unassigned on another one: an array,
        of which nothing tells any more what it is a part of."""
        if not (isinstance(meaning, Value) and meaning in self.parts and meaning in versions):
            return meaning
        found = versions.pop(meaning)
        self.loosen(found, "an array that is a part of one on some path")
        return found

    def loosen_all(self, found: Meaning, reason: str) -> None:
        """Remember that arrays in `found` may be parts of others."""
        for each in lists_in(found):
            if is_array_object(each):
                self.loosen(each, reason)

    def way_to(self, whole: Value) -> tuple[Value, tuple[ArrayView, ...]]:
        """The array that a view is a part of, and the views that lead to it."""
        part = self.parts.get(whole)
        if part is None:
            return whole, ()
        root, way = self.way_to(part.base)
        return root, (*way, part)

    def place_now(self, whole: Meaning, place: Place) -> tuple[Meaning, Place]:
        """`whole[place]`, where the array of which `whole` is a part was changed: a place in that array."""
        if not isinstance(whole, Value) or not self.is_changed_part(whole):
            return whole, place
        self.rely_on(whole)
        _, way = self.way_to(whole)
        left, joint = joined(way, place)
        return (way[len(left)].base, joint) if len(left) < len(way) else (whole, place)

    def is_changed_part(self, whole: Value) -> bool:
        """Is it a part of an array that was changed since, as far as is known?"""
        part = self.parts.get(whole)
        if part is None or part.base in self.rows:
            return False
        if part.base in self.parts:
            return part.version is not part.base or self.is_changed_part(part.base)
        return self.versions.get(part.base, part.base) is not part.version

    def is_part(self, meaning: Meaning) -> bool:
        """Is it a view?"""
        return isinstance(meaning, Value) and meaning in self.parts

    def held_by(self) -> Mapping[Meaning, tuple[Meaning, ...]]:
        """What iterators run over, and of what views are parts, or may be."""
        views: dict[Meaning, tuple[Meaning, ...]] = {
            view: (part.base,) for view, part in self.parts.items()
        }
        loose: dict[Meaning, tuple[Meaning, ...]] = {
            part: tuple(roots) for part, roots in self.loose_of.items()
        }
        return ChainMap(self.iterators, views, loose, self.origins)

    def check_change(self, root: Value, span: Span) -> None:
        """Raise S2S307 where somebody might not see a change of an array."""
        reason, remedy = self.fixed.get(root), COPY_ARRAY
        kept = (each for each, _ in self.kept_in_lists if each in self.loose)
        if any(self.may_share(each, root) for each in kept):
            reason = "while a list holds what may be a part of it, an array"
        if reason is None and any(root is each for each, _ in self.kept_in_lists):
            reason, remedy = "an array that a list holds", "put a copy there: xs.append(a.copy())"
        if root in self.loose:
            remedy = SLICE
        if reason is None and root in self.cannot_change():
            reason = "an array that has another name on some path, or is an item of a list,"
            remedy = ONE_NAME
        if reason is None and root in self.marks.strays and self.row_at(root) is None:
            reason, remedy = "an array that is an item of a list, or may be one,", IN_LIST
        if reason is not None:
            fail("S2S307", f"{reason} is changed", span, remedy)

    def change_array(self, root: Value, after: Atom, span: Span) -> None:
        """Give an array its next version. Raises S2S307 where somebody might not see it."""
        self.check_change(root, span)
        row = self.row_at(root)
        if row is None:
            self.versions[root] = after
        else:
            self.change_row(row, STORE, (after,), span)
        self.note_change(root)

    def note_change(self, root: Value) -> None:
        """What may be a part of the array `root` cannot be read any more: it was changed."""
        self.epoch |= {len(self.history)}
        self.history.append(root)
        for frame in (*self.owners, *self.active):
            for name, meaning in frame.variables.items():
                frame.variables[name] = self.without_loose(meaning, root)
        for whole, meaning in self.versions.items():
            if isinstance(meaning, Structured):
                self.versions[whole] = self.parts_without_loose(meaning, root)

    def without_loose(self, meaning: Meaning, root: Value) -> Meaning:
        """`meaning` where `root` was changed: what may be a part of it cannot be read any more."""
        if isinstance(meaning, Value):
            mine, _ = self.way_to(meaning)
            if mine in self.loose and self.may_share(mine, root):
                return Unknown(f"is {self.loose[mine]}; an array was changed since")
        if isinstance(meaning, Structured) and meaning not in self.versions:
            return self.parts_without_loose(meaning, root)
        return meaning

    def parts_without_loose(self, whole: Structured, root: Value) -> Meaning:
        before = items_in(whole)
        items = tuple(self.without_loose(each, root) for each in before)
        is_same = all(one is two for one, two in zip(items, before, strict=True))
        return whole if is_same else rebuilt(whole, items)

    @abstractmethod
    def cannot_change(self) -> set[Meaning]:
        """Objects that others may hold as well."""

    @abstractmethod
    def change_row(self, row: Row, change: Primitive, args: tuple[Atom, ...], span: Span) -> None:
        """Change a list or an array in a list. Raises S2S307 where another list may hold it."""


def arrays_in(atoms: list[Atom]) -> int:
    """How many of these are arrays?"""
    return sum(isinstance(atom.type, Array) for atom in atoms)


def may_give_argument(made: Primitive, atoms: list[Atom]) -> bool:
    """May it give its argument itself, or a view of it, in this call only?"""
    short = made.name.rpartition(".")[2]
    numbers = [atom.value for atom in atoms[1:] if isinstance(atom, Const)]
    return (
        short in ("conj", "conjugate")
        or (short == "einsum" and arrays_in(atoms) == 1)
        or (short == "diff" and 0 in numbers)
        or (short == "matrix_power" and 1 in numbers)
        or (made.name in CASTS and may_be_view(made) and len(atoms) > 1)  # with a dtype
    )


def is_copying(made: Primitive, atoms: list[Atom]) -> bool:
    """Does this index copy the entries: an array of numbers, a mask, a list?"""
    layout = made.layout[1] if made.layout is not None else None
    return not is_basic(layout, tuple(atoms[1:]))


def joined(way: tuple[ArrayView, ...], place: Place) -> tuple[tuple[ArrayView, ...], Place]:
    """`x[:, j][i]` as `x[i, j]`: indices at the end of a way are a part of the index."""
    while way and is_basic(*place):
        last = way[-1]
        if last.step.name != "operator.getitem" or last.step.layout is None:
            break
        found = composed((last.step.layout[1], last.args), place)
        if found is None:
            break
        way, place = way[:-1], found
    return way, place


def is_row(made: Primitive) -> bool:
    """Is it `x[i]` or `x[i, j]`, which lies in memory as the whole does?"""
    layout = made.layout[1] if made.name == "operator.getitem" and made.layout else None
    is_numbers = layout is None or (
        isinstance(layout, Group) and all(part is None for part in layout.parts)
    )
    return made.name == "operator.getitem" and is_numbers


def _items_now(whole: Meaning | None, versions: Known) -> tuple[Meaning, ...]:
    """What is in an object now; nothing where it is no structure, or where that is not known."""
    if isinstance(whole, Structured):
        whole = versions.get(whole, whole)
    return items_in(whole) if isinstance(whole, Structured) else ()
