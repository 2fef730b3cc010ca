"""The function that a user asks for by the name of a file and its own."""

from __future__ import annotations

import ast
import copy

from s2sdiff.errors import fail
from s2sdiff.frontend.meanings import RecordClass, Unknown, UserFunction
from s2sdiff.frontend.modules import StaticModule
from s2sdiff.frontend.source import span_of


def find_target(module: StaticModule, name: str) -> UserFunction:
    """The function that a user asks for, its decorators set aside. Raises S2S103, S2S104."""
    outer, _, inner = name.rpartition(".")
    body = module.tree.body
    if outer:
        classes = [n for n in body if isinstance(n, ast.ClassDef) and n.name == outer]
        if len(classes) != 1:
            fail("S2S103", f"there is no class {outer} in {module.name}", None, _offer(module))
        body = classes[0].body
    nodes = [n for n in body if isinstance(n, ast.FunctionDef) and n.name == inner]
    if len(nodes) > 1:
        fail(
            "S2S104",
            f"{name} is defined more than once in {module.name}",
            span_of(nodes[1], module.source),
            "give the functions different names",
        )
    if nodes and not (outer and not _is_static(nodes[0])):
        node = nodes[0]
        function = module.user_function(node.name, node.args, tuple(node.body), node)
        ruled = function if outer else module.with_rule(function)
        if isinstance(ruled, Unknown):
            place = span_of(node, module.source)
            fail("S2S104", f"{name} {ruled.reason}", place, "declare it once, at the top level")
        return ruled
    plain = bool(nodes) and not nodes[0].decorator_list
    form = module.lookup(outer, []) if outer and plain else None
    if isinstance(form, RecordClass) and form.kind != "object":
        return _method_of_record(module, outer, nodes[0])
    if outer and nodes:
        fail(
            "S2S103",
            f"{name} is a method that needs an object",
            span_of(nodes[0], module.source),
            "make it a static method, or differentiate the bound method with s2sdiff.grad",
        )
    if not outer:
        found = module.lookup(inner, [])
        if isinstance(found, UserFunction):
            return found
    fail("S2S103", f"there is no function {name} in {module.name}", None, _offer(module))


def _method_of_record(module: StaticModule, name: str, node: ast.FunctionDef) -> UserFunction:
    """A method of a dataclass or a namedtuple, whose `self` is an object of that class."""
    arguments = copy.deepcopy(node.args)
    positional = [*arguments.posonlyargs, *arguments.args]
    if positional and positional[0].annotation is None:
        own = ast.Name(name, ast.Load())
        positional[0].annotation = ast.copy_location(own, positional[0])
    return module.user_function(node.name, arguments, tuple(node.body), node)


def _is_static(node: ast.FunctionDef) -> bool:
    return any(isinstance(m, ast.Name) and m.id == "staticmethod" for m in node.decorator_list)


def _offer(module: StaticModule) -> str:
    names = [n.name for n in module.tree.body if isinstance(n, ast.FunctionDef)]
    return f"it has {', '.join(names)}" if names else "it defines no function"
