"""The Builder appends ops to a block and infers the types of their results as it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from s2sdiff.errors import Span, fail, internal
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Hint,
    If,
    Op,
    Primitive,
    Undefined,
    Value,
    While,
)
from s2sdiff.ir.parts import with_known_axes
from s2sdiff.ir.shapes import fresh
from s2sdiff.ir.types import INT, List, Scalar, Type, join


class Builder:
    """Collects the ops of one block at a time.

        with builder.block() as ops:      # a nested block
            output = builder.apply(SIN, x)
        block = Block((), tuple(ops), (output,))

    `span` is the place given to ops that name none; `on_apply` sees each op appended (a budget).
    `hints` are names that were found for values only after they were defined.
    """

    def __init__(self, on_apply: Callable[[Op], None] | None = None) -> None:
        self.ops: list[Op] = []
        self.span: Span | None = None
        self.hints: dict[Value, Hint] = {}
        self._span_is_fixed = False
        self._on_apply = on_apply

    @contextmanager
    def block(self) -> Iterator[list[Op]]:
        """Collect what is appended inside the `with` into a list of its own."""
        outer, self.ops = self.ops, []
        try:
            yield self.ops
        finally:
            self.ops = outer

    @contextmanager
    def at(self, span: Span | None) -> Iterator[None]:
        """Give `span` to the ops appended inside the `with`."""
        outer = self.span
        if span is not None and not self._span_is_fixed:
            self.span = span
        try:
            yield
        finally:
            self.span = outer

    @contextmanager
    def only_at(self, span: Span | None) -> Iterator[None]:
        """Give `span` to all ops appended inside the `with`, whatever place they name."""
        outer = self._span_is_fixed
        with self.at(span):
            self._span_is_fixed = True
            try:
                yield
            finally:
                self._span_is_fixed = outer

    def maker(self, atom: Atom) -> Op | None:
        """The op of this block that made `atom`."""
        return next((op for op in reversed(self.ops) if atom in op.results), None)

    def append(self, op: Op) -> None:
        if self._on_apply is not None:
            self._on_apply(op)
        self.ops.append(op)

    def apply_many(
        self, primitive: Primitive, args: tuple[Atom, ...], hints: tuple[Hint, ...] = ()
    ) -> tuple[Value, ...]:
        """Append `primitive(*args)`; the results, hinted left to right."""
        try:
            types = primitive.infer(args)
        except TypeError as problem:
            is_of_arrays = primitive.layout is not None
            remedy = "check the arguments" if is_of_arrays else "compute with numbers only"
            fail("S2S306", f"{primitive.name}: {problem}", self.span, remedy)
        types = with_known_axes(primitive, args, types, self.ops)
        padded = (*hints, *[None] * (len(types) - len(hints)))
        results = tuple(
            Value(hint, type_, self.span) for hint, type_ in zip(padded, types, strict=True)
        )
        self.append(Apply(primitive, args, results, self.span))
        return results

    def apply(self, primitive: Primitive, *args: Atom, hint: Hint = None) -> Value:
        """Append `primitive(*args)`; its only result."""
        (result,) = self.apply_many(primitive, args, (hint,))
        return result

    def run(self, primitive: Primitive, *args: Atom) -> None:
        """Append a primitive that is run for its effect."""
        self.apply_many(primitive, args)

    def branch(
        self, test: Atom, then: Block, orelse: Block, hints: tuple[Hint, ...] = ()
    ) -> tuple[Value, ...]:
        """Append an `If` whose results have the types that the outputs of both blocks share."""
        padded = (*hints, *[None] * (len(then.outputs) - len(hints)))
        results = tuple(
            Value(hint, fresh(join_types(left, right, self.span)), self.span)
            for hint, left, right in zip(padded, then.outputs, orelse.outputs, strict=True)
        )
        self.append(If(test, then, orelse, results, self.span))
        return results

    def for_loop(
        self, iterable: Atom, carried: tuple[Atom, ...], body: Block, hints: tuple[Hint, ...] = ()
    ) -> tuple[Value, ...]:
        """Append a `For`; its results have the types of the body's carried parameters."""
        results = self.loop_results(body.params[1:], hints)
        self.append(For(iterable, carried, body, results, self.span))
        return results

    def while_loop(
        self, carried: tuple[Atom, ...], test: Block, body: Block, hints: tuple[Hint, ...] = ()
    ) -> tuple[Value, ...]:
        """Append a `While`; its results have the types of the body's parameters."""
        results = self.loop_results(body.params, hints)
        self.append(While(carried, test, body, results, self.span))
        return results

    def loop_results(self, params: tuple[Value, ...], hints: tuple[Hint, ...]) -> tuple[Value, ...]:
        given = hints or tuple(param.hint for param in params)
        return tuple(
            Value(hint, param.type, self.span) for hint, param in zip(given, params, strict=True)
        )


def item_type(iterable: Atom) -> Type:
    """The type of the items that a loop over `iterable` meets."""
    return iterable.type.item if isinstance(iterable.type, List) else INT


def join_types(left: Atom, right: Atom, span: Span | None) -> Type:
    """The type of a value that is `left` or `right`, depending on the path taken."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Const) and isinstance(one.value, Undefined):
            return other.type
    found = join(left.type, right.type)
    if found is not None:
        return found
    fail(
        "S2S306",
        f"the two branches give different types: {left.type} and {right.type}",
        span,
        "give both branches the same type",
    )


def defined(atom: Atom | None, stage: str) -> Atom:
    """`atom`, which must be there; its absence is a mistake of ours in `stage`."""
    if atom is None:
        raise internal(stage, "a value is missing")
    return atom


def number(atom: Atom) -> float | int | None:
    """The number that a literal holds; None for anything else, named constants included."""
    if isinstance(atom, Const) and atom.name is None and isinstance(atom.type, Scalar):
        value = atom.value
        if isinstance(value, int | float):
            return value
    return None
