"""Printing: the only user of astor, and the only place that knows how the text is laid out.

astor prints one statement at a time; what it printed is parsed again and compared with the tree, and
`ast.unparse` prints what astor gets wrong. Comments, blank lines and the breaking of long lines are
ours. The text comes out as Black would leave it.
"""

from __future__ import annotations

import ast
import functools
import warnings
from typing import Any

WIDTH = 88


def print_expression(node: ast.expr) -> str:
    """An expression on one line."""
    return print_statement(ast.Expr(node))


def print_statement(node: ast.stmt) -> str:
    """A simple statement on one line."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        text = _astor_text(node)
    if text is not None and _reads_back(text, node):
        return text
    return ast.unparse(ast.fix_missing_locations(node))


def _reads_back(text: str, node: ast.stmt) -> bool:
    try:
        (found,) = ast.parse(text).body
    except (SyntaxError, ValueError):
        return False
    return ast.dump(found) == ast.dump(node)


def _astor_text(node: ast.stmt) -> str | None:
    to_source, generator = _astor()
    try:
        text: str = to_source(
            node, source_generator_class=generator, pretty_source=lambda parts: "".join(parts)
        )
    except (AttributeError, TypeError, RecursionError):
        return None
    return text.strip()


@functools.cache
def _astor() -> tuple[Any, type]:
    """astor's printer, and our variant of its generator (it is slow to import, so only now)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from astor import to_source
        from astor.code_gen import SourceGenerator, set_precedence
        from astor.op_util import Precedence

    class Generator(SourceGenerator):  # type: ignore[misc]
        """Writes powers of names as `x**2`, double quotes, and `-(x**2)`, as Black does."""

        def visit_BinOp(self, node: ast.BinOp) -> None:
            if not isinstance(node.op, ast.Pow):
                super().visit_BinOp(node)
                return
            signed = isinstance(node.left, ast.UnaryOp)
            close = not signed and _is_simple(node.left) and _is_simple(node.right)
            with self.delimit(node, node.op):
                set_precedence(Precedence.Pow + 1, node.left)
                set_precedence(Precedence.PowRHS, node.right)
                self.write(node.left, "**" if close else " ** ", node.right)

        def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
            operand = node.operand
            if isinstance(operand, ast.BinOp) and isinstance(operand.op, ast.Pow):
                with self.delimit(node, node.op):
                    set_precedence(Precedence.highest, operand)
                    self.write("-" if isinstance(node.op, ast.USub) else "+", operand)
            else:
                super().visit_UnaryOp(node)

        def visit_Tuple(self, node: ast.Tuple) -> None:
            if len(node.elts) == 1:
                set_precedence(Precedence.Comma, node.elts[0])
                self.write("(", node.elts[0], ",)")
            else:
                super().visit_Tuple(node)

        def visit_Slice(self, node: ast.Slice) -> None:
            bounds = [node.lower, node.upper, *([node.step] if node.step is not None else [])]
            blank = " " if any(b is not None and not _is_plain(b) for b in bounds) else ""
            for at, bound in enumerate(bounds):
                if at:
                    self.write(blank if bounds[at - 1] is not None else "", ":")
                    self.write(blank if bound is not None else "")
                if bound is not None:
                    set_precedence(Precedence.Comma, bound)
                    self.write(bound)

        def visit_Constant(self, node: ast.Constant) -> None:
            if isinstance(node.value, str):
                self.write(double_quoted(repr(node.value)))
            else:
                super().visit_Constant(node)

        def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
            self.write(double_quoted(ast.unparse(node)))

    return to_source, Generator


_COMPLEX = (
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.IfExp,
    ast.Lambda,
    ast.Starred,
    ast.Not,
    ast.NamedExpr,
)


def _is_plain(node: ast.expr) -> bool:
    """A bound of a slice beside which Black writes `:` without blanks."""
    return not any(isinstance(inner, _COMPLEX) for inner in ast.walk(node))


def _is_simple(node: ast.expr) -> bool:
    """An operand beside which Black writes `**` without blanks."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) or (
        isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    )


def double_quoted(text: str) -> str:
    """A string literal with double quotes, where that needs no new escapes."""
    prefix = text[: text.index("'")] if "'" in text and '"' not in text else ""
    body = text[len(prefix) :]
    plain = body.startswith("'") and body.endswith("'") and "'" not in body[1:-1]
    return f'{prefix}"{body[1:-1]}"' if plain and '"' not in body else text


def layout(text: str, node: ast.stmt, indent: int, comment: str = "") -> list[str]:
    """A statement as lines: on one if it fits, else with one item a line inside its brackets."""
    pad = " " * indent
    whole = pad + text
    if len(whole) > WIDTH:
        broken = _broken(node, indent)
        if broken is not None and _reads_back("\n".join(broken).strip(), node):
            above = [f"{pad}# {comment}"] if comment else []
            return above + broken
    if not comment:
        return [whole]
    line = f"{whole}  # {comment}"
    return [line] if len(line) <= WIDTH else [f"{pad}# {comment}", whole]


def condition(test: ast.expr, indent: int) -> list[str]:
    """The line `if test:`, or several where the test ends with a long list."""
    pad = " " * indent
    line = f"{pad}if {print_expression(test)}:"
    match test:
        case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[ast.List() as items]) if (
            len(line) > WIDTH
        ):
            return _exploded(f"{pad}if {print_expression(left)} != ", items, indent, ":") or [line]
    return [line]


def _broken(node: ast.stmt, indent: int) -> list[str] | None:
    """The statement's outermost bracket with one item a line, or None if it has none."""
    pad = " " * indent
    match node:
        case ast.Raise(exc=ast.Call(func=func, args=[argument])):
            inner = f"{pad}    {print_expression(argument)}"
            return [f"{pad}raise {print_expression(func)}(", inner, f"{pad})"]
        case ast.Return(value=ast.expr() as value):
            return _exploded(f"{pad}return ", value, indent)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return _exploded(f"{pad}{name} = ", value, indent)
        case ast.Assign(targets=[ast.Tuple() as target], value=value):
            return _broken_unpacking(target, value, indent)
    return None


def _broken_unpacking(target: ast.Tuple, value: ast.expr, indent: int) -> list[str] | None:
    """The arguments of a call one a line; the targets too, where they leave no room for it."""
    pad = " " * indent
    names = ", ".join(map(print_element, target.elts))
    right = _exploded(f"{pad}{names} = ", value, indent)
    if right is not None and len(right[0]) <= WIDTH:
        return right
    lines = _exploded(pad, target, indent)
    if lines is None:
        return None
    tail = f"{lines[-1]} = {print_expression(value)}"
    if len(tail) > WIDTH:
        right = _exploded(f"{lines[-1].strip()} = ", value, indent)
        if right is not None:
            return [*lines[:-1], pad + right[0], *right[1:]]
    return [*lines[:-1], tail]


def _exploded(head: str, node: ast.expr, indent: int, tail: str = "") -> list[str] | None:
    labels: list[str] = []
    match node:
        case ast.Tuple(elts=items) if items:
            opening, closing = "(", ")"
        case ast.List(elts=items) if items:
            opening, closing = "[", "]"
        case ast.Dict(keys=keys, values=items) if items and None not in keys:
            opening, closing = "{", "}"
            labels = [f"{print_expression(key)}: " for key in keys if key is not None]
        case ast.Call(func=func, args=items, keywords=[]) if items:
            opening, closing = f"{print_expression(func)}(", ")"
        case ast.Call(func=func, args=[], keywords=keywords) if keywords:
            opening, closing = f"{print_expression(func)}(", ")"
            labels = [f"{keyword.arg}=" for keyword in keywords]
            items = [keyword.value for keyword in keywords]
        case _:
            return None
    pad = " " * (indent + 4)
    lines = [head + opening]
    for label, item in zip(labels or [""] * len(items), items, strict=True):
        line = f"{pad}{label}{print_element(item)},"
        if len(line) > WIDTH:
            inner = _exploded(pad + label, item, indent + 4, ",")
            if inner is not None:
                lines.extend(inner)
                continue
        lines.append(line)
    lines.append(f"{' ' * indent}{closing}{tail}")
    return lines


def print_element(node: ast.expr) -> str:
    """An expression as it stands between two commas: tuples in parentheses."""
    text = print_expression(node)
    if not isinstance(node, ast.Tuple):
        return text
    inside = ast.parse(f"[{text}]", mode="eval").body
    alone = isinstance(inside, ast.List) and len(inside.elts) == 1
    return text if alone else f"({text})"


def definition(name: str, parameters: list[str]) -> list[str]:
    """The `def` line, or several where it is too long."""
    line = f"def {name}({', '.join(parameters)}):"
    if len(line) <= WIDTH:
        return [line]
    return [f"def {name}(", *(f"    {part}," for part in parameters), "):"]
