"""Names: the user's where there are any, letters for intermediate variables, `x_bar` and `x_dot`.

Lines are first written with a placeholder for every value. When all lines are known, so is where each
value is read for the last time, and two values of one user's variable (`x = x + 1`) share its name
unless both are needed at once.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Iterator
from typing import assert_never

from s2sdiff.ir.core import Cotangent, Tangent, Value

_LETTERS = "abcdefghijkmnopqrstuvwxyz"  # without l, which looks like 1


def wished_name(value: Value) -> str | None:
    """What `value` would be called if no other name were taken; None for an intermediate variable."""
    match value.hint:
        case str(name):
            return name
        case Cotangent(of=primal):
            inner = wished_name(primal)
            return None if inner is None else f"{inner}_bar"
        case Tangent(of=primal):
            inner = wished_name(primal)
            return None if inner is None else f"{inner}_dot"
        case None:
            return None
        case _:
            assert_never(value.hint)


class Names:
    """Gives out names inside one function.

    `reserved` are taken for good; letters also keep clear of `wished`, the names that the user's
    variables will have.
    """

    def __init__(self, reserved: Iterable[str], wished: Iterable[str]) -> None:
        self.reserved = {*reserved, *keyword.kwlist}
        self.wished = frozenset(wished)
        self.chosen: dict[Value, str] = {}
        self.holders: dict[str, Value] = {}
        self.letters: Iterator[str] = self._free_letters()

    def _free_letters(self) -> Iterator[str]:
        for round_ in range(1, 100_000):
            for letter in _LETTERS:
                name = letter if round_ == 1 else f"{letter}{round_ - 1}"
                taken = name in self.reserved or name in self.wished or name in self.holders
                if not taken:
                    yield name

    def fix(self, value: Value, name: str) -> None:
        """A parameter: its name is given."""
        self.chosen[value] = name
        self.holders[name] = value

    def define(self, value: Value, is_needed: Callable[[Value], bool]) -> str:
        """The name of `value`; `is_needed` tells which values are still to be read."""
        if value in self.chosen:
            return self.chosen[value]
        base = self.base(value)
        name, count = base, 1
        while name in self.reserved or (name in self.holders and is_needed(self.holders[name])):
            count += 1
            name = f"{base}_{count}"
        self.fix(value, name)
        return name

    def base(self, value: Value) -> str:
        """The name that `value` would like, given the names of what it is derived from."""
        match value.hint:
            case str(name):
                return name
            case Cotangent(of=primal):
                return self.derived(primal, "_bar")
            case Tangent(of=primal):
                return self.derived(primal, "_dot")
            case None:
                return next(self.letters)
            case _:
                assert_never(value.hint)

    def derived(self, primal: Value, suffix: str) -> str:
        """The name of a derivative of `primal`; a letter where the reader never meets `primal`."""
        if primal not in self.chosen and wished_name(primal) is None:
            return next(self.letters)
        return f"{self.chosen.get(primal) or self.base(primal)}{suffix}"
