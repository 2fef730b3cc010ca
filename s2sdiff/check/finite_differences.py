"""Central differences on numbers of 150 digits.

With h = 1e-40 the quotient of a smooth function is right to about 80 digits; nested once more, with
h = 1e-20 outside, to about 40. They share nothing with the rules.
"""

from __future__ import annotations

from typing import Any

from s2sdiff.check.exact import DIGITS
from s2sdiff.check.operators import Columns, Differentiate
from s2sdiff.check.trees import Program, Tree, flat, moved


def central(step: str) -> Differentiate:
    """Differentiation by central differences with this step."""

    def differentiate(program: Program, args: tuple[Tree, ...], wrt: tuple[int, ...]) -> Columns:
        import sympy

        h = sympy.Float(step, DIGITS)
        size = sum(len(flat(args[index])) for index in wrt)
        columns: Columns = []
        for at in range(size):
            sides: list[list[Any]] = []
            for sign in (1, -1):
                steps = [sign * h if index == at else 0 for index in range(size)]
                sides.append(flat(program(*moved(args, wrt, steps))))
            above, below = sides
            columns.append([(a - b) / (2 * h) for a, b in zip(above, below, strict=True)])
        return columns

    return differentiate


def nested(order: int, digits: int = 40) -> Differentiate:
    """Differences for derivatives of this order; the step of an outer one is the root of the inner's.

    `digits` is the exponent of the innermost step.
    """
    depth = 0

    def differentiate(program: Program, args: tuple[Tree, ...], wrt: tuple[int, ...]) -> Columns:
        nonlocal depth
        depth += 1
        try:
            return central(f"1e-{digits >> (order - depth)}")(program, args, wrt)
        finally:
            depth -= 1

    return differentiate


def tolerance(order: int) -> str:
    """How close nested differences of this order come to the derivative, with room to spare."""
    return {1: "1e-50", 2: "1e-30"}.get(order, "1e-12")
