"""Is a derivative right? The procedure, and its verdicts.

The emitted text is run, not the IR that it was made from. First on numbers of 150 digits, at random
points, against central differences of the function: whatever is wrong shows here. Then on symbols,
against `sympy.diff`: an entry is proved, or equal to 50 digits at every point. Tests in the program are
decided at a point, so a proof holds on the paths that the points took, and the report counts them.

    EXACT                       every entry is proved equal, on every path seen
    EQUAL TO 50 DIGITS          equal to sympy.diff at so many random points
    DIFFERENCE TESTS PASSED     equal to central differences, and forward to reverse, at so many points
    UNKNOWN                     too few points could be evaluated
    DIFFERENT                   not equal at a point, which is given
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Literal, TypeAlias, final

from s2sdiff.api import Derivative, derivative
from s2sdiff.check import symbolic
from s2sdiff.check.dot_product import dot_product_gap
from s2sdiff.check.exact import Arithmetic, NoTwin, load_text, run_function
from s2sdiff.check.finite_differences import nested, tolerance
from s2sdiff.check.operators import apply_plan
from s2sdiff.check.points import Point, arguments, as_floats, defined_points, parameter_types
from s2sdiff.check.trees import Tree, filled, flat, leaf_names
from s2sdiff.emit.module import Emitted
from s2sdiff.ir.core import Function
from s2sdiff.ir.types import Scalar
from s2sdiff.options import Operator, Plan, Wrt
from s2sdiff.pipeline import derive

Verdict: TypeAlias = Literal[
    "EXACT", "EQUAL TO 50 DIGITS", "DIFFERENCE TESTS PASSED", "UNKNOWN", "DIFFERENT"
]
POINTS = 8
ENOUGH = 3
SECONDS = 10.0
PROOF_SECONDS = 15.0
LARGEST = 400


@final
@dataclass(frozen=True, slots=True)
class Report:
    """A verdict with its evidence. `points` is how many were compared, `detail` says what was done."""

    verdict: Verdict
    points: int
    detail: str

    @property
    def ok(self) -> bool:
        """False only where a difference was found."""
        return self.verdict != "DIFFERENT"

    @property
    def headline(self) -> str:
        """One line for the header of a file."""
        return f"{self.verdict}: {self.detail.splitlines()[0]}"

    def __str__(self) -> str:
        return f"{self.verdict}: {self.detail}"


def check_text(primal: Function, plan: Plan, emitted: Emitted) -> Report:
    """Check emitted text against the primal that it is the derivative of."""
    try:
        return _Check(primal, plan, emitted).report()
    except NoTwin as missing:
        return Report("UNKNOWN", 0, f"{missing} has no SymPy twin")


def check(
    function: Any,
    wrt: Wrt = 0,
    *,
    operator: Operator = "value_and_grad",
    args: tuple[Any, ...] | None = None,
    source: str | None = None,
) -> Report:
    """Check the derivative of a live function, or a `Derivative` itself.

    `args` are example arguments; they give the types of the parameters. The function itself is called
    too: at the points checked it has to give the value that its three-address trace gives.
    """
    checked = function if isinstance(function, Derivative) else None
    made = checked or derivative(function, operator, wrt, source)
    lowered, emitted = made.compiled_for(args)
    report = check_text(lowered, made.plan, emitted)
    return _compare_values(report, made, lowered) if report.ok else report


def _compare_values(report: Report, made: Derivative, lowered: Function) -> Report:
    """Does the function itself give what its trace gives, in floats?"""
    try:
        points = defined_points(lowered, ENOUGH)
    except NoTwin:
        return report
    for point in points:
        floats = arguments(lowered, tuple(_as_python(value) for value in point))
        exact = arguments(lowered, as_floats(point))
        wanted = flat(run_function(lowered, exact, Arithmetic(numeric=True)))
        found = flat(made.call_base(floats, lowered))
        for ours, theirs in zip(wanted, found, strict=True):
            if abs(float(ours) - float(theirs)) > 1e-9 * max(1.0, abs(float(ours))):
                where = _where(lowered, point)
                return Report(
                    "DIFFERENT", 1, f"the function gives {theirs}, its trace {float(ours)}, {where}"
                )
    return report


def _as_python(value: Any) -> Any:
    import sympy

    if isinstance(value, sympy.Integer):
        return int(value)
    return value if isinstance(value, bool) else float(value)


def _where(function: Function, point: Point) -> str:
    names = leaf_names(function)
    pairs = zip(names, point, strict=False)
    return "at " + ", ".join(f"{name} = {float(value):.6g}" for name, value in pairs)


class _Check:
    def __init__(self, primal: Function, plan: Plan, emitted: Emitted) -> None:
        self.primal = primal
        self.plan = plan
        self.emitted = emitted
        self.order = sum(2 if step.operator in ("hessian", "hvp") else 1 for step in plan)
        self.target = derive(primal, plan)
        self.deadline = time.monotonic() + SECONDS

    def report(self) -> Report:
        points: list[Point] = []
        for point in defined_points(self.primal, POINTS):
            leaves = (*as_floats(point), *self.seeds())
            problem = self.difference_at(point, leaves)
            if problem is None:
                points.append(point)
            elif self.is_stable(leaves):
                return Report("DIFFERENT", len(points) + 1, problem)
            if time.monotonic() > self.deadline:
                break
        if len(points) < ENOUGH:
            return Report("UNKNOWN", len(points), f"only {len(points)} points could be evaluated")
        evidence = self.differences_passed(points)
        if not evidence.ok:
            return evidence
        if len(list(self.primal.body.ops)) > LARGEST:
            return evidence
        return self.symbolic_report(points) or evidence

    def seeds(self) -> list[Any]:
        """Numbers for the parameters that the operators added."""
        extra = len(parameter_types(self.target)) - len(parameter_types(self.primal))
        numbers = Arithmetic(numeric=True)
        return [numbers.literal(0.75 - 0.5 * index) for index in range(extra)]

    def given(self, leaf_values: Point) -> tuple[Tree, ...]:
        """Leaves in the structure of the parameters of the derivative."""
        remaining = iter(leaf_values)
        return tuple(filled(value.type, remaining) for value in self.target.body.params)

    def is_stable(self, leaves: Point) -> bool:
        """Do differences with another step agree? Where they do not they are no evidence."""
        numbers = Arithmetic(numeric=True)

        def program(*args: Tree) -> Tree:
            return run_function(self.primal, args, numbers)

        estimates = [
            flat(
                apply_plan(program, self.primal, self.plan, nested(self.order, digits))(
                    *self.given(leaves)
                )
            )
            for digits in (40, 44)
        ]
        return all(self.is_close(one, two) for one, two in zip(*estimates, strict=True))

    def is_close(self, one: Any, two: Any) -> bool:
        """Equal as far as differences of this order reach?"""
        import sympy

        if not (sympy.sympify(one).is_finite and sympy.sympify(two).is_finite):
            return False
        allowed = sympy.Float(tolerance(self.order), 60)
        gap = abs(sympy.sympify(one) - sympy.sympify(two))
        return bool(gap <= allowed * max(1, abs(one), abs(two)))

    def both(self, leaf_values: Point, exact: bool, point: Point) -> tuple[Tree, Tree, list[bool]]:
        """What the emitted text gives, and what it has to give, on these leaves."""
        table = dict(zip(leaf_values, as_floats(point), strict=True)) if exact else {}
        arithmetic = Arithmetic(not exact, table)
        given = self.given(leaf_values)
        function = load_text(self.emitted.source, self.emitted.name, arithmetic)
        found = function(*self.positional(given)[0], **self.positional(given)[1])
        path = list(arithmetic.path)

        def program(*args: Tree) -> Tree:
            return run_function(self.primal, args, arithmetic)

        differentiate = symbolic.differentiate if exact else nested(self.order)
        wanted = apply_plan(program, self.primal, self.plan, differentiate)(*given)
        return found, wanted, path

    def positional(self, given: tuple[Tree, ...]) -> tuple[list[Tree], dict[str, Tree]]:
        """How the emitted function is called."""
        args: list[Tree] = []
        keywords: dict[str, Tree] = {}
        for parameter, value in zip(self.target.parameters, given, strict=True):
            match parameter.kind:
                case "var_positional":
                    args.extend(value)
                case "keyword_only":
                    keywords[parameter.name] = value
                case _:
                    args.append(value)
        return args, keywords

    def difference_at(self, point: Point, leaves: Point) -> str | None:
        """What is different at a point, or None."""
        import sympy

        where = _where(self.primal, point)
        try:
            found, wanted, _ = self.both(leaves, False, leaves)
        except (ArithmeticError, AssertionError, ValueError, TypeError) as problem:
            return f"the emitted text raises {type(problem).__name__}: {problem}, {where}"
        ours, theirs = flat(found), flat(wanted)
        if len(ours) != len(theirs):
            return f"{len(ours)} numbers came back, not {len(theirs)}"
        for index, (one, two) in enumerate(zip(ours, theirs, strict=True)):
            if not self.is_close(one, two):
                left, right = sympy.N(one, 17), sympy.N(two, 17)
                return f"entry {index} is {left}, differences give {right}, {where}"
        return None

    def differences_passed(self, points: list[Point]) -> Report:
        """The evidence of differences, and of forward against reverse."""
        numbers = Arithmetic(numeric=True)
        args = arguments(self.primal, as_floats(points[0]))
        pushed, pulled = dot_product_gap(self.primal, self.plan[0].wrt, args, numbers)
        if not abs(pushed - pulled) <= 1e-60 * max(1, abs(pushed)):
            where = _where(self.primal, points[0])
            return Report("DIFFERENT", 1, f"forward gives {pushed}, reverse {pulled}, {where}")
        detail = f"at {len(points)} random points, and forward equals reverse"
        return Report("DIFFERENCE TESTS PASSED", len(points), detail)

    def symbolic_report(self, points: list[Point]) -> Report | None:
        """Proofs on every path seen; None where symbols cannot be used or take too long."""

        def task(sender: Connection) -> None:
            with suppress(ArithmeticError, AssertionError, TypeError, ValueError, AttributeError):
                self.prove(points, sender)
            sender.close()

        with symbolic.child(task) as receiver:
            found = [] if receiver is None else list(symbolic.received(receiver, PROOF_SECONDS))
        if not found or found[0] is None:
            return None
        (paths, entries), *outcomes = found
        where = f" on {paths} paths" if paths > 1 else ""
        if outcomes.count(True) == entries:
            return Report("EXACT", len(points), f"{_entries(entries)} proved by SymPy{where}")
        left = entries - outcomes.count(True)
        detail = f"at {len(points)} random points; {left} of {_entries(entries)} not proved{where}"
        return Report("EQUAL TO 50 DIGITS", len(points), detail)

    def prove(self, points: list[Point], sender: Connection) -> None:
        """Send how many paths and entries agree to 50 digits (None if any does not), then proofs."""
        paths: dict[tuple[bool, ...], list[tuple[Any, Any]]] = {}
        symbols = self.symbols(points)
        for point in points:
            full = (*point, *self.seeds())
            leaves = as_floats(full)
            _, _, path = self.both(leaves, False, leaves)
            if tuple(path) not in paths:
                found, wanted, _ = self.both(symbols, True, full)
                paths[tuple(path)] = list(zip(flat(found), flat(wanted), strict=True))
            if not agree(paths[tuple(path)], symbols, leaves):
                sender.send(None)
                return
        pairs = [pair for found in paths.values() for pair in found]
        sender.send((len(paths), len(pairs)))
        for one, two in pairs:
            sender.send(symbolic.equal(one, two))

    def symbols(self, points: list[Point]) -> tuple[Any, ...]:
        """A symbol for every leaf; positive where the function was only defined there."""
        import sympy

        names = leaf_names(self.target)
        types = parameter_types(self.target)
        found = []
        for index, (name, type_) in enumerate(zip(names, types, strict=True)):
            values = [point[index] for point in points if index < len(point)]
            positive = bool(values) and all(value > 0 for value in values)
            integer = isinstance(type_, Scalar) and type_.kind == "int"
            facts = {"real": True, **({"positive": True} if positive else {})}
            found.append(sympy.Symbol(name, **({"integer": True} if integer else {}), **facts))
        return tuple(found)


def agree(pairs: list[tuple[Any, Any]], symbols: tuple[Any, ...], leaves: Point) -> bool:
    """Are the two sides of every pair equal to 50 digits at the point?"""
    import mpmath
    import sympy

    expressions = [sympy.sympify(side) for pair in pairs for side in pair]
    function = sympy.lambdify(symbols, expressions, modules="mpmath", cse=True)
    with mpmath.workdps(80):
        values = function(*(mpmath.mpmathify(sympy.N(leaf, 80)) for leaf in leaves))
        sides = zip(values[::2], values[1::2], strict=True)
        return all(
            abs(one - two) <= mpmath.mpf("1e-50") * max(1, abs(one), abs(two)) for one, two in sides
        )


def _entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}"
