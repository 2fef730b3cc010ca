"""Which variables have a value for sure where they are copied.

    if a:                       c is copied on every path; where b is false and nothing was assigned
        c = d                   Python would raise, although nobody reads e there. The side of the branch
    e = c                       that leaves c unassigned then assigns something: `c = 0.0`.

Sides of branches with the same test see the same path, and so does `a` in a branch on `a and b`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never, final

from s2sdiff.emit.lines import Attempt, Branch, Heading, Item, Line, Loop, Move, Moves
from s2sdiff.ir.core import Value

Names = frozenset[str]
Sides = tuple[Names, Names]


def unassigned_copies(
    items: list[Item], parameters: Names, name_of: Callable[[Value], str]
) -> Names:
    """The variables that are copied to others where they may have no value."""
    walk = _Walk(name_of)
    walk.items(items, parameters, {})
    return frozenset(walk.found)


@final
@dataclass(slots=True, eq=False)
class _Walk:
    """Follows the text with the names that are assigned; None behind what leaves a block.

    `tests` says of tests met what else is assigned on their sides.
    """

    name_of: Callable[[Value], str]
    found: set[str] = field(default_factory=set)

    def items(
        self, items: list[Item], assigned: Names | None, tests: dict[str, tuple[Line, Sides]]
    ) -> Names | None:
        tests = dict(tests)
        for item in items:
            if assigned is None:
                return None
            match item:
                case Line(node=ast.Return() | ast.Raise() | ast.Break() | ast.Continue()):
                    return None
                case Line(defines=defines):
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
                        self.copy(move, assigned)
                    assigned = self.define(tuple(m.target for m in made), assigned, tests)
                case Branch():
                    assigned = self.branch(item, assigned, tests)
                case Attempt(body=body, handler=handler):
                    one = self.items(body, assigned, tests)
                    two = self.items(handler, assigned, tests)
                    tests.clear()
                    assigned = two if one is None else one if two is None else one & two
                case Loop(head=head, body=body):
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

    def copy(self, move: Move, assigned: Names) -> None:
        source = move.source
        if source is not None and self.name_of(source) not in assigned:
            self.found.add(self.name_of(source))

    def define(
        self, values: tuple[Value, ...], assigned: Names, tests: dict[str, tuple[Line, Sides]]
    ) -> Names:
        names = frozenset(map(self.name_of, values))
        for text, (test, _) in list(tests.items()):
            if names & set(map(self.name_of, test.reads)):
                del tests[text]
        return assigned | names

    def branch(
        self, item: Branch, assigned: Names, tests: dict[str, tuple[Line, Sides]]
    ) -> Names | None:
        assert isinstance(item.test.node, ast.Expr)
        text = ast.dump(item.test.node.value)
        none: Names = frozenset()
        _, (_, more) = tests.get(text, (item.test, (none, none)))
        known = self.known(item.test.node.value, tests)
        then = self.items(item.then, assigned | known, tests)
        orelse = self.items(item.orelse, assigned | more, tests)
        if then is None or orelse is None:
            return orelse if then is None else then
        both = then & orelse
        tests[text] = (item.test, (then - both, orelse - both))
        self.define(tuple(_targets([item])), both, tests)
        return both


def _loaded(node: ast.expr) -> ast.expr:
    return ast.Name(node.id, ast.Load()) if isinstance(node, ast.Name) else node


def _targets(items: list[Item]) -> Iterator[Value]:
    """All values that are assigned in these lines."""
    for item in items:
        match item:
            case Line(defines=defines):
                yield from defines
            case Moves(moves=moves):
                yield from (move.target for move in moves if not move.is_default)
            case Branch(then=then, orelse=orelse):
                yield from _targets([*then, *orelse])
            case Attempt(body=body, handler=handler):
                yield from _targets([*body, *handler])
            case Loop(head=head, body=body):
                yield from (*head.defines, *_targets(body))
