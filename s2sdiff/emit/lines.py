"""What emitted text is made of before it is text: lines, headings and `if` statements."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, final

from s2sdiff.errors import Span
from s2sdiff.ir.core import Const, Value
from s2sdiff.options import Target


@final
class Placed(str):
    """A line of text that was written for a place in the user's."""

    span: Span | None

    def __new__(cls, text: str, span: Span | None) -> Placed:
        made = super().__new__(cls, text)
        made.span = span
        return made


def origins_of(lines: list[str]) -> tuple[tuple[int, Span], ...]:
    """The numbers of lines that were written for a place in the user's text, and the places."""
    places = ((at, line) for at, line in enumerate(lines, 1) if isinstance(line, Placed))
    return tuple((at, line.span) for at, line in places if line.span is not None)


@final
@dataclass(slots=True, eq=False)
class Line:
    """One statement. `defines` are the values assigned, `value` the one that a comment is about."""

    node: ast.stmt
    defines: tuple[Value, ...] = ()
    reads: tuple[Value, ...] = ()
    span: Span | None = None
    note: str = ""
    changes: tuple[Value, ...] = ()  # lists that it changes in place
    made: Value | None = None  # the value of the right side, where it is an assignment


@final
@dataclass(slots=True, eq=False)
class Heading:
    """A comment line that starts a part."""

    text: str


@final
@dataclass(slots=True, eq=False)
class Branch:
    """An `if` statement."""

    test: Line
    then: list[Item]
    orelse: list[Item]


@final
@dataclass(slots=True, eq=False)
class Move:
    """One value that becomes another variable: the end of a side of a branch, or of a turn."""

    target: Value
    node: ast.expr
    reads: tuple[Value, ...]
    source: Value | None = None  # where the expression is nothing but a name
    made: Value | None = None  # the value of the expression
    is_default: bool = False  # a path that leaves the variable unassigned, see `assigned.py`


@final
@dataclass(slots=True, eq=False)
class Moves:
    """Moves that are made at once: all is read before anything is assigned."""

    moves: list[Move]


@final
@dataclass(slots=True, eq=False)
class Attempt:
    """A `try` statement; `kinds` is what stands behind `except`."""

    kinds: ast.expr
    body: list[Item]
    handler: list[Item]


@final
@dataclass(slots=True, eq=False)
class Loop:
    """A `for` or `while` statement; its head is a statement of the same kind without a body."""

    head: Line
    body: list[Item]

    @property
    def is_for(self) -> bool:
        return isinstance(self.head.node, ast.For)


Item: TypeAlias = Line | Heading | Branch | Moves | Loop | Attempt


class Top(Protocol):
    """The top of the file: gives the syntax for names that are defined there.

    `unread` is the name of what nobody reads, `target` what the file is for.
    """

    @property
    def unread(self) -> str: ...

    @property
    def target(self) -> Target: ...

    def library(self, qualified: str) -> ast.expr:
        """A function or constant of a library, imported as needed."""

    def constant(self, const: Const) -> ast.expr:
        """A constant of the user's."""

    def hoisted(self, name: str, expression: ast.expr) -> str:
        """A constant computed once; its name."""


@final
@dataclass(slots=True, eq=False)
class Expression:
    """Syntax with placeholders, the values it reads, and about how wide it prints."""

    node: ast.expr
    reads: tuple[Value, ...] = ()
    width: int = 0
    raises: bool = False
    is_call: bool = False
    is_structure: bool = False


@final
@dataclass(slots=True, eq=False)
class Placeholders:
    """Stand-ins for the names of values."""

    values: dict[str, Value] = field(default_factory=dict)
    texts: dict[Value, str] = field(default_factory=dict)

    def of(self, value: Value) -> str:
        if value not in self.texts:
            text = f"_value_{len(self.texts)}"
            self.texts[value] = text
            self.values[text] = value
        return self.texts[value]


def flat(items: list[Item]) -> list[Line]:
    """All lines in the order of the text; moves are left out."""
    found: list[Line] = []
    for item in items:
        match item:
            case Loop(head=head, body=body):
                found += [head, *flat(body)]
            case Moves():
                pass
            case Attempt(body=body, handler=handler):
                found += [*flat(body), *flat(handler)]
            case Line():
                found.append(item)
            case Branch(test=test, then=then, orelse=orelse):
                found += [test, *flat(then), *flat(orelse)]
            case Heading():
                pass
    return found


def syntax_of(items: list[Item]) -> Iterator[ast.AST]:
    """The syntax of all lines and moves."""
    for item in items:
        match item:
            case Line(node=node):
                yield node
            case Moves(moves=moves):
                yield from (move.node for move in moves)
            case Branch(test=line) | Loop(head=line):
                yield line.node
            case Attempt(kinds=kinds):
                yield kinds
        yield from syntax_of(items_inside(item))


def values_defined(item: Item) -> Iterator[Value]:
    """All values that an item assigns."""
    match item:
        case Line(defines=defines):
            yield from defines
        case Moves(moves=moves):
            yield from (move.target for move in moves if not move.is_default)
        case Loop(head=head):
            yield from head.defines
    for each in items_inside(item):
        yield from values_defined(each)


def values_read(item: Item) -> Iterator[Value]:
    """All values that an item reads."""
    match item:
        case Line(reads=reads):
            yield from reads
        case Moves(moves=moves):
            for move in moves:
                yield from move.reads
        case Branch(test=line) | Loop(head=line):
            yield from line.reads
    for each in items_inside(item):
        yield from values_read(each)


def items_inside(item: Item) -> list[Item]:
    match item:
        case Branch(then=one, orelse=two) | Attempt(body=one, handler=two):
            return [*one, *two]
        case Loop(body=body):
            return body
    return []
