"""What the code of files changes at run time: values of names and attributes that are not what they were.

A file that is not executed is read for its bindings. Lists and dicts may be changed after that, and modules
and classes get other attributes:

    T = [1.0, 2.0]
    T[0] = 7.0                  T is changed
    U = T                       what changes U changes T
    fill(T)                     what changes the parameter of fill changes T
    settings.K = 3.0            K is changed, whatever settings is

Every mention of a name is followed: through items and attributes, to other names, into functions.
Where it goes to what is not known, it may be changed. Nothing that is not followed is believed.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, final

from s2sdiff.frontend.bindings import Binding

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Scope: TypeAlias = ast.AST
Key: TypeAlias = tuple[Scope, str]

# Functions that change no argument and give no item of it.
READERS = frozenset(
    {
        "len",
        "sum",
        "any",
        "all",
        "abs",
        "float",
        "int",
        "str",
        "repr",
        "round",
        "isinstance",
        "print",
    }
    | {"bool", "id", "type", "hash", "issubclass", "pow", "divmod", "range", "format"}
)
# Functions and methods that change no argument; what they give has its items.
PASSING = frozenset(
    {"sorted", "list", "tuple", "zip", "enumerate", "reversed", "map", "filter", "dict", "iter"}
    | {"min", "max", "set", "frozenset", "next"}
)
READING_METHODS = frozenset({"index", "count", "keys"})
PASSING_METHODS = frozenset({"items", "values", "get", "copy"})
PURE_LIBRARIES = frozenset(
    {"math", "cmath", "statistics", "typing", "s2sdiff", "fractions", "numbers"}
)
TAMPERING = frozenset(
    {"exec", "eval", "globals", "setattr", "delattr", "vars", "locals", "__import__"}
)
INTERNALS = frozenset({"__dict__", "__defaults__", "__kwdefaults__", "__code__", "__globals__"})


@final
@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, as messages call it."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"line {self.line} of {self.file}"


@dataclass(slots=True, eq=False)
class Seen:
    """What becomes of a name or an attribute: where lists so many items deep in it may be changed."""

    changes: dict[int, Place] = field(default_factory=dict)
    assigned: Place | None = None

    def change_of(self, depth: int) -> Place | None:
        """Where a list that has lists `depth` deep, or one in it, may be changed; None if nowhere."""
        return next((place for level, place in self.changes.items() if level < depth), None)


class File(Protocol):
    """A file that is looked at."""

    tree: ast.Module
    bindings: dict[str, list[Binding]]

    @property
    def name(self) -> str: ...

    def module(self, dotted: str, level: int) -> File | None:
        """The file that an import means, None for a library."""


@final
class FileChanges:
    """What is changed in a file and in all files that it imports, directly or not.

    `names` are those of each file, `attributes` those of anything; `anything` is a place where any name
    may be changed.
    """

    def __init__(self, first: File) -> None:
        self.files: dict[ast.Module, File] = {}
        self.names: dict[Key, Seen] = {}
        self.attributes: dict[str, Seen] = {}
        self.anything: Place | None = None
        self.parents: dict[ast.AST, ast.AST] = {}
        self.locals: dict[Scope, frozenset[str]] = {}
        self.module_of: dict[ast.AST, ast.Module] = {}
        self.methods: dict[str, list[ast.FunctionDef]] = {}
        self.mentions: dict[Key, list[ast.Name]] = {}
        # What a name may be: names and attributes, and how many items deep in them.
        self.origins: dict[Key, dict[Seen, int]] = {}
        self.waiting: list[tuple[Key, Seen]] = []
        self.add(first)
        for file in list(self.files.values()):
            self.read(file)
        for file in self.files.values():
            self.link(file)
        for key in [key for key in self.mentions if isinstance(key[0], ast.Module)]:
            self.derive(key, self.seen(key), 0)
        attributes = [node for node in self.parents if isinstance(node, ast.Attribute)]
        for node in attributes:
            parent = self.parents[node]
            if isinstance(node.ctx, ast.Load) and not _is_called(node, parent):
                self.follow(node, self.attributes.setdefault(node.attr, Seen()), 0)
        while self.waiting:
            key, seen = self.waiting.pop()
            for mention in self.mentions.get(key, ()):
                self.follow(mention, seen, self.origins[key][seen])
        for node in attributes:
            if not isinstance(node.ctx, ast.Load) and not self.is_of_an_object(node.value):
                seen = self.attributes.setdefault(node.attr, Seen())
                seen.assigned = seen.assigned or self.place(node)

    def change_of(self, tree: ast.Module, name: str, depth: int) -> Place | None:
        """Where a name of a file may be bound anew, or a list in it changed; None if nowhere."""
        own = self.names.get((tree, name)) or Seen()
        return own.change_of(depth) or self.attribute_change_of(name, depth)

    def attribute_change_of(self, name: str, depth: int) -> Place | None:
        """The same for an attribute of a class or a module."""
        seen = self.attributes.get(name) or Seen()
        return self.anything or seen.assigned or seen.change_of(depth)

    def seen(self, key: Key) -> Seen:
        return self.names.setdefault(key, Seen())

    def place(self, node: ast.AST) -> Place:
        file = self.files[self.module_of[node]]
        return Place(file.name, int(getattr(node, "lineno", 1)))

    # Files

    def add(self, file: File) -> None:
        """Look at a file, and at those that it imports."""
        if file.tree in self.files:
            return
        self.files[file.tree] = file
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for other in imported_by(file, node):
                    self.add(other)

    def link(self, file: File) -> None:
        """Names that are imported from another file are that file's."""
        for node in ast.walk(file.tree):
            if not isinstance(node, ast.ImportFrom):
                continue
            other = file_of(file, node)
            if other is None:
                continue
            if node.names[0].name == "*":
                pairs = [(name, name) for name in other.bindings if name not in file.bindings]
            else:
                pairs = [(each.asname or each.name, each.name) for each in node.names]
            for name, original in pairs:
                self.derive((self.binder(node, name), name), self.seen((other.tree, original)), 0)

    def function(self, file: File, name: str) -> ast.FunctionDef | None:
        """The function of these files that a name at the top level of a file stands for."""
        match [binding.node for binding in file.bindings.get(name, [])]:
            case [ast.FunctionDef() as node]:
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

    # Reading

    def read(self, file: File) -> None:
        """Find all names, functions and methods of a file."""
        tree = file.tree
        for parent in ast.walk(tree):
            self.module_of[parent] = tree
            for child in ast.iter_child_nodes(parent):
                self.parents[child] = parent
        for node in ast.walk(tree):
            if isinstance(node, FunctionNode):
                self.locals[node] = local_names(node)
            if isinstance(node, ast.FunctionDef) and isinstance(self.parents[node], ast.ClassDef):
                self.methods.setdefault(node.name, []).append(node)
        for node in ast.walk(tree):
            match node:
                case ast.Name(id=name) if name in TAMPERING and self.binder(node, name) is tree:
                    if hasattr(builtins, name) and self.is_tampering(node):
                        self.anything = self.anything or self.place(node)
                case ast.Name(id=name, ctx=ast.Load()) | ast.AugAssign(target=ast.Name(id=name)):
                    mention = node if isinstance(node, ast.Name) else node.target
                    assert isinstance(mention, ast.Name)
                    self.mentions.setdefault((self.binder(node, name), name), []).append(mention)
                case ast.Attribute(attr=name) if name in INTERNALS:
                    self.anything = self.anything or self.place(node)

    def is_tampering(self, node: ast.Name) -> bool:
        """`setattr(self, ...)` and `vars(x)` that is only read change no names."""
        call = self.parents[node]
        if not (isinstance(call, ast.Call) and call.func is node):
            return True
        first = call.args[0] if call.args else None
        if node.id in ("setattr", "delattr"):
            return not (isinstance(first, ast.Name) and first.id == "self")
        around = self.parents[call]
        reads = isinstance(around, ast.Subscript) and isinstance(around.ctx, ast.Load)
        return node.id in ("exec", "eval", "__import__") or not reads

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

    # Following

    def derive(self, key: Key, seen: Seen, depth: int) -> None:
        """Remember that the name `key` may be what is `depth` items deep in what `seen` is about."""
        known = self.origins.setdefault(key, {})
        if seen not in known or depth < known[seen]:
            known[seen] = depth
            self.waiting.append((key, seen))

    def is_of_an_object(self, owner: ast.expr) -> bool:
        """Is it an object of a function's own, as `self` is?"""
        if not isinstance(owner, ast.Name) or owner.id == "cls":
            return False
        scope = self.binder(owner, owner.id)
        if isinstance(scope, ast.Module):
            return False
        found = self.origins.get((scope, owner.id), {})
        return not found or owner.id == "self"

    def follow(self, mention: ast.expr, seen: Seen, depth: int) -> None:
        """Note what happens to what is mentioned, which is `depth` items deep in what `seen` is about."""
        node: ast.AST = mention
        while True:
            parent = self.parents[node]
            match parent:
                case ast.Subscript(value=value, ctx=ast.Load()) if value is node:
                    depth += not isinstance(parent.slice, ast.Slice)
                case (
                    ast.Subscript(value=value)
                    | ast.Attribute(value=value, ctx=ast.Store() | ast.Del())
                ) if value is node:
                    self.change(parent, seen, depth)
                    return
                case ast.Attribute(value=value, attr=name) if value is node:
                    call = self.parents[parent]
                    if not (isinstance(call, ast.Call) and call.func is parent):
                        depth += 1
                    elif name in PASSING_METHODS:
                        depth, parent = depth + 1, call
                    elif name in READING_METHODS:
                        return
                    else:
                        self.change(parent, seen, depth)
                        return
                case ast.Call(func=function) if function is not node:
                    passed = self.passed(parent, node, seen, depth)
                    if not passed:
                        return
                    depth += 1
                case ast.keyword() | ast.Starred() if isinstance(self.parents[parent], ast.Call):
                    call = self.parents[parent]
                    assert isinstance(call, ast.Call)
                    deeper = depth + isinstance(parent, ast.Starred)
                    if not self.passed(call, parent, seen, deeper):
                        return
                    depth, parent = deeper + 1, call
                case ast.BinOp() | ast.AugAssign(value=ast.expr()) if (
                    isinstance(parent, ast.BinOp) or parent.value is node
                ):
                    self.change(node, seen, depth + 1)  # a sum of lists has their items
                    return
                case ast.AugAssign():
                    self.change(node, seen, depth)
                    return
                case ast.IfExp(test=test) if test is not node:
                    pass
                case ast.BoolOp() | ast.NamedExpr() | ast.Starred():
                    if isinstance(parent, ast.NamedExpr):
                        self.bind(parent.target, seen, depth)
                case ast.Assign(value=value, targets=targets) if value is node:
                    for target in targets:
                        self.bind(target, seen, depth)
                    return
                case ast.AnnAssign(value=value, target=target) if value is node:
                    self.bind(target, seen, depth)
                    return
                case (
                    ast.For(iter=over, target=target) | ast.comprehension(iter=over, target=target)
                ) if over is node:
                    self.bind(target, seen, depth + 1)
                    return
                case _:
                    if not isinstance(parent, HARMLESS):
                        self.change(node, seen, depth)
                    return
            node = parent

    def passed(self, call: ast.Call, node: ast.AST, seen: Seen, depth: int) -> bool:
        """Follow what is passed to a function. Does what it gives have items of it?"""
        function = call.func
        if isinstance(function, ast.Name):
            scope = self.binder(function, function.id)
            tree = self.module_of[function]
            if isinstance(scope, ast.Module):
                found = self.function(self.files[tree], function.id)
                if found is not None:
                    self.pass_on(found, call, node, seen, depth, 0)
                    return False
                library = self.library(self.files[tree], function.id)
                if library == "builtins" and function.id in READERS:
                    return False
                if library == "builtins" and function.id in PASSING:
                    return True
                if library in PURE_LIBRARIES:
                    return False
        if isinstance(function, ast.Attribute):
            owner = function.value
            if isinstance(owner, ast.Name):
                library = self.library(self.files[self.module_of[owner]], owner.id)
                if library in PURE_LIBRARIES:
                    return False
            methods = self.methods.get(function.attr, [])
            for method in methods:
                marks = [m.id for m in method.decorator_list if isinstance(m, ast.Name)]
                self.pass_on(method, call, node, seen, depth, int("staticmethod" not in marks))
            if methods:
                return False
        self.change(node, seen, depth)
        return False

    def pass_on(
        self,
        function: ast.FunctionDef,
        call: ast.Call,
        node: ast.AST,
        seen: Seen,
        depth: int,
        skipped: int,
    ) -> None:
        """The parameter that `node` goes to; all of them where that is not plain to see."""
        arguments = function.args
        positional = [*arguments.posonlyargs, *arguments.args][skipped:]
        everything = [*positional, *arguments.kwonlyargs]
        if isinstance(node, ast.keyword):
            names = [each.arg for each in everything if node.arg in (each.arg, None)]
        else:
            at = next((i for i, each in enumerate(call.args) if each is node), len(positional))
            starred = any(isinstance(each, ast.Starred) for each in call.args[: at + 1])
            names = [each.arg for each in (positional if starred else positional[at : at + 1])]
        rest = [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
        if not names and not rest:
            self.change(node, seen, depth)
        for name in names:
            self.derive((function, name), seen, depth)
        for each in rest:
            self.derive((function, each.arg), seen, depth - 1)

    def bind(self, target: ast.expr, seen: Seen, depth: int) -> None:
        """A target gets what is `depth` items deep; names inside a tuple get items of it."""
        match target:
            case ast.Name(id=name):
                self.derive((self.binder(target, name), name), seen, depth)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self.bind(part, seen, depth + 1)
            case ast.Starred(value=inner):
                self.bind(inner, seen, depth)
            case _:
                self.change(target, seen, depth)

    def change(self, node: ast.AST, seen: Seen, depth: int) -> None:
        """What is `depth` items deep in what `seen` is about may be changed from here on."""
        seen.changes.setdefault(depth, self.place(node))


HARMLESS = (
    ast.Expr
    | ast.If
    | ast.While
    | ast.Assert
    | ast.Compare
    | ast.UnaryOp
    | ast.FormattedValue
    | ast.Slice
    | ast.Subscript
    | ast.IfExp
    | ast.Call
    | ast.ClassDef
    | ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.arg
    | ast.AnnAssign
    | ast.ExceptHandler
    | ast.match_case
)
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def _is_called(node: ast.expr, parent: ast.AST) -> bool:
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
    outer: set[str] = set()
    statements = [node.body] if isinstance(node, ast.Lambda) else node.body
    for each in statements:
        for inner in own_nodes(each):
            match inner:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    found.add(name)
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    found.add(name)
                case ast.Import(names=names) | ast.ImportFrom(names=names):
                    found |= {each.asname or each.name.partition(".")[0] for each in names}
                case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                    found.add(name)
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    outer |= set(names)
    return frozenset(found - outer)


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
