"""Functions that choose one of their arguments. Ties share the derivative equally."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.infer import selected
from s2sdiff.rules.axes import is_number
from s2sdiff.rules.registry import Library, elementwise

np = Library("numpy")
builtins = Library("builtins")


def second_wins(second: Any, tie: Any) -> Any:
    """The share of the second of two values: all, half in a tie, or none."""
    return 1.0 if second else 0.5 if tie else 0.0


def first_wins(second: Any, tie: Any) -> Any:
    """The share of the first of two values; it also wins where they cannot be compared."""
    return 0.0 if second else 0.5 if tie else 1.0


def shares(xs: Any, y: Any) -> Any:
    """The share of each of several values: those equal to `y` share equally. NaN equals nothing."""
    ties = sum(x == y for x in xs)
    return tuple(1.0 / ties if x == y else 0.0 if ties else 0.0 * y for x in xs)


def share(won: Any, lost: Any, tie: Any, y: Any) -> Any:
    """The share of one of two values where the result is NaN unless they can be compared."""
    return 1.0 if won else 0.0 if lost else 0.5 if tie else 0.0 * y


def known_share(one: Any, other: Any, ahead: Any) -> Any:
    """The share of each entry of `one`, which is `ahead` by so much; what is NaN loses."""
    share = np.where(np.isnan(one), 0.0, np.heaviside(ahead, 0.5))
    return np.where(np.isnan(other), np.where(np.isnan(one), 0.0 * one, 1.0), share)


@elementwise(builtins.max, symbolic="Max", type_rule=selected, raises=False)
def max_(*xs: Any, y: Any) -> Any:
    if len(xs) != 2:
        return shares(xs, y)
    x1, x2 = xs
    return first_wins(x2 > x1, x2 == x1), second_wins(x2 > x1, x2 == x1)


@elementwise(builtins.min, symbolic="Min", type_rule=selected, raises=False)
def min_(*xs: Any, y: Any) -> Any:
    if len(xs) != 2:
        return shares(xs, y)
    x1, x2 = xs
    return first_wins(x2 < x1, x2 == x1), second_wins(x2 < x1, x2 == x1)


@elementwise(np.maximum, symbolic="Max", type_rule=selected, raises=False)
def maximum(x1: Any, x2: Any, y: Any) -> Any:
    if not is_number(y):
        return np.heaviside(x1 - x2, 0.5), np.heaviside(x2 - x1, 0.5)
    return share(x1 > x2, x1 < x2, x1 == x2, y), share(x1 < x2, x1 > x2, x1 == x2, y)


@elementwise(np.minimum, symbolic="Min", type_rule=selected, raises=False)
def minimum(x1: Any, x2: Any, y: Any) -> Any:
    if not is_number(y):
        return np.heaviside(x2 - x1, 0.5), np.heaviside(x1 - x2, 0.5)
    return share(x1 < x2, x1 > x2, x1 == x2, y), share(x1 > x2, x1 < x2, x1 == x2, y)


@elementwise(np.fmax, symbolic="Max", type_rule=selected, raises=False)
def fmax(x1: Any, x2: Any, y: Any) -> Any:
    if not is_number(y):
        return known_share(x1, x2, x1 - x2), known_share(x2, x1, x2 - x1)
    return shares((x1, x2), y)


@elementwise(np.fmin, symbolic="Min", type_rule=selected, raises=False)
def fmin(x1: Any, x2: Any, y: Any) -> Any:
    if not is_number(y):
        return known_share(x1, x2, x2 - x1), known_share(x2, x1, x1 - x2)
    return shares((x1, x2), y)
