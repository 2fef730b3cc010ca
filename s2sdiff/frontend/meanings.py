"""What a name or an expression can stand for while compiling.

A number is an IR atom. Everything else exists only at compile time: a function that can be called, a
module, a tuple whose items are meanings, an object whose attributes are read. Lowering computes with
meanings; what is left in the IR is the arithmetic.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, final

from s2sdiff.errors import SourceFile, Span
from s2sdiff.ir.core import Atom, Const, Value
from s2sdiff.ir.types import List, Opaque, Scalar, Static


class Scope(Protocol):
    """Where a function's free names are looked up."""

    def lookup(self, name: str, captures: list[Capture]) -> Meaning | None:
        """What `name` means, or None if it is not bound. Run-time facts that were relied on are
        added to `captures`."""

    def imported(self, name: str, node: ast.Import | ast.ImportFrom) -> Meaning:
        """What `name` means after an import statement inside the function."""


@final
@dataclass(frozen=True, slots=True)
class Capture:
    """A value from outside the function that its derivative was compiled with. `read` gives it anew."""

    name: str
    read: Callable[[], object]
    value: object

    def holds(self) -> bool:
        """Is the value still what it was?"""
        try:
            now = self.read()
        except (AttributeError, KeyError, ValueError):
            return False
        if now is self.value:
            return True
        return (
            type(now) is type(self.value)
            and isinstance(now, int | float | str | tuple)
            and (now == self.value)
        )


@final
@dataclass(frozen=True, slots=True, eq=False)
class UserFunction:
    """A function of the user's whose text is known.

    `defaults` are what the parameters' defaults mean; they were evaluated where the function was
    defined. `given` are arguments that are there already, by parameter: `self` of a bound method, or
    what `functools.partial` holds. `parameters` and `statements` are its AST.
    """

    name: str
    parameters: ast.arguments
    statements: tuple[ast.stmt, ...]
    source: SourceFile
    scope: Scope
    span: Span
    defaults: dict[str, Meaning] = field(default_factory=dict)
    given: dict[str, Meaning] = field(default_factory=dict)


@final
@dataclass(frozen=True, slots=True)
class LibraryFunction:
    """A function or other attribute of a library, by qualified name; it may have a rule or not."""

    name: str


@final
@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A module. `member` gives what an attribute means, or None if the module has none."""

    name: str
    member: Callable[[str, list[Capture]], Meaning | None]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """A tuple or list of known length."""

    items: tuple[Meaning, ...]
    kind: str = "tuple"


@final
@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """A dict with known keys: what `**keywords` holds."""

    items: dict[str, Meaning]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """What a loop runs over, where the number of turns is known at run time only.

    `length()` is how many items there are; `item(index, wish)` is one of them. `wish` says how the
    loop names it: a name, or a tuple of names where the item is a tuple. A loop that visits just these
    items runs over `direct.bounds` (start, stop, step) with the items that `direct.item` gives for each
    of these, if there is such a form. `counts` says that the first part of an item is its index.
    """

    length: Callable[[], Atom]
    item: Callable[[Atom, Wish], Meaning]
    direct: Direct | None = None
    counts: bool = False


@final
@dataclass(frozen=True, slots=True, eq=False)
class Direct:
    """A loop over a range: its bounds, and what each of its numbers stands for (None: for itself)."""

    bounds: tuple[Atom, Atom, Atom]
    item: Callable[[Atom, Wish], Meaning] | None = None


Wish: TypeAlias = "str | tuple[Wish, ...] | None"


def part_of(wish: Wish, index: int) -> Wish:
    """How the loop names one part of an item."""
    return wish[index] if isinstance(wish, tuple) and index < len(wish) else None


@final
@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """`functools.partial(function, *args, **keywords)`."""

    function: Meaning
    args: tuple[Meaning, ...]
    keywords: dict[str, Meaning]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """An object of the user's, at run time of the compiler; `path` is how messages call it."""

    value: object
    path: str


@final
@dataclass(frozen=True, slots=True)
class Unknown:
    """Something bound that has no definite meaning here; `reason` completes "NAME ..."."""

    reason: str


Meaning: TypeAlias = (
    Atom
    | UserFunction
    | LibraryFunction
    | Module
    | Sequence
    | Mapping
    | Turns
    | Partial
    | Instance
    | Unknown
)


def is_none(meaning: Meaning) -> bool:
    return isinstance(meaning, Const) and meaning.value is None


def shape(meaning: Meaning) -> object:
    """The structure of nested tuples, for comparing."""
    if isinstance(meaning, Sequence):
        return (meaning.kind, tuple(shape(item) for item in meaning.items))
    return None


def flatten(meaning: Meaning) -> tuple[list[Meaning], Callable[[list[Atom]], Meaning]]:
    """The leaves of nested tuples, and the function that puts other leaves in their places."""
    if not isinstance(meaning, Sequence):
        return [meaning], lambda atoms: atoms.pop(0)
    parts = [flatten(item) for item in meaning.items]

    def rebuild(atoms: list[Atom]) -> Meaning:
        return Sequence(tuple(build(atoms) for _, build in parts), meaning.kind)

    return [leaf for leaves, _ in parts for leaf in leaves], rebuild


def describe(meaning: Meaning) -> str:
    """A meaning in a sentence."""
    match meaning:
        case Const(value=value, type=Static()):
            return repr(value)
        case Value(type=Opaque()):
            return "a text"
        case Value(type=List()):
            return "a list"
        case Value(type=kind) | Const(type=kind):
            return f"a {kind}" if isinstance(kind, Scalar) else f"{kind}"
        case UserFunction(name=name):
            return f"the function {name}"
        case LibraryFunction(name=name):
            return f"the function {name}"
        case Module(name=name):
            return f"the module {name}"
        case Sequence(kind=kind, items=items):
            return f"a {kind} of {len(items)}"
        case Mapping():
            return "a dict"
        case Turns():
            return "an iterator"
        case Partial():
            return "a partial function"
        case Instance(path=path, value=value):
            return f"{path}, an object of class {type(value).__name__},"
        case Unknown():
            return "an unknown object"
