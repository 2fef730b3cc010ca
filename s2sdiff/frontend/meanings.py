"""What a name or an expression can stand for while compiling.

A number is an IR atom. Everything else exists only at compile time: a function that can be called, a
module, a tuple whose items are meanings, an object whose attributes are read. Lowering computes with
meanings; what is left in the IR is the arithmetic.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, TypeAlias, final

from s2sdiff.errors import SourceFile, Span
from s2sdiff.ir.core import Atom, Const, Value
from s2sdiff.ir.types import List, Opaque, Scalar, Static
from s2sdiff.options import Plan
from s2sdiff.rules.registry import Rule


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
    """A value from outside the function that its derivative was compiled with. `read` gives it anew;
    `home` is the namespace that has it under `name`, if it is a global. `live` gives a list or dict itself,
    of which `value` has the items."""

    name: str
    read: Callable[[], object]
    value: object
    home: dict[str, Any] | None = None
    live: Callable[[], object] | None = None

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
    what `functools.partial` holds. `parameters` and `statements` are its AST. A function that has a
    `rule` is called by its qualified name, `home`.
    """

    name: str
    parameters: ast.arguments
    statements: tuple[ast.stmt, ...]
    source: SourceFile
    scope: Scope
    span: Span
    defaults: dict[str, Meaning] = field(default_factory=dict)
    given: dict[str, Meaning] = field(default_factory=dict)
    rule: Rule | None = None
    home: str = ""


@final
@dataclass(frozen=True, slots=True)
class LibraryFunction:
    """A function or other attribute of a library, by qualified name; it may have a rule or not."""

    name: str


@final
@dataclass(frozen=True, slots=True)
class ExceptionClass:
    """A class of exceptions, named as `module` binds it: it can be raised."""

    module: str
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
    """A dict with known keys. `origin` is the value that it was read from, where it came from outside:
    its keys are checked at run time, in their order if that matters. One that was made here can be
    changed."""

    items: dict[Any, Meaning]
    origin: Value | None = None
    made_here: bool = False


@final
@dataclass(frozen=True, slots=True, eq=False)
class RecordClass:
    """A dataclass or a class of namedtuples (or a typed dict), named as `module` binds it; or a plain
    class ("object"), whose objects have what its methods store into them.

    `annotations` are objects in live use and syntax in static use; `scope` is where their names are
    looked up. `member` gives what the class has besides fields (methods, properties, constants), or
    None. `keyword_only` are fields that go by keyword. `problem` says why no object can be made.
    """

    module: str
    name: str
    kind: Literal["dataclass", "namedtuple", "typeddict", "object"]
    fields: tuple[str, ...]
    defaults: dict[str, Meaning]
    annotations: dict[str, object]
    scope: Scope
    member: Callable[[str, list[Capture]], Meaning | None]
    keyword_only: frozenset[str] = frozenset()
    frozen: bool = True
    problem: str = ""


@final
@dataclass(frozen=True, slots=True, eq=False)
class RecordValue:
    """A dataclass instance or a namedtuple whose fields have meanings. One that was made here, of a class
    that is not frozen, can be changed."""

    form: RecordClass
    items: dict[str, Meaning]
    made_here: bool = False


@final
@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """What a class has for a property: the function that computes it."""

    function: Meaning


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
class Transformed:
    """The derivative of a function that `plan` asks for: `grad(f)`, `grad(grad(f))`."""

    function: UserFunction
    plan: Plan


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
    | ExceptionClass
    | Module
    | Sequence
    | Mapping
    | Turns
    | RecordClass
    | RecordValue
    | Property
    | Partial
    | Transformed
    | Instance
    | Unknown
)


Changeable: TypeAlias = Sequence | Value | Mapping | RecordValue


def is_none(meaning: Meaning) -> bool:
    return isinstance(meaning, Const) and meaning.value is None


def shape_head(meaning: Meaning) -> object:
    """What two structures must share to be of the same form, their parts aside; None for a leaf."""
    match meaning:
        case Sequence(kind=kind):
            return kind
        case Mapping(items=entries):
            return ("dict", tuple(entries))
        case RecordValue(form=form, items=entries):
            return (form.module, form.name, *(entries if form.kind == "object" else ()))
    return None


def is_structure(meaning: Meaning) -> bool:
    return parts_of(meaning) is not None


def plain(meaning: Meaning) -> object:
    """The Python value of nested tuples and lists of constants; None where there is none."""
    if isinstance(meaning, Const):
        return (meaning.value,)
    if not isinstance(meaning, Sequence):
        return None
    items = [plain(item) for item in meaning.items]
    return None if None in items else (meaning.kind, items)


def parts_of(meaning: Meaning) -> tuple[Meaning, ...] | None:
    """What a structure holds; None for anything else."""
    match meaning:
        case Sequence(items=items):
            return items
        case Mapping(items=entries) | RecordValue(items=entries):
            return tuple(entries.values())
    return None


def rebuilt(meaning: Meaning, items: tuple[Meaning, ...]) -> Meaning:
    """A structure of the form of `meaning` that holds `items`."""
    match meaning:
        case Sequence(kind=kind):
            return Sequence(items, kind)
        case Mapping(items=entries):
            return replace(meaning, items=dict(zip(entries, items, strict=True)))
        case RecordValue(items=entries):
            return replace(meaning, items=dict(zip(entries, items, strict=True)))
    raise AssertionError(meaning)


def is_fixed(meaning: Meaning) -> bool:
    """What a structure holds that is not computed with: a string or None."""
    return isinstance(meaning, Value | Const) and isinstance(meaning.type, Static | Opaque)


def labels_of(meaning: Meaning) -> tuple[object, ...]:
    """The index, key or name of each part of a structure."""
    inside = parts_of(meaning) or ()
    if isinstance(meaning, Mapping | RecordValue):
        return tuple(meaning.items)
    return tuple(range(len(inside)))


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
        case ExceptionClass(name=name):
            return f"the class {name}"
        case Module(name=name):
            return f"the module {name}"
        case Sequence(kind=kind, items=items):
            return f"a {kind} of {len(items)}"
        case Mapping():
            return "a dict"
        case Turns():
            return "an iterator"
        case RecordClass(name=name):
            return f"the class {name}"
        case RecordValue(form=form):
            return f"a {form.name}"
        case Property():
            return "a property"
        case Partial():
            return "a partial function"
        case Transformed(function=function):
            return f"a derivative of {function.name}"
        case Instance(path=path, value=value):
            return f"{path}, an object of class {type(value).__name__},"
        case Unknown(reason=reason):
            return f"what {reason}"


def python_value(meaning: Meaning) -> object:
    """The Python value of a constant meaning; the meaning itself where it has none."""
    match meaning:
        case Const(value=value):
            return value
        case Sequence(items=items, kind=kind):
            values = tuple(map(python_value, items))
            return values if kind == "tuple" else list(values)
        case Mapping(items=entries):
            return {key: python_value(item) for key, item in entries.items()}
        case Instance(value=value):
            return value
    return meaning
