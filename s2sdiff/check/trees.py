"""Nested tuples and lists of numbers or expressions: leaves, and putting leaves back.

A parameter that is a list of any length is checked with lists of `LENGTH` items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from s2sdiff.ir.core import Function
from s2sdiff.ir.types import List, Static, Structure, Tuple, Type, parts

Tree: TypeAlias = Any
Program: TypeAlias = Callable[..., Tree]
LENGTH = 3


def flat(tree: Tree) -> list[Any]:
    """The leaves of nested tuples and lists, left to right."""
    if isinstance(tree, tuple | list):
        return [leaf for part in tree for leaf in flat(part)]
    return [tree]


def filled(type_: Type, leaves: Iterator[Any]) -> Tree:
    """A tree of the structure of `type_`; static leaves are their own value."""
    if isinstance(type_, Tuple):
        return tuple(filled(item, leaves) for item in type_.items)
    if isinstance(type_, List):
        return [filled(type_.item, leaves) for _ in range(LENGTH)]
    return type_.value if isinstance(type_, Static) else next(leaves)


def like(tree: Tree, leaf: Callable[[Any], Any]) -> Tree:
    """`tree` with every leaf replaced."""
    if isinstance(tree, tuple | list):
        return type(tree)(like(part, leaf) for part in tree)
    return leaf(tree)


def leaf_types(type_: Type) -> list[Type]:
    """The types of the leaves that are numbers."""
    if isinstance(type_, List):
        return leaf_types(type_.item) * LENGTH
    if isinstance(type_, Structure):
        return [leaf for part in parts(type_) for leaf in leaf_types(part)]
    return [] if isinstance(type_, Static) else [type_]


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
        elif isinstance(type_, List):
            for index in range(LENGTH):
                visit(type_.item, f"{name}[{index}]")
        elif not isinstance(type_, Static):
            names.append(name)

    for parameter, value in zip(function.parameters, function.body.params, strict=True):
        visit(value.type, parameter.name)
    return names
