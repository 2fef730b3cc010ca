"""Is a derivative of a function of arrays right? Evidence from numbers, at random points.

SymPy does not know arrays of unknown length, so nothing is proved here. The emitted text is run on
random arrays, whose lengths are drawn for each name in the types, and compared in random directions

    with a difference quotient of fourth order of the trace of the function,
    with forward mode, for which the text of another derivative is run,

and shapes and kinds of cotangents are compared with those of the arguments.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Literal, TypeAlias, final

from s2sdiff.check.subject import call
from s2sdiff.emit.load import load
from s2sdiff.emit.module import Emitted
from s2sdiff.ir.core import Function
from s2sdiff.ir.evaluate import build_structure, evaluate
from s2sdiff.ir.types import (
    Array,
    Axis,
    List,
    Scalar,
    Static,
    Structure,
    Type,
    holds_arrays,
    parts,
)
from s2sdiff.options import Plan, Step
from s2sdiff.pipeline import compile_text, derive, resolve_wrt

POINTS = 5
CANDIDATES = 20
SHORTEST = 3  # the length of an axis; the numbers in arrays of ints are indices for it
STEPS = (1e-3, 2e-4, 4e-5)
TOLERANCE = 1e-6
FORWARD_TOLERANCE = 1e-9
Verdict: TypeAlias = Literal["DIFFERENCE TESTS PASSED", "UNKNOWN", "DIFFERENT"]
Outcome: TypeAlias = tuple[Verdict, int, str]


def has_arrays(function: Function) -> bool:
    return any(holds_arrays(param.type) for param in function.body.params)


@final
@dataclass(slots=True, eq=False)
class Draw:
    """Random arguments of given types; `lengths` are those of named axes at this point.

    All are equal if it is `square`: the layers of a network fit then.
    """

    generator: Any
    positive: bool = False
    square: bool = False
    lengths: dict[str, int] = field(default_factory=dict)

    def value(self, type_: Type) -> Any:
        import numpy as np

        match type_:
            case Scalar(kind="bool"):
                return bool(self.generator.integers(2))
            case Scalar(kind="int"):
                return int(self.generator.integers(1, 4))
            case Scalar():
                return float(self.number(()))
            case Array(kind=kind, axes=axes):
                shape = tuple(map(self.length, (3, 4) if axes is None else axes))
                if kind in ("bool", "int"):
                    most = 2 if kind == "bool" else SHORTEST
                    return self.generator.integers(0, most, shape).astype(kind)
                given = {"float32": np.float32, "complex": complex}.get(kind, float)
                return self.number(shape).astype(given)
            case List(item=item):
                return [self.value(item) for _ in range(3)]
            case Static(value=value):
                return value
        assert isinstance(type_, Structure)
        return build_structure(type_, *map(self.value, parts(type_)))

    def number(self, shape: tuple[int, ...]) -> Any:
        import numpy as np

        drawn = self.generator.normal(size=shape)
        return np.abs(drawn) + 0.1 if self.positive else np.asarray(drawn)

    def length(self, axis: Axis) -> int:
        if isinstance(axis, int):
            return axis
        name = "" if self.square else axis.name
        if name not in self.lengths:
            self.lengths[name] = int(self.generator.integers(SHORTEST, SHORTEST + 3))
        return max(0, self.lengths[name] + axis.plus)


def leaves(tree: Any) -> Iterator[Any]:
    """The numbers and arrays in a structure."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    elif hasattr(tree, "__dataclass_fields__"):
        tree = [getattr(tree, name) for name in tree.__dataclass_fields__]
    if isinstance(tree, tuple | list):
        for part in tree:
            yield from leaves(part)
    elif not isinstance(tree, str | bool | None):
        yield tree


def replaced(tree: Any, flat: Iterator[Any]) -> Any:
    """A structure with other leaves."""
    if isinstance(tree, dict):
        return {key: replaced(part, flat) for key, part in tree.items()}
    if hasattr(tree, "__dataclass_fields__"):
        names = tree.__dataclass_fields__
        return type(tree)(**{name: replaced(getattr(tree, name), flat) for name in names})
    if hasattr(tree, "_fields"):
        return type(tree)(*(replaced(part, flat) for part in tree))
    if isinstance(tree, tuple | list):
        return type(tree)(replaced(part, flat) for part in tree)
    return tree if isinstance(tree, str | bool | None) else next(flat)


def inner(one: Any, two: Any) -> float:
    import numpy as np

    pairs = zip(leaves(one), leaves(two), strict=True)
    return float(sum(np.sum(np.asarray(a, float) * np.asarray(b, float)) for a, b in pairs))


@final
class _Check:
    def __init__(self, primal: Function, plan: Plan, emitted: Emitted) -> None:
        self.step = plan[-1]
        before = derive(primal, plan[:-1]) if len(plan) > 1 else primal
        if self.step.operator in ("hvp", "hessian"):
            before = derive(before, (Step("grad", self.step.wrt),))
        self.before = before
        self.wrt, self.single = resolve_wrt(primal, self.step.wrt)
        self.text = partial(call, load(emitted), derive(primal, plan))
        self.forward: Callable[..., Any] | None = None
        if self.step.operator in ("grad", "value_and_grad", "vjp"):
            pushed = (*plan[:-1], Step("jvp", self.step.wrt))
            text = load(compile_text(primal, pushed))
            self.forward = partial(call, text, derive(primal, pushed))

    def value(self, args: tuple[Any, ...]) -> Any:
        return evaluate(self.before, args)

    def shifted(self, args: tuple[Any, ...], dots: tuple[Any, ...], by: float) -> tuple[Any, ...]:
        import numpy as np

        moved = list(args)
        for index, dot in zip(self.wrt, dots, strict=True):
            pairs = zip(leaves(args[index]), leaves(dot), strict=True)
            flat = [
                np.asarray(leaf, float) + by * step if np.shape(leaf) else float(leaf + by * step)
                for leaf, step in pairs
            ]
            moved[index] = replaced(args[index], iter(flat))
        return tuple(moved)

    def problem_at(self, args: tuple[Any, ...], draw: Draw) -> str | None:
        """What is wrong at this point; None if nothing is. Raises ArithmeticError where it is no
        evidence."""
        import numpy as np

        dots = tuple(
            replaced(
                args[index],
                iter([_direction(draw.generator, leaf) for leaf in leaves(args[index])]),
            )
            for index in self.wrt
        )
        slopes = cache(partial(self.slopes, args, dots))
        slopes(STEPS[0])
        if self.step.operator in ("jvp", "hvp"):
            found = self.text((*args, *dots))
            pushed = list(leaves(found[1] if self.step.operator == "jvp" else found))
            return compare(pushed, slopes)
        extra: tuple[Any, ...] = ()
        weights: list[Any] = [1.0]
        if self.step.operator == "vjp":
            bar = _like(self.value(args), draw)
            extra, weights = (bar,), list(leaves(bar))
        found = self.text((*args, *extra))
        bars = found if self.step.operator == "grad" else found[1]
        bars = (bars,) if self.single else bars
        for index, bar in zip(self.wrt, bars, strict=True):
            for leaf, each in zip(leaves(args[index]), leaves(bar), strict=True):
                if np.shape(leaf) != np.shape(each):
                    return f"a cotangent has the shape {np.shape(each)}, not {np.shape(leaf)}"
        assert self.forward is not None
        pushed = self.forward((*args, *dots))[1]
        one, two = inner(bars, dots), inner(weights, list(leaves(pushed)))
        size = _size(bars, dots)
        if abs(one - two) > FORWARD_TOLERANCE * size:
            return f"forward and reverse mode give {two!r} and {one!r}"
        return compare([one], lambda step: [inner(weights, slopes(step))], size)

    def slopes(self, args: tuple[Any, ...], dots: tuple[Any, ...], step: float) -> list[Any]:
        """Difference quotients of fourth order."""
        import numpy as np

        try:
            values = [
                list(leaves(self.value(self.shifted(args, dots, by * step))))
                for by in (1, -1, 2, -2)
            ]
        except IndexError:
            raise ArithmeticError from None
        found = [(8 * (a - b) - (c - d)) / (12 * step) for a, b, c, d in zip(*values, strict=True)]
        if not all(np.all(np.isfinite(slope)) for slope in found):
            raise ArithmeticError
        return found


def compare(
    found: list[Any], slopes: Callable[[float], list[Any]], size: float = 1.0
) -> str | None:
    """How `found` differs from difference quotients; None if it does not.

    Raises ArithmeticError where they do not settle: with a shorter step they move still.
    """
    import numpy as np

    before: list[Any] = []
    for step in STEPS:
        expected = slopes(step)
        if _farthest(found, expected, size) <= TOLERANCE:
            return None
        moved = _farthest(before, expected) if before else 1.0
        if moved < 0.01 and 10.0 * moved < _farthest(found, expected):
            at = [np.array2string(np.asarray(each)) for each in (*expected[:1], *found[:1])]
            return f"the derivative in a direction is {at[0]}, and the text gives {at[1]}"
        before = expected
    raise ArithmeticError


def _farthest(one: list[Any], two: list[Any], size: float = 1.0) -> float:
    """The largest difference, relative to the largest of `two` and to `size`; NaN is far away."""
    import numpy as np

    most = 0.0
    for a, b in zip(one, two, strict=True):
        scale = max(size, float(np.max(np.abs(b), initial=1.0)))
        apart = float(np.max(np.abs(np.asarray(a) - b), initial=0.0)) / scale
        most = max(most, apart if apart == apart else np.inf)
    return most


def _direction(generator: Any, leaf: Any) -> Any:
    import numpy as np

    if not np.shape(leaf):
        return float(generator.normal())
    return generator.normal(size=np.shape(leaf))


def _like(value: Any, draw: Draw) -> Any:
    flat = [_direction(draw.generator, leaf) for leaf in leaves(value)]
    return replaced(value, iter(flat))


def _size(bars: Any, dots: Any) -> float:
    import numpy as np

    pairs = zip(leaves(bars), leaves(dots), strict=True)
    return 1.0 + float(sum(np.sum(np.abs(np.asarray(a) * b)) for a, b in pairs))


def check_arrays(
    primal: Function, plan: Plan, emitted: Emitted, example: tuple[Any, ...] | None = None
) -> Outcome:
    """A verdict, at how many points, and what was done."""
    import numpy as np

    if plan[-1].operator in ("jacobian", "hessian"):
        return "UNKNOWN", 0, "matrices of arrays are not compared; check vjp or hvp"
    run = _Check(primal, plan, emitted)
    points, square = 0, False
    generator = np.random.default_rng(20)
    for count in range(CANDIDATES):
        if points == POINTS:
            break
        square = square or (count == POINTS and not points)
        draw = Draw(generator, positive=count % 2 == 1, square=square)
        if example is not None and count == 0:
            args = example
        else:
            args = tuple(draw.value(param.type) for param in primal.body.params)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                problem = run.problem_at(args, draw)
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            continue
        except (IndexError, NameError) as error:
            problem = f"the text raises {type(error).__name__}: {error}"
        if problem is not None:
            return "DIFFERENT", points + 1, problem
        points += 1
    if points < 2:
        return "UNKNOWN", points, f"only {points} random points could be evaluated"
    done = "forward mode and " if run.forward is not None else ""
    detail = f"equal to {done}difference quotients in random directions at {points} points"
    return "DIFFERENCE TESTS PASSED", points, detail
