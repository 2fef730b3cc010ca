"""Central differences on numbers of 150 digits. They share nothing with the rules.

A step of h leaves an error of about h**2 times a higher derivative, and rounding of 1e-150 / h**n in a
difference that is nested n times. With `h = 10**(-150 / (n + 2))` both are h**2: 1e-100 for gradients,
1e-74 for Hessians, 1e-50 for fourth derivatives.
"""

from __future__ import annotations

from typing import Any

from s2sdiff.check.exact import DIGITS
from s2sdiff.check.operators import Columns, Differentiate
from s2sdiff.check.trees import Program, Tree, flat, moved

COARSER = 3  # decimal digits by which the step of a second opinion is longer


def central(order: int, coarser: int = 0) -> Differentiate:
    """Differentiation by central differences, for use nested `order` times."""

    def differentiate(program: Program, args: tuple[Tree, ...], wrt: tuple[int, ...]) -> Columns:
        h = power_of_ten(coarser - _digits(order))
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


def tolerance(order: int) -> Any:
    """How close, in proportion, differences of this order come to the derivative; room to spare."""
    return power_of_ten(-min(_digits(order), 50))


def rounding(order: int) -> Any:
    """What rounding leaves of a derivative that is zero, in proportion to the function's value."""
    return power_of_ten(10 - 2 * _digits(order))


def power_of_ten(exponent: int) -> Any:
    import sympy

    return sympy.Float(f"1e{exponent}", DIGITS)


def _digits(order: int) -> int:
    return DIGITS // (order + 2)
