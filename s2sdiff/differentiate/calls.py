"""Derivatives of functions that are kept: each becomes a pair, or a function with tangents.

    _f(x)  ->  y           _f_forward(x)             ->  y, residuals
                           _f_reverse(x, y_bar, residuals)  ->  x_bar
                           _f_jvp(x, x_dot)          ->  y, y_dot

The residuals of a call hold what its reverse sweep reads, with the residuals of the calls inside it: a tape
for each call, as deep as the recursion. The arguments are passed again instead of being recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

from s2sdiff.analysis.activity import is_smooth, varied_values
from s2sdiff.ir.core import (
    Block,
    Call,
    Callee,
    Cotangent,
    Function,
    Helper,
    Parameter,
    Tangent,
    Value,
)
from s2sdiff.ir.traverse import walk
from s2sdiff.ir.types import Residuals, cotangent_type


@final
@dataclass(slots=True, eq=False)
class Pair:
    """The forward and the reverse sweep of a kept function.

    `inputs` are the parameters that have a cotangent, `outputs` the results that take one.
    """

    forward: Callee
    reverse: Callee
    residuals: Residuals
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@final
@dataclass(slots=True, eq=False)
class Pushforward:
    """A kept function with tangents."""

    callee: Callee
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@final
@dataclass(slots=True, eq=False)
class Calls:
    """The kept functions of one program, and the derivatives made of them.

    `varied` says for each which parameters depend on what is differentiated with respect to.
    """

    functions: dict[Callee, Function]
    varied: dict[Callee, frozenset[int]]
    pairs: dict[Callee, Pair] = field(default_factory=dict)
    pushforwards: dict[tuple[Callee, int], Pushforward] = field(default_factory=dict)
    waiting: list[tuple[Callee, int]] = field(default_factory=list)
    made: list[Helper] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def pair(self, callee: Callee) -> Pair:
        """The sweeps of a kept function; their bodies are made later."""
        if callee not in self.pairs:
            body = self.functions[callee].body
            inputs = tuple(sorted(self.varied.get(callee, frozenset())))
            outputs = tuple(at for at, type_ in enumerate(callee.results) if is_smooth(type_))
            residuals = Residuals(callee.name.lstrip("_"))
            bars = tuple(cotangent_type(body.params[at].type) for at in inputs)
            self.pairs[callee] = Pair(
                Callee(f"{callee.name}_forward", (*callee.results, residuals)),
                Callee(f"{callee.name}_reverse", bars, pure=True),
                residuals,
                inputs,
                outputs,
            )
            self.waiting.append((callee, 0))
        return self.pairs[callee]

    def pushforward(self, callee: Callee, width: int) -> Pushforward:
        """A kept function with `width` tangents for each varied value; its body is made later."""
        key = (callee, width)
        if key not in self.pushforwards:
            inputs = tuple(sorted(self.varied.get(callee, frozenset())))
            outputs = tuple(at for at, type_ in enumerate(callee.results) if is_smooth(type_))
            dots = tuple(cotangent_type(callee.results[at]) for at in outputs) * width
            name = f"{callee.name}_jvp" + (f"_{width}" if width > 1 else "")
            self.pushforwards[key] = Pushforward(
                Callee(name, (*callee.results, *dots), callee.pure), inputs, outputs
            )
            self.waiting.append((callee, width))
        return self.pushforwards[key]

    def finish(self, make: Callable[[Callee, int], None]) -> tuple[Helper, ...]:
        """All helpers of the derivative; `make` adds one to `made`, and may ask for more."""
        while self.waiting:
            make(*self.waiting.pop(0))
        primal = tuple(Helper(callee, function) for callee, function in self.functions.items())
        return (*primal, *self.made)

    def add(self, callee: Callee, like: Function, body: Block) -> None:
        """Add a helper that was made of `like`."""
        self.made.append(Helper(callee, Function(callee.name, _parameters(body), body, like.span)))


def _parameters(body: Block) -> tuple[Parameter, ...]:
    names: list[str] = []
    for at, value in enumerate(body.params):
        match value.hint:
            case str(name):
                wish = name
            case Cotangent(of=Value(hint=str(name))):
                wish = f"{name}_bar"
            case Tangent(of=Value(hint=str(name))):
                wish = f"{name}_dot"
            case _:
                wish = f"a{at}"
        found, count = wish, 1
        while found in names:
            count += 1
            found = f"{wish}_{count}"
        names.append(found)
    return tuple(Parameter(name, "positional") for name in names)


def calls_of(function: Function, seeds: list[Value]) -> Calls:
    """The kept functions that `function` calls; which of their parameters depend on `seeds`."""
    functions = {helper.callee: helper.function for helper in function.helpers}
    varied: dict[Callee, frozenset[int]] = {callee: frozenset() for callee in functions}
    while True:
        before = dict(varied)
        _spread(function.body, seeds, varied)
        for callee, helper in functions.items():
            own = [helper.body.params[at] for at in varied[callee]]
            _spread(helper.body, own, varied)
        if varied == before:
            return Calls(functions, varied)


def _spread(body: Block, seeds: list[Value], varied: dict[Callee, frozenset[int]]) -> None:
    found = varied_values(body, seeds)
    for op in walk(body):
        if isinstance(op, Call):
            mine = {at for at, arg in enumerate(op.args) if arg in found and is_smooth(arg.type)}
            varied[op.callee] |= mine
