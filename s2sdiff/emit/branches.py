"""Branches: a conditional expression where both sides are expressions, else an `if` statement."""

from __future__ import annotations

import ast

from s2sdiff.emit.effects import EffectWriter
from s2sdiff.emit.lines import Attempt, Branch, Expression, Item, Line, Move, Moves
from s2sdiff.emit.statements import WIDEST_EXPRESSION
from s2sdiff.emit.targets import effects, python
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    If,
    Op,
    Undefined,
    Value,
    While,
    is_const,
)
from s2sdiff.ir.structure import BOUND, caught
from s2sdiff.ir.traverse import changes_in, reads, walk
from s2sdiff.ir.types import BOOL, Array, List, Scalar


class BranchWriter(EffectWriter):
    """Writes branches."""

    def branch(self, op: If, block: Block) -> None:
        """A conditional expression where both sides are expressions, else an `if` statement.

        Pending expressions that a side reads, or that must not come after an effect in a side, get
        their lines first: what is assigned in a side is not there in the other.
        """
        has_effect = self._has_effect(op)
        self.settle_for(op)
        kinds = caught(op)
        if kinds is not None:
            body, handler = self.side(op.orelse, op.results), self.side(op.then, op.results)
            names = [effects.member(module, name, self.library) for module, name in kinds.classes]
            shown = names[0] if len(names) == 1 else ast.Tuple(names, ast.Load())
            self.lines.append(Attempt(shown, body, handler))
            return
        if (
            len(op.results) == 1
            and not has_effect
            and op not in self.needs_lines
            and _is_simple(op, self.unassigned_somewhere)
            and not self.keeps_variable(op)
        ):
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
        if orelse and not then:
            opposite = Line(ast.Expr(python.negated(test.node)), (), test.reads, op.span)
            self.lines.append(Branch(opposite, orelse, []))
        elif then or orelse:
            self.lines.append(Branch(line, then, orelse))

    def keeps_variable(self, op: If) -> bool:
        """Does one side leave the variable what it is? `if t: x = v` says it, `x = v if t else x` not."""
        (result,) = op.results
        inside = [atom for side in (op.then, op.orelse) for atom in reads(side)]
        kept = (side.outputs[0] for side in (op.then, op.orelse) if not side.ops)
        return isinstance(result.hint, str) and any(
            isinstance(each, Value)
            and each.hint == result.hint
            and self.uses.get(each) == inside.count(each)  # nothing else needs what it was
            for each in kept
        )

    def changes_inside(self, *inside: Block) -> list[Apply]:
        """What changes a list or an array in these blocks; sums that are written `x_bar += y` too."""
        sums = (self.definitions[each] for each in self.sums)
        mine = {op for block in inside for op in walk(block)}
        found = [op for op in sums if isinstance(op, Apply) and op in mine]
        return [*found, *(op for block in inside for op in changes_in(block))]

    def meets(self, changes: list[Apply], reads: tuple[Value, ...]) -> bool:
        """May one of `changes` change a list that is among `reads`?"""
        return any(
            self.objects.changes(op, each)
            or not (op.primitive.changes or self.apart(op.args[0], each))
            for each in reads
            if isinstance(each.type, List | Array)
            for op in changes
        )

    def apart(self, one: Atom, two: Value) -> bool:
        return self.objects.of(one).isdisjoint(self.objects.of(two))

    def settle_for(self, op: If) -> None:
        """Write what waits and is read in a side, or must not come after what a side does."""
        has_effect = self._has_effect(op)
        changes = self.changes_inside(op.then, op.orelse)
        for value, part in list(self.pending.items()):
            if value is op.test or value not in self.pending:
                continue
            moves = (has_effect and part.raises) or self.meets(changes, part.reads)
            if moves or self._read_inside(op, value):
                self.assign_pending(value)

    def _read_inside(self, op: If, value: Value) -> bool:
        return any(atom is value for side in (op.then, op.orelse) for atom in reads(side))

    def _has_effect(self, op: If) -> bool:
        if caught(op) is not None:
            return True
        read = [inner for side in (op.then, op.orelse) for inner in _read_by_output(side)]
        return any(
            isinstance(inner, Apply) and (inner.primitive.effect or inner.primitive.changes)
            for side in (op.then, op.orelse)
            for inner in walk(side)
            if inner not in read and inner not in self.written
        )

    def conditional(self, op: If) -> Expression | None:
        """`a if test else b`, or None if a side needs lines or it gets too wide."""
        pending, lettered = dict(self.pending), set(self.lettered)
        lines = len(self.lines)
        test = self.read(op.test)
        sides: list[Expression] = []
        for side in (op.then, op.orelse):
            self.written.update(_read_by_output(side))
            self.block(side)
            self.written.difference_update(_read_by_output(side))
            sides.append(self.read(side.outputs[0]))
        then, orelse = sides
        width = test.width + then.width + orelse.width + 9
        if len(self.lines) > lines or width > WIDEST_EXPRESSION + 10:
            self.pending, self.lettered = pending, lettered
            del self.lines[lines:]
            return None
        node = _decision(op, test.node, then.node, orelse.node)
        used = (*test.reads, *then.reads, *orelse.reads)
        raises = test.raises or then.raises or orelse.raises
        return Expression(node, used, width, raises)

    def side(self, block: Block, results: tuple[Value, ...]) -> list[Item]:
        """The lines of one side of an `if` statement; it ends by assigning the results."""
        with self.nested() as lines:
            self.block(block)
            for result, output in zip(results, block.outputs, strict=True):
                if isinstance(output, Const) and isinstance(output.value, Undefined):
                    self.lines.append(self.unassigned(result))
                    continue
                move = self.move(result, output)
                if move.source is not None:
                    self.lines.append(Moves([move]))
                else:
                    self.lines.append(self.moved(move, result.span))
        return lines

    def unassigned(self, target: Value) -> Moves:
        """What stands where a path leaves `target` unassigned: written only if it is copied later."""
        kinds = {"float": 0.0, "int": 0, "bool": False}
        value = kinds[target.type.kind] if isinstance(target.type, Scalar) else None
        node = ast.Constant(value)
        return Moves([Move(self.variable(target), node, (), None, is_default=True)])


def _decision(op: If, test: ast.expr, then: ast.expr, orelse: ast.expr) -> ast.expr:
    """`then if test else orelse`, or `test and then`, `test or orelse` for tests."""
    is_test = op.results[0].type == BOOL == op.test.type
    if is_test and is_const(op.orelse.outputs[0], False):
        return ast.BoolOp(ast.And(), [test, then])
    if is_test and is_const(op.then.outputs[0], True):
        return ast.BoolOp(ast.Or(), [test, orelse])
    return ast.IfExp(test, then, orelse)


def _bounds(side: Block) -> list[Apply]:
    return [op for op in side.ops if isinstance(op, Apply) and op.primitive is BOUND]


def _read_by_output(side: Block) -> list[Op]:
    """Each `bound` whose variable is what the side gives: where that is an expression, it reads it."""
    return [op for op in _bounds(side) if op.args[0] in side.outputs]


def _is_simple(op: If, unsure: frozenset[Value]) -> bool:
    """Can it be an expression? `unsure` may be unassigned: they can be read where the primal reads them."""
    for side in (op.then, op.orelse):
        read = [bound.args[0] for bound in _bounds(side)]
        for output in side.outputs:
            if isinstance(output, Const) and isinstance(output.value, Undefined):
                return False
            if output in unsure and output not in read:
                return False
    return not any(
        isinstance(inner, For | While) for side in (op.then, op.orelse) for inner in walk(side)
    )
