"""Jacobians, Hessians and Hessian-vector products, put together from both modes.

A Jacobian is one sweep for each input (forward, equation 5.121) or one for each output (reverse,
equation 5.120), whichever are fewer; the note of the function says which. A Hessian is forward over
reverse in all directions at once; of its symmetric pairs one is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from s2sdiff.differentiate import forward, matrices, reverse
from s2sdiff.differentiate.accumulate import as_float
from s2sdiff.differentiate.closing import close_like
from s2sdiff.differentiate.operators import (
    check_numeric_result,
    check_scalar_result,
    derived,
    wrt_type,
)
from s2sdiff.differentiate.tape import thread
from s2sdiff.errors import fail
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Atom, Const, Function, Value, constant
from s2sdiff.ir.forms import Tree, build
from s2sdiff.ir.types import (
    List,
    Structure,
    Tuple,
    Type,
    has_derivative,
    holds_arrays,
    leaves,
    parts,
)


def hvp(function: Function, wrt: tuple[int, ...], single: bool) -> Function:
    """The product of the Hessian with a vector, given as new parameters `x_dot`. Raises S2S402."""
    check_scalar_result(function, "hvp")
    gradient = reverse.grad(function, wrt, single)
    builder = Builder()
    extra = forward.seeds_for(function, wrt)
    with builder.block() as ops:
        trees = forward.opened_seeds(builder, function, wrt, extra)
        swept = forward.sweep(builder, gradient, wrt, [trees])
        (tangent,) = swept.tangents
        output = close_like(builder, tangent, gradient.output)
    function = replace(function, helpers=swept.helpers)
    return derived(builder, function, "hvp", wrt, ops, output, extra)


def jacobian(function: Function, wrt: tuple[int, ...], single: bool) -> Function:
    """All partial derivatives: the structure of the result, each leaf replaced by that of `wrt`."""
    check_numeric_result(function, "jacobian")
    if has_arrays(function, wrt):
        return matrices.jacobian(function, wrt, single)
    check_known_lengths(function, wrt, "jacobian")
    inputs = _numbers(wrt_type(function, wrt, single=False))
    outputs = _numbers(function.output.type)
    builder = Builder()
    with builder.block() as ops:
        if inputs <= outputs:
            mode, equation = "forward", "5.121"
            pushed = forward.sweep(builder, function, wrt, _unit_directions(function, wrt))
            helpers = pushed.helpers
            flat = [flat_leaves(column, function.output.type) for column in pushed.tangents]
            rows = [list(row) for row in zip(*flat, strict=True)]
        else:
            mode, equation = "reverse", "5.120"
            seeds = _unit_trees(function.output.type)
            swept = reverse.sweep(builder, function, wrt, seeds)
            helpers = swept.helpers
            types = [function.body.params[index].type for index in wrt]
            rows = [flat_leaves(list(row), Tuple(tuple(types))) for row in swept.bars]
        output = _matrix(builder, function.output.type, wrt_type(function, wrt, single), rows)
    note = (
        f"Computed in {mode} mode (equation {equation}): {_count(inputs, 'input')}, "
        f"{_count(outputs, 'output')}."
    )
    function = replace(function, helpers=helpers)
    return thread(derived(builder, function, "jacobian", wrt, ops, output, (), note))


def hessian(function: Function, wrt: tuple[int, ...], single: bool) -> Function:
    """All second partial derivatives: the structure of `wrt`, each leaf replaced by it again."""
    check_scalar_result(function, "hessian")
    if has_arrays(function, wrt):
        return matrices.hessian(function, wrt, single)
    check_known_lengths(function, wrt, "hessian")
    gradient = reverse.grad(function, wrt, single)
    builder = Builder()
    with builder.block() as ops:
        pushed = forward.sweep(builder, gradient, wrt, _unit_directions(gradient, wrt))
        flat = [flat_leaves(column, gradient.output.type) for column in pushed.tangents]
        size = len(flat)
        rows = [[flat[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)]
        structure = wrt_type(function, wrt, single)
        output = _matrix(builder, structure, structure, rows)
    function = replace(function, helpers=pushed.helpers)
    return derived(builder, function, "hessian", wrt, ops, output)


def has_arrays(function: Function, wrt: tuple[int, ...]) -> bool:
    """Is something differentiated, or differentiated by, that has arrays in it?"""
    types = (function.output.type, *(function.body.params[index].type for index in wrt))
    return any(map(holds_arrays, types))


def check_known_lengths(function: Function, wrt: tuple[int, ...], operator: str) -> None:
    """Raise S2S403 for a list: how many directions there are is known at run time only."""
    for index in wrt:
        for leaf in leaves(function.body.params[index].type):
            if isinstance(leaf, List):
                name = function.parameters[index].name
                fail(
                    "S2S403",
                    f"{operator} of {function.name} needs the length of the list {name}",
                    function.span,
                    "pass a tuple, or use vjp, jvp or hvp",
                )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _unit_trees(type_: Type) -> list[Tree]:
    """One derivative for each leaf of `type_`: 1.0 there, nothing elsewhere."""
    size = _numbers(type_)
    return [_fill(type_, iter(_unit(size, at))) for at in range(size)]


def _unit(size: int, at: int) -> list[Atom | None]:
    return [constant(1.0) if index == at else None for index in range(size)]


def _fill(type_: Type, values: Iterator[Atom | None]) -> Tree:
    if isinstance(type_, Structure):
        return [_fill(item, values) for item in parts(type_)]
    return next(values) if has_derivative(type_) else None


def _numbers(type_: Type) -> int:
    """How many derivatives a value of this type has."""
    return sum(map(has_derivative, leaves(type_)))


def _unit_directions(function: Function, wrt: tuple[int, ...]) -> list[list[Tree]]:
    whole = Tuple(tuple(function.body.params[index].type for index in wrt))
    return [tree for tree in _unit_trees(whole) if isinstance(tree, list)]


def flat_leaves(tree: Tree, type_: Type) -> list[Atom | None]:
    """The leaves of a derivative of a value of this type."""
    if isinstance(type_, Structure):
        items = parts(type_)
        trees: list[Tree] = tree if isinstance(tree, list) else [None] * len(items)
        return [
            leaf
            for part, item in zip(trees, items, strict=True)
            for leaf in flat_leaves(part, item)
        ]
    if not has_derivative(type_):
        return []
    return [tree if isinstance(tree, Value | Const) else None]


def _matrix(builder: Builder, outer: Type, inner: Type, rows: list[list[Atom | None]]) -> Atom:
    """Rows packed in the structure `outer`, each in the structure `inner`."""
    remaining = iter(rows)

    def row() -> Atom:
        values = iter(next(remaining))
        return _packed(builder, inner, lambda: _closed(builder, next(values)))

    return _packed(builder, outer, row)


def _packed(builder: Builder, type_: Type, leaf: Callable[[], Atom]) -> Atom:
    if isinstance(type_, Structure):
        return build(builder, type_, [_packed(builder, item, leaf) for item in parts(type_)])
    return leaf() if has_derivative(type_) else constant(None)


def _closed(builder: Builder, value: Atom | None) -> Atom:
    return constant(0.0) if value is None else as_float(builder, value)
