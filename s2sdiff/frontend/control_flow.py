"""Tests and conditions: comparisons, `and`, `or`, `a if test else b`, and `if` statements.

A test whose outcome is known while compiling chooses its side and leaves no trace. Any other becomes
an `If`; what its sides compute is computed only if they run.
"""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Callable
from types import FunctionType

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.iterators import IteratorLowerer
from s2sdiff.frontend.meanings import (
    Mapping,
    Meaning,
    Sequence,
    Unknown,
    describe,
    is_none,
    is_structure,
    plain,
)
from s2sdiff.frontend.operations import Frame
from s2sdiff.frontend.sides import joined_outcome
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.state import (
    ENDED,
    RESULT,
    VALUE,
    Outcome,
    Raised,
    Variable,
)
from s2sdiff.frontend.templates import (
    is_list,
    why_poisoned,
)
from s2sdiff.ir.core import Apply, Atom, Const, Hint, Value, constant
from s2sdiff.ir.lists import CONTAINS, LENGTH
from s2sdiff.ir.structure import AND, OR
from s2sdiff.ir.types import BOOL, Array, List, Opaque, Scalar, Static

MOST_COPIES = 4  # of the statements behind an `if` that may return, at the ends of its paths
LONGEST_COPY = 3

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "operator.lt",
    ast.LtE: "operator.le",
    ast.Gt: "operator.gt",
    ast.GtE: "operator.ge",
    ast.Eq: "operator.eq",
    ast.NotEq: "operator.ne",
}


class ConditionLowerer(IteratorLowerer):
    """Lowers tests, `if` statements, and expressions of which only a part may run."""

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
                same = self.identity(one, two, span)
                return same if isinstance(operator, ast.Is) else self.opposite(same, hint, span)
            case ast.In() | ast.NotIn():
                inside = self.membership(one, two, span)
                return inside if isinstance(operator, ast.In) else self.opposite(inside, hint, span)
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
        one, two = self.now(one), self.now(two)
        if isinstance(operator, ast.Eq | ast.NotEq):
            left, right = plain(one), plain(two)
            if left is not None and right is not None:
                return constant((left == right) == isinstance(operator, ast.Eq))
            if isinstance(one, Sequence) and isinstance(two, Sequence) and one.kind == two.kind:
                same = self.same_items(one, two, span)
                return same if isinstance(operator, ast.Eq) else self.opposite(same, None, span)
        fail("S2S302", f"{describe(one)} is compared", span, "compare the items")

    def same_items(self, one: Sequence, two: Sequence, span: Span) -> Atom:
        """`a == b` of tuples, and of lists of known length: item by item."""
        if len(one.items) != len(two.items):
            return constant(False)
        result: Atom = constant(True)
        for left, right in zip(one.items, two.items, strict=True):
            part = self.compare(left, ast.Eq(), right, None, span)
            if is_false(part):
                return part
            is_first = isinstance(result, Const)
            if not (isinstance(part, Const) and part.value is True):
                result = part if is_first else self.both(result, part)
        return result

    def opposite(self, test: Atom, hint: Hint, span: Span) -> Atom:
        if isinstance(test, Const):
            return constant(not test.value)
        return self.operation("operator.not_", (test,), hint, span)

    def identity(self, one: Meaning, two: Meaning, span: Span) -> Atom:
        """`one is two`, where one of them is None, True or False: of these there is one object each."""
        if is_none(one) or is_none(two):
            return constant(is_none(one) and is_none(two))
        for known, other in ((one, two), (two, one)):
            if isinstance(known, Const) and isinstance(known.value, bool):
                if not (isinstance(other, Value | Const) and other.type == BOOL):
                    return constant(False)
                if isinstance(other, Const):
                    return constant(known.value is other.value)
                if self.given or self.plain or self.parts:  # a bool of NumPy's is another object
                    what = f"`is {known.value}` of what is computed, which may be a bool of NumPy's"
                    fail("S2S302", what, span, "test it as it is: if x > 0, if not x > 0")
                return other if known.value else self.opposite(other, None, span)
        if is_list(one) and is_list(two) and not {one, two} & (self.shared | self.marks.strays):
            self.must_differ |= one in self.outside and two in self.outside
            return constant(one is two)
        fail("S2S302", "identity is tested", span, "compare with == instead")

    def membership(self, one: Meaning, two: Meaning, span: Span) -> Atom:
        """`one in two`: a comparison with each constant, the first that is equal decides."""
        whole = self.now(two)
        items: list[Const] = []
        if isinstance(whole, Const) and isinstance(whole.value, str) and isinstance(one, Const):
            return constant(str(one.value) in whole.value)
        if isinstance(whole, Value) and isinstance(whole.type, List):
            return self.builder.apply(CONTAINS, whole, self.atom(one, span))
        if isinstance(whole, Mapping):
            items = [constant(key) for key in whole.items]
        elif isinstance(whole, Sequence) and whole.kind != "generator":
            items = [item for item in whole.items if isinstance(item, Const)]
        is_plain = isinstance(whole, Mapping) or (
            isinstance(whole, Sequence) and len(items) == len(whole.items)
        )
        if is_plain and isinstance(one, Const):
            return constant(one.value in [item.value for item in items])
        numbers = [item for item in items if isinstance(item.type, Scalar)]
        if not is_plain or not isinstance(one, Value) or not isinstance(one.type, Scalar):
            fail("S2S302", "membership in values that are not constant", span, "compare with ==")
        if any(item.value != item.value for item in numbers):
            fail("S2S302", "membership of NaN depends on the object", span, "use math.isnan")
        found: Atom = constant(False)
        for item in numbers:
            equal = self.operation("operator.eq", (one, item), None, span)
            found = equal if isinstance(found, Const) else self.builder.apply(OR, found, equal)
        return found

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
        is_test = first in self.tests
        left = self.test_atom(meaning, span) if is_test else self.atom(meaning, span)

        def go_on() -> Outcome:
            frame.variables[VALUE] = self.boolean(frame, is_and, rest, None, span)
            return Outcome.FELL

        def stay() -> Outcome:
            frame.variables[VALUE] = left
            return Outcome.FELL

        before = self.state()
        side = self.side(go_on, before)
        other = side.state.get(Variable(frame, VALUE))
        unchanged = all(
            before.get(slot) is meaning
            for slot, meaning in side.state.items()
            if slot != Variable(frame, VALUE)
        )
        plain = all(isinstance(op, Apply) and not op.primitive.raises for op in side.ops)
        self.restore(before)
        if not isinstance(other, Value | Const):
            plain = False
        elif left.type == BOOL == other.type and plain and unchanged:
            for op in side.ops:
                self.builder.append(op)
            return self.builder.apply(AND if is_and else OR, left, other, hint=hint)
        sides = (go_on, stay) if is_and else (stay, go_on)
        return self.choose(frame, left, sides, span, hint)

    def note_test(self, node: ast.expr) -> None:
        """Of these operands of `and` and `or` nothing matters but whether they are true."""
        match node:
            case ast.BoolOp(values=values):
                self.tests.update(values)
                for value in values:
                    self.note_test(value)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                self.note_test(operand)

    def conditional(
        self,
        frame: Frame,
        test: ast.expr,
        body: ast.expr,
        orelse: ast.expr,
        hint: Hint,
        span: Span,
    ) -> Meaning:
        self.note_test(test)
        decided = self.expression(frame, test)
        known = self.truth(decided, span)
        if known is not None:
            return self.expression(frame, body if known else orelse, hint)

        def value_of(node: ast.expr) -> Callable[[], Outcome]:
            def run() -> Outcome:
                frame.variables[VALUE] = self.expression(frame, node)
                return Outcome.FELL

            return run

        atom = self.test_atom(decided, span)
        return self.choose(frame, atom, (value_of(body), value_of(orelse)), span, hint)

    def choose(
        self,
        frame: Frame,
        test: Atom,
        sides: tuple[Callable[[], Outcome], Callable[[], Outcome]],
        span: Span,
        hint: Hint,
    ) -> Meaning:
        """The value that the side taken leaves in the slot VALUE."""
        outer = frame.variables.pop(VALUE, None)
        ones, twos = self.branch(frame, test, sides, span, {VALUE: hint})
        if Outcome.RAISED is ones.outcome is twos.outcome:
            raise Raised
        found = frame.variables.pop(VALUE)
        if outer is not None:
            frame.variables[VALUE] = outer
        if isinstance(found, Unknown):
            one, two = (side.state.get(Variable(frame, VALUE)) for side in (ones, twos))
            fail(
                "S2S306",
                f"the two sides differ: {why_poisoned(one, two)}",
                span,
                "give both sides the same structure",
            )
        return found

    def one_of(
        self,
        test: Atom,
        one: Meaning | Callable[[], Meaning | None],
        two: Meaning,
        span: Span,
        hint: Hint = None,
    ) -> Meaning:
        """`one` where `test` is true, else `two`; a function is called on its side."""
        frame = self.active[-1]

        def first() -> Outcome:
            found = one() if isinstance(one, FunctionType) else one
            frame.variables[VALUE] = constant(None) if found is None else found  # type: ignore[assignment]
            return Outcome.FELL

        def second() -> Outcome:
            frame.variables[VALUE] = two
            return Outcome.FELL

        return self.choose(frame, test, (first, second), span, hint)

    def test_atom(self, decided: Meaning, span: Span) -> Atom:
        """A test as one value: a list is tested by its length."""
        atom = self.atom(decided, span)
        if isinstance(atom.type, List):
            length = self.builder.apply(LENGTH, atom)
            return self.operation("operator.gt", (length, constant(0)), None, span)
        if isinstance(atom.type, Array) and atom.type.axes is not None:
            fail(
                "S2S306",
                "an array is used as a test",
                span,
                "use np.where, or test np.any(x) or np.all(x)",
            )
        return atom

    # Statements

    @abstractmethod
    def statements(self, frame: Frame, nodes: list[ast.stmt]) -> Outcome:
        """Lower statements up to the first that ends them."""

    def if_statement(self, frame: Frame, node: ast.If, following: list[ast.stmt]) -> Outcome:
        """Lower an `if` statement; together with what follows it, where a side may end.

        Then the statements that follow are lowered at the end of the only path that reaches them. If
        there are several, short ones are repeated; else a flag says at run time whether they run.
        """
        span = span_of(node.test, frame.source)
        if is_check_of_identities(node):
            self.must_differ = True
            return self.statements(frame, following)
        self.note_test(node.test)
        test = self.expression(frame, node.test)
        known = self.truth(test, span)
        if known is not None:
            return self.statements(frame, [*(node.body if known else node.orelse), *following])
        ends = may_end(node)
        reached = paths(node.body) + paths(node.orelse)
        together = ends and (reached <= 1 or (reached <= MOST_COPIES and is_short(following)))

        def side(nodes: list[ast.stmt]) -> Callable[[], Outcome]:
            return lambda: self.statements(frame, [*nodes, *following] if together else nodes)

        atom = self.test_atom(test, span)
        one, two = self.branch(frame, atom, (side(node.body), side(node.orelse)), span)
        outcome = joined_outcome(one.outcome, two.outcome)
        if together or outcome in (Outcome.ENDED, Outcome.RAISED):
            return outcome
        return self.go_on(frame, outcome, following, span)

    def go_on(
        self, frame: Frame, outcome: Outcome, following: list[ast.stmt], span: Span
    ) -> Outcome:
        """Lower the statements behind one that ended as `outcome`."""
        if outcome is not Outcome.MIXED:
            return self.statements(frame, following) if outcome is Outcome.FELL else outcome
        if not following:
            return outcome
        ended = frame.variables.pop(ENDED)

        def stop() -> Outcome:
            return Outcome.ENDED

        def run() -> Outcome:
            frame.variables.pop(RESULT, None)
            return self.statements(frame, following)

        one, two = self.branch(frame, self.atom(ended, span), (stop, run), span)
        return joined_outcome(one.outcome, two.outcome)


def is_false(atom: Atom) -> bool:
    return isinstance(atom, Const) and not atom.value


def _mixed_static(one: Meaning, two: Meaning) -> bool:
    """A string beside a number: they are never equal."""
    if not (isinstance(one, Value | Const) and isinstance(two, Value | Const)):
        return False
    if isinstance(one.type, Opaque) or isinstance(two.type, Opaque):
        return False
    return isinstance(one.type, Static) != isinstance(two.type, Static)


def is_check_of_identities(node: ast.If) -> bool:
    """`if len(set(map(id, d))) < len(d): raise ...`: so derivatives make sure of different lists."""
    match node:
        case ast.If(
            test=ast.Compare(
                ast.Call(ast.Name("len"), [ast.Set() | ast.Call() as ids]), [ast.Lt()]
            ),
            body=[ast.Raise()],
            orelse=[],
        ):
            return any(isinstance(part, ast.Name) and part.id == "id" for part in ast.walk(ids))
    return False


def may_end(node: ast.AST, in_loop: bool = False) -> bool:
    """Can the statement end those around it? Functions defined in it aside."""
    match node:
        case ast.Return():
            return True
        case ast.Break() | ast.Continue():
            return not in_loop
        case ast.FunctionDef() | ast.Lambda() | ast.ClassDef():
            return False
        case ast.For() | ast.While():
            return any(may_end(inner, True) for inner in node.body) or any(
                may_end(inner, in_loop) for inner in node.orelse
            )
    return any(may_end(inner, in_loop) for inner in ast.iter_child_nodes(node))


def breaks_out(node: ast.AST) -> bool:
    """May the statement leave the loop around it by `break`?"""
    match node:
        case ast.Break():
            return True
        case ast.FunctionDef() | ast.Lambda() | ast.ClassDef():
            return False
        case ast.For() | ast.While():
            return any(map(breaks_out, node.orelse))
    return any(map(breaks_out, ast.iter_child_nodes(node)))


def paths(nodes: list[ast.stmt]) -> int:
    """How many paths lead through the statements to what follows them; no more than needed."""
    count = 1
    for node in nodes:
        match node:
            case ast.Return() | ast.Break() | ast.Continue() | ast.Raise():
                return 0
            case ast.If() if may_end(node):
                count *= paths(node.body) + paths(node.orelse)
                if count == 0 or count > MOST_COPIES:
                    break
    return count


def is_short(nodes: list[ast.stmt]) -> bool:
    """Few statements, none of which contains others."""
    simple = not any(isinstance(node, ast.If | ast.For | ast.While | ast.Match) for node in nodes)
    return simple and len(nodes) <= LONGEST_COPY
