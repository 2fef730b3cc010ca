"""Measuring: interleaved repeats, the minimum of each contender, ratios of minima."""

import ast
import time
from pathlib import Path

from s2sdiff import pipeline
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import find_target, module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.pipeline import Step, compile_text, derive, run, simplify
from s2sdiff.show.count import operations
from tests.benchmarks import contenders
from tests.benchmarks.programs import PROGRAMS

ROOT = Path(__file__).parent.parent.parent
REFERENCE = "by hand"


def seconds(function, args, number):
    start = time.perf_counter()
    for _ in range(number):
        function(*args)
    return (time.perf_counter() - start) / number


def fastest(functions, args, repeats, number):
    """The least time of each function for one call; the repeats are interleaved."""
    best = dict.fromkeys(functions, float("inf"))
    for _ in range(repeats):
        for name, function in functions.items():
            best[name] = min(best[name], seconds(function, args, number))
    return best


def gradient_table(repeats, number):
    """Rows (program, contender, time as a multiple of the gradient written by hand)."""
    rows = []
    for program, (function, by_hand, args) in PROGRAMS.items():
        made = {
            REFERENCE: by_hand,
            "s2sdiff": contenders.emitted(function, args),
            "SymPy diff + cse": contenders.sympy_lambdified(function, args),
        }
        slow = {
            "autograd": contenders.autograd_gradient(function, args),
            "JAX jit": contenders.jax_gradient(function, args),
        }
        compiled = {
            REFERENCE: contenders.numba_compiled(by_hand, args),
            "s2sdiff": contenders.numba_compiled(made["s2sdiff"], args),
        }
        for other in (*made.values(), *slow.values(), *compiled.values()):
            assert other is None or contenders.agrees(other(*args), by_hand(*args)), program
        times = fastest(made, args, repeats, number)
        present = {name: function for name, function in slow.items() if function is not None}
        times |= fastest(present, args, max(3, repeats // 5), max(1, number // 20))
        rows += [(program, name, times[name] / times[REFERENCE]) for name in times]
        if None not in compiled.values():
            times = fastest(compiled, args, repeats, number)
            rows += [
                (program, f"{name}, numba", times[name] / times[REFERENCE]) for name in times
            ]
    return rows


def files_measured():
    """(name, text, function, wrt) of the golden files and the examples."""
    for path in sorted((ROOT / "tests" / "golden" / "cases").glob("*.py")):
        text, _, rest = path.read_text().partition("# --- ")
        wrt = rest.split("wrt=")[1].split()[0]
        yield path.stem, text, None, tuple(wrt.split(","))
    targets = {
        "black_scholes": ("call_price", ("spot", "maturity", "rate", "volatility")),
        "equation_of_state": ("helmholtz", ("volume", "temperature")),
        "example_5_14": ("f", ("x",)),
    }
    for name, (function, wrt) in targets.items():
        yield f"examples/{name}", (ROOT / "examples" / f"{name}.py").read_text(), function, wrt


def operation_counts():
    """Rows (program, operations of the function, of value and gradient), largest ratio first."""
    rows = []
    for name, text, wanted, wrt in files_measured():
        module = module_from_text(f"{name}.py", text)
        functions = [n.name for n in module.tree.body if isinstance(n, ast.FunctionDef)]
        function = find_target(module, wanted or functions[-1])
        primal = lower(function, types_from_annotations(function, {})).function
        if "tuple" in str(type(primal.output.type)).lower():
            continue
        derived = derive(primal, (Step("value_and_grad", wrt),))
        simplified = run(simplify(primal), pipeline.FINISH)
        count = operations(simplified)
        if count:
            rows.append((name, count, operations(derived)))
    return sorted(rows, key=lambda row: -row[2] / row[1])


def straight_line(statements):
    """A function of so many statements, each with some operations."""
    lines = ["import math", "", "", "def f(x, y):"]
    for index in range(statements):
        lines.append(f"    v{index} = math.sin(x) * y + {index}.5")
        lines.append(f"    x, y = y, v{index}")
    lines.append("    return x * y")
    return "\n".join(lines[: 4 + 2 * (statements // 2)] + lines[-1:]) + "\n"


def nested(levels):
    """One expression so many levels deep; Python's parser takes 200 parentheses, and more operators."""
    calls = min(levels, 180)
    inner = " + ".join(["x", *(f"x * {index}.5" for index in range(levels - calls))])
    return f"import math\n\n\ndef f(x):\n    return {'math.sin(' * calls}{inner}{')' * calls}\n"


def compile_seconds(text):
    """From text to emitted text."""
    start = time.perf_counter()
    function = find_target(module_from_text("program.py", text), "f")
    primal = lower(function, types_from_annotations(function, {})).function
    compile_text(primal, (Step("value_and_grad"),))
    return time.perf_counter() - start


def first_gradient_seconds(repeats):
    """From the function object of Example 5.14 to its gradient function, everything imported."""
    from s2sdiff import value_and_grad
    from tests.benchmarks.programs import example_5_14

    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        value_and_grad(example_5_14)(0.7)
        best = min(best, time.perf_counter() - start)
    return best


def growth_table(sizes):
    """Rows (statements, seconds, milliseconds a statement)."""
    rows = []
    for size in sizes:
        taken = compile_seconds(straight_line(size))
        rows.append((size, taken, 1e3 * taken / size))
    return rows


