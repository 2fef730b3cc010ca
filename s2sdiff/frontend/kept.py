"""Functions that are called and not inlined: recursion that ends at run time only.

    def power(x, n):                           power(x: float, n: int):
        if n == 0:                               _power(x, n)
            return 1.0                ->       _power(x: float, n: int):
        return x * power(x, n - 1)               ... %4: float = _power(x, %3) ...

A call is inlined until the function calls itself behind a test of run-time values. Then it is lowered once
as a function of its own, for the types of its arguments; values of around that it reads become parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import final

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.meanings import Mapping, Meaning, RecordValue, UserFunction
from s2sdiff.frontend.templates import (
    Fixed,
    Items,
    Leaf,
    Object,
    Poison,
    Template,
    Versions,
    generalised,
    is_same_text,
    join_templates,
    leaf_types,
    same,
    template_of,
)
from s2sdiff.ir.core import (
    Atom,
    Block,
    Call,
    Callee,
    Function,
    Helper,
    Op,
    Parameter,
    Value,
)
from s2sdiff.ir.traverse import blocks, operands, substitute, with_parts

Key = tuple[str, int, int]


class Recursion(Exception):
    """A function calls itself where inlining it would not end."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.key = key


@final
@dataclass(slots=True, eq=False)
class Kept:
    """A function that is kept, while it is lowered and afterwards.

    The result is not known before the paths that do not call the function again were lowered once.

    `forms` are those of its parameters, `result` that of what it returns. `grown`: a call inside needs
    wider ones. `passes_on`: what it returns may be a list that it got. `free` are values of around that
    it reads.
    """

    function: UserFunction
    callee: Callee
    forms: dict[str, Template]
    result: Template | None = None
    grown: bool = False
    done: bool = False
    passes_on: bool = False
    free: tuple[Value, ...] = field(default=())


def key_of(function: UserFunction) -> Key:
    return (function.source.path, function.span.line, function.span.column)


def parameter_forms(bound: dict[str, Meaning], versions: Versions) -> dict[str, Template]:
    """The forms of arguments: numbers are run-time values, lists are passed as they are."""
    return {
        name: _passed(generalised(template_of(meaning, versions)))
        for name, meaning in bound.items()
    }


def _passed(form: Template) -> Template:
    if isinstance(form, Object) and isinstance(form.identity, Mapping | RecordValue):
        return _passed(form.content)
    if isinstance(form, Items):
        return Items(form.whole, tuple(map(_passed, form.parts)))
    if isinstance(form, Object):
        (type_,) = leaf_types(form) if len(leaf_types(form)) == 1 else (None,)
        return form.content if type_ is not None and isinstance(form.content, Leaf) else form
    return form


def fitting_variant(
    variants: list[Kept], function: UserFunction, forms: dict[str, Template]
) -> Kept | None:
    """The one to call: that being lowered now, or a finished one for arguments of these forms.

    Two closures of one text are not the same function: they see other values of around.
    """
    for kept in reversed(variants):
        if is_same_text(kept.function, function) and _accepts(kept, forms):
            return kept
    return None


def _accepts(kept: Kept, forms: dict[str, Template]) -> bool:
    """Can it be called with these? While it is being lowered its forms may still grow."""
    joined = {name: join_templates(kept.forms[name], form) for name, form in forms.items()}
    if not kept.done:
        return not any(isinstance(form, Poison) for form in joined.values())
    return all(same(form, kept.forms[name]) for name, form in joined.items())


def check_forms(kept: Kept, span: Span) -> None:
    """Raise S2S304 for what cannot be passed to a function that is kept."""
    for name, form in (*kept.forms.items(), ("the result", kept.result)):
        if form is None or isinstance(form, Poison):
            fail(
                "S2S304",
                f"{name} of the recursive function {kept.function.name} "
                f"{form.reason if form is not None else 'is never reached'}",
                span,
                "pass and return values of one type",
            )


def joined_form(one: Template, two: Template) -> Template:
    found = join_templates(one, two)
    return found if not (isinstance(found, Fixed) and isinstance(one, Leaf)) else one


def with_free(body: Block, callee: Callee, free: tuple[Value, ...]) -> Block:
    """`body` as a function of `free` as well, which calls of itself pass on."""

    def op(old: Op) -> Op:
        atoms: tuple[Atom, ...] = operands(old)
        if isinstance(old, Call) and old.callee is callee:
            atoms = (*atoms, *free)
        nested = tuple(replace(b, ops=tuple(map(op, b.ops))) for b in blocks(old))
        return with_parts(old, atoms, nested)

    params = tuple(replace(value) for value in free)
    changed = replace(body, ops=tuple(map(op, body.ops)))
    changed = substitute(changed, dict(zip(free, params, strict=True)))
    return replace(changed, params=(*body.params, *params))


def helper_of(kept: Kept, body: Block) -> Helper:
    """The finished function."""
    parameters = tuple(
        Parameter(value.hint if isinstance(value.hint, str) else f"a{at}", "positional")
        for at, value in enumerate(body.params)
    )
    name = kept.callee.name
    return Helper(kept.callee, Function(name, parameters, body, kept.function.span))
