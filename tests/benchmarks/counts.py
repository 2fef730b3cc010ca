"""Operations of a gradient over those of its function, for all golden files and examples."""

import ast
from pathlib import Path

from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.ir.core import Call, For, While
from s2sdiff.ir.traverse import walk
from s2sdiff.ir.types import Structure
from s2sdiff.pipeline import FINISH, Step, derive, run, simplify
from s2sdiff.show.count import operations

TESTS = Path(__file__).parent.parent
EXAMPLES = TESTS.parent / "examples"
BAR = 4.0
TARGETS = {
    "black_scholes": ("call_price", ("spot", "strike", "maturity", "rate", "volatility")),
    "equation_of_state": ("helmholtz", ("volume", "temperature")),
    "example_5_14": ("f", ("x",)),
    "robot_arm": ("hand", ("shoulder", "elbow", "wrist")),
}


def programs():
    """(name, text, function, wrt) of the golden files and the examples of numbers: an operation of arrays
    has no count."""
    for path in sorted((TESTS / "golden" / "cases").glob("*.py")):
        if path.stem.startswith(("arrays_", "stores_")):
            continue
        text, _, rest = path.read_text().partition("# --- ")
        wrt = rest.partition("wrt=")[2].split()[0]
        functions = [n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
        yield path.stem, text, functions[-1], tuple(wrt.split(","))
    for name, (function, wrt) in TARGETS.items():
        yield f"examples/{name}", (EXAMPLES / f"{name}.py").read_text(), function, wrt


def operation_counts():
    """Rows (program, operations of the function, of value and gradient), largest ratio first.

    For a function with several results the pullback is counted. Functions without operations, such
    as the identity, have no ratio; nor have loops, whose operations depend on their turns.
    """
    rows = []
    for name, text, wanted, wrt in programs():
        function = find_target(module_from_text(f"{name}.py", text), wanted)
        primal = lower(function, types_from_annotations(function, {})).function
        several = isinstance(primal.output.type, Structure)
        derived = derive(primal, (Step("vjp" if several else "value_and_grad", wrt),))
        if any(isinstance(op, Call | For | While) for op in walk(derived.body)):
            continue
        count = operations(run(simplify(primal), FINISH))
        if count:
            rows.append((name, count, operations(derived)))
    return sorted(rows, key=lambda row: -row[2] / row[1])


def report(shown):
    """The table as lines: the largest ratios of all."""
    rows = operation_counts()
    met = all(derived <= BAR * count for _, count, derived in rows)
    yield (
        f"Operations of value and gradient over those of the function: {len(rows)} programs, "
        f"bar {BAR}: {'met' if met else 'MISSED'}; the largest"
    )
    for name, count, derived in rows[:shown]:
        yield f"  {name:<32} {derived:4} / {count:<4} = {derived / count:.2f}"
