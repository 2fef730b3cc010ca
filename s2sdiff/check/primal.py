"""Does the three-address trace give what the function itself gives? This finds mistakes of the frontend.

Both do the same operations on floats in the same order, so they agree to the last digits, however
much the function loses to rounding.
"""

from __future__ import annotations

import math
from typing import Any

from s2sdiff.api import Derivative
from s2sdiff.check.points import Point, arguments, as_python, parameter_types
from s2sdiff.check.structures import inside, outside
from s2sdiff.check.trees import Tree, flat
from s2sdiff.ir.core import Function
from s2sdiff.ir.evaluate import evaluate

CLOSE = 1e-12


def value_problem(
    made: Derivative, lowered: Function, traced: Function, point: Point
) -> str | None:
    """How the differentiated function and its trace differ at a point; None where they agree.

    `lowered` is the trace with tuples for the structures in `traced`.
    """
    args = arguments(lowered, as_python(parameter_types(lowered), point))
    try:
        ours = evaluate(lowered, args)
    except ImportError:
        return None
    try:
        if lowered is not traced:
            given = zip(traced.body.params, args, strict=True)
            args = tuple(outside(param.type, arg, True) for param, arg in given)
        theirs = made.call_base(args, traced)
    except Exception as problem:  # whatever the user's function raises where its trace does not
        return f"the function raises {type(problem).__name__}: {problem}; its trace gives {ours}"
    if lowered is not traced:
        theirs = inside(theirs)
    if _same(theirs, ours):
        return None
    return f"the function gives {theirs}, its trace {ours}"


def _same(one: Tree, two: Tree) -> bool:
    ones, twos = flat(one), flat(two)
    return len(ones) == len(twos) and all(map(_is_close, ones, twos))


def _is_close(one: Any, two: Any) -> bool:
    if isinstance(one, str | None) or isinstance(two, str | None):
        return bool(one == two)
    return math.isclose(one, two, rel_tol=CLOSE)
