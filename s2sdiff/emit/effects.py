"""Statements that are run for their effect: exceptions, prints, checks of what was passed in."""

from __future__ import annotations

import ast

from s2sdiff.emit.lines import Expression, Heading, Line
from s2sdiff.emit.statements import StatementWriter
from s2sdiff.emit.targets import effects
from s2sdiff.errors import internal
from s2sdiff.ir.core import Apply, Const, Value
from s2sdiff.ir.lists import depth_of
from s2sdiff.ir.structure import (
    ASSERTION,
    BOUND,
    CHANGED,
    DISTINCT,
    KEEP,
    PRINT,
    RAISE,
    REQUIRE,
    SECTION,
    SEPARATE,
    SHAPED,
    TRIED,
)
from s2sdiff.ir.types import List


class EffectWriter(StatementWriter):
    """Writes them behind everything before them that may raise."""

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
        if primitive in (RAISE, PRINT):
            self.kept_statement(op)
            return
        if primitive is KEEP and op.args[0] in self.popped:
            return
        if primitive is CHANGED and isinstance(op.args[0], Const):
            return  # no path that leads here assigns the array
        mine = [arg for arg in op.args if isinstance(arg, Value) and arg in self.pending]
        for value in [v for v, part in self.pending.items() if part.raises and v not in mine]:
            self.assign_pending(value)
        read = [self.read(arg) for arg in op.args]
        used = tuple(value for part in read for value in part.reads)
        if primitive is CHANGED:
            return
        if primitive in (KEEP, BOUND, TRIED):
            if primitive is BOUND or not isinstance(read[0].node, ast.Name):
                node = ast.Expr(read[0].node)
                why = effects.reason(primitive, node.value, op.args[0].type)
                self.lines.append(Line(node, (), used, op.span, why))
            return
        if primitive is ASSERTION:
            message = read[1].node if len(read) > 1 else None
            self.lines.append(Line(ast.Assert(read[0].node, message), (), used, op.span))
            return
        if primitive is SHAPED:
            shape = self.library("numpy.shape")
            check = effects.shaped([part.node for part in read], shape)
            self.lines.append(Line(check, (), used, op.span))
            return
        if primitive is SEPARATE:
            self.lines.append(Line(self.separate(op, read), (), used, op.span))
            return
        if primitive in (REQUIRE, DISTINCT):
            nodes = [part.node for part in read]
            check = (
                effects.required(nodes)
                if primitive is REQUIRE
                else effects.distinct(nodes[1:], *self.compared(op))
            )
            self.lines.append(Line(check, (), used, op.span))
            return
        raise internal("emit", f"{primitive.name} cannot be written")

    def separate(self, op: Apply, read: list[Expression]) -> ast.If:
        """The check that an array which is changed shares no memory with others."""
        is_numba = self.top.target == "numba"
        name = "s2sdiff.runtime.overlaps" if is_numba else "numpy.shares_memory"
        function = self.library(name)
        names = [each.hint if isinstance(each, Value) else None for each in op.args]
        shown = [name if isinstance(name, str) else "an argument" for name in names]
        lists = [isinstance(each.type, List) for each in op.args]
        return effects.separate([part.node for part in read], shown, lists, function)

    def compared(self, op: Apply) -> tuple[list[int], list[str]]:
        """How deep in each list those are that a `distinct` is about, and what the lists are called."""
        level, *lists = op.args
        assert isinstance(level, Const) and isinstance(level.value, int)
        steps = [max(0, depth_of(each.type) - level.value) for each in lists]
        hints = [each.hint for each in lists if isinstance(each, Value)]
        return steps, [hint if isinstance(hint, str) else "an item" for hint in hints]

    def kept_statement(self, op: Apply) -> None:
        """`raise` and `print` of the user's."""
        first, *args = op.args
        assert isinstance(first, Const)
        mine = [arg for arg in args if isinstance(arg, Value) and arg in self.pending]
        for value in [v for v, part in self.pending.items() if part.raises and v not in mine]:
            self.assign_pending(value)
        read = [self.read(arg) for arg in args]
        used = tuple(value for part in read for value in part.reads)
        nodes = [part.node for part in read]
        node = (
            effects.raised(first.value, nodes, self.library)
            if op.primitive is RAISE
            else effects.printed(first.value, nodes, self.library)
        )
        self.lines.append(Line(node, (), used, op.span))
