"""Which variables have a value for sure where they are copied.

    if a:                       c is copied on every path; where a is false and nothing was assigned
        c = d                   Python would raise, although nobody reads e there. The side of the branch
    e = c                       that leaves c unassigned then assigns something: `c = 0.0`.

Sides of branches with the same test see the same path, and so does `a` in a branch on `a and b`. A
variable that was read is assigned: if it were not, Python would have raised there, as in the primal.
That must stay so: a variable that is copied like this, and read where it may have no value, is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import assert_never, final

from s2sdiff.emit.lines import (
    Attempt,
    Branch,
    Heading,
    Item,
    Line,
    Loop,
    Move,
    Moves,
    values_defined,
)
from s2sdiff.errors import Span, fail
from s2sdiff.ir.core import Value

Names = frozenset[str]
Sides = tuple[Names, Names]
NONE: Names = frozenset()


def unassigned_copies(
    items: list[Item],
    parameters: Names,
    name_of: Callable[[Value], str],
    values: dict[str, Value],
    doubted: frozenset[Value],
) -> Names:
    """The variables that are copied to others where they may have no value. Raises S2S305.

    `values` are what the placeholders in the items stand for, `doubted` those of them that are read where
    they may be unassigned.
    """
    walk = _Walk(name_of, values, doubted)
    walk.items(items, parameters, {})
    for name, span in walk.doubtful.items():
        if name in walk.found:
            fail(
                "S2S305",
                f"{name} may be unassigned here, and its derivative needs it on every path",
                span,
                f"assign {name} on every path",
            )
    return frozenset(walk.found)


@final
@dataclass(slots=True, eq=False)
class _Walk:
    """Follows the text with the names that are assigned; None behind what leaves a block.

    `tests` says of tests met what else is assigned on their sides. `together` are names that only one
    side of a branch assigns, each time with those of them that nothing else assigns: where one of these
    is read, all are there. `doubtful` is where a name of `doubted` was read without being assigned for
    sure, `seen` are all names met.
    """

    name_of: Callable[[Value], str]
    values: dict[str, Value]
    doubted: frozenset[Value]
    found: set[str] = field(default_factory=set)
    doubtful: dict[str, Span | None] = field(default_factory=dict)
    together: list[tuple[set[str], Names]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def items(
        self, items: list[Item], assigned: Names | None, tests: dict[str, tuple[Line, Sides]]
    ) -> Names | None:
        groups = len(self.together)
        try:
            return self.items_of(items, assigned, dict(tests))
        finally:
            del self.together[groups:]

    def items_of(
        self, items: list[Item], assigned: Names | None, tests: dict[str, tuple[Line, Sides]]
    ) -> Names | None:
        for item in items:
            if assigned is None:
                return None
            match item:
                case Line(node=ast.Return() | ast.Raise() | ast.Break() | ast.Continue()):
                    return None
                case Line(defines=defines):
                    assigned = self.read(item, assigned, tests)
                    assigned = self.define(defines, assigned, tests)
                    if isinstance(item.node, ast.Assign) and isinstance(
                        item.node.value, ast.BoolOp
                    ):
                        tests[ast.dump(_loaded(item.node.targets[0]))] = (
                            replace(item, reads=(*item.reads, *defines)),
                            (self.known(item.node.value, tests), frozenset()),
                        )
                case Moves(moves=moves):
                    made = [move for move in moves if not self.is_silent(move)]
                    for move in made:
                        assigned = self.copy(move, assigned)
                    assigned = self.define(tuple(m.target for m in made), assigned, tests)
                case Branch():
                    assigned = self.branch(item, assigned, tests)
                case Attempt(body=body, handler=handler):
                    one = self.items(body, assigned, tests)
                    two = self.items(handler, assigned, tests)
                    tests.clear()
                    assigned = two if one is None else one if two is None else one & two
                case Loop(head=head, body=body):
                    assigned = self.read(head, assigned, tests)
                    self.define(tuple(values_defined(item)), assigned, tests)
                    inside = assigned | set(map(self.name_of, head.defines))
                    self.items(body, inside, {})
                    tests.clear()
                case Heading():
                    pass
                case _:
                    assert_never(item)
        return assigned

    def known(self, test: ast.expr, tests: dict[str, tuple[Line, Sides]]) -> Names:
        """What is assigned for sure where a test is true."""
        parts = test.values if isinstance(test, ast.BoolOp) else [test]
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
            return frozenset()
        found = [tests[ast.dump(part)][1][0] for part in parts if ast.dump(part) in tests]
        return frozenset().union(*found)

    def is_silent(self, move: Move) -> bool:
        """Is there nothing to write, because the variable is the same?"""
        if move.source is None:
            return move.is_default
        return self.name_of(move.source) == self.name_of(move.target)

    def copy(self, move: Move, assigned: Names) -> Names:
        source = move.source
        if source is not None and self.name_of(source) not in assigned:
            self.found.add(self.name_of(source))
        elif source is None:
            assigned = self.read_in(move.node, move.target.span, assigned, {})
        return assigned

    def read(self, line: Line, assigned: Names, tests: dict[str, tuple[Line, Sides]]) -> Names:
        """What is assigned once `line` has been read without an exception."""
        match line.node:
            case ast.Assign(value=node) | ast.For(iter=node) | ast.While(test=node):
                return self.read_in(node, line.span, assigned, tests)
            case node:
                return self.read_in(node, line.span, assigned, tests)

    def read_in(
        self,
        node: ast.AST,
        span: Span | None,
        assigned: Names,
        tests: dict[str, tuple[Line, Sides]],
    ) -> Names:
        """The names of `assigned`, and those that must have had a value for `node` to be computed."""
        match node:
            case ast.Name(id=text, ctx=ast.Load()) if text in self.values:
                value = self.values[text]
                name = self.name_of(value)
                if name in assigned:
                    return assigned
                if value in self.doubted:
                    self.doubtful.setdefault(name, span)
                groups = [every for each, every in self.together if name in each]
                return assigned.union({name}, *groups)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                assigned = self.read_in(test, span, assigned, tests)
                one, two = self.sides(test, assigned, tests)
                one = self.read_in(body, span, one, tests)
                two = self.read_in(orelse, span, two, tests)
                self.learn(test, one, two, tests)
                return one & two
            case ast.BoolOp(values=[first, *others]):
                assigned = self.read_in(first, span, assigned, tests)
                for other in others:
                    self.read_in(other, span, assigned, {})
                return assigned
            case ast.Lambda() | ast.comprehension():
                for inner in ast.iter_child_nodes(node):
                    self.read_in(inner, span, assigned, {})
                return assigned
            case ast.ListComp() | ast.GeneratorExp() | ast.DictComp() | ast.SetComp():
                first = node.generators[0].iter
                assigned = self.read_in(first, span, assigned, tests)
                for inner in ast.iter_child_nodes(node):
                    self.read_in(inner, span, assigned, {})
                return assigned
            case _:
                for inner in ast.iter_child_nodes(node):
                    assigned = self.read_in(inner, span, assigned, tests)
                return assigned

    def sides(
        self, test: ast.expr, assigned: Names, tests: dict[str, tuple[Line, Sides]]
    ) -> tuple[Names, Names]:
        """What is assigned where `test` is true, and where it is false."""
        _, (_, more) = tests.get(ast.dump(test), (None, (NONE, NONE)))
        return assigned | self.known(test, tests), assigned | more

    def learn(
        self, test: ast.expr, one: Names, two: Names, tests: dict[str, tuple[Line, Sides]]
    ) -> None:
        """Both sides of a branch on `test` were seen: where the same test comes again, so is this."""
        names = (node for node in ast.walk(test) if isinstance(node, ast.Name))
        reads = tuple(self.values[name.id] for name in names if name.id in self.values)
        both = one & two
        tests[ast.dump(test)] = (Line(ast.Expr(test), (), reads), (one - both, two - both))

    def define(
        self, values: tuple[Value, ...], assigned: Names, tests: dict[str, tuple[Line, Sides]]
    ) -> Names:
        names = frozenset(map(self.name_of, values))
        for text, (test, _) in list(tests.items()):
            if names & set(map(self.name_of, test.reads)):
                del tests[text]
        self.seen |= names
        for triggers, _ in self.together:
            triggers -= names
        return assigned | names

    def branch(
        self, item: Branch, assigned: Names, tests: dict[str, tuple[Line, Sides]]
    ) -> Names | None:
        assert isinstance(item.test.node, ast.Expr)
        test = item.test.node.value
        assigned = self.read(item.test, assigned, tests)
        one, two = self.sides(test, assigned, tests)
        before = frozenset(self.seen)
        then = self.items(item.then, one, tests)
        orelse = self.items(item.orelse, two, tests)
        if then is None or orelse is None:
            return orelse if then is None else then
        both = then & orelse
        self.learn(test, then, orelse, tests)
        self.define(tuple(values_defined(item)), both, tests)
        self.together += [(set(side - both - before), side - both) for side in (then, orelse)]
        return both


def _loaded(node: ast.expr) -> ast.expr:
    return ast.Name(node.id, ast.Load()) if isinstance(node, ast.Name) else node
