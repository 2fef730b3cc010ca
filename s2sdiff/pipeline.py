"""The compiler on one screen.

    source -> frontend -> IR -> simplify -> differentiate -> simplify -> ... -> emit -> source

`derive` applies the operators of a `Plan` one after the other (`grad(grad(f))` has two), each followed
by the same passes; `compile_text` writes the result. In tests `VALIDATE` makes every pass prove that
it left a well-formed Function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from operator import is_
from typing import TypeAlias

from s2sdiff.analysis.stable_forms import suggestions
from s2sdiff.differentiate import forward, products, reverse
from s2sdiff.differentiate.definitions import without_definitions
from s2sdiff.differentiate.guards import guard
from s2sdiff.differentiate.precision import always_narrowed
from s2sdiff.differentiate.remarks import line_of
from s2sdiff.differentiate.store_remarks import store_remarks
from s2sdiff.emit.module import Emitted, emit
from s2sdiff.errors import Span, deep_recursion, fail, ours
from s2sdiff.frontend.lower import DERIVE
from s2sdiff.frontend.records import problem_of
from s2sdiff.ir.core import Function
from s2sdiff.ir.sure import without_ranks, without_sure
from s2sdiff.ir.traverse import walk
from s2sdiff.ir.types import Array, Scalar, Static, Type, has_derivative, leaves
from s2sdiff.ir.validate import validate
from s2sdiff.options import Operator, Plan, Step, Target, Wrt
from s2sdiff.simplify.algebra import algebra, expand_powers
from s2sdiff.simplify.ascending import ascending
from s2sdiff.simplify.branches import branches
from s2sdiff.simplify.cleared import cleared
from s2sdiff.simplify.common import common
from s2sdiff.simplify.copies import without_second_copies
from s2sdiff.simplify.dead import dead, drop_bounds, drop_keeps
from s2sdiff.simplify.entries import entries
from s2sdiff.simplify.filling import filling
from s2sdiff.simplify.first_stores import first_stores
from s2sdiff.simplify.fold import fold
from s2sdiff.simplify.fused import fused
from s2sdiff.simplify.helpers import used_helpers
from s2sdiff.simplify.in_place import in_place
from s2sdiff.simplify.lengths import lengths
from s2sdiff.simplify.own_arrays import own_arrays
from s2sdiff.simplify.ownership import ownership
from s2sdiff.simplify.steady_lengths import steady_lengths
from s2sdiff.simplify.zeroed import zeroed

Pass: TypeAlias = Callable[[Function], Function]
Transform: TypeAlias = Callable[[Function, tuple[int, ...], bool], Function]

SIMPLIFY: tuple[Pass, ...] = (
    fold,
    branches,
    algebra,
    steady_lengths,
    common,
    entries,
    drop_bounds,
    dead,
)
FINISH: tuple[Pass, ...] = (
    without_sure,
    expand_powers,
    common,
    lengths,
    common,
    dead,
    drop_keeps,
    dead,
    filling,
    dead,
    zeroed,
    cleared,
    dead,
    ascending,
    dead,
    fused,
    common,
    dead,
    first_stores,
    own_arrays,
    in_place,
    without_second_copies,
)
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

__all__ = ["OPERATORS", "Operator", "Plan", "Step", "Wrt", "check_wrt", "compile_text", "derive"]


def derive_inner(function: Function, plan: Plan) -> Function:
    """The derivative of a function that is inlined in another one, as IR."""
    for step in plan:
        wrt, single = resolve_wrt(function, step.wrt)
        marked = simplify(guard_everywhere(function, wrt))
        derived = OPERATORS[step.operator](marked, wrt, single)
        function = simplify(everywhere(without_definitions, derived))
    return function


DERIVE["derive"] = derive_inner


def simplify(function: Function) -> Function:
    """`function` with less to do."""
    for _ in range(ROUNDS):
        before = function
        function = run(function, SIMPLIFY)
        if size(before) == size(function):
            break
    return function


def size(function: Function) -> int:
    """How many ops there are in all blocks of `function`."""
    return sum(1 for _ in walk(function.body))


def derive(primal: Function, plan: Plan) -> Function:
    """The derivative of `primal` that `plan` asks for, as IR. Raises S2S401, S2S402, S2S403."""
    function = primal
    for step in plan:
        wrt, single = resolve_wrt(function, step.wrt)
        marked = simplify(checked(guard, guard_everywhere(function, wrt)))
        transform = OPERATORS[step.operator]
        derived = everywhere(
            without_definitions, checked(transform, transform(marked, wrt, single))
        )
        if step is plan[-1]:
            derived = everywhere(without_sure, derived)
        function = simplify(derived)
    finished = used_helpers(checked(ownership, ownership(run(function, FINISH))))
    return everywhere(without_ranks, finished)


def guard_everywhere(function: Function, wrt: tuple[int, ...]) -> Function:
    """`function` and its helpers with their exceptions kept."""
    helpers = tuple(
        replace(helper, function=guard(each, tuple(range(len(each.body.params)))))
        for helper in function.helpers
        for each in (helper.function,)
    )
    return replace(guard(function, wrt), helpers=helpers)


def compile_text(
    primal: Function,
    plan: Plan,
    header: tuple[str, ...] = (),
    target: Target = "python",
    explain: bool = False,
) -> Emitted:
    """The source text of the derivative of `primal` that `plan` asks for. Raises S2S601 for numba.

    With `explain` its remarks are about stores, too.
    """
    gradient = all(step.operator in ("grad", "value_and_grad") for step in plan) and len(plan) == 1
    with deep_recursion(primal.span), ours("the compiler"):
        named = primal.name if gradient else None
        derived = derive(primal, plan)
        if target == "numba" and plan[-1].operator != "jvp":
            derived = always_narrowed(derived, plan[-1].operator in ("value_and_grad", "vjp"))
        if explain:
            remarks = sorted((*derived.remarks, *store_remarks(derived)), key=line_of)
            derived = replace(derived, remarks=tuple(remarks))
        return emit(derived, named, (*header, *suggestions(primal)), target)


def run(function: Function, passes: tuple[Pass, ...]) -> Function:
    """`function` after `passes`."""
    for each in passes:
        after = everywhere(each, function)
        function = after if are_same(after, function) else checked(each, after)
    return function


def are_same(one: Function, two: Function) -> bool:
    """Have these, and their helpers, the very same bodies?"""
    bodies = [[each.body, *(h.function.body for h in each.helpers)] for each in (one, two)]
    return len(bodies[0]) == len(bodies[1]) and all(map(is_, *bodies))


def everywhere(each: Pass, function: Function) -> Function:
    """`function` and its helpers after a pass."""
    helpers = tuple(replace(helper, function=each(helper.function)) for helper in function.helpers)
    return replace(each(function), helpers=helpers)


def checked(stage: Callable[..., Function], function: Function) -> Function:
    """`function`, proven well formed if `VALIDATE` is set; a failure names the stage."""
    return validate(function, stage.__name__) if VALIDATE else function


def resolve_wrt(function: Function, wrt: Wrt) -> tuple[tuple[int, ...], bool]:
    """Indices of the parameters that `wrt` names, and whether it names just one.

    Raises S2S401, S2S403.
    """
    types = {
        parameter.name: value.type
        for parameter, value in zip(function.parameters, function.body.params, strict=True)
    }
    return check_wrt(function.name, function.span, types, wrt)


def check_wrt(
    function: str, span: Span | None, types: dict[str, Type], wrt: Wrt
) -> tuple[tuple[int, ...], bool]:
    """The same for a function that need not be lowered yet: `types` are those of its parameters."""
    names = list(types)
    found: list[int] = []
    for entry in wrt if isinstance(wrt, tuple) else (wrt,):
        index = _index_of(entry, names)
        if index is None:
            fail(
                "S2S401",
                f"wrt names {entry!r}, which is no parameter of {function}",
                span,
                f"its parameters are {', '.join(names) or 'none'}",
            )
        if index in found:
            fail("S2S401", f"wrt names {names[index]} twice", span, "name it once")
        problem = problem_of(types[names[index]])
        if problem is not None:
            fail(
                "S2S403",
                f"{function} cannot be differentiated with respect to {names[index]}: a gradient of "
                f"class {problem[0]} would have to be made, and {problem[1]}",
                span,
                "use a plain dataclass or namedtuple",
            )
        inside = leaves(types[names[index]])
        if any(isinstance(leaf, Scalar | Array) and leaf.kind == "complex" for leaf in inside):
            fail(
                "S2S403",
                f"{function} cannot be differentiated with respect to {names[index]}: "
                "it is complex",
                span,
                "pass its real and its imaginary part, and put them together inside",
            )
        for leaf in inside:
            if isinstance(leaf, Static) and not any(map(has_derivative, inside)):
                fail(
                    "S2S403",
                    f"{function} cannot be differentiated with respect to {names[index]}: "
                    f"it is {leaf.value!r}",
                    span,
                    "differentiate with respect to floats",
                )
        found.append(index)
    if not found:
        fail("S2S401", "wrt is empty", span, "name at least one parameter")
    return tuple(found), not isinstance(wrt, tuple)


def _index_of(entry: object, names: list[str]) -> int | None:
    if isinstance(entry, str):
        return names.index(entry) if entry in names else None
    if isinstance(entry, int) and not isinstance(entry, bool):
        return entry % len(names) if -len(names) <= entry < len(names) else None
    return None
