"""Scopes of a file: which names its functions bind, and which files it imports."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import Protocol, TypeAlias

from s2sdiff.frontend.bindings import Binding

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Scope: TypeAlias = ast.AST
Key: TypeAlias = tuple[Scope, str]
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class File(Protocol):
    """A file that is looked at."""

    tree: ast.Module
    bindings: dict[str, list[Binding]]

    @property
    def name(self) -> str: ...

    def module(self, dotted: str, level: int) -> File | None:
        """The file that an import means, None for a library."""


def is_called(node: ast.expr, parent: ast.AST) -> bool:
    return isinstance(parent, ast.Call) and parent.func is node


def file_of(file: File, node: ast.ImportFrom) -> File | None:
    """The file whose names are imported."""
    return file.module(node.module or "", node.level)


def imported_by(file: File, node: ast.Import | ast.ImportFrom) -> list[File]:
    """All files that an import reads."""
    if isinstance(node, ast.Import):
        found = [file.module(alias.name, 0) for alias in node.names]
    else:
        inside = [f"{node.module}.{a.name}" if node.module else a.name for a in node.names]
        found = [file_of(file, node), *(file.module(name, node.level) for name in inside)]
    return [each for each in found if each is not None]


def local_names(node: FunctionNode) -> frozenset[str]:
    """The names that a function binds itself."""
    arguments = node.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    given += [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    found = {each.arg for each in given}
    if isinstance(node, ast.Lambda):
        return frozenset(found)
    found |= set(local_bindings(node))
    nodes = (inner for each in node.body for inner in own_nodes(each))
    declared = (each.names for each in nodes if isinstance(each, ast.Global | ast.Nonlocal))
    outer = {name for names in declared for name in names}
    return frozenset(found - outer)


def local_bindings(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Every binding of a name in a function's body, parameters left out."""
    for statement in node.body:
        for inner in own_nodes(statement):
            match inner:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    yield name
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    yield name
                case ast.Import(names=names) | ast.ImportFrom(names=names):
                    yield from (each.asname or each.name.partition(".")[0] for each in names)
                case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                    yield name
                case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                    yield name


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """`node` and all nodes in it, but for those in functions and comprehensions inside."""
    yield node
    if isinstance(node, FunctionNode | COMPREHENSIONS | ast.ClassDef):
        if isinstance(node, COMPREHENSIONS):  # a walrus in it binds a name outside
            for inner in ast.walk(node):
                if isinstance(inner, ast.NamedExpr):
                    yield inner.target
        return
    for child in ast.iter_child_nodes(node):
        yield from own_nodes(child)


def targets_of(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> set[str]:
    """The names that a comprehension binds."""
    return {
        inner.id
        for generator in node.generators
        for inner in ast.walk(generator.target)
        if isinstance(inner, ast.Name)
    }


class Files:
    """A file and all files that it imports, directly or not, with the scopes in them."""

    def __init__(self, first: File) -> None:
        self.files: dict[ast.Module, File] = {}
        self.parents: dict[ast.AST, ast.AST] = {}
        self.locals: dict[Scope, frozenset[str]] = {}
        self.module_of: dict[ast.AST, ast.Module] = {}
        self.add(first)
        for tree in self.files:
            for parent in ast.walk(tree):
                self.module_of[parent] = tree
                if isinstance(parent, FunctionNode):
                    self.locals[parent] = local_names(parent)
                for child in ast.iter_child_nodes(parent):
                    self.parents[child] = parent

    def add(self, file: File) -> None:
        """Look at a file, and at those that it imports."""
        if file.tree in self.files:
            return
        self.files[file.tree] = file
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for other in imported_by(file, node):
                    self.add(other)

    def function(self, file: File, name: str) -> ast.FunctionDef | None:
        """The function of these files that a name at the top level of a file stands for."""
        match [binding.node for binding in file.bindings.get(name, [])]:
            case [ast.FunctionDef(decorator_list=[]) as node]:
                return node
            case [ast.ImportFrom() as node]:
                other = file_of(file, node)
                original = next(a.name for a in node.names if (a.asname or a.name) == name)
                return None if other is None else self.function(other, original)
        return None

    def library(self, file: File, name: str) -> str | None:
        """The library that a name at the top level of a file is, or comes from."""
        match [binding.node for binding in file.bindings.get(name, [])]:
            case []:
                return "builtins" if hasattr(builtins, name) else None
            case [ast.Import() | ast.ImportFrom() as node] if not imported_by(file, node):
                module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
                return (module or "").partition(".")[0]
        return None

    def is_class(self, file: File, name: str) -> bool:
        match [binding.node for binding in file.bindings.get(name, [])]:
            case [ast.ClassDef()]:
                return True
            case [ast.ImportFrom() as node]:
                other = file_of(file, node)
                original = next(a.name for a in node.names if (a.asname or a.name) == name)
                return other is not None and self.is_class(other, original)
        return False

    def binder(self, node: ast.AST, name: str) -> Scope:
        """The scope in which `name` is bound, seen from `node`; a module where no function binds it."""
        child, scope = node, self.parents.get(node)
        while scope is not None:
            if isinstance(scope, FunctionNode) and name in self.locals[scope]:
                outside = isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) and (
                    child in scope.decorator_list or child is scope.returns
                )
                if not outside and child is not scope.args:
                    return scope
            if isinstance(scope, COMPREHENSIONS) and name in targets_of(scope):
                return scope
            child, scope = scope, self.parents.get(scope)
        return self.module_of[node]

    def body_around(self, node: ast.AST) -> ast.AST:
        """The function, class or file whose body a node stands in."""
        scope = self.parents[node]
        while not isinstance(scope, FunctionNode | ast.ClassDef | ast.Module):
            scope = self.parents[scope]
        return scope
