"""What each operator means, given any way of taking a derivative.

`apply_plan(program, plan, ...)` gives the reference for `grad(grad(f))` or `hvp(f)`: the program that the
emitted one has to equal. `differentiate(program, args, wrt)` gives, for each leaf of the parameters of
`wrt`, the derivatives of all leaves of the result: by central differences on numbers, by SymPy on
symbols.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, assert_never

from s2sdiff.check.trees import Program, Tree, flat, like
from s2sdiff.ir.core import Function
from s2sdiff.options import Operator, Plan
from s2sdiff.pipeline import derive, resolve_wrt

Columns: TypeAlias = list[list[Any]]
Differentiate: TypeAlias = Callable[[Program, tuple[Tree, ...], tuple[int, ...]], Columns]


def apply_plan(
    program: Program, primal: Function, plan: Plan, differentiate: Differentiate
) -> Program:
    """The program that the operators of `plan` make of `program`."""
    function = primal
    for at, step in enumerate(plan):
        wrt, single = resolve_wrt(function, step.wrt)
        size = len(function.parameters)
        program = _apply(program, step.operator, wrt, single, size, differentiate)
        if at < len(plan) - 1:
            function = derive(primal, plan[: at + 1])
    return program


def _apply(
    program: Program,
    operator: Operator,
    wrt: tuple[int, ...],
    single: bool,
    size: int,
    differentiate: Differentiate,
) -> Program:
    def structured(args: tuple[Tree, ...], leaves: list[Any]) -> Tree:
        """Leaves in the structure of the parameters of `wrt`."""
        remaining = iter(leaves)
        parts = tuple(like(args[index], lambda _: next(remaining)) for index in wrt)
        return parts[0] if single else parts

    def rows(inner: Program, args: tuple[Tree, ...]) -> Columns:
        return [list(row) for row in zip(*differentiate(inner, args, wrt), strict=True)]

    def gradient(*args: Tree) -> Tree:
        (row,) = rows(program, args)
        return structured(args, row)

    def derived(*given: Tree) -> Tree:
        args, seeds = given[:size], flat(given[size:])
        match operator:
            case "grad":
                return gradient(*args)
            case "value_and_grad":
                return program(*args), gradient(*args)
            case "jacobian":
                matrix = iter(rows(program, args))
                return like(program(*args), lambda _: structured(args, next(matrix)))
            case "hessian":
                matrix = iter(rows(gradient, args))
                return like(gradient(*args), lambda _: structured(args, next(matrix)))
            case "vjp":
                columns = differentiate(program, args, wrt)
                return program(*args), structured(args, [_dot(seeds, c) for c in columns])
            case "jvp":
                products = iter([_dot(row, seeds) for row in rows(program, args)])
                value = program(*args)
                return value, like(value, lambda _: next(products))
            case "hvp":
                return structured(args, [_dot(row, seeds) for row in rows(gradient, args)])
            case _:
                assert_never(operator)

    return derived


def _dot(ones: list[Any], twos: list[Any]) -> Any:
    return sum(one * two for one, two in zip(ones, twos, strict=True))
