"""Binding arguments to parameters, as Python does, with Python's own words where they do not fit."""

from __future__ import annotations

import ast
import inspect

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.meanings import Mapping, Meaning, Sequence, UserFunction


def signature_of(arguments: ast.arguments, defaults: dict[str, Meaning]) -> inspect.Signature:
    """The AST of a parameter list as a Signature whose defaults are meanings."""
    kinds = inspect.Parameter
    parameters: list[inspect.Parameter] = []

    def add(argument: ast.arg, kind: inspect._ParameterKind) -> None:
        default = defaults.get(argument.arg, kinds.empty)
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
    signature = signature_of(function.parameters, function.defaults)
    try:
        bound = signature.bind(*args, **keywords)
    except TypeError as problem:
        fail(
            "S2S404",
            f"{function.name}() cannot be called like this: {problem}",
            span,
            f"its parameters are {', '.join(signature.parameters) or 'none'}",
        )
    bound.apply_defaults()
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
