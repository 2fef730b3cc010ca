"""Binding arguments to parameters, as Python does, with Python's own words where they do not fit."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace
from typing import NoReturn

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.meanings import Mapping, Meaning, Sequence, UserFunction


def signature_of(function: UserFunction) -> inspect.Signature:
    """The parameters of `function` that are not given yet, with meanings as defaults."""
    arguments, kinds = function.parameters, inspect.Parameter
    parameters: list[inspect.Parameter] = []

    def add(argument: ast.arg, kind: inspect._ParameterKind) -> None:
        default = function.defaults.get(argument.arg, kinds.empty)
        if argument.arg not in function.given:
            parameters.append(inspect.Parameter(argument.arg, kind, default=default))

    for argument in arguments.posonlyargs:
        add(argument, kinds.POSITIONAL_ONLY)
    for argument in arguments.args:
        add(argument, kinds.POSITIONAL_OR_KEYWORD)
    if arguments.vararg is not None:
        add(arguments.vararg, kinds.VAR_POSITIONAL)
    for argument in arguments.kwonlyargs:
        add(argument, kinds.KEYWORD_ONLY)
    if arguments.kwarg is not None:
        add(arguments.kwarg, kinds.VAR_KEYWORD)
    return inspect.Signature(parameters)


def bind(
    function: UserFunction,
    args: tuple[Meaning, ...],
    keywords: dict[str, Meaning],
    span: Span | None,
) -> dict[str, Meaning]:
    """What each parameter of `function` means in this call. Raises S2S404."""
    signature = signature_of(function)
    try:
        bound = signature.bind(*args, **keywords)
    except TypeError as problem:
        refuse_call(function, signature, problem, span)
    bound.apply_defaults()
    return {**function.given, **_meanings(signature, bound)}


def give(
    function: UserFunction, args: tuple[Meaning, ...], keywords: dict[str, Meaning]
) -> UserFunction:
    """`function` with some of its arguments given, as `functools.partial` does. Raises S2S404."""
    signature = signature_of(function)
    try:
        bound = signature.bind_partial(*args, **keywords)
    except TypeError as problem:
        refuse_call(function, signature, problem, function.span)
    return replace(function, given={**function.given, **_meanings(signature, bound)})


def _meanings(signature: inspect.Signature, bound: inspect.BoundArguments) -> dict[str, Meaning]:
    meanings: dict[str, Meaning] = {}
    for name, value in bound.arguments.items():
        match signature.parameters[name].kind:
            case inspect.Parameter.VAR_POSITIONAL:
                meanings[name] = Sequence(tuple(value))
            case inspect.Parameter.VAR_KEYWORD:
                meanings[name] = Mapping(dict(value))
            case _:
                meanings[name] = value
    return meanings


def refuse_call(
    function: UserFunction, signature: inspect.Signature, problem: TypeError, span: Span | None
) -> NoReturn:
    """Raise S2S404 with Python's own words."""
    fail(
        "S2S404",
        f"{function.name}() cannot be called like this: {problem}",
        span,
        f"its parameters are {', '.join(signature.parameters) or 'none'}",
    )
