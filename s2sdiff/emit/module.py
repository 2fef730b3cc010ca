"""A whole file: imports, constants, helpers, the function. The same input gives the same bytes."""

from __future__ import annotations

import ast
import os
import sys
from dataclasses import dataclass, field
from typing import TypeVar, final

from s2sdiff.emit.comments import comment_for
from s2sdiff.emit.lines import Branch, Heading, Item, Line, Placeholders, flat
from s2sdiff.emit.names import Names, wished_name
from s2sdiff.emit.numbers import number_node
from s2sdiff.emit.source import (
    condition,
    definition,
    layout,
    print_element,
    print_expression,
    print_statement,
)
from s2sdiff.emit.statements import write
from s2sdiff.emit.targets.python import HELPERS, MODULE_ALIASES
from s2sdiff.ir.core import Const, Function, Value
from s2sdiff.ir.traverse import definitions
from s2sdiff.rules.helpers import helper_closure, helper_text

STANDARD = frozenset(sys.stdlib_module_names)


@final
@dataclass(frozen=True, slots=True)
class Emitted:
    """Source text that stands alone, and the name of the function in it."""

    source: str
    name: str


@final
@dataclass(slots=True, eq=False)
class _Globals:
    """Names at the top of the file: imports, constants and helper functions, as they are needed."""

    user_names: frozenset[str]
    imported: dict[str, dict[str, str]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    constants: dict[tuple[str, str, str | None], str] = field(default_factory=dict)
    values: dict[str, Const] = field(default_factory=dict)
    computed: dict[str, str] = field(default_factory=dict)
    helpers: dict[str, str] = field(default_factory=dict)

    def library(self, qualified: str) -> ast.expr:
        """The syntax for a qualified name, imported as needed."""
        module, _, name = qualified.rpartition(".")
        if module == HELPERS:
            for needed in helper_closure(name):
                self.helpers.setdefault(needed, f"_{needed}")
            return ast.Name(f"_{name}", ast.Load())
        root = module.partition(".")[0]
        if root in MODULE_ALIASES:
            alias = MODULE_ALIASES[root]
            alias = root if alias in self.user_names else alias
            self.modules[root] = alias
            node: ast.expr = ast.Name(alias, ast.Load())
            for part in qualified.split(".")[1:]:
                node = ast.Attribute(node, part, ast.Load())
            return node
        if module == "builtins" and name not in self.user_names:
            self.imported.setdefault("builtins", {})[name] = name
            return ast.Name(name, ast.Load())
        local = self.free_name(module, name)
        self.imported.setdefault(module, {})[name] = local
        return ast.Name(local, ast.Load())

    def free_name(self, module: str, name: str) -> str:
        taken = {
            local
            for other, names in self.imported.items()
            for original, local in names.items()
            if (other, original) != (module, name)
        }
        if name not in self.user_names and name not in taken:
            return name
        return f"{module.replace('.', '_')}_{name}"

    def constant(self, const: Const) -> ast.expr:
        """The name of a constant of the user's, defined at the top of the file."""
        if const.key not in self.constants:
            name, count = str(const.name), 1
            while name in self.user_names or name in self.values:
                count += 1
                name = f"{const.name}_{count}"
            self.constants[const.key] = name
            self.values[name] = const
        return ast.Name(self.constants[const.key], ast.Load())

    def hoisted(self, name: str, expression: ast.expr) -> str:
        """Define a constant at the top by an expression; its name there."""
        shown = print_expression(expression)
        for known, text in self.computed.items():
            if text == shown:
                return known
        taken = self.user_names | self.values.keys() | self.computed.keys()
        free, count = name, 1
        while free in taken:
            count += 1
            free = f"{name}_{count}"
        self.computed[free] = shown
        return free

    def reserved(self) -> set[str]:
        """Every name that is taken at the top of the file."""
        imports = {local for names in self.imported.values() for local in names.values()}
        constants = set(self.values) | set(self.computed)
        return imports | set(self.modules.values()) | constants | set(self.helpers.values())

    def lines(self) -> list[str]:
        """The top of the file."""
        own: list[str] = []
        standard = [f"import {name}" for name in sorted(_helper_modules(self.helpers))]
        for module in sorted(self.imported):
            names = [
                original if original == local else f"{original} as {local}"
                for original, local in sorted(self.imported[module].items())
                if not (module == "builtins" and original == local)
            ]
            if names:
                group = standard if module.partition(".")[0] in STANDARD else own
                group.append(f"from {module} import {', '.join(names)}")
        third = [
            f"import {module}" if module == alias else f"import {module} as {alias}"
            for module, alias in sorted(self.modules.items())
        ]
        constants = [
            f"{name} = {print_expression(number_node(const.value, self.library))}"
            for name, const in self.values.items()
        ]
        constants += [f"{name} = {text}" for name, text in self.computed.items()]
        groups = [group for group in (standard, third, own, constants) if group]
        lines = [line for group in groups for line in (*group, "")][:-1]
        for name in sorted(self.helpers):
            lines += ["", "", *helper_text(name).splitlines()]
        return lines


def _helper_modules(helpers: dict[str, str]) -> set[str]:
    return {"math"} if helpers else set()


def emit(function: Function, result: str | None, header: tuple[str, ...] = ()) -> Emitted:
    """The file for `function`. `result` names the scalar whose gradient it is, for the comments."""
    top = _Globals(_user_names(function))
    items, placeholders = write(function, top)
    signature = _parameters(function, top)
    names = Names(top.reserved(), top.user_names)
    for parameter, value in zip(function.parameters, function.body.params, strict=True):
        names.fix(value, parameter.name)
    _name_all(items, names)
    body = _Printer(names, placeholders, result, function).items(items, 4)
    lines = [f"# {line}" for line in (*_origin(function), *header)]
    before = top.lines()
    if before:
        lines += [*before] if not lines else ["", *before]
    lines += ["", "", *definition(function.name, signature), *_docstring(function), *body]
    return Emitted("\n".join(lines).lstrip("\n") + "\n", function.name)


def _origin(function: Function) -> tuple[str, ...]:
    if function.span is None:
        return ("Written by s2sdiff.",)
    path = os.path.basename(function.span.source.path)
    return (f"Written by s2sdiff from {path}, line {function.span.line}.",)


def _user_names(function: Function) -> frozenset[str]:
    names = {parameter.name for parameter in function.parameters} | {function.name}
    for value in definitions(function.body):
        name = wished_name(value)
        if name is not None and not name.isupper():
            names.add(name)
    return frozenset(names)


def _docstring(function: Function) -> list[str]:
    if not function.notes:
        return []
    first, *rest = function.notes
    if not rest:
        return [f'    """{first}"""']
    return [f'    """{first}', "", *(f"    {note}" for note in rest), '    """']


def _parameters(function: Function, top: _Globals) -> list[str]:
    """The parameter list of the `def` line."""
    parts: list[str] = []
    kinds = [parameter.kind for parameter in function.parameters]
    for index, parameter in enumerate(function.parameters):
        text = parameter.name
        if parameter.default is not None:
            shown = print_element(number_node(parameter.default.value, top.library))
            text = f"{parameter.name}={shown}"
        if parameter.kind == "var_positional":
            text = f"*{parameter.name}"
        if (
            parameter.kind == "keyword_only"
            and "var_positional" not in kinds
            and kinds.index("keyword_only") == index
        ):
            parts.append("*")
        parts.append(text)
        if parameter.kind == "positional_only" and kinds[index + 1 : index + 2] != [
            "positional_only"
        ]:
            parts.append("/")
    return parts


def _name_all(items: list[Item], names: Names) -> None:
    """Choose a name for every value that has a line, from the first line to the last."""
    lines = flat(items)
    last: dict[Value, int] = {}
    for at, line in enumerate(lines):
        for value in (*line.reads, *line.defines):
            last[value] = at
    for at, line in enumerate(lines):
        here = line.defines

        def is_needed(value: Value, at: int = at, here: tuple[Value, ...] = here) -> bool:
            return last.get(value, -1) > at or value in here

        for value in line.defines:
            names.define(value, is_needed)


Node = TypeVar("Node", ast.expr, ast.stmt)


class _Printer:
    """Lines to text, names filled in."""

    def __init__(
        self, names: Names, placeholders: Placeholders, result: str | None, function: Function
    ) -> None:
        self.names = names
        self.placeholders = placeholders
        self.result = result
        self.function = function

    def items(self, items: list[Item], indent: int) -> list[str]:
        lines: list[str] = []
        pad = " " * indent
        for item in items:
            match item:
                case Heading(text=text):
                    lines.append(f"{pad}# {text}")
                case Line():
                    lines += self.line(item, indent)
                case Branch(test=test, then=then, orelse=orelse):
                    assert isinstance(test.node, ast.Expr)
                    condition = print_expression(self.filled(test.node.value))
                    lines.append(f"{pad}if {condition}:")
                    lines += self.items(then, indent + 4) or [f"{pad}    pass"]
                    if orelse:
                        lines += [f"{pad}else:", *self.items(orelse, indent + 4)]
        return lines

    def line(self, line: Line, indent: int) -> list[str]:
        node = self.filled(line.node)
        if isinstance(node, ast.If):
            inner = [
                text
                for statement in node.body
                for text in layout(print_statement(statement), statement, indent + 4)
            ]
            return [*condition(node.test, indent), *inner]
        comment = comment_for(line, self.result, self.name_of, self.function.span)
        return layout(print_statement(node), node, indent, comment)

    def name_of(self, value: Value) -> str | None:
        return self.names.chosen.get(value)

    def filled(self, node: Node) -> Node:
        """`node` with placeholders replaced by names."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id in self.placeholders.values:
                inner.id = self.names.chosen[self.placeholders.values[inner.id]]
        return node
