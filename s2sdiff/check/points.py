"""Random points at which a function is defined."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from s2sdiff.check.exact import DIGITS, Arithmetic, NoTwin, run_function
from s2sdiff.check.trees import Tree, filled, flat
from s2sdiff.ir.core import Function
from s2sdiff.ir.types import Scalar, Static, Type, leaves

BOXES = ((-2.0, 2.0), (0.05, 3.0), (-0.95, 0.95), (1.1, 6.0), (0.5, 100.0))
TRIES = 24
LARGEST = 1e12
Point = tuple[Any, ...]


def parameter_types(function: Function) -> list[Type]:
    """The types of the leaves of the parameters that are numbers."""
    types = [leaf for value in function.body.params for leaf in leaves(value.type)]
    return [type_ for type_ in types if not isinstance(type_, Static)]


def arguments(function: Function, leaf_values: Point) -> tuple[Tree, ...]:
    """Leaves in the structure of the parameters."""
    remaining = iter(leaf_values)
    return tuple(filled(value.type, remaining) for value in function.body.params)


def defined_points(function: Function, wanted: int) -> list[Point]:
    """Rational points at which the function gives finite real numbers. Raises NoTwin."""
    generator = random.Random(5143)
    types = parameter_types(function)
    found: list[Point] = []
    for point in _candidates(types, generator):
        if len(found) == wanted:
            break
        if is_defined(function, point):
            found.append(point)
    return found


def _candidates(types: list[Type], generator: random.Random) -> Iterator[Point]:
    """Points from each box in turn, then with a box of its own for every coordinate."""
    for attempt in range(TRIES * len(BOXES)):
        common = BOXES[attempt % len(BOXES)]
        boxes = [common if attempt < 2 * TRIES else generator.choice(BOXES) for _ in types]
        yield tuple(
            _coordinate(type_, box, generator) for type_, box in zip(types, boxes, strict=True)
        )


def _coordinate(type_: Type, box: tuple[float, float], generator: random.Random) -> Any:
    import sympy

    if isinstance(type_, Scalar) and type_.kind == "int":
        return sympy.Integer(generator.randint(1, 4))
    if isinstance(type_, Scalar) and type_.kind == "bool":
        return generator.random() < 0.5
    return sympy.Rational(generator.randint(int(97 * box[0]) + 1, int(97 * box[1])), 97)


def is_defined(function: Function, point: Point) -> bool:
    """Does the function give finite real numbers here?"""
    import sympy

    numbers = Arithmetic(numeric=True, limit=LARGEST)
    try:
        result = run_function(function, arguments(function, as_floats(point)), numbers)
        return all(
            isinstance(leaf, bool | str)
            or leaf is None
            or (sympy.sympify(leaf).is_real and sympy.sympify(leaf).is_finite)
            for leaf in flat(result)
        )
    except NoTwin:
        raise
    except (ArithmeticError, AssertionError, TypeError, ValueError):
        return False


def as_floats(point: Point) -> Point:
    """The point in numbers of many digits; ints stay ints."""
    import sympy

    return tuple(
        sympy.Float(value, DIGITS) if isinstance(value, sympy.Rational) and value.q != 1 else value
        for value in point
    )
