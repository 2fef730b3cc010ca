"""The one place where numbers become syntax.

Negative numbers are a minus sign and a number: `Constant(-2) ** 2` would print as `-2 ** 2`, which is
-4. Infinities and NaN are names of `math`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from types import EllipsisType

from s2sdiff.errors import internal
from s2sdiff.frontend.meanings import RecordValue, python_value


def rows_node(rows: object, library: Callable[[str], ast.expr]) -> ast.expr:
    """Nested tuples of numbers as lists."""
    if isinstance(rows, tuple):
        return ast.List([rows_node(row, library) for row in rows], ast.Load())
    return number_node(rows, library)


def number_node(value: object, library: Callable[[str], ast.expr]) -> ast.expr:
    """The expression for a constant; `library` gives the expression for a name such as `math.inf`."""
    match value:
        case None | bool() | str() | bytes() | EllipsisType() | complex():
            return ast.Constant(value)
        case tuple():
            return ast.Tuple([number_node(item, library) for item in value], ast.Load())
        case list():
            return ast.List([number_node(item, library) for item in value], ast.Load())
        case dict():
            keys = [number_node(key, library) for key in value]
            return ast.Dict(list(keys), [number_node(item, library) for item in value.values()])
        case RecordValue(form=form, items=entries):
            first, *rest = form.name.split(".")
            function = library(f"{form.module}.{first}")
            for part in rest:
                function = ast.Attribute(function, part, ast.Load())
            nodes = ((n, number_node(python_value(item), library)) for n, item in entries.items())
            return ast.Call(function, [], [ast.keyword(n, node) for n, node in nodes])
        case int():
            number: int | float = int(value)
        case float():
            number = float(value)
        case _:
            raise internal("emit", f"a constant of class {type(value).__name__}")
    if isinstance(number, float) and math.isnan(number):
        return library("math.nan")
    size = library("math.inf") if number in (math.inf, -math.inf) else ast.Constant(abs(number))
    return ast.UnaryOp(ast.USub(), size) if math.copysign(1.0, number) < 0 else size
