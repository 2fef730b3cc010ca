"""The part of a check that SymPy does: every path on symbols, against `sympy.diff` of the primal.

On each path that the points take, the emitted text and the primal are run on symbols. The two sides of
each entry have to be equal to 50 digits at every point; then each is proved, or not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, final

from s2sdiff.check import symbolic
from s2sdiff.check.exact import Arithmetic, Place, number
from s2sdiff.check.points import Point
from s2sdiff.check.subject import Subject
from s2sdiff.check.trees import LENGTH, flat, leaf_names
from s2sdiff.ir.types import List

Pair: TypeAlias = tuple[Any, Any]
LOW, HIGH = 75, 150


@final
@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """`agreed`: are all entries equal to 50 digits? `proved` of the `entries` on `paths` are the same
    function, for positive values of `positive` and for what `fixed` says; `untaken` branches were on no
    path."""

    agreed: bool
    paths: int = 0
    entries: int = 0
    proved: int = 0
    untaken: int = 0
    positive: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """On what the proofs hold."""
        paths = f" on {self.paths} paths" if self.paths > 1 else ""
        holds = [*([f"{', '.join(self.positive)} > 0"] if self.positive else []), *self.fixed]
        positive = f" for {', '.join(holds)}" if holds else ""
        branches = f"{self.untaken} {'branch' if self.untaken == 1 else 'branches'}"
        return paths + positive + (f"; {branches} not taken" if self.untaken else "")


def prove(subject: Subject, points: list[Point], seconds: float) -> Proof | None:
    """What SymPy finds in the time given; None where it does not come to comparing."""

    def task(send: symbolic.Send) -> None:
        _prove(subject, points, send)

    found = symbolic.bounded(task, seconds)
    if not found:
        return None
    if found[0] is None:
        return Proof(agreed=False)
    (paths, entries, untaken), *outcomes = found
    positive = _positive(subject, points)
    fixed = _fixed(subject, points)
    return Proof(True, paths, entries, outcomes.count(True), untaken, positive, fixed)


def _prove(subject: Subject, points: list[Point], send: symbolic.Send) -> None:
    """Send how many paths, entries and untaken branches there are, then each outcome.

    None is sent where the two sides are not equal.
    """
    symbols = _symbols(subject, points)
    paths: dict[object, tuple[list[Pair], Callable[..., Any]]] = {}
    taken: set[tuple[Place, bool]] = set()
    for point in points:
        leaves = subject.leaves(point)
        path, branches = subject.path(leaves)
        taken |= branches
        key = (path, *(leaf for at, leaf in enumerate(leaves) if subject.is_kept(at)))
        if key not in paths:
            pairs = _sides(subject, symbols, leaves)
            paths[key] = (pairs, _numeric(symbols, pairs))
        if not agree(paths[key][1], leaves):
            send(None)
            return
    found = [pair for pairs, _ in paths.values() for pair in pairs]
    untaken = sum((place, not outcome) not in taken for place, outcome in taken)
    send((len(paths), len(found), untaken))
    for one, two in found:
        send(symbolic.equal(one, two))


def _sides(subject: Subject, symbols: tuple[Any, ...], leaves: Point) -> list[Pair]:
    """Both sides of every entry, on the path of a point; see `Subject.is_kept`."""
    given = tuple(
        leaf if subject.is_kept(at) else symbol
        for at, (leaf, symbol) in enumerate(zip(leaves, symbols, strict=True))
    )
    exact = Arithmetic(False, dict(zip(symbols, leaves, strict=True)), tries=subject.tries)
    found = flat(subject.text(given, exact))
    wanted = flat(subject.reference(given, exact, symbolic.differentiate))
    return list(zip(found, wanted, strict=True))


def _symbols(subject: Subject, points: list[Point]) -> tuple[Any, ...]:
    """A real symbol for every leaf; positive where the function was only defined there.

    They are not integers, not even for ints: the derivative is that of the function of a real.
    """
    import sympy

    positive = _positive(subject, points)
    return tuple(
        sympy.Symbol(name, real=True, **({"positive": True} if name in positive else {}))
        for name in leaf_names(subject.target)
    )


def _positive(subject: Subject, points: list[Point]) -> tuple[str, ...]:
    names = leaf_names(subject.primal)
    return tuple(
        name
        for at, name in enumerate(names)
        if not subject.is_kept(at) and all(point[at] > 0 for point in points)
    )


def _fixed(subject: Subject, points: list[Point]) -> tuple[str, ...]:
    """The values that ints had which are no symbols: `n = 0, 2, 3`; lists have one length."""
    found = [
        f"{name} = {', '.join(map(str, sorted({int(point[at]) for point in points})))}"
        for at, name in enumerate(leaf_names(subject.primal))
        if subject.is_kept(at) and not isinstance(points[0][at], bool)
    ]
    if any(isinstance(value.type, List) for value in subject.primal.body.params):
        found.append(f"lists of {LENGTH}")
    return tuple(found)


def _numeric(symbols: tuple[Any, ...], pairs: list[Pair]) -> Callable[..., Any]:
    import sympy

    expressions = [sympy.sympify(side) for pair in pairs for side in pair]
    function: Callable[..., Any] = sympy.lambdify(symbols, expressions, modules="mpmath", cse=True)
    return function


def agree(function: Callable[..., Any], leaves: Point) -> bool:
    """Are the two sides of every pair equal to 50 digits at the point?

    A gap that shrinks as digits are added is rounding, whatever its size.
    """
    low, high = (_gaps(function, leaves, digits) for digits in (LOW, HIGH))
    return all(
        gap <= scale * 1e-50 or gap <= rough * 1e-40
        for (gap, scale), (rough, _) in zip(high, low, strict=True)
    )


def _gaps(function: Callable[..., Any], leaves: Point, digits: int) -> list[tuple[Any, Any]]:
    """How far apart the sides of each pair are, and how large."""
    import mpmath
    import sympy

    with mpmath.workdps(digits):
        values = function(*(mpmath.mpmathify(sympy.N(number(leaf), HIGH)) for leaf in leaves))
        sides = zip(values[::2], values[1::2], strict=True)
        return [(abs(one - two), max(abs(one), abs(two))) for one, two in sides]
