"""Forward against reverse: `f_bar . (J x_dot)` is `(f_bar J) . x_dot` for every point and direction."""

from __future__ import annotations

from typing import Any

from s2sdiff.check.exact import Arithmetic, run_function
from s2sdiff.check.trees import Tree, filled, flat, leaf_types, like
from s2sdiff.ir.core import Function
from s2sdiff.ir.types import Tuple
from s2sdiff.options import Step, Wrt
from s2sdiff.pipeline import derive, resolve_wrt


def dot_product_gap(
    primal: Function, wrt: Wrt, args: tuple[Tree, ...], numbers: Arithmetic
) -> tuple[Any, Any]:
    """Both sides of the equation, by the two modes of the compiler, for a fixed direction."""
    indices, _ = resolve_wrt(primal, wrt)
    names = tuple(primal.parameters[index].name for index in indices)
    inputs = Tuple(tuple(primal.body.params[index].type for index in indices))
    size = len(leaf_types(inputs))
    tangents = [numbers.literal(0.5 + 0.25 * k) for k in range(size)]
    value = run_function(primal, args, numbers)
    cotangents = [numbers.literal(1.0 - 0.125 * k) for k in range(len(flat(value)))]
    remaining = iter(cotangents)
    seeds = filled(inputs, iter(tangents))
    bar = like(value, lambda _: next(remaining))
    _, pushed = run_function(derive(primal, (Step("jvp", names),)), (*args, *seeds), numbers)
    _, pulled = run_function(derive(primal, (Step("vjp", names),)), (*args, bar), numbers)
    left = sum(a * b for a, b in zip(cotangents, flat(pushed), strict=True))
    right = sum(a * b for a, b in zip(flat(pulled), tangents, strict=True))
    return left, right
