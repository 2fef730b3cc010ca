"""Names in a trace: the user's where there are any, else the letters a, b, c, ... in order.

    x = x * x; y = exp(x); return y + 1       ->   x_2, y, a

The frontend calls the value of a `return` after its function. A trace does not: the last of the
book's Example 5.14 is f because it comes after e, whatever the function is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from s2sdiff.ir.core import Const, Function, Value
from s2sdiff.ir.traverse import reads
from s2sdiff.show.rows import Partial, Variable

LETTERS = "abcdefghijkmnopqrstuvwxyz"  # without l, which looks like 1


def names_of(
    function: Function,
    outputs: Iterable[Value],
    variables: Iterable[Variable],
    partials: Iterable[Partial],
) -> dict[Value, str]:
    """A name of its own for every parameter and every variable."""
    outputs, variables = set(outputs), tuple(variables)
    chosen = dict(zip(function.body.params, (p.name for p in function.parameters), strict=True))
    values = [value for variable in variables for value in variable.values]
    wished = {value: _wish(value, function, outputs) for value in values}
    taken = {*chosen.values(), *_constants(variables, partials)}
    letters = _letters({*taken, *(name for name in wished.values() if name is not None)})
    for value in values:
        base = wished[value]
        chosen[value] = next(letters) if base is None else _version(base, taken, wished.values())
        taken.add(chosen[value])
    return chosen


def _wish(value: Value, function: Function, outputs: set[Value]) -> str | None:
    if not isinstance(value.hint, str) or (value in outputs and value.hint == function.name):
        return None
    return value.hint


def _constants(variables: Iterable[Variable], partials: Iterable[Partial]) -> Iterator[str]:
    """Names by which constants go, such as `e`."""
    formulas = [row.formula for row in variables] + [row.formula for row in partials]
    for formula in formulas:
        for atom in reads(formula):
            if isinstance(atom, Const) and atom.name is not None:
                yield atom.name.rpartition(".")[2]


def _letters(avoided: set[str]) -> Iterator[str]:
    """a, b, ..., z, a1, b1, ..., those in `avoided` left out."""
    for number in range(100_000):
        for letter in LETTERS:
            name = f"{letter}{number}" if number else letter
            if name not in avoided:
                yield name


def _version(base: str, taken: set[str], wished: Iterable[str | None]) -> str:
    """`base` itself, or the next of `base_2`, `base_3`, ... that nobody has or wants."""
    if base not in taken:
        return base
    unfree = taken.union(name for name in wished if name is not None)
    count = 2
    while f"{base}_{count}" in unfree:
        count += 1
    return f"{base}_{count}"
