"""How many operations? The function, its derivative by trace, and SymPy's expanded derivative.

The book expands the derivative of Example 5.14 in (5.110) and notes that it is longer than the
function (5.109). Differentiating the trace instead costs a small multiple of the function.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, assert_never, final

from s2sdiff.errors import internal
from s2sdiff.ir.core import Apply, Atom, Block, Call, Const, For, Function, If, Op, Value, While
from s2sdiff.ir.structure import PACK, UNPACK
from s2sdiff.ir.sure import with_one_name_each
from s2sdiff.ir.types import Scalar, Tuple
from s2sdiff.pipeline import Step, derive
from s2sdiff.show.sympy_twin import NoTwin, twin_of
from s2sdiff.show.variables import output_leaves, prepared, refuse_loop

# SymPy is not asked for derivatives of expressions larger than this: it would take minutes.
LARGEST = 1000


@final
@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of operations. `expanded` is None where there is no such expression: `reason` says
    why. `trace` includes the function's own operations, `expanded` does not."""

    function: int
    trace: int
    expanded: int | None
    reason: str = ""


def operations(function: Function) -> int:
    """The operations that a call of `function` performs; of a branch, the dearer side.

    Arithmetic, comparisons and calls of library functions count 1 each, functions of n > 2 numbers
    n - 1 (`sum` of three is two additions); tuples and headings nothing.
    """
    function = with_one_name_each(function)
    return _block_operations(function.body)


def _block_operations(block: Block) -> int:
    return sum(map(_op_operations, block.ops))


def _op_operations(op: Op) -> int:
    match op:
        case Apply(primitive=primitive, args=args):
            return 0 if primitive.name.startswith("core.") else max(1, len(args) - 1)
        case If(then=then, orelse=orelse):
            return max(_block_operations(then), _block_operations(orelse))
        case For() | While() | Call():
            refuse_loop(op)
        case _:
            assert_never(op)


def count_operations(primal: Function, wrt: tuple[int, ...]) -> Counts:
    """The three counts for the derivative of `primal` with respect to the parameters `wrt`."""
    primal = with_one_name_each(primal)
    function = prepared(primal)
    several = isinstance(function.output.type, Tuple)
    derivative = derive(primal, (Step("jacobian" if several else "value_and_grad", wrt),))
    size = _expanded_size(function)
    if size > LARGEST:
        reason = f"written as one expression the function has {size} operations"
        return Counts(operations(function), operations(derivative), None, reason)
    try:
        expanded = _expanded_operations(function, wrt)
    except NoTwin as problem:
        return Counts(operations(function), operations(derivative), None, str(problem))
    except RecursionError:
        reason = "the expression is nested too deep for SymPy"
        return Counts(operations(function), operations(derivative), None, reason)
    return Counts(operations(function), operations(derivative), expanded)


def _expanded_size(function: Function) -> int:
    """The operations of `function` written as one expression, nothing shared."""
    sizes: dict[Atom, int] = {}

    def visit(block: Block) -> None:
        for op in block.ops:
            match op:
                case Apply(args=args, results=results):
                    size = 1 + sum(sizes.get(arg, 0) for arg in args)
                    sizes.update(dict.fromkeys(results, size))
                case If(test=test, then=then, orelse=orelse, results=results):
                    visit(then)
                    visit(orelse)
                    sides = zip(results, then.outputs, orelse.outputs, strict=True)
                    for result, yes, no in sides:
                        sizes[result] = 1 + sum(sizes.get(atom, 0) for atom in (test, yes, no))
                case For() | While() | Call():
                    raise internal("show", f"{op} in a straight-line program")
                case _:
                    assert_never(op)

    visit(function.body)
    return sum(sizes.get(leaf, 0) for leaf in output_leaves(function))


def _expanded_operations(function: Function, wrt: tuple[int, ...]) -> int:
    """The operations of what `sympy.diff` gives, for each number returned and each input."""
    import sympy

    inputs: list[Any] = []
    values: dict[Atom, Any] = {}
    for index, param in enumerate(function.body.params):
        values[param] = _symbols(function.parameters[index].name, param, inputs, index in wrt)
    _run(function.body, values)
    total = 0
    for leaf in output_leaves(function):
        if isinstance(leaf, Value) and isinstance(leaf.type, Scalar):
            for symbol in inputs:
                total += int(sympy.diff(values[leaf], symbol).count_ops())
    return total


def _symbols(name: str, value: Value, inputs: list[Any], is_input: bool) -> Any:
    """A symbol for a number, a tuple of them for a tuple; `inputs` collects those asked for."""
    import sympy

    def visit(text: str, type_: object) -> Any:
        if isinstance(type_, Tuple):
            return tuple(visit(f"{text}_{i}", item) for i, item in enumerate(type_.items))
        symbol = sympy.Symbol(text, real=True)
        if is_input:
            inputs.append(symbol)
        return symbol

    return visit(name, value.type)


def _run(block: Block, values: dict[Atom, Any]) -> None:
    """Extend `values` by an expression for everything that `block` computes."""
    import sympy

    def read(atoms: Iterable[Atom]) -> list[Any]:
        return [_literal(a) if isinstance(a, Const) else values[a] for a in atoms]

    for op in block.ops:
        match op:
            case Apply(primitive=primitive, args=(whole,), results=results) if primitive is UNPACK:
                values.update(zip(results, read((whole,))[0], strict=True))
            case Apply(primitive=primitive, args=args, results=(result,)) if primitive is PACK:
                values[result] = tuple(read(args))
            case Apply(primitive=primitive, args=args, results=(result,)):
                values[result] = twin_of(primitive, read(args))
            case If(test=test, then=then, orelse=orelse, results=results):
                _run(then, values)
                _run(orelse, values)
                (decision,) = read((test,))
                sides = zip(results, read(then.outputs), read(orelse.outputs), strict=True)
                for result, yes, no in sides:
                    values[result] = sympy.Piecewise((yes, decision), (no, True))
            case Apply() | For() | While() | Call():
                raise internal("show", f"{op} in a straight-line program")
            case _:
                assert_never(op)


def _literal(const: Const) -> Any:
    """A constant exactly: 0.1 is a tenth."""
    import sympy

    if const.name in ("math.pi", "numpy.pi"):
        return sympy.pi
    if const.name in ("math.e", "numpy.e"):
        return sympy.E
    if isinstance(const.value, float) and math.isfinite(const.value):
        return sympy.Rational(repr(const.value))
    return sympy.sympify(const.value)


def render_counts(counts: Counts) -> str:
    """The counts as three lines."""
    rows = [
        ("the function", str(counts.function)),
        ("the function and its derivative, by trace", str(counts.trace)),
        ("the derivative expanded by SymPy (as in 5.110)", _expanded_text(counts)),
    ]
    width = max(len(what) for what, _ in rows)
    lines = "".join(f"  {what:<{width}}  {number}\n" for what, number in rows)
    return f"Operations\n\n{lines}"


def _expanded_text(counts: Counts) -> str:
    return f"not computed: {counts.reason}" if counts.expanded is None else str(counts.expanded)
