"""Rules of the second tier: for functions of anything, the derivative as a whole.

    @pullback(f)                       x1, x2, ... are the arguments, y the result, y_bar its cotangent;
    def f_pullback(x1, x2, y, y_bar):  returned are the cotangents of the arguments
        return x2 * y_bar, x1 * y_bar

    @pushforward(f)                    x1_dot, x2_dot, ... are tangents of the arguments;
    def f_pushforward(x1, x2, y, x1_dot, x2_dot):     returned is the tangent of the result
        return x1_dot * x2 + x1 * x2_dot

    @linear(f)                         f is linear in its arguments, all together: its pushforward is f;
    def f_transpose(x1, x2, y_bar):    returned are the cotangents of the arguments
        return 3.0 * y_bar, -y_bar

A function can have both `pullback` and `pushforward`; of numbers and tuples of numbers one is enough for
both modes. Keyword-only arguments are passed on by keyword and have no derivative. Arguments and results
can be numbers, tuples, lists and whatever else can be an argument of a differentiated function; cotangents
and tangents have the same structure. None is a cotangent or tangent that is zero.

The function is assumed to have no side effects. It runs where its result is read, as everything else.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from types import FunctionType
from typing import Any, Literal

from s2sdiff.errors import fail
from s2sdiff.ir.core import Primitive
from s2sdiff.ir.infer import always_float
from s2sdiff.rules.registry import RULES, Body, Rule, declare, parameters_of, qualified_name
from s2sdiff.rules.signatures import Signature, TypesOf, signature_of_body, signature_of_text

Part = Literal["pullback", "pushforward", "transpose"]


def general_rule(
    before: Rule | None,
    name: str,
    part: Part,
    body: object,
    parameters: str,
    guard: bool,
    call: Signature | None = None,
    passes_numbers: bool = False,
    broadcasts: bool = False,
) -> Rule:
    """The rule of the function `name` with one part more: what was declared `before` stays."""
    if before is None or before.form != "general":
        made = Primitive(name, always_float, raises=True)
        before = Rule(
            name.rpartition(".")[2],
            "general",
            (made,),
            parameters,
            guard=guard,
            call=call,
            passes_numbers=passes_numbers,
            broadcasts=broadcasts,
        )
    match part:
        case "pullback":
            return replace(before, pullback=body)
        case "pushforward":
            return replace(before, pushforward=body)
        case "transpose":
            return replace(before, transpose=body)


def _declaration(
    part: Part,
    functions: tuple[Any, ...],
    guard: bool | None,
    types: TypesOf | None,
    passes_numbers: bool,
    broadcasts: bool = False,
    order: str | None = None,
) -> Callable[[Body], Body]:
    names = tuple(map(qualified_name, functions))

    def decorate(body: Body) -> Body:
        if not isinstance(body, FunctionType):
            fail("S2S203", f"a rule must be a plain function, not {body!r}")
        signature = inspect.signature(body)
        parameters = parameters_of(signature, ("y", "y_bar"))
        call = None if types is None else signature_of_body(signature, types)
        if call is not None and order is not None:
            call = replace(call, parameters=signature_of_text(order))
        is_guarded = guard if guard is not None else types is not None
        for name in names:
            before = RULES.get(name)
            declare(
                general_rule(
                    before,
                    name,
                    part,
                    body,
                    parameters,
                    is_guarded,
                    call,
                    passes_numbers,
                    broadcasts,
                )
            )
        return body

    if not names:
        what = "linear" if part == "transpose" else part
        fail("S2S203", f"@{what} names no function", None, f"write @s2sdiff.{what}(function)")
    return decorate


def pullback(
    *functions: Any,
    guard: bool | None = None,
    types: TypesOf | None = None,
    passes_numbers: bool = False,
    broadcasts: bool = False,
    order: str | None = None,
) -> Callable[[Body], Body]:
    """Declare the pullback of functions: `(x1, ..., y, y_bar)` to the cotangents of `x1, ...`.

    The decorated function is read, not run. `guard=True`: the derivative has to run the function even
    where nobody reads its value, because it may raise. Raises S2S203 for a function that cannot be
    imported by its name; what the pullback returns is checked where it is used. The others are for
    functions of arrays, see `Rule`.
    """
    return _declaration("pullback", functions, guard, types, passes_numbers, broadcasts, order)


def pushforward(
    *functions: Any, guard: bool | None = None, types: TypesOf | None = None
) -> Callable[[Body], Body]:
    """Declare the pushforward: `(x1, ..., y, x1_dot, ...)` to the tangent of `y`.

    There is a tangent for each positional argument: 0.0 for a number without one. See `pullback`.
    """
    return _declaration("pushforward", functions, guard, types, False)


def linear(
    *functions: Any,
    guard: bool | None = None,
    types: TypesOf | None = None,
    passes_numbers: bool = False,
    broadcasts: bool = False,
    order: str | None = None,
) -> Callable[[Body], Body]:
    """Declare functions that are linear, by their transpose: `(x1, ..., y_bar)` to the cotangents.

    Linear in all arguments together: `f(x + u, z + v) = f(x, z) + f(u, v)`. The transpose must not use
    the values of the arguments, only their structure. See `pullback`.
    """
    return _declaration("transpose", functions, guard, types, passes_numbers, broadcasts, order)
