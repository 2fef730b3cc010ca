"""Tests and conditions: comparisons, `and`, `or`, and `a if test else b`.

A test whose outcome is known while compiling chooses its side and leaves no trace. Any other becomes
an `If`; what its sides compute is computed only if they run.
"""

from __future__ import annotations

import ast

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.meanings import Mapping, Meaning, Sequence, describe, flatten, is_none, shape
from s2sdiff.frontend.operations import Frame, OperationLowerer
from s2sdiff.ir.core import Apply, Atom, Block, Const, Hint, Value, constant
from s2sdiff.ir.structure import AND, OR
from s2sdiff.ir.types import BOOL, Static

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "operator.lt",
    ast.LtE: "operator.le",
    ast.Gt: "operator.gt",
    ast.GtE: "operator.ge",
    ast.Eq: "operator.eq",
    ast.NotEq: "operator.ne",
}


class ConditionLowerer(OperationLowerer):
    """Lowers tests, and expressions of which only a part may run."""

    def comparison(
        self,
        frame: Frame,
        left: ast.expr,
        operators: list[ast.cmpop],
        others: list[ast.expr],
        hint: Hint,
        span: Span,
    ) -> Atom:
        """`a < b < c` is `a < b and b < c`, with `b` computed once."""
        one = self.expression(frame, left)
        result: Atom | None = None
        for operator, node in zip(operators, others, strict=True):
            if result is not None and is_false(result):
                break
            two = self.expression(frame, node)
            part = self.compare(one, operator, two, hint if len(others) == 1 else None, span)
            result = part if result is None else self.both(result, part)
            one = two
        assert result is not None
        return result

    def compare(
        self, one: Meaning, operator: ast.cmpop, two: Meaning, hint: Hint, span: Span
    ) -> Atom:
        match operator:
            case ast.Is() | ast.IsNot():
                if not (is_none(one) or is_none(two)):
                    fail("S2S302", "identity is tested", span, "compare with == instead")
                same = is_none(one) and is_none(two)
                return constant(same if isinstance(operator, ast.Is) else not same)
            case ast.In() | ast.NotIn():
                inside = self.membership(one, two, span)
                return constant(inside if isinstance(operator, ast.In) else not inside)
        if isinstance(one, Sequence) and isinstance(two, Sequence):
            fail("S2S302", "tuples are compared", span, "compare their items")
        if is_none(one) or is_none(two) or _mixed_static(one, two):
            equal = is_none(one) and is_none(two)
            if isinstance(operator, ast.Eq):
                return constant(equal)
            if isinstance(operator, ast.NotEq):
                return constant(not equal)
        atoms = (self.atom(one, span), self.atom(two, span))
        return self.operation(COMPARISONS[type(operator)], atoms, hint, span)

    def membership(self, one: Meaning, two: Meaning, span: Span) -> bool:
        if isinstance(one, Const) and isinstance(two, Mapping):
            return one.value in two.items
        if isinstance(one, Const) and isinstance(two, Sequence):
            values = [item.value for item in two.items if isinstance(item, Const)]
            if len(values) == len(two.items):
                return one.value in values
        fail("S2S302", "membership in values that are not constant", span, "compare with ==")

    def boolean(
        self, frame: Frame, is_and: bool, nodes: list[ast.expr], hint: Hint, span: Span
    ) -> Meaning:
        """`and` and `or` give one of their operands; what follows the deciding one is not run."""
        first, *rest = nodes
        meaning = self.expression(frame, first, hint if not rest else None)
        if not rest:
            return meaning
        known = self.truth(meaning, span)
        if known is not None:
            return self.boolean(frame, is_and, rest, hint, span) if known == is_and else meaning
        left = self.atom(meaning, span)
        before = dict(frame.variables)
        with self.builder.block() as ops:
            other = self.atom(self.boolean(frame, is_and, rest, None, span), span)
        self.same_variables(frame, before, span)
        plain = all(isinstance(op, Apply) and not op.primitive.raises for op in ops)
        if left.type == BOOL and other.type == BOOL and plain:
            for op in ops:
                self.builder.append(op)
            return self.builder.apply(AND if is_and else OR, left, other, hint=hint)
        right_block, left_block = Block((), tuple(ops), (other,)), Block((), (), (left,))
        then, orelse = (right_block, left_block) if is_and else (left_block, right_block)
        return self.builder.branch(left, then, orelse, (hint,))[0]

    def conditional(
        self,
        frame: Frame,
        test: ast.expr,
        body: ast.expr,
        orelse: ast.expr,
        hint: Hint,
        span: Span,
    ) -> Meaning:
        decided = self.expression(frame, test)
        known = self.truth(decided, span)
        if known is not None:
            return self.expression(frame, body if known else orelse, hint)
        before = dict(frame.variables)
        with self.builder.block() as then_ops:
            left = self.expression(frame, body)
        self.same_variables(frame, before, span)
        with self.builder.block() as else_ops:
            right = self.expression(frame, orelse)
        self.same_variables(frame, before, span)
        ones, rebuild = flatten(left)
        twos, _ = flatten(right)
        if shape(left) != shape(right):
            fail(
                "S2S306",
                f"the two branches differ: {describe(left)} and {describe(right)}",
                span,
                "give both branches the same structure",
            )
        then = Block((), tuple(then_ops), tuple(self.atom(one, span) for one in ones))
        other = Block((), tuple(else_ops), tuple(self.atom(two, span) for two in twos))
        if not then.ops and not other.ops and _same_atoms(then.outputs, other.outputs):
            return left
        hints = (hint,) if len(ones) == 1 else ()
        return rebuild(list(self.builder.branch(self.atom(decided, span), then, other, hints)))

    def same_variables(self, frame: Frame, before: dict[str, Meaning], span: Span) -> None:
        """Refuse a walrus inside a part of an expression that may not run."""
        for name, meaning in frame.variables.items():
            if before.get(name) is not meaning:
                fail(
                    "S2S302",
                    f"{name} is assigned inside an expression that may not run",
                    span,
                    "assign it before the expression",
                )


def is_false(atom: Atom) -> bool:
    return isinstance(atom, Const) and not atom.value


def _mixed_static(one: Meaning, two: Meaning) -> bool:
    """A string beside a number: they are never equal."""
    if not (isinstance(one, Value | Const) and isinstance(two, Value | Const)):
        return False
    return isinstance(one.type, Static) != isinstance(two.type, Static)


def _same_atoms(ones: tuple[Atom, ...], twos: tuple[Atom, ...]) -> bool:
    return all(
        one is two or (isinstance(one, Const) and isinstance(two, Const) and one.key == two.key)
        for one, two in zip(ones, twos, strict=True)
    )
