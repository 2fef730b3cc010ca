"""The rows of a trace, as data: section 5.6.1 of *Mathematics for Machine Learning* for any function.

    Variable       a = x**2                              5.123-5.128
    Partial        da/dx = 2 * x                         5.129-5.134
    Accumulation   df/dc = df/dd * dd/dc + ...           5.135-5.138, and substituted 5.139-5.142

A row holds IR, not text: a `formula` is a block without parameters that reads earlier variables and
gives the row's value. One formula is printed, typeset and computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

from s2sdiff.ir.core import Block, Function, Value


@final
@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """`a = x**2`; a tuple that is opened defines several values: `p_0, p_1 = p`."""

    values: tuple[Value, ...]
    formula: Block


@final
@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """The partial of `of` with respect to its operand `by`.

    `held` are the other operands, where they have to be named: `df/da|b` is what f gains through a
    alone, while `df/da` is all that it gains.
    """

    of: Value
    by: Value
    formula: Block
    held: tuple[Value, ...] = ()


@final
@dataclass(frozen=True, slots=True, eq=False)
class Accumulation:
    """The derivative of `output` with respect to `by`, a sum over partials (equation 5.145).

    Each partial is multiplied by the derivative of `output` with respect to the partial's `of`.
    Without partials it is 1 if `by` is the output itself, else 0.
    """

    output: Value
    by: Value
    partials: tuple[Partial, ...]

    @property
    def is_partial(self) -> bool:
        """Is it nothing but one partial of the output?"""
        return len(self.partials) == 1 and self.partials[0].of is self.output


@final
@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """All rows for one function; `names` are the names by which every value goes.

    `accumulations` are the derivatives that take the chain rule. `substituted` has them too, and
    the derivatives with respect to every input: those that are partials already, 1s and 0s.
    `derivatives` has those of all values, by output and value.
    """

    function: Function
    wrt: tuple[int, ...]
    names: Mapping[Value, str]
    outputs: tuple[Value, ...]
    variables: tuple[Variable, ...]
    partials: tuple[Partial, ...]
    accumulations: tuple[Accumulation, ...]
    substituted: tuple[Accumulation, ...]
    derivatives: Mapping[tuple[Value, Value], Accumulation]
