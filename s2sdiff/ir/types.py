"""Types of IR values.

    type   = Scalar(kind) | Array(kind, rank, ones) | Tuple(items, kind) | List(item) | Dict(items)
           | Record(name, fields, module, kind) | Static(value) | Opaque(reason)
    kind   = bool < int < float < complex

A `Tuple` is a tuple, or a list of known length; a `Dict` has known keys; a `Record` is a dataclass or a
namedtuple, named as `module` binds it. These are *structures*: `parts` gives the types inside one.

A `Static` is a value known while compiling (a string, None, an axis); an `Opaque` is one that is
only passed on at run time. Sizes of arrays are not part of their type, except that an axis is
known to have length 1 (`ones`), which is what broadcasting needs.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, final

Kind: TypeAlias = Literal["bool", "int", "float", "complex"]
KINDS: tuple[Kind, ...] = ("bool", "int", "float", "complex")


@final
@dataclass(frozen=True, slots=True)
class Scalar:
    kind: Kind

    def __str__(self) -> str:
        return self.kind


@final
@dataclass(frozen=True, slots=True)
class Array:
    kind: Kind
    rank: int
    ones: tuple[bool, ...]

    def __str__(self) -> str:
        axes = ", ".join("1" if one else ":" for one in self.ones)
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
        case List(item=left_item), List(item=right_item):
            item = join(left_item, right_item)
            return None if item is None else List(item)
        case Tuple(items=lefts), Tuple(items=rights) if len(lefts) == len(rights):
            items = [join(left, right) for left, right in zip(lefts, rights, strict=True)]
            found = tuple(item for item in items if item is not None)
            return Tuple(found) if len(found) == len(items) else None
    return None


def cotangent_type(type_: Type) -> Type:
    """The type of derivatives of values of this type: floats for numbers, the structure kept."""
    match type_:
        case Scalar():
            return FLOAT
        case Tuple(items=items):
            return Tuple(tuple(map(cotangent_type, items)))
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
    return is_number(type_) and not (isinstance(type_, Scalar) and type_.kind == "bool")
