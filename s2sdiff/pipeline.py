"""The compiler on one screen.

    source -> frontend -> IR -> simplify -> differentiate -> simplify -> ... -> emit -> source

`derive` applies the operators of a `Plan` one after the other (`grad(grad(f))` has two), each followed
by the same passes; `compile_text` writes the result. In tests `VALIDATE` makes every pass prove that
it left a well-formed Function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, final

from s2sdiff.differentiate import forward, products, reverse
from s2sdiff.differentiate.guards import guard
from s2sdiff.emit.module import Emitted, emit
from s2sdiff.errors import S2SDiffError, fail, internal
from s2sdiff.ir.core import Function
from s2sdiff.ir.types import Static, leaves
from s2sdiff.ir.validate import validate
from s2sdiff.simplify.algebra import algebra, expand_powers
from s2sdiff.simplify.common import common
from s2sdiff.simplify.dead import dead
from s2sdiff.simplify.fold import fold

Operator: TypeAlias = Literal["grad", "value_and_grad", "vjp", "jvp", "jacobian", "hessian", "hvp"]
Wrt: TypeAlias = "int | str | tuple[int | str, ...]"
Pass: TypeAlias = Callable[[Function], Function]
Transform: TypeAlias = Callable[[Function, tuple[int, ...], bool], Function]

SIMPLIFY: tuple[Pass, ...] = (fold, algebra, common, dead)
FINISH: tuple[Pass, ...] = (expand_powers, common, dead)
ROUNDS = 3

OPERATORS: dict[Operator, Transform] = {
    "grad": reverse.grad,
    "value_and_grad": reverse.value_and_grad,
    "vjp": reverse.vjp,
    "jvp": forward.jvp,
    "jacobian": products.jacobian,
    "hessian": products.hessian,
    "hvp": products.hvp,
}

VALIDATE = False


@final
@dataclass(frozen=True, slots=True)
class Step:
    """One operator, and what it differentiates with respect to."""

    operator: Operator
    wrt: Wrt = 0


Plan: TypeAlias = tuple[Step, ...]


def simplify(function: Function) -> Function:
    """`function` with less to do."""
    for _ in range(ROUNDS):
        before = function
        function = run(function, SIMPLIFY)
        if len(before.body.ops) == len(function.body.ops):
            break
    return function


def derive(primal: Function, plan: Plan) -> Function:
    """The derivative of `primal` that `plan` asks for, as IR. Raises S2S401, S2S402, S2S403."""
    function = simplify(primal)
    for step in plan:
        wrt, single = resolve_wrt(function, step.wrt)
        marked = checked(guard, guard(function, wrt))
        transform = OPERATORS[step.operator]
        function = simplify(checked(transform, transform(marked, wrt, single)))
    return run(function, FINISH)


def compile_text(primal: Function, plan: Plan, header: tuple[str, ...] = ()) -> Emitted:
    """The source text of the derivative of `primal` that `plan` asks for."""
    gradient = all(step.operator in ("grad", "value_and_grad") for step in plan) and len(plan) == 1
    try:
        return emit(derive(primal, plan), primal.name if gradient else None, header)
    except S2SDiffError:
        raise
    except (AssertionError, AttributeError, KeyError, IndexError, TypeError, ValueError) as mistake:
        raise internal("the compiler", f"{type(mistake).__name__}: {mistake}") from mistake


def run(function: Function, passes: tuple[Pass, ...]) -> Function:
    """`function` after `passes`."""
    for each in passes:
        function = checked(each, each(function))
    return function


def checked(stage: Callable[..., Function], function: Function) -> Function:
    """`function`, proven well formed if `VALIDATE` is set; a failure names the stage."""
    return validate(function, stage.__name__) if VALIDATE else function


def resolve_wrt(function: Function, wrt: Wrt) -> tuple[tuple[int, ...], bool]:
    """Indices of the parameters that `wrt` names, and whether it names just one. Raises S2S401."""
    names = [parameter.name for parameter in function.parameters]
    entries = wrt if isinstance(wrt, tuple) else (wrt,)
    found: list[int] = []
    for entry in entries:
        if isinstance(entry, str) and entry in names:
            index = names.index(entry)
        elif (
            isinstance(entry, int)
            and not isinstance(entry, bool)
            and (-len(names) <= entry < len(names))
        ):
            index = entry % len(names)
        else:
            fail(
                "S2S401",
                f"wrt names {entry!r}, which is no parameter of {function.name}",
                function.span,
                f"its parameters are {', '.join(names) or 'none'}",
            )
        if index in found:
            fail("S2S401", f"wrt names {names[index]} twice", function.span, "name it once")
        found.append(index)
    if not found:
        fail("S2S401", "wrt is empty", function.span, "name at least one parameter")
    for index in found:
        check_differentiable(function, index)
    return tuple(found), not isinstance(wrt, tuple)


def check_differentiable(function: Function, index: int) -> None:
    """Raise S2S403 for a parameter that is a string, a bool or None."""
    for leaf in leaves(function.body.params[index].type):
        if isinstance(leaf, Static):
            name = function.parameters[index].name
            fail(
                "S2S403",
                f"{function.name} cannot be differentiated with respect to {name}: "
                f"it is {leaf.value!r}",
                function.span,
                "differentiate with respect to floats",
            )
