"""Tests and conditions: comparisons, `and`, `or`, `a if test else b`, and `if` statements.

A test whose outcome is known while compiling chooses its side and leaves no trace. Any other becomes
an `If`; what its sides compute is computed only if they run.
"""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Callable

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.meanings import (
    Capture,
    Mapping,
    Meaning,
    Sequence,
    Unknown,
    is_none,
)
from s2sdiff.frontend.operations import Frame, OperationLowerer
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.state import (
    ENDED,
    RESULT,
    VALUE,
    Outcome,
    Side,
    Slot,
    State,
    Variable,
    Versions,
    references,
    restore,
    snapshot,
)
from s2sdiff.frontend.templates import (
    Items,
    Leaf,
    Object,
    Template,
    atoms_of,
    content_template,
    instantiate,
    join_templates,
    template_of,
    why_poisoned,
)
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Block, Const, Hint, Undefined, Value, constant
from s2sdiff.ir.lists import LENGTH
from s2sdiff.ir.structure import AND, OR
from s2sdiff.ir.types import BOOL, List, Static

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "operator.lt",
    ast.LtE: "operator.le",
    ast.Gt: "operator.gt",
    ast.GtE: "operator.ge",
    ast.Eq: "operator.eq",
    ast.NotEq: "operator.ne",
}


class ConditionLowerer(OperationLowerer):
    """Lowers tests, `if` statements, and expressions of which only a part may run.

    `shared` are lists that one name refers to on one path and another list on another path: to
    change one of them would change the other on some paths only, so it is refused. So is a change
    through a name in `shared_slots`. `maybe_undefined` are values that some path leaves unassigned.
    """

    def __init__(self, builder: Builder, captures: list[Capture]) -> None:
        super().__init__(builder, captures)
        self.shared: set[Meaning] = set()
        self.shared_slots: set[Slot] = set()
        self.maybe_undefined: set[Atom] = set()

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
        if not isinstance(other, Value | Const):
            plain = False
        elif left.type == BOOL == other.type and plain and unchanged:
            self.restore(before)
            for op in side.ops:
                self.builder.append(op)
            return self.builder.apply(AND if is_and else OR, left, other, hint=hint)
        sides = (go_on, stay) if is_and else (stay, go_on)
        return self.choose(frame, left, sides, span, hint)

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

    def test_atom(self, decided: Meaning, span: Span) -> Atom:
        """A test as one value: a list is tested by its length."""
        atom = self.atom(decided, span)
        if isinstance(atom.type, List):
            length = self.builder.apply(LENGTH, atom)
            return self.operation("operator.gt", (length, constant(0)), None, span)
        return atom

    # Sides of a branch

    def state(self) -> State:
        return snapshot(self.active, self.versions)

    def restore(self, state: State) -> None:
        restore(self.active, self.versions, state)

    def side(self, run: Callable[[], Outcome], before: State) -> Side:
        """Lower one side of a branch from the state `before`."""
        self.restore(before)
        with self.builder.block() as ops:
            outcome = run()
        return Side(ops, self.state(), outcome)

    def branch(
        self,
        frame: Frame,
        test: Atom,
        sides: tuple[Callable[[], Outcome], Callable[[], Outcome]],
        span: Span,
        hints: dict[str, Hint] | None = None,
    ) -> tuple[Side, Side]:
        """Append an `If` and merge what its sides leave in the slots.

        Where a side ended (by `return`, `break`, `continue`) and the other did not, the slot ENDED
        says at run time which it was.
        """
        before = self.state()
        one, two = (self.side(run, before) for run in sides)
        if Outcome.RAISED in (one.outcome, two.outcome):
            self.merge_raised(test, one, two)
            return one, two
        if one.outcome is not two.outcome or one.outcome is Outcome.MIXED:
            for each in (one, two):
                each.state.setdefault(
                    Variable(frame, ENDED), constant(each.outcome is Outcome.ENDED)
                )
        self.merge(test, one, two, before, span, hints or {})
        return one, two

    def merge_raised(self, test: Atom, one: Side, two: Side) -> None:
        """Where a side raises, the other one goes on behind the `If`."""
        then = one.ops if one.outcome is Outcome.RAISED else []
        orelse = two.ops if two.outcome is Outcome.RAISED else []
        self.builder.branch(test, Block((), tuple(then), ()), Block((), tuple(orelse), ()))
        survivor = two if one.outcome is Outcome.RAISED else one
        if survivor.outcome is not Outcome.RAISED:
            for op in survivor.ops:
                self.builder.append(op)
        self.restore(survivor.state)

    def merge(
        self, test: Atom, one: Side, two: Side, before: State, span: Span, hints: dict[str, Hint]
    ) -> None:
        """Append the `If`, and go on from the state that holds on both of its sides."""
        forms: dict[Slot, Template] = {}
        outputs: tuple[list[Atom], list[Atom]] = ([], [])
        names: list[Hint] = []
        for slot in self.changed(one.state, two.state, before):
            found = [self.form(side, slot) for side in (one, two)]
            forms[slot] = form = join_templates(*found)
            self.note_sharing(slot, form, found, before)
            for side, atoms in zip((one, two), outputs, strict=True):
                atoms += self.side_atoms(side, slot, form)
            name = self.slot_name(slot, one.state)
            wish = hints.get(slot.name) if isinstance(slot, Variable) else None
            names += hints_of(form, wish if slot_is(slot, VALUE) else name)
        then, orelse = (
            Block((), tuple(side.ops), tuple(atoms))
            for side, atoms in zip((one, two), outputs, strict=True)
        )
        results: list[Atom] = list(outputs[0])
        if one.ops or two.ops or not _same_atoms(then.outputs, orelse.outputs):
            results = list(self.builder.branch(test, then, orelse, tuple(names)))
        self.note_undefined(results, *outputs)
        merged = {slot: m for slot, m in one.state.items() if two.state.get(slot) is m}
        remaining = iter(results)
        for slot, form in forms.items():
            versions: Versions = {}
            meaning = instantiate(form, remaining, versions)
            if isinstance(meaning, Unknown):
                meaning = Unknown(f"{meaning.reason} after the if in line {span.line}")
            for identity, version in versions.items():
                merged[identity] = version
            if meaning is not None:
                merged[slot] = meaning
        self.restore(merged)

    def changed(self, one: State, two: State, before: State) -> list[Slot]:
        """Slots that differ; lists that were made on one side only are not seen from the other."""
        return [
            slot
            for slot in dict.fromkeys((*one, *two))
            if one.get(slot) is not two.get(slot) and (isinstance(slot, Variable) or slot in before)
        ]

    def form(self, side: Side, slot: Slot) -> Template:
        """The form of a slot at the end of a side."""
        meaning = side.state.get(slot)
        if isinstance(slot, Variable):
            return template_of(meaning, side.versions)
        return content_template(meaning or slot, side.versions)

    def side_atoms(self, side: Side, slot: Slot, form: Template) -> list[Atom]:
        """The run-time values that a side gives for a slot; what makes lists of them is appended."""
        meaning = side.state.get(slot)
        with self.builder.block() as more:
            atoms = atoms_of(form, meaning, side.versions, self.make_list)
        side.ops.extend(more)
        return atoms

    @abstractmethod
    def make_list(self, items: Sequence) -> Value:
        """A list of known length as a run-time list."""

    def slot_name(self, slot: Slot, state: State) -> str | None:
        """What a reader would call the slot."""
        if isinstance(slot, Variable):
            if slot.name == RESULT:
                hint = slot.frame.result_hint
                return hint if isinstance(hint, str) else None
            return slot.name.strip("<>")
        for other, meaning in state.items():
            if isinstance(other, Variable) and meaning is slot:
                return other.name
        return slot.hint if isinstance(slot, Value) and isinstance(slot.hint, str) else None

    def note_sharing(
        self, slot: Slot, form: Template, found: list[Template], before: State
    ) -> None:
        """A name that may refer to one of several lists: changing any of them is refused."""
        if isinstance(form, Object) or not isinstance(slot, Variable):
            return
        for template in found:
            if isinstance(template, Object) and template.identity in before:
                others = references(before, template.identity)
                if others > 1 or before.get(slot) is not template.identity:
                    self.shared.add(template.identity)
                    self.shared_slots.add(slot)

    def note_undefined(self, results: list[Atom], *outputs: list[Atom]) -> None:
        """Remember the results that some path leaves undefined."""
        for result, *atoms in zip(results, *outputs, strict=True):
            if isinstance(result, Value) and any(map(self.may_be_undefined, atoms)):
                self.maybe_undefined.add(result)

    def may_be_undefined(self, atom: Atom) -> bool:
        return (isinstance(atom, Const) and isinstance(atom.value, Undefined)) or (
            atom in self.maybe_undefined
        )

    # Statements

    @abstractmethod
    def statements(self, frame: Frame, nodes: list[ast.stmt]) -> Outcome:
        """Lower statements up to the first that ends them."""

    def if_statement(self, frame: Frame, node: ast.If, following: list[ast.stmt]) -> Outcome:
        """Lower an `if` statement; together with what follows it, where a side may end.

        Then the statements that follow are lowered at the end of the only path that reaches them. If
        there are several, a flag says at run time whether they run.
        """
        span = span_of(node.test, frame.source)
        test = self.expression(frame, node.test)
        known = self.truth(test, span)
        if known is not None:
            return self.statements(frame, [*(node.body if known else node.orelse), *following])
        ends = may_end(node)
        together = ends and paths([*node.body]) + paths([*node.orelse]) <= 1

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
            return self.statements(frame, following)

        one, two = self.branch(frame, self.atom(ended, span), (stop, run), span)
        return joined_outcome(one.outcome, two.outcome)


def slot_is(slot: Slot, name: str) -> bool:
    return isinstance(slot, Variable) and slot.name == name


def joined_outcome(one: Outcome, two: Outcome) -> Outcome:
    """How a branch ends whose sides end like this."""
    if Outcome.RAISED in (one, two):
        return two if one is Outcome.RAISED else one
    return one if one is two else Outcome.MIXED


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


def paths(nodes: list[ast.stmt]) -> int:
    """How many paths lead through the statements to what follows them; 2 stands for more."""
    for node in nodes:
        match node:
            case ast.Return() | ast.Break() | ast.Continue() | ast.Raise():
                return 0
            case ast.If() if may_end(node):
                inside = paths(node.body) + paths(node.orelse)
                if inside != 1:
                    return min(inside, 2)
    return 1


def hints_of(form: Template, hint: Hint) -> list[Hint]:
    """Names for the run-time values of a form whose slot is called `hint`."""
    match form:
        case Leaf():
            return [hint]
        case Object(content=content):
            return hints_of(content, hint)
        case Items(parts=parts):
            found: list[Hint] = []
            for index, part in enumerate(parts):
                found += hints_of(part, f"{hint}_{index}" if isinstance(hint, str) else None)
            return found
    return []
