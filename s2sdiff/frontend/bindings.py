"""Where a module binds its names."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Binding:
    """One place where a module binds a name; `conditional` if it may not be reached."""

    node: ast.AST
    conditional: bool


def bindings_of(tree: ast.Module) -> dict[str, list[Binding]]:
    """Every binding of every name at module level, and those made through `global`."""
    table: dict[str, list[Binding]] = {}

    def bind(name: str, node: ast.AST, conditional: bool) -> None:
        table.setdefault(name, []).append(Binding(node, conditional))

    def named_in(*nodes: ast.AST | None) -> None:
        """What `:=` binds in these expressions."""
        for node in nodes:
            for inner in ast.walk(node) if node is not None else ():
                if isinstance(inner, ast.NamedExpr) and isinstance(inner.target, ast.Name):
                    bind(inner.target.id, inner, True)

    def visit(node: ast.AST, conditional: bool) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                bind(node.name, node, conditional)
                named_in(*node.decorator_list)
                if not isinstance(node, ast.ClassDef):
                    named_in(*node.args.defaults, *node.args.kw_defaults)
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Global):
                        for name in inner.names:
                            bind(name, inner, True)
                return
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    if alias.name != "*":
                        bind(alias.asname or alias.name.partition(".")[0], node, conditional)
                return
            case ast.Assign(targets=targets):
                for target in targets:
                    for inner in ast.walk(target):
                        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                            bind(inner.id, node, conditional)
                visit(node.value, conditional)
                return
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                if value is not None:
                    bind(name, node, conditional)
                    visit(value, conditional)
                return
            case ast.AugAssign(target=ast.Name(id=name)) | ast.NamedExpr(target=ast.Name(id=name)):
                bind(name, node, True)
            case ast.Delete(targets=targets):
                for target in targets:
                    if isinstance(target, ast.Name):
                        bind(target.id, node, True)
            case ast.Name(id=name, ctx=ast.Store()):
                bind(name, node, True)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                bind(name, node, True)
            case ast.MatchMapping(rest=str(name)) | ast.ExceptHandler(name=str(name)):
                bind(name, node, True)
            case ast.Lambda():
                named_in(*node.args.defaults, *node.args.kw_defaults)
                return
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                named_in(node)
                return
        branching = isinstance(
            node, ast.If | ast.Try | ast.TryStar | ast.For | ast.While | ast.With | ast.Match
        )
        for child in ast.iter_child_nodes(node):
            visit(child, conditional or branching)

    for statement in tree.body:
        visit(statement, False)
    return table
