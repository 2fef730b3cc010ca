"""The textbook: a function's three-address trace, its partials, and the chain rule back to the inputs.

    f(x) = sqrt(x**2 + exp(x**2)) + cos(x**2 + exp(x**2))       Example 5.14

    a = x**2         da/dx = 2 * x        df/dc = df/dd * dd/dc + df/de * de/dc
    b = exp(a)       db/da = exp(a)       df/db = df/dc * dc/db
    ...              ...                  ...

`trace_table` computes the rows, `render_text` and `render_latex` write them down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from s2sdiff.analysis.activity import varied_values
from s2sdiff.ir.core import Function, Value
from s2sdiff.ir.sure import with_one_name_each
from s2sdiff.ir.types import Scalar
from s2sdiff.show.latex import render_latex
from s2sdiff.show.letters import names_of
from s2sdiff.show.rows import Accumulation, Partial, Trace, Variable
from s2sdiff.show.text import render_text
from s2sdiff.show.variables import opened_by, partials_of, prepared, variables_of

__all__ = ["render_latex", "render_text", "trace_table"]

Partials: TypeAlias = dict[Variable, tuple[Partial, ...]]
Derivatives: TypeAlias = dict[tuple[Value, Value], Accumulation]


def trace_table(primal: Function, wrt: tuple[int, ...]) -> Trace:
    """The trace of `primal` and its derivatives with respect to the parameters `wrt`."""
    primal = with_one_name_each(primal)
    function = prepared(primal)
    variables, outputs = variables_of(function)
    params = [function.body.params[index] for index in wrt]
    varied = varied_values(function.body, params)
    numbers = tuple(output for output in outputs if _is_number(output))
    local = {variable: partials_of(variable, varied) for variable in variables}
    local = _with_held(local, _derivatives(numbers, local))
    derivatives = _derivatives(numbers, local)
    inputs = tuple(leaf for param in params for leaf in _leaves(param, variables))
    rows = _rows(numbers, inputs, variables, derivatives)
    partials = tuple(partial for found in local.values() for partial in found)
    return Trace(
        function=function,
        wrt=wrt,
        names=names_of(function, outputs, variables, partials),
        outputs=outputs,
        variables=variables,
        partials=partials,
        accumulations=tuple(row for row in rows if row.partials and not row.is_partial),
        substituted=tuple(row for row in rows if not row.is_partial or row.by in inputs),
        derivatives=derivatives,
    )


def _is_number(value: Value) -> bool:
    return isinstance(value.type, Scalar) and value.type.kind != "bool"


def _leaves(value: Value, variables: tuple[Variable, ...]) -> tuple[Value, ...]:
    """`value`, or the values that it is opened into."""
    for variable in variables:
        if opened_by(variable) is value:
            return tuple(leaf for item in variable.values for leaf in _leaves(item, variables))
    return (value,)


def _derivatives(outputs: tuple[Value, ...], local: Partials) -> Derivatives:
    """The derivative of each output with respect to each value that it depends on.

    Partials are collected from the output back, and listed in the order of the trace. A
    derivative stands behind all those that it is computed from.
    """
    found: Derivatives = {}
    for output in outputs:
        collected: dict[Value, list[Partial]] = {output: []}
        for variable, partials in reversed(local.items()):
            if variable.values[0] in collected:
                for partial in partials:
                    collected.setdefault(partial.by, []).insert(0, partial)
        between = [value for variable in reversed(local) for value in variable.values]
        for value in dict.fromkeys((*between, *collected)):
            if value in collected:
                found[output, value] = Accumulation(output, value, tuple(collected[value]))
    return found


def _with_held(local: Partials, derivatives: Derivatives) -> Partials:
    """`local`, where a partial of an output says what is held if its plain symbol means more."""

    def held(partial: Partial, siblings: tuple[Partial, ...]) -> Partial:
        whole = derivatives.get((partial.of, partial.by))
        if whole is None or len(whole.partials) < 2:
            return partial
        return replace(partial, held=tuple(p.by for p in siblings if p is not partial))

    return {
        variable: tuple(held(partial, partials) for partial in partials)
        for variable, partials in local.items()
    }


def _rows(
    outputs: tuple[Value, ...],
    inputs: tuple[Value, ...],
    variables: tuple[Variable, ...],
    derivatives: Mapping[tuple[Value, Value], Accumulation],
) -> list[Accumulation]:
    """For each output: derivatives from the last variable back, then those of all inputs."""
    rows: list[Accumulation] = []
    for output in outputs:
        between = [value for v in reversed(variables) for value in v.values]
        found = [
            derivatives[output, value]
            for value in between
            if (output, value) in derivatives and value is not output and value not in inputs
        ]
        found += [
            derivatives.get((output, value)) or Accumulation(output, value, ()) for value in inputs
        ]
        rows += found
    return rows
