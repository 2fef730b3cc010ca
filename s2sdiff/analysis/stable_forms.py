"""Formulas that overflow where another one that is the same does not: suggested, never substituted.

log(1.0 + exp(x))       np.logaddexp(0.0, x), or max(x, 0.0) + log1p(exp(-abs(x)))
log(sum(exp(x)))        scipy.special.logsumexp(x)
"""

from __future__ import annotations

from collections.abc import Iterator

from s2sdiff.ir.build import number
from s2sdiff.ir.core import Apply, Atom, Function, Value
from s2sdiff.ir.traverse import defining_ops, walk
from s2sdiff.ir.types import Array

_LOG = ("numpy.log", "math.log")
_EXP = ("numpy.exp", "math.exp")
_SUM = ("numpy.sum", "s2sdiff.array.sum")


def suggestions(function: Function) -> tuple[str, ...]:
    """A line for each formula that has a stable form."""
    made = {value: op for value, op in defining_ops(function.body).items() if isinstance(op, Apply)}
    logs = [op for op in walk(function.body) if isinstance(op, Apply) and op.primitive.name in _LOG]
    return tuple(dict.fromkeys(line for op in logs for line in _about(op, made)))


def _about(op: Apply, made: dict[Value, Apply]) -> Iterator[str]:
    inner = _made(op.args[0], made)
    if inner is None or op.span is None or len(op.args) != 1:
        return
    place = f"line {op.span.line}"
    if inner.primitive.name == "operator.add":
        for one, other in (inner.args, inner.args[::-1]):
            power = _made(other, made)
            if number(one) == 1 and power is not None and power.primitive.name in _EXP:
                stable = "np.logaddexp(0.0, x)"
                if not isinstance(power.args[0].type, Array):
                    stable = "max(x, 0.0) + log1p(exp(-abs(x)))"
                yield f"{place}: log(1.0 + exp(x)) overflows where x is large; {stable} does not."
                return
    if inner.primitive.name in _SUM:
        power = _made(inner.args[0], made)
        if power is not None and power.primitive.name in _EXP:
            stable = "scipy.special.logsumexp(x)"
            yield f"{place}: log(sum(exp(x))) overflows where x is large; {stable} does not."


def _made(atom: Atom, made: dict[Value, Apply]) -> Apply | None:
    return made.get(atom) if isinstance(atom, Value) else None
