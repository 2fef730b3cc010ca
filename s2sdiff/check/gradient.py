"""Is a derivative right? The procedure, and its verdicts.

The emitted text is run, not the IR that it was made from. First on numbers of 150 digits, at random
points, against central differences of the function: whatever is wrong shows here. Then on symbols,
against `sympy.diff`: an entry is proved, or equal to 50 digits at every point. Tests in the program are
decided at a point, so a proof holds on the paths that the points took, and the report counts them; it
also says which parameters were taken to be positive, because the function was only found defined there.

    EXACT                       every entry is proved equal, on every path seen
    EQUAL TO 50 DIGITS          equal to sympy.diff at so many random points
    DIFFERENCE TESTS PASSED     equal to central differences, and forward to reverse, at so many points
    UNKNOWN                     too few points could be evaluated
    DIFFERENT                   not equal at a point, which is given
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, final

from s2sdiff.api import Derivative, derivative
from s2sdiff.check.arrays import check_arrays, has_arrays
from s2sdiff.check.dot_product import dot_product_gap
from s2sdiff.check.exact import Arithmetic, NoTwin
from s2sdiff.check.finite_differences import COARSER, central, rounding, tolerance
from s2sdiff.check.points import Point, arguments, as_python, defined_points, example_point
from s2sdiff.check.primal import value_problem
from s2sdiff.check.proof import prove
from s2sdiff.check.structures import inside, not_checked
from s2sdiff.check.subject import Subject
from s2sdiff.check.trees import Tree, flat, like
from s2sdiff.emit.load import load
from s2sdiff.emit.module import Emitted
from s2sdiff.ir.core import Function
from s2sdiff.options import Operator, Plan, Wrt
from s2sdiff.simplify.tuples import as_tuples

Verdict: TypeAlias = Literal[
    "EXACT", "EQUAL TO 50 DIGITS", "DIFFERENCE TESTS PASSED", "UNKNOWN", "DIFFERENT"
]
POINTS = 8
ENOUGH = 3
SECONDS = 8.0
PROOF_SECONDS = 10.0
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
    if has_arrays(primal):
        return _report(*check_arrays(primal, plan, emitted))
    reason = not_checked(primal)
    if reason is not None:
        return Report("UNKNOWN", 0, reason)
    try:
        plain = as_tuples(primal)
        points = defined_points(plain, POINTS)
        return _Check(Subject(plain, plan, emitted, primal)).report(points)
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

    `args` are example arguments; they give the types of the parameters and a point to check at. The
    function itself is called too: at the points checked it has to give what its trace gives.
    """
    checked = function if isinstance(function, Derivative) else None
    made = checked or derivative(function, operator, wrt, source)
    traced, emitted = made.compiled_for(args)
    if has_arrays(traced):
        return _report(*check_arrays(traced, made.plan, emitted, args))
    reason = not_checked(traced)
    if reason is not None:
        return Report("UNKNOWN", 0, reason)
    lowered = as_tuples(traced)
    subject = Subject(lowered, made.plan, emitted, traced)
    try:
        inner = args if args is None or lowered is traced else tuple(map(inside, args))
        example = None if inner is None else example_point(lowered, inner)
        random = defined_points(lowered, POINTS)
        points = random if example is None else [example, *random]
        report = _Check(subject).report(points)
    except NoTwin as missing:
        return Report("UNKNOWN", 0, f"{missing} has no SymPy twin")
    for count, point in enumerate(points if report.ok else (), 1):
        problem = value_problem(made, lowered, traced, point)
        if problem is not None:
            return Report("DIFFERENT", count, f"{problem}, at {subject.where(point)}")
    if args is not None and example is None:
        note = "not at the example arguments: they are no point where the function has a value"
        return replace(report, detail=f"{report.detail}\n{note}")
    return report


def _report(verdict: Verdict, points: int, detail: str) -> Report:
    return Report(verdict, points, detail)


class _NoEvidence(Exception):
    """Nothing can be said at this point."""


class _Check:
    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.deadline = time.monotonic() + SECONDS

    def report(self, candidates: list[Point]) -> Report:
        points: list[Point] = []
        for point in candidates:
            try:
                problem = self.problem_at(point)
            except _NoEvidence:
                continue
            if problem is not None:
                detail = f"{problem}, at {self.subject.where(point)}"
                return Report("DIFFERENT", len(points) + 1, detail)
            points.append(point)
            if time.monotonic() > self.deadline:
                break
        if len(points) < ENOUGH:
            return Report("UNKNOWN", len(points), f"only {len(points)} points could be evaluated")
        evidence = self.modes_report(points)
        return self.symbolic_report(points, evidence) if evidence.ok else evidence

    def problem_at(self, point: Point) -> str | None:
        """What is different at a point; None if nothing is. Raises _NoEvidence."""
        leaves = self.subject.leaves(point)
        wanted = self.differences(leaves)
        try:
            found = self.subject.text(leaves, Arithmetic(numeric=True))
        except NoTwin:
            raise
        except Exception as problem:
            return self.mistake_in_python(point, problem)
        sentence = self.gap(found, wanted, leaves)
        if sentence is not None and self.gap(self.differences(leaves, COARSER), wanted, leaves):
            raise _NoEvidence
        return sentence

    def differences(self, leaves: Point, coarser: int = 0) -> Tree:
        """What central differences give. Raises _NoEvidence at a kink and at the domain's border."""
        method = central(self.subject.order, coarser)
        try:
            return self.subject.reference(leaves, Arithmetic(numeric=True), method)
        except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as problem:
            raise _NoEvidence from problem

    def mistake_in_python(self, point: Point, problem: Exception) -> str:
        """What the text raises when Python itself runs it. Raises _NoEvidence if nothing.

        SymPy's numbers may be refused by what is right for Python's.
        """
        subject = self.subject
        seeds = subject.leaves(point)[subject.size :]
        try:
            subject.called(load(subject.emitted), as_python(subject.types, (*point, *seeds)))
        except ImportError:
            raise _NoEvidence from problem
        except Exception as mistake:
            return f"the emitted text raises {type(mistake).__name__}: {mistake}"
        raise _NoEvidence from problem

    def gap(self, found: Tree, wanted: Tree, leaves: Point) -> str | None:
        """The first entry in which two results differ, as a sentence; None where they agree."""
        if like(found, _nothing) != like(wanted, _nothing):
            return f"{len(flat(found))} numbers came back, in another structure than expected"
        order, size = self.subject.order, self.size(leaves)
        for index, (one, two) in enumerate(zip(flat(found), flat(wanted), strict=True)):
            if not _is_close(one, two, tolerance(order), rounding(order) * size):
                return f"entry {index} is {_shown(one)}, differences give {_shown(two)}"
        return None

    def size(self, leaves: Point) -> Any:
        """How large the values of the primal are, which rounding goes with."""
        import sympy

        values = flat(self.subject.value(leaves, Arithmetic(numeric=True)))
        return max((abs(leaf) for leaf in values if isinstance(leaf, sympy.Expr)), default=0)

    def modes_report(self, points: list[Point]) -> Report:
        """The evidence of differences, and of forward against reverse."""
        subject, numbers = self.subject, Arithmetic(numeric=True)
        leaves = subject.leaves(points[0])
        args = arguments(subject.primal, leaves)
        detail = f"at {len(points)} random points"
        try:
            pushed, pulled = dot_product_gap(subject.primal, subject.plan[0].wrt, args, numbers)
        except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError):
            return Report("DIFFERENCE TESTS PASSED", len(points), detail)
        if not _is_close(pushed, pulled, tolerance(1), rounding(1) * self.size(leaves)):
            where = subject.where(points[0])
            return Report("DIFFERENT", 1, f"forward gives {pushed}, reverse {pulled}, at {where}")
        detail += ", and forward equals reverse"
        return Report("DIFFERENCE TESTS PASSED", len(points), detail)

    def symbolic_report(self, points: list[Point], evidence: Report) -> Report:
        """The verdict of SymPy, or the evidence there is with the reason why there is none."""
        if len(self.subject.primal.body.ops) > LARGEST:
            return replace(evidence, detail=f"{evidence.detail}; too long for SymPy")
        proof = prove(self.subject, points, PROOF_SECONDS)
        if proof is None:
            return replace(evidence, detail=f"{evidence.detail}; SymPy came to no result")
        if not proof.agreed:
            return replace(evidence, detail=f"{evidence.detail}; sympy.diff gives something else")
        if proof.proved == proof.entries:
            detail = f"{_entries(proof.entries)} proved by SymPy{proof}"
            return Report("EXACT", len(points), detail)
        left = proof.entries - proof.proved
        detail = f"at {len(points)} random points; {left} of {_entries(proof.entries)} not proved"
        return Report("EQUAL TO 50 DIGITS", len(points), f"{detail}{proof}")


def _nothing(leaf: Any) -> None:
    return None


def _is_close(one: Any, two: Any, relative: Any, absolute: Any) -> bool:
    """Equal in proportion, or as far as rounding goes? What is no finite number is not."""
    import sympy

    if isinstance(one, bool | str | None) or isinstance(two, bool | str | None):
        return bool(one == two)
    left, right = sympy.sympify(one), sympy.sympify(two)
    if not (left.is_finite and right.is_finite):
        return False
    return bool(abs(left - right) <= relative * max(abs(left), abs(right)) + absolute)


def _shown(value: Any) -> str:
    import sympy

    return str(sympy.N(value, 17)) if isinstance(value, sympy.Expr) else repr(value)


def _entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}"
