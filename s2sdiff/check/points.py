"""Random points at which a function is defined, the same in every run.

Candidates are tried in floats first, with the library functions themselves: that is fast, and it is
Python that says where a function is defined (SymPy has a value for `sqrt(-1)**2`, Python has none).
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from s2sdiff.check.exact import DIGITS, Arithmetic, run_function
from s2sdiff.check.trees import Tree, filled, flat, leaf_types
from s2sdiff.ir.core import Call, Const, For, Function, If, While
from s2sdiff.ir.evaluate import evaluate
from s2sdiff.ir.traverse import reads, walk
from s2sdiff.ir.types import List, Scalar, Type

BOXES = ((-2.0, 2.0), (0.05, 3.0), (-0.95, 0.95), (1.1, 6.0), (0.5, 100.0))
TRIES = 48
CANDIDATES = 20_000
SECONDS = 4.0
SEVERAL = 10
SEARCHED = 100
LARGEST = 1e40
MOST_TURNS = 3000  # of all loops together, and calls
UNDEFINED_THERE = (ArithmeticError, AssertionError, LookupError, NameError, TypeError, ValueError)
Point = tuple[Any, ...]


def parameter_types(function: Function) -> list[Type]:
    """The types of the leaves of the parameters that are numbers."""
    return [leaf for value in function.body.params for leaf in leaf_types(value.type)]


def arguments(function: Function, leaf_values: Point) -> tuple[Tree, ...]:
    """Leaves in the structure of the parameters."""
    remaining = iter(leaf_values)
    return tuple(filled(value.type, remaining) for value in function.body.params)


def defined_points(function: Function, wanted: int) -> list[Point]:
    """Rational points at which the function gives finite real numbers. Raises NoTwin.

    A coordinate that came out positive everywhere is tried with the other sign too: where the
    function is defined there, one more point has it negative. A function with branches is also tried
    on both sides of its literals, which thresholds often are, and where it takes other paths.
    """
    generator = random.Random(5143)
    types = parameter_types(function)
    deadline = time.monotonic() + SECONDS
    found: list[Point] = []
    for point in _candidates(function, generator):
        if len(found) == wanted or time.monotonic() > deadline:
            break
        if is_defined(function, point):
            found.append(point)
    beside = [point for point in _beside_literals(function, types, found) if point not in found]
    found += [*_mirrored(function, types, found), *beside]
    return found + list(_on_new_paths(function, types, found))


def _mirrored(function: Function, types: list[Type], points: list[Point]) -> Iterator[Point]:
    for at in range(min(len(types), SEVERAL)):
        if _is_float(types[at]) and points and all(point[at] > 0 for point in points):
            for point in points:
                other = (*point[:at], -point[at], *point[at + 1 :])
                if is_defined(function, other):
                    yield other
                    break


def _beside_literals(function: Function, types: list[Type], points: list[Point]) -> Iterator[Point]:
    import sympy

    floats = [at for at, type_ in enumerate(types) if _is_float(type_)]
    if not points or not _has_branches(function):
        return
    for literal in _literals(function)[:SEVERAL]:
        for factor in (sympy.Rational(13, 14), sympy.Rational(15, 14)):
            value = sympy.Rational(repr(literal)) * factor
            for at in floats[:2]:
                point = (*points[0][:at], value, *points[0][at + 1 :])
                if is_defined(function, point):
                    yield point


def _on_new_paths(function: Function, types: list[Type], points: list[Point]) -> Iterator[Point]:
    """Points on which the tests come out as on no other, at most `SEVERAL`."""
    if not points or not _has_branches(function):
        return
    seen = {_path(function, types, point) for point in points}
    most = len(seen) + SEVERAL
    deadline = time.monotonic() + SECONDS / 2
    for point in islice(_candidates(function, random.Random(1435)), SEARCHED):
        if len(seen) == most or time.monotonic() > deadline:
            return
        if is_defined(function, point):
            path = _path(function, types, point)
            if path not in seen:
                seen.add(path)
                yield point


def _path(function: Function, types: list[Type], point: Point) -> tuple[int, ...]:
    numbers = Arithmetic(numeric=True)
    run_function(function, arguments(function, as_floats(types, point)), numbers)
    return tuple(numbers.path)


def _has_branches(function: Function) -> bool:
    return any(isinstance(op, If) for op in walk(function.body))


def _literals(function: Function) -> list[float]:
    """The numbers in the function that the boxes do not surround, without repetitions."""
    found = {
        float(atom.value): None
        for atom in reads(function.body)
        if isinstance(atom, Const) and isinstance(atom.value, int | float)
    }
    return [value for value in found if math.isfinite(value) and abs(value) > BOXES[0][1]]


def counts(function: Function) -> bool:
    """Can an int be a number of turns or an index here?"""
    ops = [*walk(function.body)]
    loops = any(isinstance(op, For | While | Call) for op in ops)
    return loops or any(isinstance(value.type, List) for op in ops for value in op.results)


def _candidates(function: Function, generator: random.Random) -> Iterator[Point]:
    """Points from each box in turn, then with a box of its own for every coordinate."""
    types = parameter_types(function)
    least = 0 if counts(function) else 1
    for attempt in range(CANDIDATES):
        common = BOXES[attempt % len(BOXES)]
        boxes = [common if attempt < TRIES else generator.choice(BOXES) for _ in types]
        yield tuple(
            _coordinate(type_, box, generator, least)
            for type_, box in zip(types, boxes, strict=True)
        )


def _is_float(type_: Type) -> bool:
    return isinstance(type_, Scalar) and type_.kind == "float"


def _coordinate(type_: Type, box: tuple[float, float], generator: random.Random, least: int) -> Any:
    import sympy

    if isinstance(type_, Scalar) and type_.kind == "int":
        return sympy.Integer(generator.randint(least, 4))
    if isinstance(type_, Scalar) and type_.kind == "bool":
        return generator.random() < 0.5
    return sympy.Rational(generator.randint(int(97 * box[0]) + 1, int(97 * box[1])), 97)


def example_point(function: Function, args: tuple[Any, ...]) -> Point | None:
    """Example arguments as a point; None where they are none, or the function has no value."""
    found: list[Any] = []
    try:
        for value, param in zip(_bound(function, args), function.body.params, strict=True):
            leaf_values = [leaf for leaf in flat(value) if not isinstance(leaf, str | None)]
            for leaf, type_ in zip(leaf_values, leaf_types(param.type), strict=True):
                found.append(_exact(leaf, type_))
    except (TypeError, ValueError):
        return None
    return tuple(found) if is_defined(function, tuple(found)) else None


def _bound(function: Function, args: tuple[Any, ...]) -> list[Any]:
    """A value for every parameter: an argument, the arguments left over, or the default."""
    remaining = list(args)
    bound: list[Any] = []
    for parameter in function.parameters:
        if parameter.kind == "var_positional":
            bound.append(tuple(remaining))
            remaining = []
        elif remaining and parameter.kind != "keyword_only":
            bound.append(remaining.pop(0))
        else:
            bound.append(None if parameter.default is None else parameter.default.value)
    return bound


def _exact(leaf: Any, type_: Type) -> Any:
    import sympy

    if isinstance(type_, Scalar) and type_.kind == "bool":
        return bool(leaf)
    return sympy.Rational(repr(float(leaf))) if _is_float(type_) else sympy.Integer(int(leaf))


def is_defined(function: Function, point: Point) -> bool:
    """Does the function give finite real numbers here, in floats and in numbers of many digits?"""
    if not _is_defined_in_floats(function, point):
        return False
    numbers = Arithmetic(numeric=True, limit=LARGEST)
    leaf_values = as_floats(parameter_types(function), point)
    try:
        result = run_function(function, arguments(function, leaf_values), numbers)
    except UNDEFINED_THERE:
        return False
    return all(map(_is_real, flat(result)))


def _is_defined_in_floats(function: Function, point: Point) -> bool:
    """False where the library functions refuse; True where there are no such functions here."""
    numbers = as_python(parameter_types(function), point)
    try:
        result = evaluate(function, arguments(function, numbers), turns=MOST_TURNS)
    except (ImportError, AttributeError):
        return True
    except UNDEFINED_THERE:
        return False
    return all(isinstance(leaf, str | None) or _is_finite(leaf) for leaf in flat(result))


def _is_finite(leaf: Any) -> bool:
    return not isinstance(leaf, complex) and math.isfinite(leaf)


def _is_real(leaf: Any) -> bool:
    import sympy

    if isinstance(leaf, bool | str) or leaf is None:
        return True
    number = sympy.sympify(leaf)
    return bool(number.is_real and number.is_finite)


def as_floats(types: list[Type], point: Point) -> Point:
    """The point in numbers of many digits; ints stay ints, and exact."""
    import sympy

    return tuple(
        sympy.Float(value, DIGITS) if _is_float(type_) else value
        for value, type_ in zip(point, types, strict=True)
    )


def as_python(types: list[Type], point: Point) -> Point:
    """The point in Python's own numbers."""
    kinds = {"float": float, "int": int, "bool": bool}
    return tuple(
        kinds[type_.kind](value) if isinstance(type_, Scalar) else value
        for value, type_ in zip(point, types, strict=True)
    )
