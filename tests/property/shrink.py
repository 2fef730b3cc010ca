"""Makes a failing program small: parts of its syntax tree are left out while it still fails alike."""

import ast
import copy
import time
import warnings

from tests.property.compare import Discarded, Failure, Refused, check

LISTS = ("body", "orelse")


def failure_of(program, **what):
    """The Failure of a program, or None if it is compared, discarded or refused."""
    try:
        check(program, **what)
    except Failure as failure:
        return failure
    except (Discarded, Refused):
        pass
    return None


def shrink(program, seconds=40.0, **what):
    """The smallest program found in `seconds` with a failure of the same head, and that failure."""
    failure = failure_of(program, **what)
    end = time.monotonic() + seconds
    tree = ast.parse(program.text)
    smaller = True
    while smaller:
        smaller = False
        for edit in reversed(range(len(list(edits(tree))))):
            if time.monotonic() > end:
                return program, failure
            tried = edited(tree, edit)
            if tried is None:
                continue
            text = ast.unparse(tried) + "\n"
            if len(text) >= len(ast.unparse(tree)) + 1:
                continue
            found = failure_of(program._replace(text=text), **what)
            if found is not None and found.head[:60] == failure.head[:60]:
                tree, program, failure = tried, program._replace(text=text), found
                smaller = True
    return program, failure


def edited(tree, number):
    """A copy of `tree` after the edit of this number; None if it is no program or has fewer edits."""
    changed = copy.deepcopy(tree)
    for index, edit in enumerate(edits(changed)):
        if index == number:
            edit()
            ast.fix_missing_locations(changed)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    compile(changed, "program.py", "exec")
            except (SyntaxError, SyntaxWarning, ValueError, TypeError):
                return None
            return changed
    return None


def edits(tree):
    """Functions that each make `tree` smaller in one place; expressions come first."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if isinstance(value, ast.expr) and field not in ("targets", "target", "annotation"):
                yield from _expression_edits(parent, field, None, value)
            elif isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, ast.expr) and field != "targets":
                        yield from _expression_edits(parent, field, index, item)
    for parent in ast.walk(tree):
        for field in LISTS:
            statements = getattr(parent, field, None)
            if not isinstance(statements, list):
                continue
            for index, statement in enumerate(statements):
                for inner in (*LISTS, "cases"):
                    inside = getattr(statement, inner, None)
                    if isinstance(inside, list) and inside:
                        if inner == "cases":
                            inside = inside[-1].body
                        yield lambda s=statements, i=index, n=inside: s.__setitem__(
                            slice(i, i + 1), n
                        )
                yield lambda s=statements, i=index: s.pop(i)


def _expression_edits(parent, field, index, value):
    def put(new):
        if index is None:
            setattr(parent, field, new)
        else:
            getattr(parent, field)[index] = new

    if isinstance(value, ast.Constant | ast.Name):
        if isinstance(value, ast.Name):
            yield lambda: put(ast.Constant(1.0))
        return
    for part in ast.iter_child_nodes(value):
        if isinstance(part, ast.expr):
            yield lambda part=part: put(part)
    yield lambda: put(ast.Constant(1.0))


def shown(program, failure):
    """The program, its arguments and what went wrong, as text."""
    return f"{failure.head}: {failure.detail}\n{program.text}# f{program.arguments}\n"


__all__ = ["failure_of", "shown", "shrink"]
