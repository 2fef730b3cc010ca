"""`match` on values, as the `if` chain that it means.

    match n:                     if subject == 1 or subject == 2:
        case 1 | 2: A                A
        case y if y > 5: B       else: y = subject
        case _: C                    if y > 5: B
                                     else: C

The subject is computed once and bound to a name that no program can spell. A capture binds before its
guard is tested and stays bound when the guard fails, as in Python. A pattern of a tuple tests its items;
its length is known while compiling.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeVar, final

from s2sdiff.errors import SourceFile, Span, fail
from s2sdiff.frontend.source import span_of

ADVICE = "match on values and on tuples, or test with if"


def subject_name(node: ast.Match) -> str:
    """A name for the subject that differs between nested statements; it is not an identifier."""
    return f"match {node.lineno}:{node.col_offset}"


Path = tuple[int, ...]


@final
@dataclass(frozen=True, slots=True)
class Patterns:
    """Turns cases into statements. `length_at` gives the length of the tuple or list that is found by
    a path of indices from the subject, or None for anything else."""

    source: SourceFile
    length_at: Callable[[Path, Span], int | None]

    def as_if_chain(self, node: ast.Match) -> list[ast.stmt]:
        """The statements that `node` means, once its subject is bound to `subject_name(node)`."""
        chain: list[ast.stmt] = []
        for case in reversed(node.cases):
            chain = self.case(case, subject_name(node), chain)
        return chain

    def case(self, case: ast.match_case, subject: str, rest: list[ast.stmt]) -> list[ast.stmt]:
        place = case.pattern
        found = self.taken_apart(place, ast.Name(subject, ast.Load()), ())
        if found is None:
            return rest
        tests, bindings = found
        if not tests:
            return [*bindings, *_choice(case.guard, case.body, rest, place)]
        if bindings and case.guard is not None:
            what = "a guarded pattern that captures what it tests"
            self.refuse(what, place)
        guards = [case.guard] if case.guard is not None else []
        test = _all([*tests, *guards], place)
        return _choice(test, [*bindings, *case.body], rest, place)

    def taken_apart(
        self, pattern: ast.pattern, subject: ast.expr, path: Path
    ) -> tuple[list[ast.expr], list[ast.stmt]] | None:
        """The tests of a pattern and what it binds; None where it is known not to match."""
        match pattern:
            case ast.MatchValue(value=value):
                return [_placed(ast.Compare(subject, [ast.Eq()], [value]), pattern)], []
            case ast.MatchSingleton(value=singleton):
                test = ast.Compare(subject, [ast.Is()], [ast.Constant(singleton)])
                return [_placed(test, pattern)], []
            case ast.MatchAs(pattern=inner, name=name):
                found = ([], []) if inner is None else self.taken_apart(inner, subject, path)
                if found is None or name is None:
                    return found
                tests, bindings = found
                return tests, [*bindings, _placed(_assign(name, subject), pattern)]
            case ast.MatchOr(patterns=parts):
                return self.one_of(parts, subject, path, pattern)
            case ast.MatchSequence(patterns=parts):
                return self.sequence(parts, subject, path, pattern)
        self.refuse("a match pattern other than a value, a name, a tuple or a choice", pattern)

    def one_of(
        self, parts: list[ast.pattern], subject: ast.expr, path: Path, place: ast.pattern
    ) -> tuple[list[ast.expr], list[ast.stmt]] | None:
        choices: list[ast.expr] = []
        for part in parts:
            found = self.taken_apart(part, subject, path)
            if found is None:
                continue
            tests, bindings = found
            if bindings:
                self.refuse("a capture in a choice of patterns", part)
            if not tests:
                choices.append(_placed(ast.Constant(True), part))
                break
            choices.append(_all(tests, part))
        if not choices:
            return None
        test = choices[0] if len(choices) == 1 else ast.BoolOp(ast.Or(), choices)
        return [_placed(test, place)], []

    def sequence(
        self, parts: list[ast.pattern], subject: ast.expr, path: Path, place: ast.pattern
    ) -> tuple[list[ast.expr], list[ast.stmt]] | None:
        length = self.length_at(path, span_of(place, self.source))
        stars = [at for at, part in enumerate(parts) if isinstance(part, ast.MatchStar)]
        missing = None if length is None else length - (len(parts) - len(stars))
        if length is None or missing is None or missing < 0 or (missing and not stars):
            return None
        tests: list[ast.expr] = []
        bindings: list[ast.stmt] = []
        at = 0
        for part in parts:
            if isinstance(part, ast.MatchStar):
                if part.name is not None:
                    items = [_item(subject, at + index) for index in range(missing)]
                    whole = ast.List(list(items), ast.Load())
                    bindings.append(_placed(_assign(part.name, whole), part))
                at += missing
                continue
            found = self.taken_apart(part, _item(subject, at), (*path, at))
            if found is None:
                return None
            tests += found[0]
            bindings += found[1]
            at += 1
        return tests, bindings

    def refuse(self, what: str, place: ast.pattern) -> NoReturn:
        sentence = f"{what} is not in the accepted subset"
        fail("S2S301", sentence, span_of(place, self.source), ADVICE)


def _item(subject: ast.expr, at: int) -> ast.expr:
    return ast.Subscript(subject, ast.Constant(at), ast.Load())


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _choice(
    test: ast.expr | None, body: list[ast.stmt], rest: list[ast.stmt], place: ast.pattern
) -> list[ast.stmt]:
    return list(body) if test is None else [ast.copy_location(ast.If(test, body, rest), place)]


def _all(tests: list[ast.expr], place: ast.pattern) -> ast.expr:
    if len(tests) == 1:
        return tests[0]
    return ast.copy_location(ast.BoolOp(ast.And(), tests), place)


Node = TypeVar("Node", ast.expr, ast.stmt)


def _placed(node: Node, place: ast.pattern) -> Node:
    """`node`, all of it standing where `place` stands, as far as it has no place of its own."""
    for part in ast.walk(node):
        if isinstance(part, ast.expr | ast.stmt) and not hasattr(part, "lineno"):
            ast.copy_location(part, place)
    return node
