"""Sums and products of several numbers."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.infer import always_float, joined
from s2sdiff.rules.registry import Library, elementwise

math = Library("math")
builtins = Library("builtins")


# Truth values count as 0 and 1.
@elementwise(
    builtins.sum,
    symbolic="Add(*(Integer(bool(x)) if x in (True, False) else x for x in xs))",
    type_rule=joined,
    calling="sequence",
    raises=False,
)
def sum_(*xs: Any, y: Any) -> Any:
    return tuple(1.0 for x in xs)


@elementwise(math.fsum, symbolic="Add", type_rule=always_float, calling="sequence", guard=True)
def fsum(*xs: Any, y: Any) -> Any:
    return tuple(1.0 for x in xs)


# Products of the factors to the left and to the right: exact where factors are zero.
@elementwise(math.prod, symbolic="Mul", type_rule=joined, calling="sequence", raises=False)
def prod(*xs: Any, y: Any) -> Any:
    others = [[other for j, other in enumerate(xs) if j != i] for i in range(len(xs))]
    return tuple(math.prod(rest) for rest in others)


@elementwise(
    math.sumprod,
    symbolic="sum(p * q for p, q in zip(xs[: len(xs) // 2], xs[len(xs) // 2 :]))",
    type_rule=joined,
    calling="halves",
)
def sumprod(*xs: Any, y: Any) -> Any:
    half = len(xs) // 2
    return (*xs[half:], *xs[:half])


@elementwise(math.fma, symbolic="x1 * x2 + x3", guard=True)
def fma(x1: Any, x2: Any, x3: Any, y: Any) -> Any:
    return x2, x1, 1.0
