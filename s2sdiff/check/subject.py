"""What is checked: emitted text on one side, the primal and a way of differentiating it on the other.

Both sides take the leaves of the parameters: numbers, or symbols that stand for numbers at a point.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

from s2sdiff.check.exact import Arithmetic, Place, load_text, run_function
from s2sdiff.check.operators import Differentiate, apply_plan
from s2sdiff.check.points import Point, as_floats, counts, parameter_types
from s2sdiff.check.structures import classes_of, inside, outside, stand_in
from s2sdiff.check.trees import Tree, filled, leaf_names
from s2sdiff.emit.module import Emitted
from s2sdiff.ir.core import Function
from s2sdiff.ir.structure import caught
from s2sdiff.ir.traverse import walk
from s2sdiff.ir.types import Scalar, Type
from s2sdiff.options import Plan
from s2sdiff.pipeline import derive


class Kink(ArithmeticError):
    """Near the point the program takes several paths: differences there are no evidence."""


@final
@dataclass(frozen=True, eq=False)
class Subject:
    """Emitted text, and the function and plan that it was made for.

    The text takes and gives the structures of `traced`; `primal` is the same function on tuples.
    """

    primal: Function
    plan: Plan
    emitted: Emitted
    traced: Function

    @cached_property
    def target(self) -> Function:
        """The derivative as IR; only its parameters are read."""
        return derive(self.primal, self.plan)

    @property
    def order(self) -> int:
        """How often the operators differentiate."""
        return sum(2 if step.operator in ("hessian", "hvp") else 1 for step in self.plan)

    @cached_property
    def types(self) -> list[Type]:
        """The types of the leaves of the derivative's parameters."""
        return parameter_types(self.target)

    @cached_property
    def size(self) -> int:
        """How many of the leaves are the primal's; the others are seeds."""
        return len(parameter_types(self.primal))

    def leaves(self, point: Point) -> Point:
        """A point in numbers of many digits, followed by numbers for the seeds."""
        numbers = Arithmetic(numeric=True)
        seeds = [numbers.literal(0.75 - 0.5 * at) for at in range(len(self.types) - self.size)]
        return (*as_floats(self.types[: self.size], point), *seeds)

    @cached_property
    def counts(self) -> bool:
        return counts(self.primal)

    @cached_property
    def tries(self) -> bool:
        """Does it catch exceptions?"""
        return any(caught(op) for op in walk(self.primal.body))

    def is_kept(self, at: int) -> bool:
        """Does this leaf keep its value where others become symbols? Bools do, and counts."""
        type_ = self.types[at]
        if not isinstance(type_, Scalar):
            return False
        return type_.kind == "bool" or (type_.kind == "int" and self.counts)

    def where(self, point: Point) -> str:
        """The point, for messages."""
        pairs = zip(leaf_names(self.primal), point, strict=True)
        return ", ".join(f"{name} = {_short(value)}" for name, value in pairs)

    def text(self, leaves: Point, arithmetic: Arithmetic) -> Tree:
        """What the emitted text gives."""
        function = load_text(
            self.emitted.source, self.emitted.name, arithmetic, self.structured, stand_in
        )
        return self.called(function, leaves, live=False)

    @cached_property
    def structured(self) -> frozenset[str]:
        """The classes of which the emitted text makes objects."""
        made = [self.traced.output.type, *(value.type for value in self.traced.body.params)]
        return frozenset(classes_of(made))

    def called(self, function: Callable[..., Tree], leaves: Point, live: bool = True) -> Tree:
        """What `function`, called as the emitted one is, gives."""
        if self.primal is self.traced:
            return call(function, self.target, self.given(leaves))
        params = derive(self.traced, self.plan).body.params
        pairs = zip(params, self.given(leaves), strict=True)
        args = tuple(outside(param.type, tree, live) for param, tree in pairs)
        return inside(call(function, self.target, args))

    def reference(self, leaves: Point, arithmetic: Arithmetic, method: Differentiate) -> Tree:
        """What it has to give. Raises Kink where the runs of the primal take several paths."""
        paths: set[tuple[int, ...]] = set()

        def program(*args: Tree) -> Tree:
            start = len(arithmetic.path)
            value = run_function(self.primal, args, arithmetic)
            paths.add(tuple(arithmetic.path[start:]))
            if len(paths) > 1:
                raise Kink
            return value

        return apply_plan(program, self.primal, self.plan, method)(*self.given(leaves))

    def value(self, leaves: Point, arithmetic: Arithmetic) -> Tree:
        """The value of the primal."""
        args = self.given(leaves)[: len(self.primal.parameters)]
        return run_function(self.primal, args, arithmetic)

    def path(self, leaves: Point) -> tuple[tuple[int, ...], set[tuple[Place, bool]]]:
        """How the tests in text and primal come out, and those of the text's branches."""
        numbers = Arithmetic(numeric=True)
        self.text(leaves, numbers)
        self.value(leaves, numbers)
        return tuple(numbers.path), numbers.taken

    def given(self, leaves: Point) -> tuple[Tree, ...]:
        """Leaves in the structure of the parameters."""
        remaining = iter(leaves)
        return tuple(filled(value.type, remaining) for value in self.target.body.params)


def _short(value: Any) -> str:
    return str(value) if isinstance(value, bool) else f"{float(value):.6g}"


def call(function: Callable[..., Any], target: Function, given: Iterable[Any]) -> Any:
    """What `function` gives for one value of each parameter of `target`, of which it is the text.

    It gets copies of lists and arrays, which it may change.
    """
    args: list[Any] = []
    keywords: dict[str, Any] = {}
    for parameter, value in zip(target.parameters, copy.deepcopy(tuple(given)), strict=True):
        match parameter.kind:
            case "var_positional":
                args.extend(value)
            case "keyword_only":
                keywords[parameter.name] = value
            case _:
                args.append(value)
    return function(*args, **keywords)
