"""Nested tuples of numbers or expressions: leaves, and putting leaves back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from s2sdiff.ir.core import Function
from s2sdiff.ir.types import Static, Tuple, Type

Tree: TypeAlias = Any
Program: TypeAlias = Callable[..., Tree]


def flat(tree: Tree) -> list[Any]:
    """The leaves of nested tuples, left to right."""
    if isinstance(tree, tuple):
        return [leaf for part in tree for leaf in flat(part)]
    return [tree]


def filled(type_: Type, leaves: Iterator[Any]) -> Tree:
    """A tree of the structure of `type_`; static leaves are their own value."""
    if isinstance(type_, Tuple):
        return tuple(filled(item, leaves) for item in type_.items)
    return type_.value if isinstance(type_, Static) else next(leaves)


def like(tree: Tree, leaf: Callable[[Any], Any]) -> Tree:
    """`tree` with every leaf replaced."""
    if isinstance(tree, tuple):
        return tuple(like(part, leaf) for part in tree)
    return leaf(tree)


def moved(args: tuple[Tree, ...], wrt: tuple[int, ...], steps: list[Any]) -> tuple[Tree, ...]:
    """`args` with `steps` added to the leaves of the parameters of `wrt`."""
    remaining = iter(steps)
    changed = list(args)
    for index in wrt:
        changed[index] = like(args[index], lambda leaf: leaf + next(remaining))
    return tuple(changed)


def leaf_names(function: Function) -> list[str]:
    """A name for every leaf of the parameters: `x`, or `p[0]`."""
    names: list[str] = []

    def visit(type_: Type, name: str) -> None:
        if isinstance(type_, Tuple):
            for index, item in enumerate(type_.items):
                visit(item, f"{name}[{index}]")
        elif not isinstance(type_, Static):
            names.append(name)

    for parameter, value in zip(function.parameters, function.body.params, strict=True):
        visit(value.type, parameter.name)
    return names
