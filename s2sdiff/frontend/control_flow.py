"""Tests and conditions: comparisons, `and`, `or`, `a if test else b`, and `if` statements.

A test whose outcome is known while compiling chooses its side and leaves no trace. Any other becomes
an `If`; what its sides compute is computed only if they run.
"""

from __future__ import annotations

import ast
from abc import abstractmethod

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.meanings import (
    Mapping,
    Meaning,
    Sequence,
    Unknown,
    describe,
    flatten,
    is_none,
    is_structure,
    leaf_names,
    plain,
    shape,
)
from s2sdiff.frontend.operations import Frame, OperationLowerer
from s2sdiff.frontend.source import span_of
from s2sdiff.ir.core import Apply, Atom, Block, Const, Hint, Op, Value, constant
from s2sdiff.ir.structure import AND, OR
from s2sdiff.ir.types import BOOL, Opaque, Scalar, Static

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
        if any(isinstance(side, Value) and isinstance(side.type, Opaque) for side in (one, two)):
            remedy = "pass it as a parameter of its own, or take s2sdiff.grad of the live function"
            fail("S2S302", "a text that is known only at run time is compared", span, remedy)
        if is_structure(one) and is_structure(two):
            return self.compare_structures(one, operator, two, span)
        if is_none(one) or is_none(two) or _mixed_static(one, two):
            equal = is_none(one) and is_none(two)
            if isinstance(operator, ast.Eq):
                return constant(equal)
            if isinstance(operator, ast.NotEq):
                return constant(not equal)
        atoms = (self.atom(one, span), self.atom(two, span))
        return self.operation(COMPARISONS[type(operator)], atoms, hint, span)

    def compare_structures(
        self, one: Meaning, operator: ast.cmpop, two: Meaning, span: Span
    ) -> Atom:
        """Structures of constants are compared while compiling; others have to be by their items."""
        if isinstance(operator, ast.Eq | ast.NotEq):
            left, right = plain(one), plain(two)
            if left is not None and right is not None:
                return constant((left == right) == isinstance(operator, ast.Eq))
        fail("S2S302", f"{describe(one)} is compared", span, "compare the items")

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
        test_atom = self.atom(decided, span)
        pair = {"": (left, right)}
        return self.merge(test_atom, then_ops, else_ops, pair, span, hint)[""]

    # Statements

    @abstractmethod
    def statements(self, frame: Frame, nodes: list[ast.stmt], hint: Hint) -> Meaning | None:
        """Lower statements up to the first `return` that is reached; what it returns, or None."""

    def if_statement(
        self, frame: Frame, node: ast.If, following: list[ast.stmt], hint: Hint
    ) -> Meaning | None:
        """Lower an `if` statement; what the function returns, if it returns inside.

        Where a side may return, each side is lowered together with what follows the statement: then
        the two sides end with the result of the function, and the result is what is merged.
        """
        span = span_of(node.test, frame.source)
        test = self.expression(frame, node.test)
        known = self.truth(test, span)
        returns = _returns(node)
        if known is not None:
            taken = node.body if known else node.orelse
            if not returns:
                return self.statements(frame, taken, hint)
            result = self.statements(frame, [*taken, *following], hint)
            return constant(None) if result is None else result
        decided = self.atom(test, span)
        before = dict(frame.variables)
        sides: list[tuple[list[Op], Meaning | None, dict[str, Meaning]]] = []
        for nodes in (node.body, node.orelse):
            frame.variables.clear()
            frame.variables.update(before)
            with self.builder.block() as ops:
                result = self.statements(frame, [*nodes, *following] if returns else nodes, hint)
            sides.append((ops, result, dict(frame.variables)))
        (then_ops, left, then), (else_ops, right, other) = sides
        frame.variables.clear()
        frame.variables.update(before)
        if returns:
            nothing = constant(None)
            pair = (left or nothing, right or nothing)
            return self.merge(decided, then_ops, else_ops, {"": pair}, span, hint)[""]
        changed = {
            name: (then.get(name), other.get(name))
            for name in dict.fromkeys((*then, *other))
            if then.get(name) is not other.get(name)
        }
        unchanged = {name: then[name] for name in then if name not in changed}
        mergeable = {
            name: (one, two)
            for name, (one, two) in changed.items()
            if one is not None and two is not None and _can_merge(one, two)
        }
        frame.variables.clear()
        frame.variables.update(unchanged)
        frame.variables.update(self.merge(decided, then_ops, else_ops, mergeable, span, None))
        for name, (one, two) in changed.items():
            if name not in mergeable:
                line = node.lineno
                frame.variables[name] = Unknown(
                    f"may not be assigned: only one side of the if in line {line} does it"
                    if one is None or two is None
                    else f"has different kinds of values after the if in line {line}"
                )
        return None

    def merge(
        self,
        test: Atom,
        then_ops: list[Op],
        else_ops: list[Op],
        pairs: dict[str, tuple[Meaning, Meaning]],
        span: Span,
        hint: Hint,
    ) -> dict[str, Meaning]:
        """Append one `If` that gives, for each name, the meaning that belongs to the side taken."""
        ones: list[Atom] = []
        twos: list[Atom] = []
        hints: list[Hint] = []
        for name, (one, two) in pairs.items():
            if shape(one) != shape(two):
                fail(
                    "S2S306",
                    f"the two sides differ: {describe(one)} and {describe(two)}",
                    span,
                    "give both sides the same structure",
                )
            left, _ = flatten(one)
            right, _ = flatten(two)
            ones += [self.atom(item, span) for item in left]
            twos += [self.atom(item, span) for item in right]
            if shape(one) is None:
                hints.append(name or hint)
            else:
                whole = name if isinstance(one, Sequence) else name or hint
                named = isinstance(whole, str) and whole
                hints += leaf_names(one, str(whole)) if named else [None] * len(left)
        then = Block((), tuple(then_ops), tuple(ones))
        orelse = Block((), tuple(else_ops), tuple(twos))
        if not then_ops and not else_ops and _same_atoms(then.outputs, orelse.outputs):
            results: list[Atom] = list(ones)
        else:
            results = list(self.builder.branch(test, then, orelse, tuple(hints)))
        return {name: flatten(one)[1](results) for name, (one, _) in pairs.items()}

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
    if isinstance(one.type, Opaque) or isinstance(two.type, Opaque):
        return False
    return isinstance(one.type, Static) != isinstance(two.type, Static)


def _same_atoms(ones: tuple[Atom, ...], twos: tuple[Atom, ...]) -> bool:
    return all(
        one is two or (isinstance(one, Const) and isinstance(two, Const) and one.key == two.key)
        for one, two in zip(ones, twos, strict=True)
    )


def _returns(node: ast.If) -> bool:
    """Is there a `return` in the statement, functions defined in it aside?"""
    found = False

    def visit(inner: ast.AST) -> None:
        nonlocal found
        if isinstance(inner, ast.Return):
            found = True
        if not isinstance(inner, ast.FunctionDef | ast.Lambda):
            for child in ast.iter_child_nodes(inner):
                visit(child)

    visit(node)
    return found


def _can_merge(one: Meaning, two: Meaning) -> bool:
    """Do both consist of numbers in the same structure?"""
    leaves = [*flatten(one)[0], *flatten(two)[0]]
    numbers = all(
        isinstance(leaf, Value | Const) and isinstance(leaf.type, Scalar) for leaf in leaves
    )
    return numbers and shape(one) == shape(two)
