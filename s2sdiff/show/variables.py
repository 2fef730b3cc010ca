"""From a function to its intermediate variables and their partials.

    y: float = if %7               ->   y = sin(x) if x > w else x / w
    f: float = mul(a, a)           ->   f = a * a        df/da = 2.0 * a

Packing, asserts and tests are no variables: tuples are opened, asserts left out, and a test is
written into the conditional expression that it decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NoReturn, assert_never

from s2sdiff.differentiate.reverse import sweep
from s2sdiff.errors import fail, internal
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Call,
    Const,
    For,
    Function,
    If,
    Op,
    Parameter,
    Value,
    While,
    constant,
)
from s2sdiff.ir.lists import RANGE
from s2sdiff.ir.structure import PACK, TEXT, UNPACK, caught, is_section
from s2sdiff.ir.traverse import blocks, free_values, operands, reads, rewrite_blocks
from s2sdiff.ir.types import BOOL, List
from s2sdiff.pipeline import simplify
from s2sdiff.show.rows import Partial, Variable
from s2sdiff.simplify.tuples import as_tuples

# A partial that reads the result more often than this does so by name: `y`, not `exp(a)`.
MOST_REPEATS = 2


def prepared(primal: Function) -> Function:
    """`primal` simplified, with tuples for structures, without what it runs for its effect."""
    return simplify(rewrite_blocks(simplify(as_tuples(primal)), _without_effects))


def _without_effects(block: Block) -> Block:
    ops = tuple(op for op in block.ops if not (isinstance(op, Apply) and op.primitive.effect))
    return Block(block.params, ops, block.outputs)


def output_leaves(function: Function) -> tuple[Atom, ...]:
    """The atoms that `function` returns, tuples opened; each once."""
    packed = {op.results[0]: op for op in function.body.ops if _is_pack(op)}

    def visit(atom: Atom) -> Iterable[Atom]:
        if isinstance(atom, Value) and atom in packed:
            for item in operands(packed[atom]):
                yield from visit(item)
        else:
            yield atom

    return tuple(dict.fromkeys(visit(function.output)))


def _is_pack(op: Op) -> bool:
    return isinstance(op, Apply) and op.primitive is PACK


def variables_of(function: Function) -> tuple[tuple[Variable, ...], tuple[Value, ...]]:
    """The intermediate variables of a `prepared` function, and its outputs.

    A constant that is returned becomes a variable.
    """
    leaves = output_leaves(function)
    found = _variables(function.body, {leaf for leaf in leaves if isinstance(leaf, Value)})
    outputs: list[Value] = []
    for leaf in leaves:
        if isinstance(leaf, Const):
            value = Value(None, leaf.type)
            found.append(Variable((value,), Block((), (), (leaf,))))
            leaf = value
        outputs.append(leaf)
    return tuple(found), tuple(outputs)


def opened_by(variable: Variable) -> Value | None:
    """The tuple that `variable` opens, if it is such a row."""
    match variable.formula.ops:
        case (Apply(primitive=primitive, args=(Value() as whole,)),) if primitive is UNPACK:
            return whole
    return None


def _variables(body: Block, outputs: set[Value]) -> list[Variable]:
    found: list[Variable] = []
    tests: dict[Value, tuple[Op, ...]] = {}
    for op in body.ops:
        match op:
            case Apply(primitive=primitive) if primitive in (PACK, TEXT):
                continue
            case Apply(primitive=primitive, results=results) if primitive is UNPACK:
                found.append(Variable(results, Block((), (op,), results)))
            case Apply() if is_list_op(op):
                refuse_loop(op)
            case Apply(results=(result,)):
                ops = (*_tests_of(op, tests), op)
                if _is_test(result) and result not in outputs:
                    tests[result] = ops
                else:
                    found.append(Variable((result,), Block((), ops, (result,))))
            case If() if caught(op) is not None:
                refuse_loop(op)
            case If(results=results):
                before = _tests_of(op, tests)
                found += [
                    Variable((result,), Block((), (*before, _only(op, result)), (result,)))
                    for result in results
                ]
            case For() | While() | Call():
                refuse_loop(op)
            case Apply():
                raise internal("show", f"{op} is no intermediate variable")
            case _:
                assert_never(op)
    return found


def refuse_loop(op: Op) -> NoReturn:
    """Raise S2S308: one row cannot show what is computed in every turn."""
    is_list = isinstance(op, Apply) and op.primitive is not RANGE
    what = "recursion" if isinstance(op, Call) else "a list" if is_list else "a loop"
    if caught(op) is not None:
        what = "a try statement"
    fail(
        "S2S308",
        f"{what} cannot be shown as rows of intermediate variables",
        op.span,
        "trace without --at, --latex and --count shows regions; emit shows the code",
    )


def is_list_op(op: Apply) -> bool:
    """Does it make, read or change a run-time list?"""
    values = (*op.args, *op.results)
    return any(isinstance(value.type, List) for value in values)


def _is_test(value: Value) -> bool:
    return value.type == BOOL and value.hint is None


def _tests_of(op: Op, tests: dict[Value, tuple[Op, ...]]) -> tuple[Op, ...]:
    """The ops that compute the tests which `op` reads, each once."""
    inside = [atom for block in blocks(op) for atom in reads(block)]
    read = [atom for atom in (*operands(op), *inside) if isinstance(atom, Value)]
    return tuple(dict.fromkeys(test for atom in read for test in tests.get(atom, ())))


def _only(op: If, result: Value) -> If:
    """`op` with one of its results, and in its blocks only what that takes."""
    index = op.results.index(result)
    then, orelse = (_giving(block, block.outputs[index]) for block in (op.then, op.orelse))
    return replace(op, then=then, orelse=orelse, results=(result,))


def _giving(block: Block, output: Atom) -> Block:
    """`block` with the one output, and the ops that it takes; there are no effects in it."""
    needed = {output}
    kept: list[Op] = []
    for op in reversed(block.ops):
        if isinstance(op, If):
            for result in op.results:
                if result in needed:
                    op_part = _only(op, result)
                    kept.append(op_part)
                    _need(op_part, needed)
        elif any(result in needed for result in op.results):
            kept.append(op)
            _need(op, needed)
    return Block(block.params, tuple(reversed(kept)), (output,))


def _need(op: Op, needed: set[Atom]) -> None:
    needed.update(operands(op))
    for inner in blocks(op):
        needed.update(free_values(inner))


def partials_of(variable: Variable, varied: frozenset[Value]) -> tuple[Partial, ...]:
    """The partial of `variable` with respect to each varied operand, from the rules.

    An operand that occurs twice has one partial, their sum. Operands with a partial of exactly
    zero are left out.
    """
    (result, *others) = variable.values
    if others or result not in varied or not variable.formula.ops:
        return ()
    by = tuple(value for value in free_values(variable.formula) if value in varied)
    row = _function(by, variable.formula)
    builder = Builder()
    with builder.block() as ops:
        swept = sweep(builder, row, tuple(range(len(by))), [constant(1.0)], recompute=True)
    shown = tuple(op for op in ops if not is_section(op))
    found: list[Partial] = []
    for value, bar in zip(by, swept.bars[0], strict=True):
        if isinstance(bar, Value | Const):
            formula = simplify(_function(by, Block((), shown, (bar,)))).body
            found.append(Partial(result, value, _with_short_result(formula, variable)))
    return tuple(found)


def _function(by: tuple[Value, ...], formula: Block) -> Function:
    """A formula as a function of the values in `by` first, and of all others that it reads."""
    rest = tuple(value for value in free_values(formula) if value not in by)
    params = (*by, *rest)
    parameters = tuple(Parameter(f"x{index}", "positional") for index in range(len(params)))
    return Function("row", parameters, Block(params, formula.ops, formula.outputs))


def _with_short_result(formula: Block, variable: Variable) -> Block:
    """A partial with the variable's own formula in it, unless that would be read many times."""
    (result,) = variable.values
    ops = formula.ops
    if sum(atom is result for atom in reads(formula)) > MOST_REPEATS:
        ops = tuple(op for op in ops if result not in op.results)
        needed = _giving(Block((), ops, formula.outputs), formula.outputs[0])
        ops = needed.ops
    return Block((), ops, formula.outputs)
