"""The grammar of the intermediate representation.

    Program  = Function*
    Function = name, Signature, Block             the block's params are the function's parameters
    Block    = params, op*, outputs               a small function: no terminators, no phis
    op       = Apply(primitive, args, results)
             | If(test, then, orelse, results)    exactly one of two blocks runs
             | For(iterable, carried, body, results)
             | While(carried, test, body, results)
             | Call(callee, args, results)        a function that is kept, not inlined
    Atom     = Value | Const
    Value    = hint, type, span                   defined exactly once
    Const    = value, type, name

A nested block may read values of the blocks around it. The results of `If` are the outputs of the
block that ran. Its test can also be `Const(Caught(classes))`: then it is an attempt, `orelse` runs, and
where it raises one of these, `then` does. The body of `For` takes the item and the carried values and
gives `(stop, carried...)`; the results are the last carried values. `While` tests first: its test block
takes the carried values and gives one bool; its body takes them and gives `(stop, carried...)`. A body
that gives `stop = True` is the last one to run.

Everything is frozen. What an analysis finds out about a value is kept in a table keyed by the value,
never on the value. `Const(UNDEFINED)` is the output of a branch that leaves a result unassigned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar, final

from s2sdiff.errors import Span
from s2sdiff.ir.types import BOOL, COMPLEX, FLOAT, INT, NOTHING, Scalar, Static, Type

T = TypeVar("T")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Cotangent:
    """Hint of a value that is the cotangent of `of`; `through` are the values it came back through."""

    of: Value
    through: tuple[Value, ...] = ()


@final
@dataclass(frozen=True, slots=True, eq=False)
class Tangent:
    """Hint of a value that is the tangent of `of`."""

    of: Value


Hint: TypeAlias = str | Cotangent | Tangent | None


@final
@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Value:
    """A value at run time. `hint` is what a reader would call it; None for an intermediate variable."""

    hint: Hint
    type: Type
    span: Span | None = None


class Undefined:
    """The value of a variable that no assignment has reached."""

    def __repr__(self) -> str:
        return "UNDEFINED"


UNDEFINED = Undefined()


@final
@dataclass(frozen=True, slots=True, eq=False)
class Const:
    """A value known while compiling. `name` is how the emitted text refers to it, if not literally:
    a qualified name such as `math.pi`, or the user's own name of a constant."""

    value: object
    type: Type
    name: str | None = None

    @property
    def key(self) -> tuple[str, str, str | None]:
        """Equal for constants that are interchangeable: 1, 1.0 and True are not, nor 0.0 and -0.0."""
        return (type(self.value).__name__, repr(self.value), self.name)


Atom: TypeAlias = Value | Const


@final
@dataclass(frozen=True, slots=True)
class Group:
    """Arguments that are passed as one: a tuple, a list, or a slice of start, stop and step."""

    kind: Literal["tuple", "list", "slice"]
    parts: tuple[Layout, ...]


Layout: TypeAlias = "Group | None"  # None stands for one argument


@final
@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """A library function, as data.

    `infer` gives the types of the results from the arguments. `calling` says how Python is to be called
    with the flat argument list: `f(a, b)`, `f((a, b))`, or `f((a, b), (c, d))`. A `layout` says it for
    functions that take tuples, lists or slices among others, keywords included. `keywords` name the
    last arguments, if they are passed by keyword. `raises`: it may raise for arguments of the right
    type; then it is not moved or dropped freely. `effect`: it does something besides giving results,
    and stays where it stands. `changes`: it gives a new version of its first argument, in place where
    nobody reads the old one. `identity`: its result is an object of its own, so two applications are
    not one.
    """

    name: str
    infer: Callable[[tuple[Atom, ...]], tuple[Type, ...]]
    calling: Literal["arguments", "sequence", "halves"] = "arguments"
    raises: bool = False
    effect: bool = False
    changes: bool = False
    identity: bool = False
    keywords: tuple[str, ...] = ()
    layout: tuple[Layout, ...] | None = None

    def __repr__(self) -> str:
        return f"Primitive({self.name})"


@final
@dataclass(frozen=True, slots=True, eq=False)
class Block:
    params: tuple[Value, ...]
    ops: tuple[Op, ...]
    outputs: tuple[Atom, ...]


@final
@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Apply:
    primitive: Primitive
    args: tuple[Atom, ...]
    results: tuple[Value, ...]
    span: Span | None = None


@final
@dataclass(frozen=True, slots=True, eq=False)
class If:
    test: Atom
    then: Block
    orelse: Block
    results: tuple[Value, ...]
    span: Span | None = None


@final
@dataclass(frozen=True, slots=True, eq=False)
class For:
    iterable: Atom
    carried: tuple[Atom, ...]
    body: Block
    results: tuple[Value, ...]
    span: Span | None = None


@final
@dataclass(frozen=True, slots=True, eq=False)
class While:
    carried: tuple[Atom, ...]
    test: Block
    body: Block
    results: tuple[Value, ...]
    span: Span | None = None


@final
@dataclass(frozen=True, slots=True, eq=False)
class Callee:
    """A function that is called by name, before and after its body is known: recursion needs both.

    `results` are the types of what it gives, one for each output of its body.
    """

    name: str
    results: tuple[Type, ...]
    pure: bool = False  # it has no effect: a call whose results nobody reads can go


@final
@dataclass(frozen=True, slots=True, eq=False)
class Call:
    callee: Callee
    args: tuple[Atom, ...]
    results: tuple[Value, ...]
    span: Span | None = None


Op: TypeAlias = Apply | If | For | While | Call


@final
@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a signature. `default` is None where there is none."""

    name: str
    kind: Literal["positional_only", "positional", "var_positional", "keyword_only"]
    default: Const | None = None


@final
@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the user's, or one derived from it. It has one output; `notes` are sentences for
    the reader that the emitted docstring repeats. `helpers` are all functions that it calls, directly
    or not; they may have several outputs, and no helpers of their own. `remarks` say what a
    transform decided, for those who ask."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Block
    span: Span | None = None
    notes: tuple[str, ...] = field(default=())
    helpers: tuple[Helper, ...] = field(default=())
    remarks: tuple[str, ...] = field(default=())

    @property
    def output(self) -> Atom:
        (output,) = self.body.outputs
        return output


@final
@dataclass(frozen=True, slots=True, eq=False)
class Helper:
    """A function that others call by its callee."""

    callee: Callee
    function: Function


@final
@dataclass(frozen=True, slots=True, eq=False)
class Program:
    functions: tuple[Function, ...]


def grouped(
    layout: Iterable[Layout], flat: Iterator[T], group: Callable[[Group, list[T]], T]
) -> list[T]:
    """Flat arguments as a function takes them: `group` makes one of several."""
    found: list[T] = []
    for entry in layout:
        if entry is None:
            found.append(next(flat))
        else:
            found.append(group(entry, grouped(entry.parts, flat, group)))
    return found


def size_of(layout: Layout) -> int:
    """How many flat arguments there are."""
    return 1 if layout is None else sum(map(size_of, layout.parts))


def constant(value: object, name: str | None = None) -> Const:
    """The constant of a Python value: floats, ints and bools are scalars, all else is static."""
    match value:
        case bool():
            return Const(value, BOOL, name)
        case int():
            return Const(value, INT, name)
        case float():
            return Const(value, FLOAT, name)
        case complex():
            return Const(value, COMPLEX, name)
        case Undefined():
            return Const(value, NOTHING, name)
        case _:
            return Const(value, Static(value), name)


def is_const(atom: Atom, value: object) -> bool:
    """Is `atom` exactly this literal? 1 and 1.0 differ, 0.0 and -0.0 differ, named constants never are."""
    return isinstance(atom, Const) and atom.name is None and atom.key == constant(value).key


def are_equal(one: Atom, two: Atom) -> bool:
    """Are they the same value, or constants that are interchangeable?"""
    if isinstance(one, Const) and isinstance(two, Const):
        return one.key == two.key
    return one is two


def is_none(atom: Atom) -> bool:
    return isinstance(atom, Const) and atom.value is None


def is_literal(atom: Atom) -> bool:
    """A constant that the emitted text writes as a number."""
    return isinstance(atom, Const) and atom.name is None and isinstance(atom.type, Scalar)
