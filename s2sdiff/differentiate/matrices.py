"""Jacobians and Hessians of functions of arrays: one sweep for each entry, in a loop.

    J = jacobian(f)(x)         the shape of f(x), then that of x
    H = hessian(f)(x)          the shape of x twice

A Jacobian is a forward sweep for each entry of x (equation 5.121) or a reverse sweep for each entry of
the result (equation 5.120). Which are fewer is known at run time: the emitted text compares. What a
sweep does not compute from its direction is computed once, before the loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from s2sdiff.differentiate import forward, reverse
from s2sdiff.differentiate.arrays import call, dtype, retyped
from s2sdiff.differentiate.closing import close_like
from s2sdiff.differentiate.operators import derived
from s2sdiff.differentiate.precision import narrowed
from s2sdiff.differentiate.tape import thread
from s2sdiff.errors import fail
from s2sdiff.ir.arrays import SIZE, ZEROS, length_of_axis, scatter_first, shape_of
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Call,
    Const,
    Function,
    Group,
    Helper,
    Layout,
    Op,
    Value,
    constant,
)
from s2sdiff.ir.forms import Tree
from s2sdiff.ir.lists import COPY, RANGE, is_nested
from s2sdiff.ir.objects import Objects, seen_by_caller
from s2sdiff.ir.structure import CHANGED, DISTINCT, PACK, SEPARATE, UNPACK, is_section
from s2sdiff.ir.traverse import (
    blocks,
    changes_in,
    clone_block,
    free_values,
    operands,
    substitute,
    walk,
    with_parts,
)
from s2sdiff.ir.types import INT, Array, Scalar, Type
from s2sdiff.rules.registry import RULES, called_primitive, primitive

LESS_EQUAL = primitive("operator.le")
ADD = primitive("operator.add")
_NOTE = (
    "In forward mode (equation 5.121) where there are no more inputs than outputs, else in\n    "
    "reverse mode (equation 5.120)."
)
Row = Callable[[Atom], list[Atom]]


def jacobian(function: Function, wrt: tuple[int, ...], single: bool) -> Function:
    """All partial derivatives of a function of arrays. Raises S2S402, S2S403."""
    _check(function, wrt, "jacobian")
    builder = Builder()
    params = [function.body.params[index] for index in wrt]
    output = function.output
    helpers: list[Helper] = []
    with builder.block() as ops:
        is_number = isinstance(output.type, Scalar)
        value = output if is_number else _value(builder, function)
        if is_number:
            found = _pulled(builder, function, wrt, constant(1.0), helpers)
            note = "Computed in reverse mode (equation 5.120): the result is a number."
        elif all(isinstance(param.type, Scalar) for param in params):
            found = _by_columns(builder, function, wrt, value, helpers)
            note = "Computed in forward mode (equation 5.121): the inputs are numbers."
        else:
            test = builder.apply(LESS_EQUAL, _sizes(builder, params), _size(builder, value))
            with builder.block() as forwards:
                columns = _by_columns(builder, function, wrt, value, helpers)
            with builder.block() as backwards:
                rows = _by_rows(builder, function, wrt, value, helpers)
            sides = (
                Block((), tuple(forwards), tuple(columns)),
                Block((), tuple(backwards), tuple(rows)),
            )
            found = list(builder.branch(test, *sides))
            note = _NOTE
        result = found[0] if single else builder.apply(PACK, *found)
    function = replace(function, helpers=tuple(helpers))
    return thread(derived(builder, function, "jacobian", wrt, ops, result, (), note))


def hessian(function: Function, wrt: tuple[int, ...], single: bool) -> Function:
    """All second partial derivatives, forward over reverse. Raises S2S402, S2S403."""
    _check(function, wrt, "hessian")
    gradient = reverse.grad(function, wrt, False)
    builder = Builder()
    helpers: list[Helper] = []
    params = [gradient.body.params[index] for index in wrt]
    with builder.block() as ops:
        blocks_: list[Atom] = []
        for at, param in enumerate(params):

            def row(direction: Atom, at: int = at) -> list[Atom]:
                directions: list[Tree] = [None] * len(wrt)
                directions[at] = direction
                swept = forward.sweep(builder, _renewed(gradient), wrt, [directions])
                helpers.extend(swept.helpers)
                (tree,) = swept.tangents
                trees = tree if isinstance(tree, list) else [None] * len(wrt)
                return [close_like(builder, t, p) for t, p in zip(trees, params, strict=True)]

            found = _matrices(builder, param, params, row, last=False)
            blocks_.append(found[0] if single else builder.apply(PACK, *found))
        result = blocks_[0] if single else builder.apply(PACK, *blocks_)
        if any(map(_is_for_caller, walk(function.body))):
            _value(builder, function)
    function = replace(function, helpers=tuple(helpers))
    note = "Computed forward over reverse, one direction for each entry."
    return derived(builder, function, "hessian", wrt, ops, result, (), note)


def _check(function: Function, wrt: tuple[int, ...], operator: str) -> None:
    types: list[Type] = [function.body.params[index].type for index in wrt]
    for type_ in (*types, function.output.type):
        known = isinstance(type_, Scalar) or (isinstance(type_, Array) and type_.axes is not None)
        if not known:
            fail(
                "S2S403",
                f"{operator} of {function.name} has to do with {type_}, of which there are no matrices",
                function.span,
                "differentiate numbers and arrays of known rank, or use vjp, jvp or hvp",
            )


def _value(builder: Builder, function: Function) -> Atom:
    """The value of the function, computed here."""
    for op in function.body.ops:
        builder.append(op)
    return function.output


def _pulled(
    builder: Builder, function: Function, wrt: tuple[int, ...], seed: Tree, helpers: list[Helper]
) -> list[Atom]:
    """The cotangents for one cotangent of the result."""
    swept = reverse.sweep(builder, function, wrt, [seed])
    helpers.extend(swept.helpers)
    params = [function.body.params[index] for index in wrt]
    trees = [
        narrowed(builder, tree, param.type)
        for tree, param in zip(swept.bars[0], params, strict=True)
    ]
    return [close_like(builder, t, p) for t, p in zip(trees, params, strict=True)]


def _by_columns(
    builder: Builder,
    function: Function,
    wrt: tuple[int, ...],
    value: Atom,
    helpers: list[Helper],
) -> list[Atom]:
    found: list[Atom] = []
    for at, index in enumerate(wrt):
        param = function.body.params[index]

        def column(direction: Atom, at: int = at) -> list[Atom]:
            directions: list[Tree] = [None] * len(wrt)
            directions[at] = direction
            swept = forward.sweep(builder, _renewed(function), wrt, [directions])
            helpers.extend(swept.helpers)
            return [close_like(builder, swept.tangents[0], value)]

        found += _matrices(builder, param, [value], column, last=True)
    return found


def _by_rows(
    builder: Builder,
    function: Function,
    wrt: tuple[int, ...],
    value: Atom,
    helpers: list[Helper],
) -> list[Atom]:
    params = [function.body.params[index] for index in wrt]

    def row(direction: Atom) -> list[Atom]:
        return _pulled(builder, _renewed(function), wrt, direction, helpers)

    return _matrices(builder, value, params, row, last=False)


def _matrices(
    builder: Builder, whole: Atom, parts: list[Atom] | list[Value], row: Row, last: bool
) -> list[Atom]:
    """For each unit direction in the shape of `whole` what `row` gives, one for each of `parts`, stacked.

    The axes of `whole` come first, or `last`.
    """
    if isinstance(whole.type, Scalar):
        return row(constant(1.0))
    size = _size(builder, whole)
    unit = call(builder, "numpy.eye", (size,), None, **_dtype(whole))
    turns = builder.apply(RANGE, constant(0), size, constant(1))
    starts = tuple(_zeros(builder, size, part, last, whole if last else part) for part in parts)
    index = Value("i", INT)
    with builder.block() as ops:
        direction: Atom = _item(builder, unit, index)
        if _rank(whole) != 1:
            shaped = call_with(builder, "numpy.reshape", (direction, shape_of(builder, whole)))
            direction = retyped(builder, shaped, whole.type)
        rows = row(direction)
        params = [replace(start) for start in starts]
        ends = [
            _filled(builder, param, index, each, part, last)
            for param, each, part in zip(params, rows, parts, strict=True)
        ]
    before, inside = _hoisted(tuple(ops), {index, *params})
    for op in before:
        builder.append(op)
    body = Block((index, *params), inside, (constant(False), *ends))
    made = builder.for_loop(turns, starts, body)
    if _rank(whole) == 1:
        return list(made)
    return [
        _reshaped(builder, matrix, (part, whole) if last else (whole, part))
        for matrix, part in zip(made, parts, strict=True)
    ]


def _dtype(part: Atom) -> dict[str, Const]:
    """The keyword that makes an array as precise as `part`."""
    is_single = isinstance(part.type, Array) and part.type.kind == "float32"
    return {"dtype": dtype("float32")} if is_single else {}


def _zeros(builder: Builder, size: Atom, part: Atom, last: bool, like: Atom) -> Value:
    """The matrix before it is filled: the axes of `part`, one for the directions; as precise as `like`."""
    lengths = [length_of_axis(builder, part, at) for at in range(_rank(part))]
    lengths.insert(len(lengths) if last else 0, size)
    rule = RULES["numpy.zeros"].call
    assert rule is not None
    keywords = _dtype(like)
    layout: Layout = Group("tuple", (None,) * len(lengths)) if len(lengths) > 1 else None
    layouts = (layout, *(None for _ in keywords))
    made = called_primitive("numpy.zeros", rule, layouts, tuple(keywords))
    return builder.apply(made, *lengths, *keywords.values())


def _filled(
    builder: Builder, matrix: Value, index: Value, row: Atom, part: Atom, last: bool
) -> Value:
    """`matrix[index] = row`, or `matrix[..., index] = row`."""
    if last and _rank(part):
        layout = Group("tuple", (None, None))
        return builder.apply(scatter_first(layout), matrix, constant(...), index, row)
    return builder.apply(scatter_first(None), matrix, index, row)


def _reshaped(builder: Builder, matrix: Value, parts: tuple[Atom, ...]) -> Value:
    lengths = [length_of_axis(builder, part, at) for part in parts for at in range(_rank(part))]
    rule = RULES["numpy.reshape"].call
    assert rule is not None
    layout: Layout = Group("tuple", (None,) * len(lengths))
    made = called_primitive("numpy.reshape", rule, (None, layout), ())
    return builder.apply(made, matrix, *lengths)


def call_with(builder: Builder, name: str, args: tuple[Atom, ...]) -> Value:
    rule = RULES[name].call
    assert rule is not None
    return builder.apply(called_primitive(name, rule, (None,) * len(args), ()), *args)


def _item(builder: Builder, whole: Atom, index: Atom) -> Value:
    return call_with(builder, "operator.getitem", (whole, index))


def _rank(atom: Atom) -> int:
    if not isinstance(atom.type, Array):
        return 0
    assert atom.type.axes is not None
    return len(atom.type.axes)


def _size(builder: Builder, atom: Atom) -> Atom:
    if not isinstance(atom.type, Array):
        return constant(1)
    return length_of_axis(builder, atom, 0) if _rank(atom) == 1 else builder.apply(SIZE, atom)


def _sizes(builder: Builder, params: list[Value]) -> Atom:
    total: Atom = _size(builder, params[0])
    for param in params[1:]:
        total = builder.apply(ADD, total, _size(builder, param))
    return total


def _renewed(function: Function) -> Function:
    """The same function with values of its own: its ops stand in the text several times.

    What it checks and changes for the caller is checked and changed once; here it works on copies.
    """
    body = function.body
    changed = seen_by_caller(body)
    ops: list[Op] = []
    copies: dict[Value, Atom] = {}

    def copied(values: tuple[Value, ...]) -> None:
        for value in values:
            if value in changed and not is_nested(value.type):
                copies[value] = copy = replace(value)
                ops.append(Apply(COPY, (value,), (copy,)))

    copied(body.params)
    given = set(body.params)
    for op in _without_checks(body).ops:
        (again,) = substitute(Block((), (op,), ()), dict(copies)).ops
        ops.append(again)
        if isinstance(op, Apply) and op.primitive is UNPACK and op.args[0] in given:
            given.update(op.results)
            copied(op.results)
    outputs = substitute(Block((), (), body.outputs), dict(copies)).outputs
    fresh = clone_block(Block((), tuple(ops), outputs), {})
    return replace(function, body=Block(body.params, fresh.ops, fresh.outputs))


def _without_checks(block: Block) -> Block:
    """`block` without what is said and checked for the caller."""
    ops = (
        with_parts(op, operands(op), tuple(map(_without_checks, blocks(op))))
        for op in block.ops
        if not _is_for_caller(op)
    )
    return replace(block, ops=tuple(ops))


def _is_for_caller(op: Op) -> bool:
    return isinstance(op, Apply) and op.primitive in (CHANGED, SEPARATE, DISTINCT)


def _hoisted(ops: tuple[Op, ...], inner: set[Value]) -> tuple[list[Op], tuple[Op, ...]]:
    """Ops that do not depend on the turn, and the others; what is changed, each turn makes for itself."""
    body = Block((), ops, ())
    objects = Objects(body)
    changed = frozenset().union(*(objects.of(op.args[0]) for op in changes_in(body)))
    varying = set(inner)
    before: list[Op] = []
    inside: list[Op] = []
    for op in ops:
        if is_section(op):
            continue
        read = [a for a in operands(op) if isinstance(a, Value)]
        read += [value for block in blocks(op) for value in free_values(block)]
        is_own = not changed.isdisjoint(set().union(*map(objects.of, op.results)))
        if varying.isdisjoint(read) and not (is_own or _is_filled(op) or _has_effect(op)):
            before.append(op)
        else:
            inside.append(op)
            varying.update(op.results)
    return before, tuple(inside)


def _is_filled(op: Op) -> bool:
    """Does it make an array that a later pass may fill?"""
    return isinstance(op, Apply) and op.primitive.name in ZEROS


def _has_effect(op: Op) -> bool:
    every = [op, *(each for block in blocks(op) for each in walk(block))]
    return any(
        isinstance(each, Call)
        or (isinstance(each, Apply) and (each.primitive.effect or each.primitive.changes))
        for each in every
    )
