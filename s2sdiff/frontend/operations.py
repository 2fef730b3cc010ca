"""What all of lowering shares: a frame of variables, and how an operation becomes an op."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn, final

from s2sdiff.errors import SourceFile, Span, fail
from s2sdiff.frontend.meanings import (
    Capture,
    Changeable,
    Instance,
    LibraryFunction,
    Mapping,
    Meaning,
    Module,
    Partial,
    RecordClass,
    RecordValue,
    Scope,
    Sequence,
    Unknown,
    UserFunction,
    describe,
)
from s2sdiff.ir.build import Builder
from s2sdiff.ir.constants import fold
from s2sdiff.ir.core import Atom, Const, Hint, Op, Primitive, Value, constant
from s2sdiff.ir.parts import Place
from s2sdiff.ir.structure import AND
from s2sdiff.ir.types import Array, Static
from s2sdiff.rules.registry import RULES, primitive


@dataclass(slots=True, eq=False)
class Frame:
    """A function being lowered: its variables now, and where its free names are found.

    A nested function's scope is the frame around it, so it sees variables as they are when it is
    called, as in Python. `nonlocals` has the frame of each name that it assigns to in another one.
    """

    function: str
    scope: Scope
    source: SourceFile
    local_names: frozenset[str]
    variables: dict[str, Meaning] = field(default_factory=dict)
    result_hint: Hint = None
    nonlocals: dict[str, Frame] = field(default_factory=dict)

    def bind(self, name: str, meaning: Meaning) -> None:
        """Assign to a name; one that is declared `nonlocal` belongs to a frame around this one."""
        self.nonlocals.get(name, self).variables[name] = meaning

    def lookup(self, name: str, captures: list[Capture]) -> Meaning | None:
        if name in self.variables:
            return self.variables[name]
        if name in self.local_names:
            return Unknown("is not assigned yet where it is used")
        return self.scope.lookup(name, captures)

    def imported(self, name: str, node: ast.Import | ast.ImportFrom) -> Meaning:
        return self.scope.imported(name, node)


@final
@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What `part` gives of a dict, which was `version` then: its keys, values or items."""

    handle: Changeable
    version: Mapping
    part: Callable[[Mapping], tuple[Meaning, ...]]


# Functions of numbers only, and what takes their place for arrays.
_OF_NUMBERS = frozenset(
    f"builtins.{name}" for name in ("float", "int", "bool", "max", "min", "round", "sum")
) | {"operator.not_", "operator.truth", "operator.index"}
_INSTEAD = {
    "builtins.float": "x.astype(float)",
    "builtins.int": "x.astype(int)",
    "builtins.bool": "np.any(x) or np.all(x)",
    "builtins.max": "np.maximum(a, b) or np.max(x)",
    "builtins.min": "np.minimum(a, b) or np.min(x)",
    "operator.not_": "np.logical_not(x)",
}


def refuse_arrays(name: str, span: Span) -> None:
    """Raise S2S306 where `name` is a function of numbers, and an array is passed to it."""
    module, _, short = name.rpartition(".")
    if module != "math" and name not in _OF_NUMBERS:
        return
    instead = _INSTEAD.get(name, f"np.{short.removesuffix('_')}(x)")
    shown = short.removesuffix("_") if module != "math" else name
    fail("S2S306", f"an array is passed to {shown}, which takes numbers", span, f"use {instead}")


class OperationLowerer(ABC):
    """Appends ops to `builder`. `captures` collects what was relied on from outside; library names
    are resolved through `rename`, which rule bodies use.

    `active` are the functions being lowered, innermost last; `owners` those whose variables a function
    made in them assigns to, which may happen after they returned. `versions` has what each list that was
    made here holds now: a name refers to the list as it was made, and never changes with it.
    """

    def __init__(self, builder: Builder, captures: list[Capture]) -> None:
        self.builder = builder
        self.captures = captures
        self.rename: Callable[[str], str] = lambda name: name
        self.active: list[Frame] = []
        self.handling = 0  # handlers of exceptions around
        self.nesting = 0  # branches and loops around, whose tests are known at run time only
        self.owners: list[Frame] = []
        self.versions: dict[Changeable, Meaning] = {}
        self.views: dict[Sequence, View] = {}
        self.viewed: list[View] = []  # the views that were made since a loop began to be lowered
        self.iterators: dict[Meaning, tuple[Meaning, ...]] = {}  # what views, zip, map run over
        self.used_up: set[Meaning] = set()
        self.once: set[Meaning] = set()  # generators and other iterators
        # Dicts and static leaves from outside: each value, its path, and where its check goes.
        self.checks: list[tuple[Value, str, list[Op], int]] = []
        # Those of them whose value, or the order of whose keys, something depends on.
        self.relied_on: set[Value] = set()
        self.names_values = True  # values are called as the variables that they are assigned to
        self.lengths: set[Atom] = set()  # values known not to be negative
        self.shape_values: dict[Sequence, Value] = {}  # the arrays whose shapes these are
        # Arrays whose rank was checked: in which block, and the array with its rank.
        self.ranked: dict[Atom, tuple[list[Op], Value]] = {}

    @abstractmethod
    def expression(self, frame: Frame, node: ast.expr, hint: Hint = None) -> Meaning:
        """What an expression means; its operations are appended, the last one hinted `hint`."""

    @abstractmethod
    def call_function(
        self,
        function: UserFunction,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        hint: Hint,
        span: Span,
    ) -> Meaning:
        """Inline a call of a function of the user's."""

    @abstractmethod
    def call_library(
        self,
        name: str,
        args: tuple[Meaning, ...],
        keywords: dict[str, Meaning],
        hint: Hint,
        span: Span,
    ) -> Meaning:
        """Lower a call of a library function."""

    @abstractmethod
    def assign(self, frame: Frame, target: ast.expr, meaning: Meaning) -> None:
        """Bind a target."""

    @abstractmethod
    def pack_argument(self, meaning: Meaning, span: Span) -> Atom:
        """`meaning` as one atom."""

    @abstractmethod
    def open_result(self, value: Value, name: str) -> Meaning:
        """What a function of arrays gives, its parts named after `name`."""

    @abstractmethod
    def loosen(self, value: Meaning, reason: str, roots: frozenset[Value] | None = None) -> None:
        """Remember that an array, or one of no axes, may be a part of another one: of `roots` if given."""

    @abstractmethod
    def note_parts(self, found: Meaning, made: Primitive, atoms: list[Atom]) -> None:
        """Remember that arrays in `found`, which is made of `atoms`, are parts of the first of these."""

    @abstractmethod
    def note_same(self, found: Value, atom: Atom) -> None:
        """Remember that `found` is the array `atom`, of which more is known."""

    def atom(self, meaning: Meaning, span: Span) -> Atom:
        """`meaning` as something to compute with. Raises S2S306 for functions, tuples and objects."""
        meaning = self.now(meaning)
        if isinstance(meaning, Value | Const):
            return meaning
        fail(
            "S2S306",
            f"{describe(meaning)} is used as a number",
            span,
            "compute with numbers; call functions, and index or unpack tuples",
        )

    def now(self, meaning: Meaning) -> Meaning:
        """What a list or a view of a dict holds now; anything else is what it is."""
        if isinstance(meaning, Sequence) and meaning in self.views:
            return self.view_now(self.views[meaning], meaning)
        return self.versions.get(meaning, meaning) if isinstance(meaning, Changeable) else meaning

    def view_of(self, whole: Mapping, part: Callable[[Mapping], tuple[Meaning, ...]]) -> Sequence:
        """The keys, values or items of a dict that has the version `whole` now."""
        handles = (handle for handle, version in self.versions.items() if version is whole)
        found = Sequence(part(whole))
        view = self.views[found] = View(next(handles, whole), whole, part)
        self.iterators[found] = (view.handle,)
        self.viewed.append(view)
        return found

    def view_now(self, view: View, meaning: Sequence) -> Sequence:
        """A view shows every change of its dict; `meaning` is what it was."""
        version = self.versions.get(view.handle, view.handle)
        assert isinstance(version, Mapping)
        return meaning if version is view.version else self.view_of(version, view.part)

    def structure(self, whole: Mapping | RecordValue, span: Span) -> Mapping | RecordValue:
        """What a dict or a record holds now. Raises S2S305 where that depends on the path."""
        now = self.now(whole)
        if isinstance(now, Unknown):
            kind = "dict" if isinstance(whole, Mapping) else whole.form.name
            fail(
                "S2S305",
                f"this {kind} {now.reason}",
                span,
                "give it the same keys or attributes, of the same kinds, on every path",
            )
        assert isinstance(now, Mapping | RecordValue)
        return now

    def dict_key(self, meaning: Meaning, span: Span) -> object:
        """A key that is known while compiling. Raises S2S302."""
        if isinstance(meaning, Const):
            return meaning.value
        fail("S2S302", "a key of a dict is not constant", span, "use constant keys")

    def seen(self, meaning: Meaning) -> Meaning:
        """A dict or a record as it is now; lists stay the objects that they are."""
        return self.now(meaning) if isinstance(meaning, Mapping | RecordValue) else meaning

    def entries(self, whole: Mapping) -> dict[Any, Meaning]:
        """What a dict holds now."""
        now = self.now(whole)
        assert isinstance(now, Mapping)
        return now.items

    def operation(self, name: str, args: tuple[Atom, ...], hint: Hint, span: Span) -> Atom:
        """Append one op, or fold it."""
        if name not in RULES:
            self.no_rule(name, span)
        for arg in args:
            if isinstance(arg, Const) and isinstance(arg.type, Static):
                known = fold(primitive(name), args)
                if known is not None:
                    return known
                fail(
                    "S2S306",
                    f"{arg.value!r} is used as a number",
                    span,
                    "compute with numbers only",
                )
        if any(isinstance(arg.type, Array) for arg in args):
            refuse_arrays(name, span)
        found = primitive(name)
        known = fold(found, args)
        return known if known is not None else self.builder.apply(found, *args, hint=hint)

    @abstractmethod
    def place_now(self, whole: Meaning, place: Place) -> tuple[Meaning, Place]:
        """`whole[place]`, where the array of which `whole` is a part was changed: a place in that array."""

    @abstractmethod
    def use_up(self, iterator: Meaning, span: Span) -> None:
        """Run through a generator or another iterator. Raises S2S302 where Python meets other items."""

    @abstractmethod
    def no_rule(self, name: str, span: Span) -> NoReturn:
        """Raise S2S201 for a library function without a rule."""

    def both(self, left: Atom, right: Atom) -> Atom:
        if isinstance(left, Const):
            return right
        known = fold(AND, (left, right))
        return known if known is not None else self.builder.apply(AND, left, right)

    def truth(self, meaning: Meaning, span: Span) -> bool | None:
        """The outcome of a test that is known while compiling; None if it is not."""
        match self.now(meaning):
            case Const(value=value):
                return bool(value)
            case Sequence(items=items):
                return bool(items)
            case Mapping(items=entries):
                return bool(entries)
            case UserFunction() | LibraryFunction() | Module() | Partial() | RecordClass():
                return True
            case RecordValue(form=form, items=entries):
                if any(form.member(name, self.captures) for name in ("__bool__", "__len__")):
                    what = describe(meaning)
                    fail("S2S306", f"{what} is used as a test", span, "test a number")
                return bool(entries) if form.kind == "namedtuple" else True
            case Instance(path=path):
                fail("S2S306", f"{path} is used as a test", span, "test a number")
        return None

    def open(self, meaning: Meaning, span: Span) -> Sequence:
        """A tuple or list of known length. Raises S2S306."""
        meaning = self.now(meaning)
        if isinstance(meaning, Sequence):
            if meaning.kind == "generator" or meaning in self.once:
                self.use_up(meaning, span)
            return meaning
        if isinstance(meaning, Mapping):
            if meaning.origin is not None:
                self.relied_on.add(meaning.origin)
            return Sequence(tuple(constant(key) for key in meaning.items))
        if isinstance(meaning, RecordValue) and meaning.form.kind == "namedtuple":
            return Sequence(tuple(meaning.items.values()))
        fail("S2S306", f"{describe(meaning)} is used as a tuple", span, "pass a tuple")
