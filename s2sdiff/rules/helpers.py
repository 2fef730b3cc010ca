"""The text of helper functions that emitted code carries along, and their recognition.

A function of `s2sdiff.runtime` is written into the emitted file under a private name. Where that file
is read again, a function with this very text is known to be the helper, and has its rule.
"""

from __future__ import annotations

import ast
import functools
import inspect

from s2sdiff import runtime


@functools.cache
def helper_closure(name: str) -> tuple[str, ...]:
    """A helper and the helpers that it calls."""
    found = [name]
    for other in _called(name):
        found += [inner for inner in helper_closure(other) if inner not in found]
    return tuple(found)


@functools.cache
def _called(name: str) -> tuple[str, ...]:
    tree = ast.parse(inspect.getsource(getattr(runtime, name)))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return tuple(sorted(n for n in names - {name} if inspect.isfunction(getattr(runtime, n, None))))


@functools.cache
def helper_text(name: str) -> str:
    """The text of a helper and its calls of others under their emitted names."""
    text = inspect.getsource(getattr(runtime, name))
    for inner in helper_closure(name):
        text = _renamed_calls(text, inner)
    return text.rstrip().replace(": Any", "").replace(" -> Any", "")


def _renamed_calls(text: str, name: str) -> str:
    """`text` with calls and the definition of `name` under the helper's private name."""
    lines = text.splitlines()
    tree = ast.parse(text)
    spots: list[tuple[int, int]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == name:
            spots.append((node.lineno - 1, node.col_offset))
        if isinstance(node, ast.FunctionDef) and node.name == name:
            spots.append((node.lineno - 1, node.col_offset + len("def ")))
    for row, column in sorted(spots, reverse=True):
        lines[row] = f"{lines[row][:column]}_{lines[row][column:]}"
    return "\n".join(lines)


def is_helper_name(name: str) -> bool:
    """Could a function of this name be a helper in emitted code?"""
    return name.startswith("_") and inspect.isfunction(getattr(runtime, name[1:], None))


def helper_of(node: ast.FunctionDef) -> str | None:
    """The qualified name of the helper that `node` is a copy of, or None."""
    if not is_helper_name(node.name):
        return None
    name = node.name.removeprefix("_")
    (original,) = ast.parse(helper_text(name)).body
    return f"{runtime.__name__}.{name}" if ast.dump(original) == ast.dump(node) else None
