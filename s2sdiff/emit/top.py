"""The top of a file: imports, constants, helper functions."""

from __future__ import annotations

import ast
import builtins
import itertools
import re
import sys
from collections.abc import Set
from dataclasses import dataclass, field
from typing import final

from s2sdiff.emit.lines import Item, syntax_of
from s2sdiff.emit.numbers import number_node
from s2sdiff.emit.source import layout, print_expression, print_statement
from s2sdiff.emit.targets.python import HELPERS, MODULE_ALIASES
from s2sdiff.ir.core import Const
from s2sdiff.options import Target
from s2sdiff.rules.helpers import helper_closure, helper_text

STANDARD = frozenset(sys.stdlib_module_names)


@final
@dataclass(slots=True, eq=False)
class Globals:
    """Names at the top of the file: imports, constants and helper functions, as they are needed.

    `user_names` are those of the user's variables, `constant_names` those of the user's constants: what is
    imported keeps clear of both. `unread` is the name of what nobody reads, `target` what the file is for.
    """

    user_names: frozenset[str]
    constant_names: frozenset[str]
    unread: str
    target: Target = "python"
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
                if "np." in helper_text(needed):
                    self.library("numpy.sum")
                self.helpers.setdefault(needed, f"_{needed}")
            return ast.Name(f"_{name}", ast.Load())
        root = module.partition(".")[0]
        if root in MODULE_ALIASES:
            if root not in self.modules:
                taken = self.user_names | self.constant_names
                self.modules[root] = free_of(taken, MODULE_ALIASES[root], root)
            node: ast.expr = ast.Name(self.modules[root], ast.Load())
            for part in qualified.split(".")[1:]:
                node = ast.Attribute(node, part, ast.Load())
            return node
        if module == "builtins" and name not in self.user_names:
            self.imported.setdefault("builtins", {})[name] = name
            return ast.Name(name, ast.Load())
        if module.startswith("scipy.stats."):
            return ast.Attribute(self.library(module), name, ast.Load())
        local = self.free_name(module, name)
        self.imported.setdefault(module, {})[name] = local
        return ast.Name(local, ast.Load())

    def keep_builtins(self, items: list[Item]) -> None:
        """Call built-in functions by other names where the user's variables have theirs."""
        hidden = {name for name in self.user_names if hasattr(builtins, name)}
        if not hidden:
            return
        for node in (inner for syntax in syntax_of(items) for inner in ast.walk(syntax)):
            if isinstance(node, ast.Name) and node.id in hidden:
                name, node.id = node.id, self.free_name("builtins", node.id)
                self.imported.setdefault("builtins", {})[name] = node.id

    def free_name(self, module: str, name: str) -> str:
        taken = {
            local
            for other, names in self.imported.items()
            for original, local in names.items()
            if (other, original) != (module, name)
        }
        taken |= self.user_names | self.constant_names | self.values.keys() | self.computed.keys()
        return free_of(taken, name, f"{module.replace('.', '_')}_{name}")

    def constant(self, const: Const) -> ast.expr:
        """The name of a constant of the user's, defined at the top of the file."""
        if const.key not in self.constants:
            wished = str(const.name)
            taken = self.user_names | self.reserved() | set(dir(builtins))
            name = free_of(taken, wished)
            self.constants[const.key] = name
            self.values[name] = const
        return ast.Name(self.constants[const.key], ast.Load())

    def hoisted(self, name: str, expression: ast.expr) -> str:
        """Define a constant at the top by an expression; its name there."""
        shown = print_expression(expression)
        for known, text in self.computed.items():
            if text == shown:
                return known
        taken = self.user_names | self.constant_names | self.reserved()
        free = free_of(taken, name)
        self.computed[free] = shown
        return free

    def reserved(self) -> set[str]:
        """Every name that is taken at the top of the file."""
        imports = {local for names in self.imported.values() for local in names.values()}
        constants = set(self.values) | set(self.computed)
        return imports | set(self.modules.values()) | constants | set(self.helpers.values())

    def lines(self) -> list[str]:
        """The top of the file."""
        self.decorators()
        own: list[str] = []
        standard = [f"import {name}" for name in sorted(helper_modules(self.helpers))]
        third: list[str] = []
        for module in sorted(self.imported):
            names = [
                original if original == local else f"{original} as {local}"
                for original, local in sorted(self.imported[module].items())
                if not (module == "builtins" and original == local)
            ]
            if names:
                root = module.partition(".")[0]
                group = {"numpy": third, "scipy": third, "numba": third}.get(
                    root, standard if root in STANDARD else own
                )
                group.append(f"from {module} import {', '.join(names)}")
        for module, alias in sorted(self.modules.items(), reverse=True):
            group = standard if module in STANDARD else third
            group[:0] = [f"import {module}" if module == alias else f"import {module} as {alias}"]
        constants = [
            f"{name} = {print_expression(number_node(const.value, self.library))}"
            for name, const in self.values.items()
        ]
        for name, text in self.computed.items():
            (node,) = ast.parse(f"{name} = {text}").body
            constants += layout(print_statement(node), node, 0)
        groups = [group for group in (standard, third, own, constants) if group]
        lines = [line for group in groups for line in (*group, "")][:-1]
        for name in sorted(self.helpers):
            text = re.sub(r"\bnp\.", f"{self.modules.get('numpy', 'np')}.", helper_text(name))
            lines += ["", "", *self.decorators(), *text.splitlines()]
        return lines

    def decorators(self) -> list[str]:
        """What stands before each function of the file."""
        if self.target != "numba":
            return []
        name = self.library("numba.njit")
        assert isinstance(name, ast.Name)
        return [f"@{name.id}(cache=True)"]


def free_of(taken: Set[str], *wished: str) -> str:
    """The first wished name that is not taken; else the last one with a number."""
    for name in wished:
        if name not in taken:
            return name
    numbered = (f"{wished[-1]}_{count}" for count in itertools.count(2))
    return next(name for name in numbered if name not in taken)


def helper_modules(helpers: dict[str, str]) -> set[str]:
    return {"math"} if any("math." in helper_text(name) for name in helpers) else set()
