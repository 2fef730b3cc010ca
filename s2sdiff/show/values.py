"""A trace at a point: every row's value, right to the last digit of a float.

Each value is computed twice. *approx* is what the program itself computes in floats: it decides
which branch is taken, and raises where the program raises. *exact* is computed with 50 digits,
where literals and the point mean the decimal numbers they show; it is rounded to a float at the very
end. So 0.7**2 is 0.49. Functions without a twin in mpmath, and those that jump, give their float.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, final

from s2sdiff.errors import fail
from s2sdiff.frontend.names import python_number
from s2sdiff.ir.core import Block, Const, Function, Parameter, Value
from s2sdiff.ir.evaluate import evaluate, library
from s2sdiff.ir.traverse import free_values, reads
from s2sdiff.ir.types import INT, Scalar, Type
from s2sdiff.ir.types import Tuple as TupleType
from s2sdiff.rules.registry import twin
from s2sdiff.show.rows import Accumulation, Partial, Trace

DIGITS = 50
NOISE = 1e-40

# Functions that mpmath has under the name that `math` has for them.
_NAMES = (
    "acos acosh asin asinh atan atan2 atanh cos cosh degrees erf erfc exp expm1 fabs gamma "
    "log log10 log1p radians sin sinh sqrt tan tanh"
)
_SAME = frozenset(_NAMES.split())


def _without_noise(total: Any, *terms: Any) -> Any:
    """`total`, or zero where its terms cancel up to the digits that are computed."""
    return 0 * total if abs(total) < NOISE * max(map(abs, terms)) else total


_OPERATORS: dict[str, Callable[..., Any]] = {
    "operator.add": lambda a, b: _without_noise(a + b, a, b),
    "operator.sub": lambda a, b: _without_noise(a - b, a, b),
    "operator.mul": operator.mul,
    "operator.truediv": operator.truediv,
    "operator.neg": operator.neg,
    "operator.pos": operator.pos,
    "operator.pow": operator.pow,
}


@final
@dataclass(frozen=True, slots=True)
class Pair:
    """A value in floats, and with many digits; its truth is that of the float."""

    approx: Any
    exact: Any

    def __bool__(self) -> bool:
        return bool(self.approx)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """The value of each row, rounded to a float."""

    variables: Mapping[Value, object]
    partials: Mapping[Partial, object]
    derivatives: Mapping[Accumulation, object]


def inputs_at(trace: Trace, at: Mapping[str, float]) -> dict[str, object]:
    """The inputs by name, defaults filled in. Raises S2S404 for a point that does not fit."""
    function = trace.function
    known: dict[str, object] = {}
    missing: list[str] = []
    for parameter, param in zip(function.parameters, function.body.params, strict=True):
        read = param in set(reads(function.body))
        for name, alias, type_ in _leaves(parameter.name, parameter.name, param.type):
            given = at.get(name, at.get(alias))
            if given is not None:
                known[name] = int(given) if type_ == INT and given == int(given) else float(given)
            elif parameter.default is not None and isinstance(param.type, Scalar):
                known[name] = parameter.default.value
            elif read:
                missing.append(name)
    aliases = _all_names(function)
    wrong = [name for name in at if name not in aliases]
    if wrong or missing:
        problem = f"names {wrong[0]}, which is no parameter" if wrong else f"gives no {missing[0]}"
        shown = ",".join(f"{name}=..." for name in dict.fromkeys(aliases.values()))
        fail("S2S404", f"the point {problem} of {function.name}", None, f"give {shown}")
    return known


def _all_names(function: Function) -> dict[str, str]:
    """Table: the number meant, for everything that a point may name."""
    found: dict[str, str] = {}
    for parameter, param in zip(function.parameters, function.body.params, strict=True):
        for name, alias, _ in _leaves(parameter.name, parameter.name, param.type):
            found[name] = found[alias] = name
    return found


def _leaves(name: str, alias: str, type_: Type) -> list[tuple[str, str, Type]]:
    """The numbers in a parameter: `p[0]`, which is called `p_0` in a trace."""
    match type_:
        case TupleType(items=items):
            return [
                leaf
                for index, item in enumerate(items)
                for leaf in _leaves(f"{name}[{index}]", f"{alias}_{index}", item)
            ]
        case Scalar():
            return [(name, alias, type_)]
    return []


def numbers_at(trace: Trace, at: Mapping[str, float]) -> Numbers:
    """The value of every row at the point. Raises S2S404 where one cannot be computed."""
    import mpmath

    point = inputs_at(trace, at)
    try:
        with mpmath.workdps(DIGITS), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return _Run(trace, point).numbers()
    except (ArithmeticError, ValueError, TypeError) as problem:
        shown = ", ".join(f"{name} = {value!r}" for name, value in point.items())
        name = trace.function.name
        fail("S2S404", f"{name} has no derivative at {shown}: {problem}", None, "try another point")


class _Run:
    def __init__(self, trace: Trace, point: Mapping[str, object]) -> None:
        self.trace = trace
        function = trace.function
        self.values: dict[Value, Any] = {}
        for parameter, param in zip(function.parameters, function.body.params, strict=True):
            self.values[param] = _structured(parameter.name, param.type, point)

    def numbers(self) -> Numbers:
        for variable in self.trace.variables:
            outcome = self.formula(variable.formula)
            self.values.update(zip(variable.values, outcome, strict=True))
        partials = {partial: self.formula(partial.formula)[0] for partial in self.trace.partials}
        totals: dict[tuple[Value, Value], Pair] = {}
        derivatives: dict[Accumulation, object] = {}
        for key, row in self.trace.derivatives.items():
            one = row.by is row.output and not row.partials
            total = Pair(float(one), _many_digits(float(one)))
            for partial in row.partials:
                before = totals[row.output, partial.of]
                total = _call(
                    "operator.add", total, _call("operator.mul", before, partials[partial])
                )
            totals[key] = total
            derivatives[row] = _rounded(total)
        for row in self.trace.substituted:
            derivatives.setdefault(row, 0.0)
        return Numbers(
            {value: _rounded(number) for value, number in self.values.items()},
            {partial: _rounded(number) for partial, number in partials.items()},
            derivatives,
        )

    def formula(self, formula: Block) -> tuple[Any, ...]:
        """The outputs of a formula, from the values known so far."""
        free = free_values(formula)
        parameters = tuple(Parameter(f"x{index}", "positional") for index in range(len(free)))
        args = [self.values[value] for value in free]
        found: list[Any] = []
        for output in formula.outputs:
            row = Function("row", parameters, Block(free, formula.ops, (output,)))
            found.append(evaluate(row, args, _interpret, _literal))
        return tuple(found)


def _structured(name: str, type_: Type, point: Mapping[str, object]) -> Any:
    match type_:
        case TupleType(items=items):
            return tuple(_structured(f"{name}[{i}]", t, point) for i, t in enumerate(items))
        case Scalar():
            value = point.get(name)
            return None if value is None else Pair(value, _many_digits(value))
    return None


def _many_digits(value: object) -> Any:
    """The decimal number that a float shows; anything else as it is."""
    import mpmath

    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return mpmath.mpf(repr(value)) if is_number else value


def _literal(const: Const) -> Pair:
    import mpmath

    known = {"pi": mpmath.pi, "e": mpmath.e, "tau": 2 * mpmath.pi}
    if const.name is not None and const.name.rpartition(".")[0] in ("math", "numpy"):
        exact = known.get(const.name.rpartition(".")[2])
        if exact is not None:
            return Pair(const.value, +exact)
    return Pair(const.value, _many_digits(const.value))


def _interpret(name: str) -> Callable[..., Any]:
    return lambda *args: _call(name, *args)


def _call(name: str, *args: Any) -> Pair:
    """The function `name` on pairs."""
    approx = python_number(library(name)(*_parts(args, "approx")))
    if isinstance(approx, complex):
        raise ValueError("it is complex there")
    exact_function = _exact_function(name)
    exact: Any = None
    if exact_function is not None:
        try:
            exact = exact_function(*_parts(args, "exact"))
        except (ArithmeticError, ValueError, TypeError):
            exact = None
    import mpmath

    return Pair(approx, exact if isinstance(exact, mpmath.mpf) else _many_digits(approx))


def _parts(args: Any, part: str) -> list[Any]:
    return [getattr(arg, part) if isinstance(arg, Pair) else _parts(arg, part) for arg in args]


def _exact_function(name: str) -> Callable[..., Any] | None:
    """The same function with many digits, None where it has none or jumps."""
    import mpmath

    if name in _OPERATORS:
        return _OPERATORS[name]
    short = twin(name, "math").rpartition(".")[2]
    special: dict[str, Callable[..., Any]] = {
        "abs": abs,
        "sum": mpmath.fsum,
        "fsum": mpmath.fsum,
        "prod": mpmath.fprod,
        "exp2": lambda x: mpmath.power(2, x),
        "log2": lambda x: mpmath.log(x, 2),
        "pow": mpmath.power,
        "hypot": lambda *xs: mpmath.sqrt(mpmath.fsum(x * x for x in xs)),
        "dist": lambda p, q: mpmath.sqrt(
            mpmath.fsum((a - b) ** 2 for a, b in zip(p, q, strict=True))
        ),
        "sumprod": lambda p, q: mpmath.fsum(a * b for a, b in zip(p, q, strict=True)),
        "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
        "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))),
        "digamma": mpmath.digamma,
        "polygamma": lambda n, x: mpmath.psi(int(n), x),
    }
    if short in special:
        return special[short]
    found: Callable[..., Any] | None = getattr(mpmath, short) if short in _SAME else None
    return found


def _rounded(value: Any) -> object:
    """A pair as the number that is shown; tuples have none."""
    if not isinstance(value, Pair):
        return None
    return float(value.exact) if isinstance(value.approx, float) else value.approx
