"""Compares the derivatives of one random program with each other and with 40-digit differences.

The reference runs the program's own text on mpmath numbers: it shares nothing with the compiler.
"""

import mpmath

from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import find_target, module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.pipeline import Step, compile_text
from tests.property import precise

DIGITS = 50
STEP = "1e-20"
TOLERANCE = 1e-8


class Mismatch(AssertionError):
    """Two ways of computing one derivative disagree."""


def primal_of(text):
    function = find_target(module_from_text("program.py", text), "f")
    return lower(function, types_from_annotations(function, {})).function


def run_alone(emitted):
    """The emitted function, run in a namespace of its own."""
    scope = {}
    exec(compile(emitted.source, "emitted.py", "exec"), scope)
    return scope[emitted.name]


def reference(text):
    """The program on mpmath numbers: its literals are exact, its functions are mpmath's."""
    scope = {"divmod": precise.divided}
    changed = text.replace("import math", "from tests.property import precise as math")
    exec(changed, scope)
    return scope["f"]


def gradient_by_differences(function, point):
    step = mpmath.mpf(STEP)
    slopes = []
    for index in range(len(point)):
        values = []
        for sign in (1, -1):
            moved = [mpmath.mpf(x) for x in point]
            moved[index] += sign * step
            values.append(function(*moved))
        slopes.append((values[0] - values[1]) / (2 * step))
    return [float(slope) for slope in slopes]


def close(one, two):
    return abs(one - two) <= TOLERANCE * max(1.0, abs(one), abs(two))


def compare(text, count, point):
    """Raise Mismatch if any two ways disagree for the program `text` at `point`."""
    wrt = tuple(range(count))
    primal = primal_of(text)
    scope = {}
    exec(text, scope)
    value, gradient = run_alone(compile_text(primal, (Step("value_and_grad", wrt),)))(*point)
    if value != scope["f"](*point) and not close(value, scope["f"](*point)):
        raise Mismatch(f"the value is {value}, not {scope['f'](*point)}")
    with mpmath.workdps(DIGITS):
        wanted = gradient_by_differences(reference(text), point)
    check_all(gradient, wanted, "reverse against differences")
    check_all(run_alone(compile_text(primal, (Step("grad", wrt),)))(*point), gradient, "grad")
    direction = [0.3 - 0.7 * index for index in range(count)]
    jvp = run_alone(compile_text(primal, (Step("jvp", wrt),)))
    _, slope = jvp(*point, *direction)
    dot = sum(d * g for d, g in zip(direction, gradient, strict=True))
    check_all([slope], [dot], "forward against reverse")
    return gradient


def compare_second_order(text, count, point):
    """Forward over reverse, reverse over reverse, and reverse over forward agree."""
    wrt = tuple(range(count))
    primal = primal_of(text)
    hessian = run_alone(compile_text(primal, (Step("hessian", wrt),)))(*point)
    direction = [0.3 - 0.7 * index for index in range(count)]
    product = run_alone(compile_text(primal, (Step("hvp", wrt),)))(*point, *direction)
    rows = [sum(h * d for h, d in zip(row, direction, strict=True)) for row in hessian]
    check_all(product, rows, "hvp against hessian")
    again = run_alone(compile_text(primal, (Step("grad", 0), Step("grad", wrt))))(*point)
    check_all(again, hessian[0], "reverse over reverse against hessian")
    lowered = compile_text(primal, (Step("grad", wrt),))
    function = find_target(module_from_text("emitted.py", lowered.source), lowered.name)
    primal_again = lower(function, types_from_annotations(function, {})).function
    jacobian = run_alone(compile_text(primal_again, (Step("jacobian", wrt),)))(*point)
    for row, wanted in zip(jacobian, hessian, strict=True):
        check_all(row, wanted, "the emitted gradient differentiated again")


def check_all(found, wanted, what):
    for index, (one, two) in enumerate(zip(found, wanted, strict=True)):
        if not close(one, two):
            raise Mismatch(f"{what}: entry {index} is {one!r}, not {two!r}")
