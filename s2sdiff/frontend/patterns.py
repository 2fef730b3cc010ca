"""`match` on values, as the `if` chain that it means.

    match n:                     if subject == 1 or subject == 2:
        case 1 | 2: A                A
        case y if y > 5: B       else: y = subject
        case _: C                    if y > 5: B
                                     else: C

The subject is computed once and bound to a name that no program can spell. A capture binds before its
guard is tested and stays bound when the guard fails, as in Python.
"""

from __future__ import annotations

import ast

from s2sdiff.errors import SourceFile, fail
from s2sdiff.frontend.source import span_of

ADVICE = "test with if and isinstance outside, and match on values"


def subject_name(node: ast.Match) -> str:
    """A name for the subject that differs between nested statements; it is not an identifier."""
    return f"match {node.lineno}:{node.col_offset}"


def as_if_chain(node: ast.Match, source: SourceFile) -> list[ast.stmt]:
    """The statements that `node` means, once its subject is bound to `subject_name(node)`."""
    chain: list[ast.stmt] = []
    for case in reversed(node.cases):
        chain = _case(case, subject_name(node), chain, source)
    return chain


def _case(
    case: ast.match_case, subject: str, rest: list[ast.stmt], source: SourceFile
) -> list[ast.stmt]:
    pattern: ast.pattern | None = case.pattern
    capture: str | None = None
    if isinstance(case.pattern, ast.MatchAs):
        pattern, capture = case.pattern.pattern, case.pattern.name
    place = case.pattern
    binding: list[ast.stmt] = []
    if capture is not None:
        target = ast.Name(capture, ast.Store())
        binding = [ast.Assign([target], ast.Name(subject, ast.Load()))]
    if pattern is None:
        chain = [*binding, *_choice(case.guard, case.body, rest, place)]
    else:
        if binding and case.guard is not None:
            span = span_of(place, source)
            fail("S2S301", "a guarded 'as' pattern is not in the accepted subset", span, ADVICE)
        test = _test(pattern, subject, source)
        if case.guard is not None:
            test = ast.copy_location(ast.BoolOp(ast.And(), [test, case.guard]), place)
        chain = _choice(test, [*binding, *case.body], rest, place)
    for statement in binding:
        ast.fix_missing_locations(ast.copy_location(statement, place))
        for inner in ast.walk(statement):
            ast.copy_location(inner, place)
    return chain


def _choice(
    test: ast.expr | None, body: list[ast.stmt], rest: list[ast.stmt], place: ast.pattern
) -> list[ast.stmt]:
    return list(body) if test is None else [ast.copy_location(ast.If(test, body, rest), place)]


def _test(pattern: ast.pattern, subject: str, source: SourceFile) -> ast.expr:
    name = ast.copy_location(ast.Name(subject, ast.Load()), pattern)
    match pattern:
        case ast.MatchValue(value=value):
            return ast.copy_location(ast.Compare(name, [ast.Eq()], [value]), pattern)
        case ast.MatchSingleton(value=singleton):
            constant = ast.copy_location(ast.Constant(singleton), pattern)
            return ast.copy_location(ast.Compare(name, [ast.Is()], [constant]), pattern)
        case ast.MatchOr(patterns=parts):
            tests = [_test(part, subject, source) for part in parts]
            return ast.copy_location(ast.BoolOp(ast.Or(), tests), pattern)
    what = "a match pattern other than a value, a name or a choice of values"
    fail("S2S301", f"{what} is not in the accepted subset", span_of(pattern, source), ADVICE)
