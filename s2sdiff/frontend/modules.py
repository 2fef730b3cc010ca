"""The static resolver: names of a file that is never executed.

Resolved from the tree: imports (also relative ones and re-exports of sibling files), functions,
lambdas, aliases, `functools.partial`, and constants made of literals, arithmetic and functions of
`math`. A name must have exactly one unconditional binding; everything else is `Unknown`, with the
reason that a message then gives.
"""

from __future__ import annotations

import ast
import builtins
import math
import operator
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from s2sdiff.errors import SourceFile
from s2sdiff.frontend.bindings import Binding, bindings_of
from s2sdiff.frontend.file_changes import FileChanges
from s2sdiff.frontend.meanings import (
    Capture,
    LibraryFunction,
    Mapping,
    Meaning,
    Module,
    Partial,
    RecordClass,
    RecordValue,
    Sequence,
    Transformed,
    Unknown,
    UserFunction,
)
from s2sdiff.frontend.names import library_meaning, library_module, meaning_of, plain_default
from s2sdiff.frontend.reach import Place
from s2sdiff.frontend.records import construct
from s2sdiff.frontend.source import parse, read_file, span_of
from s2sdiff.frontend.static_derivatives import (
    OPERATORS,
    NotConstant,
    static_derivative,
    static_step,
)
from s2sdiff.frontend.static_records import FACTORIES, static_namedtuple, static_record
from s2sdiff.frontend.static_rules import collect_rules
from s2sdiff.ir.core import Const
from s2sdiff.options import Plan
from s2sdiff.rules.helpers import helper_of
from s2sdiff.rules.registry import Rule

# Decorators that leave the function's value as it is.
HARMLESS = ("s2sdiff.", "numba.", "functools.lru_cache", "functools.cache", "builtins.staticmethod")

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}


@dataclass(slots=True, eq=False)
class StaticModule:
    """A file as a scope. `lookup` gives what a name at its top level means."""

    path: str
    tree: ast.Module
    source: SourceFile
    bindings: dict[str, list[Binding]]
    resolved: dict[str, Meaning | None] = field(default_factory=dict)
    loaded: dict[str, StaticModule] = field(default_factory=dict)
    rules: dict[str, Rule | Unknown] = field(default_factory=dict)
    stars: tuple[ast.ImportFrom, ...] = ()
    first: StaticModule | None = None  # the file that imports this one, directly or not
    changes: FileChanges | None = None

    @property
    def name(self) -> str:
        """How messages call the file."""
        return os.path.basename(self.path)

    @property
    def dotted(self) -> str:
        """The name under which the file is imported: its packages', and its own."""
        folder, own = os.path.split(os.path.abspath(self.path))
        name = os.path.splitext(own)[0]
        while os.path.isfile(os.path.join(folder, "__init__.py")):
            folder, package = os.path.split(folder)
            name = package if name == "__init__" else f"{package}.{name}"
        return name

    def lookup(self, name: str, captures: list[Capture]) -> Meaning | None:
        if name not in self.resolved:
            self.resolved[name] = Unknown("is defined in terms of itself")
            self.resolved[name] = self.resolve(name)
        return self.resolved[name]

    def imported(self, name: str, node: ast.Import | ast.ImportFrom) -> Meaning:
        return self.meaning(name, node)

    def resolve(self, name: str) -> Meaning | None:
        found = self.bindings.get(name, [])
        if not found:
            starred = self.from_star_imports(name)
            if starred is not None:
                return starred
            return LibraryFunction(f"builtins.{name}") if hasattr(builtins, name) else None
        if len(found) > 1:
            places = ", ".join(str(line) for line in sorted({_line(b.node) for b in found}))
            return Unknown(f"is bound more than once (lines {places})")
        (binding,) = found
        if binding.conditional:
            return Unknown(f"is bound only on some paths (line {_line(binding.node)})")
        again = self.starred(name)
        if again and _line(again[-1][0]) > _line(binding.node):
            places = f"{_line(binding.node)}, {_line(again[-1][0])}"
            return Unknown(f"is bound more than once (lines {places})")
        return self.believed(name, self.meaning(name, binding.node))

    def from_star_imports(self, name: str) -> Meaning | None:
        found = self.starred(name)
        if len(found) > 1:
            places = ", ".join(str(_line(node)) for node, _ in found)
            return Unknown(f"comes from more than one star import (lines {places})")
        return self.believed(name, found[0][1]) if found else None

    def starred(self, name: str) -> list[tuple[ast.ImportFrom, Meaning]]:
        """The star imports that bind `name`, with what it means there, in order."""
        found: list[tuple[ast.ImportFrom, Meaning]] = []
        for node in self.stars if not name.startswith("_") else ():
            module = self.module(node.module or "", node.level)
            if module is None:
                library = library_meaning(f"{node.module}.{name}")
                known = isinstance(library, Const) or name in dir(math)
                if node.module in ("math", "numpy") and known:
                    found.append((node, library))
                continue
            meaning = module.lookup(name, [])
            listed = module.lookup("__all__", [])
            if listed is not None:
                names = listed.items if isinstance(listed, Sequence) else ()
                if name not in [each.value for each in names if isinstance(each, Const)]:
                    continue
            if meaning is not None and meaning != LibraryFunction(f"builtins.{name}"):
                found.append((node, meaning))
        return sorted(found, key=lambda pair: _line(pair[0]))

    def believed(self, name: str, meaning: Meaning) -> Meaning:
        """What a name at the top level means, unless code of the files may change it."""
        return unless_changed(meaning, self.program().change_of(self.tree, name, depth_of(meaning)))

    def believed_attribute(self, name: str, meaning: Meaning) -> Meaning:
        """The same for an attribute of a class."""
        return unless_changed(meaning, self.program().attribute_change_of(name, depth_of(meaning)))

    def program(self) -> FileChanges:
        """What the files of the program change."""
        first = self.first or self
        if first.changes is None:
            first.changes = FileChanges(first)
        return first.changes

    def meaning(self, name: str, node: ast.AST) -> Meaning:
        match node:
            case ast.FunctionDef():
                return self.function(node)
            case ast.ClassDef():
                return static_record(self, node)
            case ast.Import():
                return self.imported_module(name, node)
            case ast.ImportFrom():
                return self.imported_name(name, node)
            case ast.Assign(targets=[ast.Name()], value=value):
                return self.value(name, value)
            case ast.AnnAssign(value=ast.expr() as value):
                return self.value(name, value)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(
                targets
            ) == len(values):
                for target, item in zip(targets, values, strict=True):
                    if isinstance(target, ast.Name) and target.id == name:
                        return self.value(name, item)
        return Unknown(f"has a value that is known only at run time (line {_line(node)})")

    def value(self, name: str, node: ast.expr) -> Meaning:
        """What a module-level expression means."""
        if isinstance(node, ast.Lambda):
            body = ast.copy_location(ast.Return(node.body), node.body)
            return self.user_function(name, node.args, (body,), node)
        if isinstance(node, ast.Name | ast.Attribute):
            alias = self.reference(node)
            if alias is not None and not isinstance(alias, Const):
                return alias
        if isinstance(node, ast.Call) and self.reference(node.func) == LibraryFunction(
            "functools.partial"
        ):
            plain = all(not isinstance(a, ast.Starred) for a in node.args)
            if plain and node.args and all(k.arg is not None for k in node.keywords):
                first, *rest = node.args
                return Partial(
                    self.value(name, first),
                    tuple(self.value(f"{name}_{i}", arg) for i, arg in enumerate(rest)),
                    {str(k.arg): self.value(str(k.arg), k.value) for k in node.keywords},
                )
        if isinstance(node, ast.Call):
            derivative = static_derivative(self, name, node)
            if derivative is not None:
                return derivative
            record = self.record(name, node)
            if record is not None:
                return record
        try:
            return meaning_of(self.evaluate(node), name, [])
        except NotConstant as reason:
            return Unknown(f"has a value that is known only at run time ({reason})")
        except ArithmeticError as problem:
            return Unknown(f"has no value: {problem}")
        except (ValueError, TypeError) as problem:
            return Unknown(f"has no value: {problem}")

    def record(self, name: str, node: ast.Call) -> Meaning | None:
        """A class made by `namedtuple(...)`, or a constant object of a record class."""
        called = self.reference(node.func)
        if called in FACTORIES:
            return static_namedtuple(self, name, node)
        if not isinstance(called, RecordClass) or not called.frozen:
            return None
        args = tuple(
            self.value(f"{name}_{field}", arg)
            for field, arg in zip(called.fields, node.args, strict=False)
        )
        keywords = {str(k.arg): self.value(f"{name}_{k.arg}", k.value) for k in node.keywords}
        if any(isinstance(part, Unknown) for part in (*args, *keywords.values())):
            return None
        span = span_of(node, self.source)
        return RecordValue(called, construct(called, args, keywords, span))

    def reference(self, node: ast.expr) -> Meaning | None:
        """What a name or a dotted name means."""
        if isinstance(node, ast.Name):
            return self.lookup(node.id, [])
        if isinstance(node, ast.Attribute):
            return attribute_of(self.reference(node.value), node.attr, [])
        return None

    def evaluate(self, node: ast.expr) -> Any:
        """The Python value of a constant expression. Raises NotConstant."""
        match node:
            case ast.Constant(value=value):
                return value
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](self.evaluate(operand))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return _OPERATORS[type(op)](self.evaluate(left), self.evaluate(right))
            case ast.Tuple(elts=items) | ast.List(elts=items):
                values = [self.evaluate(item) for item in items]
                return tuple(values) if isinstance(node, ast.Tuple) else values
            case ast.Dict(keys=keys, values=items) if all(k is not None for k in keys):
                return {
                    self.evaluate(key): self.evaluate(item)
                    for key, item in zip(keys, items, strict=True)
                    if key is not None
                }
            case ast.Name() | ast.Attribute():
                found = self.reference(node)
                if isinstance(found, Const):
                    return found.value
            case ast.Call(func=func, args=args, keywords=[]):
                called = self.reference(func)
                if isinstance(called, LibraryFunction) and called.name.startswith("math."):
                    return getattr(math, called.name[5:])(*map(self.evaluate, args))
        raise NotConstant(f"line {_line(node)}")

    def function(self, node: ast.FunctionDef) -> Meaning:
        helper = helper_of(node)
        if helper is not None:
            return LibraryFunction(helper)
        derivative: Plan = ()
        for mark in reversed(node.decorator_list):
            called = mark.func if isinstance(mark, ast.Call) else mark
            name = _qualified_name(self.reference(called)) or ast.unparse(called)
            if name in OPERATORS:
                step = static_step(self, name, mark.keywords if isinstance(mark, ast.Call) else [])
                if step is None:
                    return Unknown(f"is a derivative by a computed wrt (line {node.lineno})")
                derivative = (*derivative, step)
                continue
            if not name.startswith(HARMLESS):
                return Unknown(f"is decorated by @{name} (line {node.lineno})")
        plain = self.user_function(node.name, node.args, tuple(node.body), node)
        function = self.with_rule(plain)
        if isinstance(function, Unknown):
            return function
        return Transformed(function, derivative) if derivative else function

    def with_rule(self, function: UserFunction) -> UserFunction | Unknown:
        """A function at the top level of the file, with the rule that is declared for it."""
        home = f"{self.dotted}.{function.name}"
        rule = self.rules.get(home)
        return rule if isinstance(rule, Unknown) else replace(function, rule=rule, home=home)

    def user_function(
        self, name: str, arguments: ast.arguments, body: tuple[ast.stmt, ...], node: ast.AST
    ) -> UserFunction:
        defaults: dict[str, Meaning] = {}
        positional = [*arguments.posonlyargs, *arguments.args]
        given = arguments.defaults
        for parameter, value in zip(positional[len(positional) - len(given) :], given, strict=True):
            defaults[parameter.arg] = plain_default(self.value(parameter.arg, value))
        for parameter, keyword in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if keyword is not None:
                defaults[parameter.arg] = plain_default(self.value(parameter.arg, keyword))
        return UserFunction(
            name, arguments, body, self.source, self, span_of(node, self.source), defaults
        )

    def imported_module(self, name: str, node: ast.Import) -> Meaning:
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            if bound == name:
                target = alias.name if alias.asname else bound
                return self.module_meaning(target, 0)
        raise AssertionError(name)

    def imported_name(self, name: str, node: ast.ImportFrom) -> Meaning:
        original = original_name(node, name)
        module = self.module(node.module or "", node.level)
        if module is not None:
            found = module.lookup(original, [])
            if found is not None and found != LibraryFunction(f"builtins.{original}"):
                return found
        deeper = f"{node.module}.{original}" if node.module else original
        inner = self.module(deeper, node.level)
        if inner is not None:
            return inner.as_module()
        if module is not None or node.level:
            return Unknown(f"is not found in {'.' * node.level}{node.module or ''}")
        return library_meaning(deeper)

    def module_meaning(self, dotted: str, level: int) -> Meaning:
        found = self.module(dotted, level)
        return library_module(dotted) if found is None else found.as_module()

    def as_module(self) -> Module:
        name = os.path.splitext(os.path.basename(self.path))[0]

        def member(attribute: str, captures: list[Capture]) -> Meaning | None:
            found = self.lookup(attribute, captures)
            if found is not None and found != LibraryFunction(f"builtins.{attribute}"):
                return found
            submodule = self.module(attribute, 1)
            return None if submodule is None else submodule.as_module()

        return Module(name, member)

    def module(self, dotted: str, level: int) -> StaticModule | None:
        """The file of the user's that an import means, or None: then it is a library."""
        if not level and dotted.partition(".")[0] in (*sys.builtin_module_names, "s2sdiff"):
            return None
        for root in self.roots(level):
            base = os.path.join(root, *dotted.split(".")) if dotted else root
            for path in (f"{base}.py", os.path.join(base, "__init__.py")):
                if os.path.isfile(path):
                    return self.load(path)
        return None

    def roots(self, level: int) -> Iterator[str]:
        """Directories to look in: the package for a relative import, else the path's own roots."""
        here = os.path.dirname(os.path.abspath(self.path))
        if level:
            for _ in range(level - 1):
                here = os.path.dirname(here)
            yield here
            return
        yield here
        while os.path.isfile(os.path.join(here, "__init__.py")):
            here = os.path.dirname(here)
            yield here

    def load(self, path: str) -> StaticModule:
        key = os.path.abspath(path)
        if key not in self.loaded:
            self.loaded[key] = module = _parsed(path, read_file(path))
            module.loaded, module.rules = self.loaded, self.rules
            module.first = self.first or self
            collect_rules(module, module.tree)
        return self.loaded[key]

    def target_name(self, node: ast.expr) -> str | None:
        """The qualified name of the function that `node` stands for, whether it has a rule or not."""
        if isinstance(node, ast.Attribute):
            owner = self.imported_file(node.value)
            if owner is not None:
                return owner.target_name(ast.Name(node.attr))
        if isinstance(node, ast.Name):
            match [binding.node for binding in self.bindings.get(node.id, [])]:
                case [ast.FunctionDef()]:
                    return f"{self.dotted}.{node.id}"
                case [ast.ImportFrom(module=name, level=level) as found]:
                    source = self.module(name or "", level)
                    if source is not None:
                        return source.target_name(ast.Name(original_name(found, node.id)))
        meaning = self.reference(node)
        return meaning.name if isinstance(meaning, LibraryFunction) else None

    def imported_file(self, node: ast.expr) -> StaticModule | None:
        """The file of the user's that a name stands for."""
        if not isinstance(node, ast.Name):
            return None
        match [binding.node for binding in self.bindings.get(node.id, [])]:
            case [ast.Import(names=names)]:
                same = [a.name for a in names if node.id in (a.asname, a.name)]
                return self.module(same[0], 0) if same else None
            case [ast.ImportFrom(module=name, level=level) as found]:
                original = original_name(found, node.id)
                return self.module(f"{name}.{original}" if name else original, level)
        return None


def unless_changed(meaning: Meaning, place: Place | None) -> Meaning:
    return meaning if place is None else Unknown(f"may be changed in {place}")


def depth_of(meaning: Meaning) -> int:
    """How deep there are lists or dicts in a constant; 0 where there are none."""
    match meaning:
        case Sequence(items=items, kind=kind):
            inside = max(map(depth_of, items), default=0)
            return 1 + inside if kind == "list" or inside else 0
        case Mapping(items=entries):
            return 1 + max(map(depth_of, entries.values()), default=0)
        case RecordValue(items=entries):
            inside = max(map(depth_of, entries.values()), default=0)
            return 1 + inside if inside else 0
    return 0


def original_name(node: ast.ImportFrom, name: str) -> str:
    """What a name that `node` binds is called where it comes from."""
    return next(a.name for a in node.names if (a.asname or a.name) == name)


def attribute_of(owner: Meaning | None, name: str, captures: list[Capture]) -> Meaning | None:
    """What `owner.name` means for modules and library names; None for anything else."""
    match owner:
        case Module():
            return owner.member(name, captures)
        case LibraryFunction(name=qualified):
            return library_meaning(f"{qualified}.{name}")
    return None


def _qualified_name(meaning: Meaning | None) -> str | None:
    match meaning:
        case LibraryFunction(name=name) | Module(name=name):
            return name
    return None


def read_module(path: str) -> StaticModule:
    """The file as a scope. Raises S2S102, S2S103."""
    return module_from_text(path, read_file(path))


def module_from_text(path: str, text: str) -> StaticModule:
    module = _parsed(path, text)
    if path and os.path.isfile(path):
        module.loaded[os.path.abspath(path)] = module
    collect_rules(module, module.tree)
    return module


def _parsed(path: str, text: str) -> StaticModule:
    tree, source = parse(path, text)
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    stars = tuple(node for node in imports if node.names[0].name == "*")
    return StaticModule(path, tree, source, bindings_of(tree), stars=stars)


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 1))
