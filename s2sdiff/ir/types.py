"""Types of IR values.

    type   = Scalar(kind) | Array(kind, axes) | Tuple(items, kind) | List(item) | Dict(items)
           | Record(name, fields, module, kind) | Static(value) | Opaque(reason)
    kind   = bool < int < float32 < float < complex
    axis   = length | Size(name, plus, may_be_one)

A `Tuple` is a tuple, or a list of known length; a `Dict` has known keys; a `Record` is a dataclass or a
namedtuple, named as `module` binds it. These are *structures*: `parts` gives the types inside one.

A `Static` is a value known while compiling (a string, None, an axis); an `Opaque` is one that is
only passed on at run time. An axis of an array has a known length or a `Size`: what matters is
whether it can be 1, and which axes are equally long, because broadcasting depends on it. `axes` is None
where even their number is known at run time only. An array without axes is a `Scalar`; no scalar is a
`float32`.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, final

Kind: TypeAlias = Literal["bool", "int", "float32", "float", "complex"]
KINDS: tuple[Kind, ...] = ("bool", "int", "float32", "float", "complex")


@final
@dataclass(frozen=True, slots=True)
class Scalar:
    kind: Kind

    def __str__(self) -> str:
        return self.kind


@final
@dataclass(frozen=True, slots=True)
class Size:
    """The length of an axis: `plus` more than what `name` stands for. Without a name nothing is known about
    it, but that it is not 1 unless `may_be_one`."""

    name: str = ""
    plus: int = 0
    may_be_one: bool = True

    def __str__(self) -> str:
        if not self.name or self.name.startswith("~"):
            return ":"
        return f"{self.name}{self.plus:+d}" if self.plus else self.name


Axis: TypeAlias = int | Size
Axes: TypeAlias = tuple[Axis, ...]


@final
@dataclass(frozen=True, slots=True)
class Array:
    """`likely` is how many axes there are if it is no number, where that is known and `axes` are not."""

    kind: Kind
    axes: Axes | None
    likely: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        axes = "..." if self.axes is None else ", ".join(map(str, self.axes))
        return f"{self.kind}[{axes}]"


@final
@dataclass(frozen=True, slots=True)
class Tuple:
    items: tuple[Type, ...]
    kind: Literal["tuple", "list"] = "tuple"

    def __str__(self) -> str:
        if self.kind == "list":
            return f"[{', '.join(map(str, self.items))}]"
        return f"({', '.join(map(str, self.items))}{',' if len(self.items) == 1 else ''})"


@final
@dataclass(frozen=True, slots=True)
class List:
    item: Type

    def __str__(self) -> str:
        return f"list[{self.item}]"


@final
@dataclass(frozen=True, slots=True)
class Dict:
    items: tuple[tuple[Hashable, Type], ...]

    def __str__(self) -> str:
        return "{" + ", ".join(f"{key}: {item}" for key, item in self.items) + "}"


@final
@dataclass(frozen=True, slots=True)
class Record:
    """`origin` is what the frontend knows about the class; it does not count for equality."""

    name: str
    fields: tuple[tuple[str, Type], ...]
    module: str = ""
    kind: Literal["dataclass", "namedtuple"] = "dataclass"
    origin: object = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{key}: {item}' for key, item in self.fields)})"


@final
@dataclass(frozen=True, slots=True)
class Static:
    """A compile-time value: None, a string, a Python object that is not computed with."""

    value: object

    def __str__(self) -> str:
        return f"static {self.value!r}"


@final
@dataclass(frozen=True, slots=True)
class Opaque:
    reason: str

    def __str__(self) -> str:
        return f"opaque ({self.reason})"


@final
@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """What the forward sweep of the function called `of` passes to its reverse sweep."""

    of: str

    def __str__(self) -> str:
        return f"residuals of {self.of}"


Type: TypeAlias = Scalar | Array | Tuple | List | Dict | Record | Static | Opaque | Residuals

BOOL = Scalar("bool")
INT = Scalar("int")
FLOAT = Scalar("float")
COMPLEX = Scalar("complex")
NOTHING = Opaque("nothing")  # the item of a list that nothing was put into yet


def join_kinds(kinds: tuple[Kind, ...]) -> Kind:
    """The smallest kind that holds all of `kinds`, as Python's arithmetic promotes them."""
    return max(kinds, key=KINDS.index)


Structure: TypeAlias = Tuple | Dict | Record


def parts(type_: Structure) -> tuple[Type, ...]:
    """The types inside a structure, in its own order."""
    match type_:
        case Tuple(items=items):
            return items
        case Dict(items=entries):
            return tuple(item for _, item in entries)
        case Record(fields=fields):
            return tuple(item for _, item in fields)


def with_parts(type_: Structure, items: tuple[Type, ...]) -> Structure:
    """A structure of the same form with other types inside."""
    match type_:
        case Tuple(kind=kind):
            return Tuple(items, kind)
        case Dict(items=entries):
            return Dict(tuple((key, i) for (key, _), i in zip(entries, items, strict=True)))
        case Record(fields=fields):
            new = tuple((key, i) for (key, _), i in zip(fields, items, strict=True))
            return replace(type_, fields=new)


def labels(type_: Structure) -> tuple[Hashable, ...]:
    """The index, key or name of each part."""
    match type_:
        case Tuple(items=items):
            return tuple(range(len(items)))
        case Dict(items=entries):
            return tuple(key for key, _ in entries)
        case Record(fields=fields):
            return tuple(key for key, _ in fields)


def join(one: Type, two: Type) -> Type | None:
    """The type of a value that is of type `one` or `two`, depending on the path; None if none fits."""
    match one, two:
        case _ if one == two or two == NOTHING:
            return one
        case _ if one == NOTHING:
            return two
        case Scalar(kind=left), Scalar(kind=right):
            return Scalar(join_kinds((left, right)))
        case Array(), Array() if one.axes is not None and two.axes is not None:
            kind = join_kinds((one.kind, two.kind))
            if len(one.axes) != len(two.axes):
                return Array(kind, None)
            return Array(kind, tuple(map(join_axes, one.axes, two.axes)))
        case (Array(kind=left), Array(kind=right) | Scalar(kind=right)) | (
            Scalar(kind=left),
            Array(kind=right),
        ):
            ranks = {likely_rank(each) for each in (one, two) if isinstance(each, Array)}
            likely = ranks.pop() if len(ranks) == 1 else None
            return Array(join_kinds((left, right)), None, likely)
        case List(item=left_item), List(item=right_item):
            item = join(left_item, right_item)
            return None if item is None else List(item)
        case Tuple(items=lefts), Tuple(items=rights) if len(lefts) == len(rights):
            items = [join(left, right) for left, right in zip(lefts, rights, strict=True)]
            found = tuple(item for item in items if item is not None)
            form = one.kind if one.kind == two.kind else "tuple"
            return Tuple(found, form) if len(found) == len(items) else None
    return None


def likely_rank(type_: Scalar | Array) -> int | None:
    """How many axes there are if it is no number in place of an array."""
    if isinstance(type_, Scalar):
        return 0
    return type_.likely if type_.axes is None else len(type_.axes)


def join_axes(one: Axis, two: Axis) -> Axis:
    """An axis that is `one` or `two`, depending on the path."""
    if one == two:
        return one
    return Size(may_be_one=may_be_one(one) or may_be_one(two))


def may_be_one(axis: Axis) -> bool:
    return axis.may_be_one if isinstance(axis, Size) else axis == 1


def array(kind: Kind, axes: Axes | None) -> Type:
    """The type of an array; without axes it is a number. Raises TypeError for a kind that is none."""
    if kind not in KINDS:
        raise TypeError(f"a dtype has to be passed by name: dtype={kind!r}")
    if axes == ():
        return FLOAT if kind == "float32" else Scalar(kind)
    return Array(kind, axes)


def has_sign(type_: Type) -> bool:
    """Is -(x * y) the same as -x * y for an x of this type? In NumPy a mask has no negative, and those of
    `uint8` are other numbers."""
    return isinstance(type_, Scalar | Array) and type_.kind in ("float32", "float", "complex")


def axes_of(type_: Scalar | Array) -> Axes | None:
    return type_.axes if isinstance(type_, Array) else ()


def rank_of(type_: Scalar | Array) -> int | None:
    """How many axes it has; None where that is not known."""
    axes = axes_of(type_)
    return None if axes is None else len(axes)


def smooth_kind(kind: Kind) -> Kind:
    """The kind of derivatives of numbers of this kind."""
    return "float" if kind in ("bool", "int") else kind


def cotangent_type(type_: Type) -> Type:
    """The type of derivatives of values of this type: floats for numbers, the structure kept."""
    match type_:
        case Scalar():
            return COMPLEX if type_.kind == "complex" else FLOAT
        case Array(kind="bool"):
            return Static(None)
        case Array(kind=kind, axes=axes):
            return Array(smooth_kind(kind), axes)
        case Tuple(items=items, kind=form):
            return Tuple(tuple(map(cotangent_type, items)), form)
        case List(item=item):
            return List(cotangent_type(item))
    return type_


def leaves(type_: Type) -> tuple[Type, ...]:
    """The types at the leaves of a structure, left to right."""
    if isinstance(type_, Structure):
        return tuple(leaf for item in parts(type_) for leaf in leaves(item))
    return (type_,)


def is_number(type_: Type) -> bool:
    """A scalar or an array of a kind that arithmetic accepts."""
    return isinstance(type_, Scalar | Array)


def has_derivative(type_: Type) -> bool:
    """A leaf that has a place for a number in a derivative; bools, strings and None have none."""
    return isinstance(type_, Scalar | Array) and type_.kind != "bool"


def is_array(type_: Type) -> bool:
    return isinstance(type_, Array)


def holds_arrays(type_: Type) -> bool:
    """Is there an array in a value of this type?"""
    match type_:
        case List(item=item):
            return holds_arrays(item)
        case Tuple() | Dict() | Record():
            return any(map(holds_arrays, parts(type_)))
    return isinstance(type_, Array)


def has_lists_of_arrays(type_: Type) -> bool:
    """Is there a list in a value of this type that holds arrays?"""
    match type_:
        case List(item=item):
            return holds_arrays(item)
        case Tuple() | Dict() | Record():
            return any(map(has_lists_of_arrays, parts(type_)))
    return False


def has_unknown_rank(type_: Type) -> bool:
    """Is there an array in it of which not even the number of axes is known?"""
    match type_:
        case Array(axes=axes):
            return axes is None
        case List(item=item):
            return has_unknown_rank(item)
        case Tuple() | Dict() | Record():
            return any(map(has_unknown_rank, parts(type_)))
    return False


def same_form(one: Type, two: Type) -> bool:
    """Are both types of the same values, but for what is known about the lengths of axes?"""
    match one, two:
        case Array(), Array():
            ranks = {len(each.axes) for each in (one, two) if each.axes is not None}
            return one.kind == two.kind and len(ranks) <= 1
        case (Array(axes=None, kind=left), Scalar(kind=right)) | (
            Scalar(kind=left),
            Array(axes=None, kind=right),
        ):
            return left == right
        case List(item=left_item), List(item=right_item):
            return same_form(left_item, right_item)
        case (Tuple(), Tuple()) | (Dict(), Dict()) | (Record(), Record()):
            if isinstance(one, Structure) and isinstance(two, Structure):
                is_alike = labels(one) == labels(two)
                return is_alike and all(map(same_form, parts(one), parts(two)))
    return one == two
