"""What all operators share: names and signatures of derived functions, seeds, and result checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from s2sdiff.differentiate.accumulate import close_tree
from s2sdiff.differentiate.arrays import call
from s2sdiff.differentiate.closing import close_like
from s2sdiff.differentiate.precision import narrowed
from s2sdiff.errors import fail
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Cotangent,
    Function,
    Hint,
    Op,
    Parameter,
    Value,
    constant,
)
from s2sdiff.ir.forms import Tree
from s2sdiff.ir.infer import describe
from s2sdiff.ir.lists import DEEP_COPY, ZEROS_LIKE
from s2sdiff.ir.structure import CHANGED, PACK, SECTION
from s2sdiff.ir.traverse import rename, walk
from s2sdiff.ir.types import (
    Array,
    List,
    Scalar,
    Structure,
    Tuple,
    Type,
    has_derivative,
    holds_arrays,
    leaves,
    parts,
)

WIDEST_NOTE = 78


def section(builder: Builder, title: str) -> None:
    """Start a part of the emitted text."""
    builder.run(SECTION, constant(title))


def check_scalar_result(function: Function, operator: str) -> None:
    """Raise S2S402 unless the function gives one number."""
    type_ = function.output.type
    if isinstance(type_, Scalar) and type_.kind not in ("bool", "complex"):
        return
    what = "None" if function.output.type == constant(None).type else describe(type_)
    several = isinstance(type_, Structure) and all(
        isinstance(leaf, Scalar) for leaf in leaves(type_)
    )
    fail(
        "S2S402",
        f"{operator} needs one float as the result of {function.name}, not {what}",
        function.span,
        "use jacobian for several results, or vjp for a combination of them"
        if several
        else "return a number",
    )


def check_numeric_result(function: Function, operator: str) -> None:
    """Raise S2S402 unless the function gives numbers; dicts and records may hold other things too."""
    for leaf in _result_leaves(function.output.type):
        while operator in ("jvp", "vjp") and isinstance(leaf, List):
            leaf = leaf.item
        if not has_derivative(leaf) or _is_complex(leaf):
            fail(
                "S2S402",
                f"{operator} needs floats as the result of {function.name}, not {leaf}",
                function.span,
                "return numbers, or tuples, lists, dicts and records of them",
            )


def _is_complex(type_: Type) -> bool:
    return isinstance(type_, Array | Scalar) and type_.kind == "complex"


def _result_leaves(type_: Type) -> list[Type]:
    """The leaves of a result; of a dict or a record with numbers in it only the numbers."""
    if not isinstance(type_, Structure):
        return [type_]
    found = [leaf for part in parts(type_) for leaf in _result_leaves(part)]
    numbers = [leaf for leaf in found if has_derivative(leaf)]
    return found if isinstance(type_, Tuple) or not numbers else numbers


def pack_wrt(
    builder: Builder,
    function: Function,
    wrt: tuple[int, ...],
    single: bool,
    trees: Sequence[Tree],
    seed: Value | None = None,
) -> Atom:
    """Derivatives for the parameters of `wrt`: one for a single index, a tuple for several.

    `seed` is the cotangent of the result, where that comes from outside.
    """
    params = [function.body.params[index] for index in wrt]
    trees = [
        narrowed(builder, tree, param.type, seed, function.output)
        for tree, param in zip(trees, params, strict=True)
    ]
    closed = [
        builder.apply(ZEROS_LIKE, param, hint=Cotangent(param))
        if tree is None and isinstance(param.type, List)
        else close_like(builder, tree, param, Cotangent(param))
        if holds_arrays(param.type)
        else close_tree(builder, tree, param.type, Cotangent(param))
        for tree, param in zip(trees, params, strict=True)
    ]
    return closed[0] if single else builder.apply(PACK, *closed)


def wrt_type(function: Function, wrt: tuple[int, ...], single: bool) -> Type:
    """The type of what is differentiated with respect to."""
    types = tuple(function.body.params[index].type for index in wrt)
    return types[0] if single else Tuple(types)


def seed_parameter(function: Function, name: str, type_: Type) -> tuple[Value, Parameter]:
    """A new parameter for a seed, named unlike the others."""
    taken = {parameter.name for parameter in function.parameters}
    while name in taken:
        name += "_"
    keyword = any(
        p.kind in ("keyword_only", "var_positional") or p.default is not None
        for p in function.parameters
    )
    kind: Literal["keyword_only", "positional"] = "keyword_only" if keyword else "positional"
    return Value(name, type_, function.span), Parameter(name, kind)


def derived(
    builder: Builder,
    function: Function,
    operator: str,
    wrt: tuple[int, ...],
    ops: Sequence[Op],
    output: Atom,
    extra: tuple[tuple[Value, Parameter], ...] = (),
    note: str = "",
) -> Function:
    """The function that an operator makes of `function`: its name, its parameters, its notes."""
    names = [function.parameters[index].name for index in wrt]
    notes: tuple[str, ...] = (
        f"{_TITLES[operator]} {function.name} with respect to {listed(names)}.",
    )
    if note:
        notes += (note,)
    seeds = tuple(value for value, _ in extra)
    renamed = {value: replace(value, hint=hint) for value, hint in builder.hints.items()}
    body = rename(Block((*function.body.params, *seeds), tuple(ops), (output,)), renamed)
    parameters = (*function.parameters, *(parameter for _, parameter in extra))
    return replace(
        function,
        name=f"{function.name}_{operator}",
        parameters=parameters,
        body=body,
        notes=notes,
    )


_TITLES = {
    "grad": "Gradient of",
    "value_and_grad": "Value and gradient of",
    "vjp": "Value and vector-Jacobian product of",
    "jvp": "Value and Jacobian-vector product of",
    "jacobian": "Jacobian of",
    "hessian": "Hessian of",
    "hvp": "Hessian-vector product of",
}


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def changes_arguments(function: Function) -> bool:
    """Does it change arrays or lists that it gets?"""
    return any(isinstance(op, Apply) and op.primitive is CHANGED for op in walk(function.body))


def apart_from_arguments(builder: Builder, function: Function, seed: Tree, hint: Hint) -> Tree:
    """Tangents or cotangents, their arrays copied where the function changes what it gets: they may be
    parts of that. `hint` is for what is one array."""
    return _copied(builder, seed, hint) if changes_arguments(function) else seed


def _copied(builder: Builder, seed: Tree, hint: Hint) -> Tree:
    if isinstance(seed, list):
        hints = (part.hint if isinstance(part, Value) else None for part in seed)
        return [_copied(builder, part, hint) for part, hint in zip(seed, hints, strict=True)]
    if isinstance(seed, Value) and isinstance(seed.type, Array):
        return call(builder, "numpy.copy", (seed,), hint=hint)
    if isinstance(seed, Value) and isinstance(seed.type, List) and holds_arrays(seed.type):
        return builder.apply(DEEP_COPY, seed, hint=seed.hint)
    return seed
