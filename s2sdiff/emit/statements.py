"""Which lines there are: what gets a name of its own, and what is written into another expression.

A value is written where it is used if it is used once, is no variable of the user's, and the line
stays readable. Everything else gets a line. The lines hold placeholders for names; `names` fills
them in.
"""

from __future__ import annotations

import ast
from typing import assert_never, cast

from s2sdiff.emit.lines import (
    Branch,
    Expression,
    Heading,
    Item,
    Line,
    Placeholders,
    Top,
    flat,
)
from s2sdiff.emit.names import wished_name
from s2sdiff.emit.numbers import number_node
from s2sdiff.emit.targets import python
from s2sdiff.errors import Span, internal
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
from s2sdiff.ir.structure import ASSERTION, KEEP, PACK, REQUIRE, SECTION, UNPACK
from s2sdiff.ir.traverse import blocks, definitions, operands, reads, walk
from s2sdiff.ir.types import Structure, is_number

WIDEST_EXPRESSION = 64
LONGEST_SHOWN = 40


class StatementWriter:
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
        self.uses = _uses(function.body)
        self.owner = _owners(function.body)
        self.leaving = _leaving(function.body)
        self.lettered: set[Value] = set()
        self.needs_lines: set[If] = set()
        self.in_primal = True

    def write(self) -> list[Item]:
        """All lines of the function's body, `return` included."""
        self.block(function_block := self.function.body)
        (output,) = function_block.outputs
        result = self.read(output)
        self.lines.append(Line(ast.Return(result.node), (), result.reads, None))
        return _without_empty_parts(self.lines)

    def block(self, block: Block) -> None:
        for op in block.ops:
            self.op(op, block)

    def op(self, op: Op, block: Block) -> None:
        match op:
            case Apply(primitive=primitive) if primitive.effect:
                self.effect(op)
            case Apply():
                self.apply(op, block)
            case If():
                self.branch(op, block)
            case For() | While() | Call():
                raise internal("emit", f"a {type(op).__name__} cannot be written")
            case _:
                assert_never(op)

    # Expressions

    def read(self, atom: Atom) -> Expression:
        """The expression for an atom: a name, a literal, or what is pending for it."""
        if isinstance(atom, Const):
            return self.constant(atom)
        if atom in self.hoisted:
            shared = self.hoisted[atom][0]
            return Expression(ast.Name(shared, ast.Load()), (), len(shared))
        if atom in self.pending:
            return self.pending.pop(atom)
        name = ast.Name(self.placeholders.of(atom), ast.Load())
        return Expression(name, (atom,), len(wished_name(atom) or "a"))

    def constant(self, const: Const) -> Expression:
        if isinstance(const.value, Undefined):
            raise internal("emit", "an undefined value is read")
        if const.name is not None:
            node = self.library(const.name) if "." in const.name else self.top.constant(const)
            return Expression(node, (), len(const.name.rpartition(".")[2]))
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
        node = python.expression(op.primitive, [part.node for part in read], self.library)
        called = isinstance(node, ast.Call)
        width = sum(part.width + 3 for part in read)
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
        (result,) = op.results
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
        hint = result.hint
        is_call = op.primitive.name.startswith("math.") and hint is None
        if not (is_call or (isinstance(hint, str) and hint.isupper())):
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
        if value in self.named:
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

    def assign(self, value: Value, expression: Expression, span: Span | None) -> None:
        if value.hint is None:
            self.lettered.add(value)
        target = ast.Name(self.placeholders.of(value), ast.Store())
        node = ast.Assign([target], expression.node)
        self.lines.append(Line(node, (value,), expression.reads, span))

    def assign_pending(self, value: Value) -> None:
        self.assign(value, self.pending.pop(value), value.span)

    def unpack(self, op: Apply) -> None:
        source = self.read(op.args[0])
        targets: list[ast.expr] = [
            ast.Name(self.placeholders.of(result), ast.Store()) for result in op.results
        ]
        node = ast.Assign([ast.Tuple(targets, ast.Store())], source.node)
        self.lines.append(Line(node, op.results, source.reads, op.span))

    def effect(self, op: Apply) -> None:
        """Statements run for their effect. What may raise before them is written before them."""
        primitive = op.primitive
        if primitive is SECTION:
            title = op.args[0]
            assert isinstance(title, Const)
            if title.value != "forward sweep":
                for value in [v for v, part in self.pending.items() if part.raises]:
                    self.assign_pending(value)
            self.in_primal = title.value == "forward sweep"
            self.lines.append(Heading(str(title.value)))
            return
        mine = [arg for arg in op.args if isinstance(arg, Value) and arg in self.pending]
        for value in [v for v, part in self.pending.items() if part.raises and v not in mine]:
            self.assign_pending(value)
        read = [self.read(arg) for arg in op.args]
        used = tuple(value for part in read for value in part.reads)
        if primitive is KEEP:
            if not isinstance(read[0].node, ast.Name):
                node: ast.stmt = ast.Expr(read[0].node)
                note = "raises outside its domain"
                self.lines.append(Line(node, (), used, op.span, note))
            return
        if primitive is ASSERTION:
            message = read[1].node if len(read) > 1 else None
            self.lines.append(Line(ast.Assert(read[0].node, message), (), used, op.span))
            return
        if primitive is REQUIRE:
            self.lines.append(Line(_require(read), (), used, op.span))
            return
        raise internal("emit", f"{primitive.name} cannot be written")

    def branch(self, op: If, block: Block) -> None:
        """A conditional expression where both sides are expressions, else an `if` statement.

        Pending expressions that a side reads, or that must not come after an effect in a side, get
        their lines first: what is assigned in a side is not there in the other.
        """
        has_effect = self._has_effect(op)
        for value, part in list(self.pending.items()):
            if value is not op.test and (
                self._read_inside(op, value) or (has_effect and part.raises)
            ):
                self.assign_pending(value)
        if len(op.results) == 1 and not has_effect and op not in self.needs_lines:
            expression = self.conditional(op)
            if expression is None:
                self.needs_lines.add(op)
            else:
                (result,) = op.results
                if self.may_wait(result, expression, block):
                    self.pending[result] = expression
                else:
                    self.assign(result, expression, op.span)
                return
        test = self.read(op.test)
        line = Line(ast.Expr(test.node), (), test.reads, op.span)
        then = self.side(op.then, op.results)
        orelse = self.side(op.orelse, op.results)
        self.lines.append(Branch(line, then, orelse))

    def _read_inside(self, op: If, value: Value) -> bool:
        return any(atom is value for side in (op.then, op.orelse) for atom in reads(side))

    def _has_effect(self, op: If) -> bool:
        return any(
            isinstance(inner, Apply) and inner.primitive.effect
            for side in (op.then, op.orelse)
            for inner in walk(side)
        )

    def conditional(self, op: If) -> Expression | None:
        """`a if test else b`, or None if a side needs lines or it gets too wide."""
        saved = dict(self.pending), list(self.lines), set(self.lettered)
        lines = len(self.lines)
        test = self.read(op.test)
        sides: list[Expression] = []
        for side in (op.then, op.orelse):
            self.block(side)
            sides.append(self.read(side.outputs[0]))
        then, orelse = sides
        width = test.width + then.width + orelse.width + 9
        if len(self.lines) > lines or width > WIDEST_EXPRESSION + 10:
            self.pending, self.lines, self.lettered = saved
            return None
        node = ast.IfExp(test.node, then.node, orelse.node)
        used = (*test.reads, *then.reads, *orelse.reads)
        raises = test.raises or then.raises or orelse.raises
        return Expression(node, used, width, raises)

    def side(self, block: Block, results: tuple[Value, ...]) -> list[Item]:
        """The lines of one side of an `if` statement; it ends by assigning the results."""
        outer, self.lines = self.lines, []
        self.block(block)
        for result, output in zip(results, block.outputs, strict=True):
            if isinstance(output, Const) and isinstance(output.value, Undefined):
                continue
            self.assign(result, self.read(output), result.span)
        written, self.lines = self.lines, outer
        return written


def _without_empty_parts(items: list[Item]) -> list[Item]:
    """`items` without headings that nothing but another heading or the `return` follows."""
    kept: list[Item] = []
    for item, following in zip(items, (*items[1:], None), strict=True):
        if isinstance(item, Heading) and (isinstance(following, Heading) or following is items[-1]):
            continue
        kept.append(item)
    return kept


def write(function: Function, top: Top) -> tuple[list[Item], Placeholders]:
    """The lines of `function`, with placeholders for the names of values.

    Where the cotangent of an intermediate variable gets a line, so does the variable: `c_bar` is
    only readable beside `c`.
    """
    named: frozenset[Value] = frozenset()
    own = frozenset(definitions(function.body))
    while True:
        writer = StatementWriter(function, top, named)
        items = writer.write()
        lines = flat(items)
        defined = {value for line in lines for value in line.defines}
        missing = {
            value.hint.of
            for value in defined
            if isinstance(value.hint, Cotangent) and value.hint.of.hint is None
        }
        missing = {v for v in missing if v in own and v not in defined and v not in named}
        if not missing:
            return items, writer.placeholders
        named |= missing


def _require(read: list[Expression]) -> ast.If:
    value, expected, name = (part.node for part in read)
    assert isinstance(name, ast.Constant)
    shown = ast.unparse(expected)
    text = f"this derivative is for {name.value!s} = {shown} only"
    if len(shown) > LONGEST_SHOWN:
        text = f"this derivative is for another {name.value!s}"
    message = ast.Constant(text)
    is_none = isinstance(expected, ast.Constant) and expected.value is None
    test = ast.Compare(value, [ast.IsNot() if is_none else ast.NotEq()], [expected])
    raised = ast.Call(ast.Name("ValueError", ast.Load()), [message], [])
    return ast.If(test, [ast.Raise(raised, None)], [])


def _uses(block: Block) -> dict[Value, int]:
    """How often each value is read."""
    counts: dict[Value, int] = {}
    for atom in reads(block):
        if isinstance(atom, Value):
            counts[atom] = counts.get(atom, 0) + 1
    return counts


def _leaving(block: Block) -> frozenset[Value]:
    """Values that are outputs of nested blocks: the name that counts is that of the result."""
    return frozenset(
        output
        for op in walk(block)
        for inner in blocks(op)
        for output in inner.outputs
        if isinstance(output, Value)
    )


def _owners(block: Block) -> dict[Value, Block]:
    """The block in which each value is read, for those read in one block only."""
    owners: dict[Value, Block] = {}
    _visit_owners(block, owners)
    return owners


def _visit_owners(block: Block, owners: dict[Value, Block]) -> None:
    def note(atom: Atom) -> None:
        if isinstance(atom, Value):
            owners[atom] = block

    for op in block.ops:
        for atom in operands(op):
            note(atom)
        for inner in blocks(op):
            _visit_owners(inner, owners)
    for atom in block.outputs:
        note(atom)
