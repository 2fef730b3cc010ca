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
from typing import final

from s2sdiff.frontend.file_scopes import (
    File,
    Files,
    FunctionNode,
    Key,
    file_of,
    is_called,
    local_bindings,
    own_nodes,
)
from s2sdiff.frontend.reach import WHOLE, Place, Reach, Seen

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
# Functions and methods that change no argument, by what they give: a new list of its items, one of tuples
# with its items, one item of it.
COPYING = frozenset(
    {"list", "tuple", "sorted", "reversed", "set", "frozenset", "iter", "dict", "filter"}
)
PAIRING = frozenset({"zip", "enumerate"})
CHOOSING = frozenset({"min", "max", "next"})
CALLING = frozenset({"map", "filter"})  # their first argument is called with items
READING_METHODS = frozenset({"index", "count", "keys"})
MUTATORS = frozenset(
    {
        "append",
        "extend",
        "insert",
        "pop",
        "remove",
        "sort",
        "reverse",
        "clear",
        "update",
        "setdefault",
    }
    | {"popitem", "add", "discard", "__setitem__", "__delitem__", "__iadd__", "__imul__", "__ior__"}
)
PURE_LIBRARIES = frozenset(
    {"math", "cmath", "statistics", "typing", "s2sdiff", "fractions", "numbers"}
)
TAMPERING = frozenset(
    {"exec", "eval", "globals", "setattr", "delattr", "vars", "locals", "__import__", "getattr"}
)
INTERNALS = frozenset(
    {"__dict__", "__defaults__", "__kwdefaults__", "__code__", "__globals__", "_getframe"}
    | {"__setattr__", "__delattr__"}
)
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


@final
class FileChanges(Files):
    """What is changed in a file and in all files that it imports, directly or not.

    `names` are those of each file, `attributes` those of anything; `anything` is a place where any name
    may be changed.
    """

    def __init__(self, first: File) -> None:
        super().__init__(first)
        self.names: dict[Key, Seen] = {}
        self.attributes: dict[str, Seen] = {}
        self.anything: Place | None = None
        self.methods: dict[str, list[ast.FunctionDef]] = {}
        self.getters: list[tuple[ast.Call, str]] = []  # getattr(x, "name")
        self.mentions: dict[Key, list[ast.Name]] = {}
        # What a name may be.
        self.origins: dict[Key, set[tuple[Seen, Reach]]] = {}
        self.waiting: list[tuple[Key, Seen, Reach]] = []
        for file in list(self.files.values()):
            self.read(file)
        for file in self.files.values():
            self.link(file)
        for key in [key for key in self.mentions if isinstance(key[0], ast.Module)]:
            self.derive(key, self.seen(key), WHOLE)
        attributes = [node for node in self.parents if isinstance(node, ast.Attribute)]
        for node in attributes:
            parent = self.parents[node]
            if isinstance(node.ctx, ast.Load) and not is_called(node, parent):
                self.follow(node, self.attributes.setdefault(node.attr, Seen()), WHOLE)
        for call, name in self.getters:
            self.follow(call, self.attributes.setdefault(name, Seen()), WHOLE)
        while self.waiting:
            key, seen, reach = self.waiting.pop()
            for mention in self.mentions.get(key, ()):
                self.follow(mention, seen, reach)
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
                self.derive(
                    (self.binder(node, name), name), self.seen((other.tree, original)), WHOLE
                )

    # Reading

    def read(self, file: File) -> None:
        """Find all names, functions and methods of a file."""
        tree = file.tree
        for node in ast.walk(tree):
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
                case ast.Attribute(attr=name) if name in INTERNALS and not self.is_of_self(node):
                    self.anything = self.anything or self.place(node)
                case ast.Attribute(value=ast.Name(id="builtins")):
                    self.anything = self.anything or self.place(node)

    def is_tampering(self, node: ast.Name) -> bool:
        """`setattr(self, ...)` and `vars(x)` that is only read change no names."""
        call = self.parents[node]
        if not (isinstance(call, ast.Call) and call.func is node):
            return True
        first = call.args[0] if call.args else None
        if node.id in ("setattr", "delattr", "getattr"):
            if isinstance(first, ast.Name) and first.id == "self":
                return False
            match node.id, call.args[1:]:
                case "getattr", [ast.Constant(value=str(name)), *_]:
                    self.getters.append((call, name))
                    return False
            return True
        around = self.parents[call]
        reads = isinstance(around, ast.Subscript) and isinstance(around.ctx, ast.Load)
        return node.id in ("exec", "eval", "__import__") or not reads

    def is_of_self(self, node: ast.Attribute) -> bool:
        """`self.__dict__` and `object.__setattr__(self, ...)` change that object only."""
        call = self.parents[node]
        first = call.args[0] if isinstance(call, ast.Call) and call.args else None
        return any(isinstance(each, ast.Name) and each.id == "self" for each in (node.value, first))

    # Following

    def derive(self, key: Key, seen: Seen, reach: Reach) -> None:
        """Remember that the name `key` may be what `reach` says of what `seen` is about."""
        known = self.origins.setdefault(key, set())
        if (seen, reach) not in known:
            known.add((seen, reach))
            self.waiting.append((key, seen, reach))

    def is_of_an_object(self, owner: ast.expr) -> bool:
        """Is it an object that a function made itself, or the `self` of a method?"""
        if not isinstance(owner, ast.Name):
            return False
        scope = self.binder(owner, owner.id)
        if not isinstance(scope, ast.FunctionDef) or self.origins.get((scope, owner.id)):
            return False
        stores = [
            node
            for statement in scope.body
            for node in own_nodes(statement)
            if isinstance(node, ast.Name)
            and node.id == owner.id
            and isinstance(node.ctx, ast.Store)
        ]
        if owner.id == "self":
            marks = [m.id for m in scope.decorator_list if isinstance(m, ast.Name)]
            in_class = isinstance(self.parents[scope], ast.ClassDef)
            return in_class and not stores and not {"classmethod", "staticmethod"} & set(marks)
        given = {each.arg for each in ast.walk(scope.args) if isinstance(each, ast.arg)}
        bound = sum(1 for name in local_bindings(scope) if name == owner.id)
        return owner.id not in given and bound == len(stores) > 0 and all(map(self.is_made, stores))

    def is_made(self, target: ast.Name) -> bool:
        """Is it assigned a new object of a class of these files?"""
        match self.parents[target]:
            case ast.Assign(targets=[only], value=ast.Call(func=ast.Name(id=name) as called)):
                file = self.files[self.module_of[called]]
                is_global = isinstance(self.binder(called, name), ast.Module)
                return only is target and is_global and self.is_class(file, name)
        return False

    def follow(self, mention: ast.expr, seen: Seen, reach: Reach) -> None:
        """Note what happens to what is mentioned."""
        node: ast.AST = mention
        while True:
            parent = self.parents[node]
            match parent:
                case ast.Subscript(value=value, ctx=ast.Load()) if value is node:
                    is_slice = isinstance(parent.slice, ast.Slice)
                    reach = reach.copy() if is_slice else reach.item()
                case (
                    ast.Subscript(value=value)
                    | ast.Attribute(value=value, ctx=ast.Store() | ast.Del())
                ) if value is node:
                    self.store(parent, seen, reach)
                    return
                case ast.Attribute(value=value) if value is node:
                    found = self.attribute(parent, seen, reach)
                    if found is None:
                        return
                    parent, reach = found
                case ast.Call(func=function) if function is not node:
                    given = self.passed(parent, node, seen, reach)
                    if given is None:
                        return
                    reach = given
                case ast.keyword() | ast.Starred() if isinstance(self.parents[parent], ast.Call):
                    call = self.parents[parent]
                    assert isinstance(call, ast.Call)
                    whole = isinstance(parent, ast.keyword) and parent.arg is not None
                    given = self.passed(call, parent, seen, reach if whole else reach.item())
                    if given is None:
                        return
                    parent, reach = call, given
                case ast.BinOp():
                    reach = reach.copy()  # a sum of lists has their items
                case ast.AugAssign(value=value) if value is node:
                    self.change(node, seen, reach.item())
                    return
                case ast.AugAssign():
                    self.store(node, seen, reach)
                    return
                case ast.IfExp(test=test) if test is not node:
                    pass
                case ast.NamedExpr():
                    self.bind(parent.target, seen, reach)
                case ast.BoolOp():
                    pass
                case ast.Starred():
                    reach = reach.item()
                case ast.Assign(value=value, targets=targets) if value is node:
                    for target in targets:
                        self.bind(target, seen, reach)
                    return
                case ast.AnnAssign(value=value, target=target) if value is node:
                    self.bind(target, seen, reach)
                    return
                case (
                    ast.For(iter=over, target=target) | ast.comprehension(iter=over, target=target)
                ) if over is node:
                    self.bind(target, seen, reach.item())
                    return
                case _:
                    if not isinstance(parent, HARMLESS):
                        self.change(node, seen, reach)
                    return
            node = parent

    def attribute(
        self, node: ast.Attribute, seen: Seen, reach: Reach
    ) -> tuple[ast.AST, Reach] | None:
        """Go on behind an attribute, or the call of a method; None where nothing is left to follow."""
        call = self.parents[node]
        if not is_called(node, call):
            if node.attr in MUTATORS:
                self.store(node, seen, reach)  # a bound method goes somewhere
                return None
            return node, reach.item()
        match node.attr:
            case "copy" | "values":
                return call, reach.copy()
            case "items":
                return call, reach.copy().wrapped()
            case "get":
                return call, reach.item()
            case name if name in READING_METHODS:
                return None
            case name if name in MUTATORS:
                self.store(node, seen, reach)
            case _:
                self.change(node, seen, reach)
        return None

    def passed(self, call: ast.Call, node: ast.AST, seen: Seen, reach: Reach) -> Reach | None:
        """Follow what is passed to a function; what the result has to do with it, None for nothing."""
        function = call.func
        file = self.files[self.module_of[call]]
        if isinstance(function, ast.Name) and isinstance(
            self.binder(function, function.id), ast.Module
        ):
            found = self.function(file, function.id)
            if found is not None:
                self.pass_on(found, call, node, seen, reach, 0)
                return None
            library = self.library(file, function.id)
            if library == "builtins" and function.id in READERS:
                return None
            if library == "builtins" and function.id in COPYING | PAIRING | CHOOSING | CALLING:
                return self.of_builtin(function.id, call, node, seen, reach)
            if library in PURE_LIBRARIES:
                return None
        if isinstance(function, ast.Attribute):
            owner = function.value
            if isinstance(owner, ast.Name) and self.library(file, owner.id) in PURE_LIBRARIES:
                return None
            methods = self.methods.get(function.attr, [])
            for method in methods:
                for skipped in (0, 1):  # called on an object, or on its class
                    self.pass_on(method, call, node, seen, reach, skipped)
            if methods:
                return None
        self.change(node, seen, reach)
        return None

    def of_builtin(
        self, name: str, call: ast.Call, node: ast.AST, seen: Seen, reach: Reach
    ) -> Reach | None:
        """What a function that changes nothing gives; functions that it calls get items."""
        callers = [each.value for each in call.keywords if each.arg == "key"]
        callers += call.args[:1] if name in CALLING else []
        for caller in callers:
            self.called_with(caller, node, seen, reach.item())
        if name == "map":
            return None
        if name in CHOOSING:
            alone = len(call.args) == 1 or (name == "next" and call.args[0] is node)
            return reach.item() if alone else reach
        if name in PAIRING:
            return reach.copy().wrapped()
        return reach.wrapped() if isinstance(node, ast.keyword) else reach.copy()

    def called_with(self, function: ast.expr, node: ast.AST, seen: Seen, reach: Reach) -> None:
        """A function that is an argument is called with `reach`."""
        file = self.files[self.module_of[function]]
        target: FunctionNode | None = None
        if isinstance(function, ast.Lambda):
            target = function
        elif isinstance(function, ast.Name):
            is_global = isinstance(self.binder(function, function.id), ast.Module)
            target = self.function(file, function.id) if is_global else None
            if is_global and self.library(file, function.id) in ("builtins", *PURE_LIBRARIES):
                return
        if target is None:
            self.change(node, seen, reach)
            return
        arguments = target.args
        for each in (*arguments.posonlyargs, *arguments.args):
            self.derive((target, each.arg), seen, reach)
        if arguments.vararg is not None:
            self.derive((target, arguments.vararg.arg), seen, reach.wrapped())

    def pass_on(
        self,
        function: ast.FunctionDef,
        call: ast.Call,
        node: ast.AST,
        seen: Seen,
        reach: Reach,
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
            self.change(node, seen, reach)
        for name in names:
            self.derive((function, name), seen, reach)
        for each in rest:
            self.derive((function, each.arg), seen, reach.wrapped())

    def bind(self, target: ast.expr, seen: Seen, reach: Reach) -> None:
        """A target gets what `reach` says; names inside a tuple get items of it."""
        match target:
            case ast.Name(id=name) if not isinstance(self.body_around(target), ast.ClassDef):
                self.derive((self.binder(target, name), name), seen, reach)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    is_rest = isinstance(part, ast.Starred)
                    self.bind(part, seen, reach.copy() if is_rest else reach.item())
            case ast.Starred(value=inner):
                self.bind(inner, seen, reach)
            case _:
                self.change(target, seen, reach)

    def store(self, node: ast.AST, seen: Seen, reach: Reach) -> None:
        """Something is stored into it; into a list that was made for it: never mind."""
        if not reach.fresh:
            self.change(node, seen, reach)

    def change(self, node: ast.AST, seen: Seen, reach: Reach) -> None:
        """What `reach` says may be changed from here on."""
        seen.changes.setdefault(reach.depth, self.place(node))
