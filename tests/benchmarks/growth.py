"""The time from function to gradient: Example 5.14, long functions, one deep expression."""

import gc
import time

from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.pipeline import Step, compile_text
from tests.benchmarks.programs import example_5_14

BAR_MS = 15.0
STEPS = ("math.sin({0}) * {1} + {2}.5", "{0} / (1.0 + {1} * {1}) - x", "math.exp(-{0} * {0}) * y")


def straight_line(statements):
    """A function of so many assignments and a return, each reading the two before it."""
    names = ["x", "y", *(f"v{index}" for index in range(statements))]
    lines = ["import math", "", "", "def f(x, y):"]
    for index in range(statements):
        step = STEPS[index % len(STEPS)].format(names[index + 1], names[index], index)
        lines.append(f"    v{index} = {step}")
    lines.append(f"    return {names[-1]}")
    return "\n".join(lines) + "\n"


def nested(levels):
    """One expression so many levels deep; Python's parser takes 200 parentheses, and more operators."""
    calls = min(levels, 180)
    inner = " + ".join(["x", *(f"x * {index}.5" for index in range(levels - calls))])
    return f"import math\n\n\ndef f(x):\n    return {'math.sin(' * calls}{inner}{')' * calls}\n"


def compile_seconds(text):
    """From text to emitted text; the processor's time, as other work on the machine is not ours."""
    gc.collect()
    start = time.process_time()
    function = find_target(module_from_text("program.py", text), "f")
    primal = lower(function, types_from_annotations(function, {})).function
    compile_text(primal, (Step("value_and_grad"),))
    return time.process_time() - start


def first_gradient_seconds(repeats):
    """From the function object of Example 5.14 to its gradient function, everything imported."""
    from s2sdiff import value_and_grad

    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        value_and_grad(example_5_14)(0.7)
        best = min(best, time.perf_counter() - start)
    return best


def report(sizes, turns):
    """The table as lines; the least of so many interleaved turns."""
    first = 1e3 * first_gradient_seconds(15 * turns)
    best = dict.fromkeys(sizes, float("inf"))
    for _ in range(turns):
        for size in sizes:
            best[size] = min(best[size], compile_seconds(straight_line(size)))
    yield "From function to gradient function"
    yield f"  Example 5.14: {first:.1f} ms  bar {BAR_MS}: {'met' if first <= BAR_MS else 'MISSED'}"
    for size, taken in best.items():
        yield f"  {size:5} statements: {taken:6.2f} s, {1e3 * taken / size:.2f} ms each"
    yield f"  300 levels in one expression: {compile_seconds(nested(300)):.2f} s"
