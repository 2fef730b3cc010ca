"""Which lines there are: what gets a name of its own, and what is written into another expression.

A value is written where it is used if it is used once, is no variable of the user's, and the line
stays readable. Everything else gets a line. The lines hold placeholders for names; `names` fills
them in.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import assert_never, cast, final

from s2sdiff.analysis.unassigned import maybe_unassigned
from s2sdiff.emit import facts
from s2sdiff.emit.lines import (
    Expression,
    Heading,
    Item,
    Line,
    Move,
    Moves,
    Placeholders,
    Top,
)
from s2sdiff.emit.numbers import number_node, rows_node
from s2sdiff.emit.result import NAMED
from s2sdiff.emit.storage import wished_name
from s2sdiff.emit.targets import lists, numba, python
from s2sdiff.errors import Span, internal
from s2sdiff.ir.alone import sums_in_place
from s2sdiff.ir.calls import OPEN
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Call,
    Const,
    Cotangent,
    For,
    Function,
    If,
    Op,
    Tangent,
    Undefined,
    Value,
    While,
)
from s2sdiff.ir.evaluate import library
from s2sdiff.ir.forms import BUILD, READS
from s2sdiff.ir.lists import RANGE
from s2sdiff.ir.objects import Objects, seen_by_caller
from s2sdiff.ir.structure import (
    PACK,
    UNPACK,
)
from s2sdiff.ir.tables import TABLE, Table
from s2sdiff.ir.traverse import blocks, defining_ops, free_values
from s2sdiff.ir.types import Array, Residuals, Scalar, Structure, is_number

WIDEST_EXPRESSION = 64


@final
@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """Carried variables, and what a turn leaves in them."""

    targets: tuple[Value, ...]
    outputs: tuple[Atom, ...]

    def pairs(self) -> list[tuple[Value, Atom]]:
        """The variables that a turn changes, with their next values."""
        return [
            (target, atom)
            for target, atom in zip(self.targets, self.outputs, strict=True)
            if atom is not target
            and not (isinstance(atom, Const) and isinstance(atom.value, Undefined))
        ]


class StatementWriter(ABC):
    """Turns a function's body into lines. `named` are values that must have one of their own."""

    def __init__(
        self,
        function: Function,
        top: Top,
        named: frozenset[Value] = frozenset(),
    ) -> None:
        self.function = function
        self.top = top
        self.library = top.library
        self.hoisted: dict[Value, tuple[str, object]] = {}
        self.named = named
        self.placeholders = Placeholders()
        self.pending: dict[Value, Expression] = {}
        self.lines: list[Item] = []
        self.uses = facts.uses(function.body)
        self.owner = facts.owners(function.body)
        self.leaving = facts.leaving(function.body)
        self.lettered: set[Value] = set()
        self.needs_lines: set[If] = set()
        self.in_primal = True
        self.canon: dict[Value, Value] = {}
        self.ranges: dict[Value, Apply] = {}
        self.definitions = defining_ops(function.body)
        self.changing = facts.changing(function.body)
        self.unpacking = facts.unpacking(function.body, self.uses)
        self.popped = facts.popped(function.body, self.uses)
        self.written: set[Op] = set(facts.read_anyway(function.body))
        self.unassigned_somewhere = maybe_unassigned(function.body)
        self.skipped: dict[Op, int] = {}
        self.sums = sums_in_place(function.body)
        self.seen_outside = seen_by_caller(function.body)
        self.moved_values = facts.moved(function.body)

    def write(self) -> list[Item]:
        """All lines of the function's body, `return` included."""
        self.block(self.function.body)
        parts = [self.read(output) for output in self.function.body.outputs]
        node = parts[0].node
        if len(parts) != 1:
            node = ast.Tuple([part.node for part in parts], ast.Load())
        used = tuple(value for part in parts for value in part.reads)
        self.lines.append(Line(ast.Return(node), (), used, None))
        return _without_empty_parts(self.lines)

    @abstractmethod
    def branch(self, op: If, block: Block) -> None:
        """Write a branch."""

    @contextmanager
    def nested(self) -> Iterator[list[Item]]:
        """Collect the lines of a nested block. What waits outside is not written inside."""
        lines, pending = self.lines, self.pending
        self.lines, self.pending = [], {}
        try:
            yield self.lines
        finally:
            self.lines, self.pending = lines, pending

    def block(self, block: Block) -> None:
        for op in block.ops:
            self.op(op, block)

    def op(self, op: Op, block: Block) -> None:
        if op in self.written:
            return
        match op:
            case Apply(primitive=primitive) if primitive.effect:
                self.effect(op)
            case Apply(primitive=primitive) if primitive.changes:
                self.change(op)
            case Apply():
                self.apply(op, block)
            case If():
                self.branch(op, block)
            case For() | While():
                self.loop(op)
            case Call():
                self.call(op, block)
            case _:
                assert_never(op)

    @abstractmethod
    def loop(self, op: For | While) -> None:
        """Write a loop."""

    @abstractmethod
    def change(self, op: Apply) -> None:
        """Write an op that changes a list."""

    @abstractmethod
    def effect(self, op: Apply) -> None:
        """Write a statement that is run for its effect."""

    def variable(self, value: Value) -> Value:
        """The value whose name `value` goes by: versions of one object, carried values of one loop."""
        while value in self.canon:
            value = self.canon[value]
        return value

    @cached_property
    def objects(self) -> Objects:
        """Which list objects the values may be."""
        return Objects(self.function.body)

    # Expressions

    def read(self, atom: Atom) -> Expression:
        """The expression for an atom: a name, a literal, or what is pending for it."""
        if isinstance(atom, Const):
            return self.constant(atom)
        if atom in self.hoisted:
            shared = self.hoisted[atom][0]
            node = python.marked(ast.Name(shared, ast.Load()), atom.type)
            return Expression(node, (), len(shared))
        if atom in self.pending:
            return self.pending.pop(atom)
        if atom in self.ranges:
            return self.range(self.ranges[atom])
        atom = self.variable(atom)
        name = python.marked(ast.Name(self.placeholders.of(atom), ast.Load()), atom.type)
        return Expression(name, (atom,), len(wished_name(atom) or "a"))

    def range(self, op: Apply) -> Expression:
        """`range(...)`, written wherever it is used."""
        if self.uses.get(op.results[0], 0) > 1:
            self.name_arguments(op)
        parts = [self.read(arg) for arg in op.args]
        node = lists.range_call([part.node for part in parts])
        width = sum(part.width + 2 for part in parts) + 7
        return Expression(node, tuple(v for part in parts for v in part.reads), width, True, True)

    def name_arguments(self, op: Apply) -> None:
        """Write what waits and is read by `op`, because it will be read more than once."""
        for arg in op.args:
            if isinstance(arg, Value) and arg in self.pending:
                self.assign_pending(arg)

    def constant(self, const: Const) -> Expression:
        if isinstance(const.value, Undefined):
            raise internal("emit", "an undefined value is read")
        if isinstance(const.value, Residuals):
            return Expression(ast.Constant(None))
        if const.name is not None:
            name = const.name
            if self.top.target == "numba":
                name = numba.KINDS.get(name, name)
            node = self.library(name) if "." in name else self.top.constant(const)
            node = python.marked(node, const.type)
            return Expression(node, (), len(name.rpartition(".")[2]))
        if isinstance(const.value, Structure):  # what `build` builds: written by its target
            return Expression(ast.Constant(cast(str, const.value)))
        node = number_node(const.value, self.library)
        return Expression(node, (), len(repr(const.value)))

    def combine(self, op: Apply) -> Expression:
        """The expression of an application; operands that make it too wide get lines first."""
        parts = {
            arg: self.pending[arg]
            for arg in op.args
            if isinstance(arg, Value) and arg in self.pending
        }
        self.name_siblings(op, parts)
        limit = WIDEST_EXPRESSION
        while (
            parts
            and op.primitive not in (PACK, BUILD)
            and sum(part.width + 3 for part in parts.values()) > limit
        ):
            widest = max(parts, key=lambda value: parts[value].width)
            self.assign_pending(widest)
            del parts[widest]
        read = [self.read(arg) for arg in op.args]
        nodes = [part.node for part in read]
        node = lists.expression(op.primitive.name, nodes, op.results[0].type, self.library)
        if node is None and self.top.target == "numba":
            node = numba.expression(op, nodes, self.library)
        if node is None and _is_double_minus(op, nodes):
            node = ast.UnaryOp(ast.USub(), nodes[0])  # a new array, not the first one
        if node is None:
            node = python.expression(op.primitive, nodes, self.library)
        node = python.marked(node, op.results[0].type)
        called = isinstance(node, ast.Call)
        is_index = op.primitive.name == "operator.getitem"
        width = sum(
            part.width + 3
            for arg, part in zip(op.args, read, strict=True)
            if not (is_index and isinstance(arg, Const) and arg.value is None)
        )
        if called:
            width += len(op.primitive.name.rpartition(".")[2])
        return Expression(
            node,
            tuple(value for part in read for value in part.reads),
            width,
            op.primitive.raises or any(part.raises for part in read),
            called,
            op.primitive in (PACK, BUILD) or self.is_path(op),
        )

    def is_path(self, op: Apply) -> bool:
        """A read of what is not computed with: the first half of `p.body.mass`, or a string."""
        return op.primitive in READS and not is_number(op.results[0].type)

    def name_siblings(self, op: Apply, parts: dict[Value, Expression]) -> None:
        """In a sum with an intermediate variable, a call beside it becomes one as well."""
        if op.primitive.name not in ("operator.add", "operator.sub") or not self.in_primal:
            return
        if any(isinstance(arg, Value) and arg in self.lettered for arg in op.args):
            for value, part in list(parts.items()):
                if part.is_call:
                    self.assign_pending(value)
                    del parts[value]

    # Lines

    def apply(self, op: Apply, block: Block) -> None:
        if op.primitive is UNPACK:
            self.unpack(op)
            return
        if op.primitive is OPEN:
            self.open(op)
            return
        (result,) = op.results
        if op.primitive is NAMED:
            self.lines.append(Moves([self.move(result, op.args[0])]))
            return
        if op.primitive is RANGE:
            self.ranges[result] = op
            inside = (inner for each in block.ops for inner in blocks(each))
            if any(result in free_values(inner) for inner in inside):
                self.name_arguments(op)
            return
        if self.hoist(op):
            return
        expression = self.combine(op)
        if self.may_wait(result, expression, block):
            self.pending[result] = expression
        else:
            self.assign(result, expression, op.span)

    def hoist(self, op: Apply) -> bool:
        """Compute a function of constants once, at the top of the file: `SQRT_2 = sqrt(2.0)`.

        What has a name of the user's stays where it is, unless that is a name in capitals.
        """
        (result,) = op.results
        if op.primitive is TABLE:
            self.hoisted[result] = (self.top.hoisted(*self.literal(op)), None)
            return True
        hint = result.hint
        is_call = op.primitive.name.startswith("math.") and hint is None
        is_named = isinstance(hint, str) and hint.isupper() and isinstance(result.type, Scalar)
        if not (is_call or is_named):  # an array could be changed
            return False
        values = [self.known(arg) for arg in op.args]
        if not op.args or any(value is None for value in values):
            return False
        try:
            value = library(op.primitive.name)(*values)
        except (ArithmeticError, ValueError, TypeError):
            return False
        wished = hint if isinstance(hint, str) else self.constant_name(op)
        read = [self.read(arg).node for arg in op.args]
        node = python.expression(op.primitive, read, self.library)
        self.hoisted[result] = (self.top.hoisted(wished, node), value)
        return True

    def literal(self, op: Apply) -> tuple[str, ast.expr]:
        """The name of an array from outside, and the expression that makes it."""
        (given,) = op.args
        assert isinstance(given, Const) and isinstance(given.value, Table)
        node = ast.Call(
            self.library("numpy.array"), [rows_node(given.value.rows, self.library)], []
        )
        if given.value.kind == "float32":
            node.keywords.append(ast.keyword("dtype", self.library("numpy.float32")))
        return given.value.name, node

    def known(self, atom: Atom) -> object:
        """The value of a constant, or of what was hoisted; None for anything else."""
        if isinstance(atom, Const):
            return atom.value if isinstance(atom.value, int | float) else None
        return self.hoisted[atom][1] if atom in self.hoisted else None

    def constant_name(self, op: Apply) -> str:
        """`SQRT_2` for `math.sqrt(2.0)`."""
        parts = [op.primitive.name.rpartition(".")[2]]
        for arg in op.args:
            if isinstance(arg, Const):
                name = arg.name.rpartition(".")[2] if arg.name else f"{arg.value:g}"
            else:
                name = self.hoisted[arg][0]
            parts.append(name.replace("-", "minus_").replace(".", "_").replace("+", ""))
        return "_".join(parts).upper()

    def may_wait(self, value: Value, expression: Expression, block: Block) -> bool:
        """Can the expression be written where its value is used?"""
        if self.uses.get(value) != 1 or self.owner.get(value) is not block:
            return False
        if value in self.named or value in self.changing:
            return False
        if expression.is_structure:
            return True
        if value in self.leaving:
            return True
        if isinstance(value.hint, str):
            return False
        if isinstance(value.hint, Cotangent | Tangent) and self.deserves_line(value.hint):
            return False
        return expression.width <= WIDEST_EXPRESSION

    def deserves_line(self, hint: Cotangent | Tangent) -> bool:
        """Derivatives of the user's variables, and sums of several contributions."""
        if isinstance(hint.of.hint, str):
            return True
        return isinstance(hint, Cotangent) and len(hint.through) > 1

    def settle_sum(self, total: Value, node: ast.expr) -> None:
        """Write what waits and reads an array that becomes `total` in place: `x_bar += y`."""
        if not (isinstance(node, ast.BinOp) and isinstance(node.left, ast.Name)):
            return
        op = self.definitions[total]
        assert isinstance(op, Apply) and isinstance(op.args[0], Value)
        if self.keeps_name(op.args[0]) and wished_name(total) is not None:
            return
        mine = self.objects.of(op.args[0])
        for value, part in list(self.pending.items()):
            if value is total or value not in self.pending:
                continue
            if any(not self.objects.of(each).isdisjoint(mine) for each in part.reads):
                self.assign_pending(value)

    def keeps_name(self, value: Value) -> bool:
        """Is it an intermediate variable that is moved into no other one?"""
        is_made_here = isinstance(self.definitions.get(value), Apply)
        return is_made_here and wished_name(value) is None and value not in self.moved_values

    def assign(self, value: Value, expression: Expression, span: Span | None) -> None:
        if value in self.sums:
            self.settle_sum(value, expression.node)
        made, value = value, self.variable(value)
        if value.hint is None:
            self.lettered.add(value)
        target = ast.Name(self.placeholders.of(value), ast.Store())
        node = ast.Assign([target], expression.node)
        self.lines.append(Line(node, (value,), expression.reads, span, made=made))

    def assign_pending(self, value: Value) -> None:
        self.assign(value, self.pending.pop(value), value.span)

    def unpack(self, op: Apply) -> None:
        source = self.read(op.args[0])
        targets: list[ast.expr] = [
            ast.Name(self.placeholders.of(result), ast.Store()) for result in op.results
        ]
        node = ast.Assign([ast.Tuple(targets, ast.Store())], source.node)
        self.lines.append(Line(node, op.results, source.reads, op.span))

    def call(self, op: Call, block: Block) -> None:
        """A call of a kept function: an expression if it has one result, else an unpacking."""
        args = [self.read(arg) for arg in op.args]
        name = ast.Name(op.callee.name, ast.Load())
        node = ast.Call(name, [part.node for part in args], [])
        used = tuple(value for part in args for value in part.reads)
        width = sum(part.width + 2 for part in args) + len(op.callee.name)
        whole = Expression(node, used, width, True, True)
        if len(op.results) == 1:
            (result,) = op.results
            if self.may_wait(result, whole, block):
                self.pending[result] = whole
            else:
                self.assign(result, whole, op.span)
            return
        target, defines = self.targets(op)
        statement = ast.Assign([target], node) if defines else ast.Expr(node)
        self.lines.append(Line(statement, defines, used, op.span))

    def open(self, op: Apply) -> None:
        """What a forward sweep passed on: a tuple that is unpacked."""
        source = self.read(op.args[1])
        target, defines = self.targets(op)
        node = ast.Assign([target], source.node)
        self.lines.append(Line(node, defines, source.reads, op.span))

    def targets(self, op: Apply | Call) -> tuple[ast.expr, tuple[Value, ...]]:
        """What several results are unpacked into, and those of them that are read."""
        defines = tuple(result for result in op.results if self.uses.get(result))
        names = [
            self.placeholders.of(result) if result in defines else self.top.unread
            for result in op.results
        ]
        return ast.Tuple([ast.Name(name, ast.Store()) for name in names], ast.Store()), defines

    def move(self, target: Value, atom: Atom) -> Move:
        """`target = atom`."""
        part = self.read(atom)
        source = (
            self.placeholders.values.get(part.node.id) if isinstance(part.node, ast.Name) else None
        )
        made = atom if isinstance(atom, Value) else None
        return Move(self.variable(target), part.node, part.reads, source, made)

    def moved(self, move: Move, span: Span | None) -> Line:
        """A move as a statement of its own."""
        target = ast.Name(self.placeholders.of(move.target), ast.Store())
        return Line(
            ast.Assign([target], move.node), (move.target,), move.reads, span, made=move.made
        )


def _is_double_minus(op: Apply, nodes: list[ast.expr]) -> bool:
    is_array = isinstance(op.results[0].type, Array)
    return is_array and op.primitive.name == "operator.neg" and isinstance(nodes[0], ast.UnaryOp)


def _without_empty_parts(items: list[Item]) -> list[Item]:
    """`items` without headings that nothing but another heading or the `return` follows."""
    kept: list[Item] = []
    for item, following in zip(items, (*items[1:], None), strict=True):
        if isinstance(item, Heading) and (isinstance(following, Heading) or following is items[-1]):
            continue
        kept.append(item)
    return kept
