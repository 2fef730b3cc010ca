"""Types of IR values.

    type   = Scalar(kind) | Array(kind, rank, ones) | Tuple(items) | List(item) | Dict(items)
           | Record(name, fields) | Static(value) | Opaque(reason)
    kind   = bool < int < float < complex

A `Static` is a value known while compiling (a string, None, an axis); an `Opaque` is one that is
only passed on at run time. Sizes of arrays are not part of their type, except that an axis is
known to have length 1 (`ones`), which is what broadcasting needs.
"""

from __future__ import annotations

from dataclasses import dataclass
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

    def __str__(self) -> str:
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
    items: tuple[tuple[str, Type], ...]

    def __str__(self) -> str:
        return "{" + ", ".join(f"{key}: {item}" for key, item in self.items) + "}"


@final
@dataclass(frozen=True, slots=True)
class Record:
    name: str
    fields: tuple[tuple[str, Type], ...]

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


Type: TypeAlias = Scalar | Array | Tuple | List | Dict | Record | Static | Opaque

BOOL = Scalar("bool")
INT = Scalar("int")
FLOAT = Scalar("float")
COMPLEX = Scalar("complex")
NOTHING = Opaque("nothing")  # the item of a list that nothing was put into yet


def is_number(type_: Type) -> bool:
    """A scalar or an array of a kind that arithmetic accepts."""
    return isinstance(type_, Scalar | Array)


def join_kinds(kinds: tuple[Kind, ...]) -> Kind:
    """The smallest kind that holds all of `kinds`, as Python's arithmetic promotes them."""
    return max(kinds, key=KINDS.index)


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
    """The types at the leaves of a tuple type, left to right."""
    if isinstance(type_, Tuple):
        return tuple(leaf for item in type_.items for leaf in leaves(item))
    return (type_,)
