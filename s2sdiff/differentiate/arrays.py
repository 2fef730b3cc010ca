"""Derivatives of arrays: their shapes.

A cotangent or tangent may be *spread*: it has fewer axes than its primal, or axes of length 1 where the
primal has longer ones, and stands for what broadcasting makes of it. The pullback of `np.sum` gives a
number:

    y = np.sum(x * x)         x_bar = 2.0 * x             no array of ones is made
    y = np.sum(x)             x_bar = np.full(x.shape, 1.0)

`full` writes it out where its shape matters. `reduced` is the other direction: where an argument was
broadcast, its cotangent is the sum over the axes along which it was. An axis over which a spread
cotangent is constant is not summed, but counted. Where lengths are known at run time only,
`_unbroadcast` looks at them.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.differentiate.accumulate import Chain
from s2sdiff.ir.arrays import SIZE, length_of_axis, may_be_view, shape_of
from s2sdiff.ir.build import Builder, number
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Const,
    Cotangent,
    Group,
    Hint,
    Layout,
    Tangent,
    Value,
    constant,
)
from s2sdiff.ir.forms import Tree
from s2sdiff.ir.shapes import broadcast, is_one, is_same, padded
from s2sdiff.ir.types import (
    Array,
    Axes,
    Axis,
    Scalar,
    Static,
    Type,
    axes_of,
    may_be_one,
    smooth_kind,
)
from s2sdiff.rules.registry import RULES, called_primitive, primitive

MULTIPLY = primitive("operator.mul")
METHOD_SUM = "s2sdiff.array.sum"
UNBROADCAST = "s2sdiff.runtime.unbroadcast"
# What of the language itself makes a new array.
_MAKERS = ("copy", "zeros_like", "put", "scatter", "scatter_add", "scatter_first")
MAKES = frozenset(f"core.{name}" for name in _MAKERS)


def call(
    builder: Builder, name: str, args: tuple[Atom, ...], hint: Hint = None, **keywords: object
) -> Value:
    """Append a call of a function of arrays; tuples of ints among the keywords are constants."""
    rule = RULES[name]
    assert rule.call is not None
    atoms: list[Atom] = list(args)
    layouts: list[Layout] = [None] * len(args)
    for given in keywords.values():
        layouts.append(_laid_out(given, atoms))
    made = called_primitive(name, rule.call, tuple(layouts), tuple(keywords))
    return builder.apply(made, *atoms, hint=hint)


def _laid_out(value: object, atoms: list[Atom]) -> Layout:
    if isinstance(value, tuple):
        return Group("tuple", tuple(_laid_out(part, atoms) for part in value))
    atoms.append(value if isinstance(value, Const) else constant(value))
    return None


def is_spread(bar: Atom, primal: Type) -> bool:
    """Is `bar` of a smaller shape than the value that it is a derivative of?"""
    if not isinstance(primal, Array):
        return False
    if not isinstance(bar.type, Array):
        return True
    mine, whole = bar.type.axes, primal.axes
    if whole is None or mine is None:
        return mine is not None
    if len(mine) < len(whole):
        return True
    return any(is_one(a) and not is_one(b) for a, b in zip(mine, whole, strict=True))


def full(builder: Builder, bar: Atom, primal: Atom, hint: Hint = None) -> Atom:
    """A derivative of `primal` in its shape and kind."""
    type_ = primal.type
    if not isinstance(type_, Array):
        return bar
    if is_spread(bar, type_):
        return spread_out(builder, bar, primal, hint)
    return of_kind(builder, bar, type_, hint)


def spread_out(builder: Builder, bar: Atom, primal: Atom, hint: Hint = None) -> Atom:
    """A spread derivative in the shape of `primal`."""
    type_ = primal.type
    assert isinstance(type_, Array)
    bar, hint = _unnamed(builder, bar, hint)
    known = number(bar)
    is_float = type_.kind in ("float", "float32", "complex")
    if known == 0 and is_float:
        return call(builder, "numpy.zeros_like", (primal,), hint)
    if known == 0 and type_.axes is not None:
        return retyped(
            builder, call(builder, "numpy.zeros", (shape_of(builder, primal),), hint), type_
        )
    if known == 1 and is_float:
        return call(builder, "numpy.ones_like", (primal,), hint)
    if isinstance(bar.type, Scalar):
        if is_float:
            return call(builder, "numpy.full_like", (primal, bar), hint)
        bar = as_smooth(builder, bar)
        if type_.axes is None:
            return call(builder, "numpy.full_like", (primal, bar), hint, dtype=dtype("float"))
        made = call(builder, "numpy.full", (shape_of(builder, primal), bar), hint)
        return retyped(builder, made, type_)
    assert isinstance(bar.type, Array)
    bar = of_kind(builder, bar, type_)
    assert isinstance(bar.type, Array)
    if type_.axes is None or bar.type.axes is None:
        ones = call(builder, "numpy.ones_like", (primal,))
        made = builder.apply(MULTIPLY, bar, ones, hint=hint)
        return retyped(builder, made, type_)
    return retyped(
        builder, call(builder, "numpy.broadcast_to", (bar, shape_of(builder, primal)), hint), type_
    )


def _unnamed(builder: Builder, bar: Atom, hint: Hint) -> tuple[Atom, Hint]:
    """The name of a derivative is for what it is in the shape of its primal, not for what it is before."""
    if not isinstance(bar, Value) or not isinstance(bar.hint, Cotangent | Tangent):
        return bar, hint
    made = builder.maker(bar)
    if made is None or made.results != (bar,):
        return bar, hint
    builder.hints[bar] = None
    return bar, bar.hint


def retyped(builder: Builder, made: Value, like: Type) -> Value:
    """The result of the last op, known to have the axes of another array."""
    if not isinstance(made.type, Array) or not isinstance(like, Array) or like.axes is None:
        return made
    known = replace(made, type=Array(made.type.kind, like.axes))
    last = builder.ops[-1]
    assert last.results == (made,)
    builder.ops[-1] = replace(last, results=(known,))
    return known


def as_smooth(builder: Builder, bar: Atom) -> Atom:
    """A number as a float."""
    if isinstance(bar.type, Scalar) and bar.type.kind in ("bool", "int"):
        known = number(bar)
        if known is not None:
            return constant(float(known))
        return builder.apply(primitive("builtins.float"), bar)
    return bar


def of_kind(builder: Builder, bar: Atom, type_: Array, hint: Hint = None) -> Atom:
    """A derivative in the kind of its primal: float32 stays float32, ints have floats."""
    assert isinstance(bar.type, Array)
    kind = smooth_kind(type_.kind)
    if bar.type.kind == kind or kind == "complex":
        return bar
    if bar.type.kind == "complex":
        bar = real_part(builder, bar)
        if kind == "float":
            return bar
    return converted(builder, bar, kind, hint)


def dtype(kind: str) -> Const:
    """The argument `dtype=` for arrays of this kind."""
    name = {
        "float": "numpy.float64",
        "float32": "numpy.float32",
        "complex": "numpy.complex128",
        "int": "numpy.int64",
    }
    return Const(kind, Static(kind), name.get(kind, f"builtins.{kind}"))


def converted(builder: Builder, bar: Atom, kind: str, hint: Hint = None) -> Value:
    """An array as one of another kind."""
    target = dtype(kind)
    rule = RULES["s2sdiff.array.astype"]
    assert rule.call is not None
    made = called_primitive("s2sdiff.array.astype", rule.call, (None, None), ())
    return builder.apply(made, bar, target, hint=hint)


def zeros(builder: Builder, primal: Atom, hint: Hint = None) -> Atom:
    """The derivative zero of an array."""
    return spread_out(builder, constant(0.0), primal, hint)


# Broadcasting, back


def contribution(
    chain: Chain,
    factor: Atom,
    partial: Atom,
    result: Value,
    arg: Value,
    args: tuple[Atom, ...] = (),
) -> tuple[Atom, Atom]:
    """`factor * partial`, the derivative of `result` by `arg`, summed over the axes along which `arg` was
    broadcast; as a product of two, of which nothing is computed where nothing is to be summed. `args` are
    all that the result was made of: lengths are taken from them.
    """
    mine, whole = axes_of_value(arg), axes_of_value(result)
    builder = chain.builder
    if "complex" in (kind_of(factor), kind_of(partial)) and kind_of(arg) != "complex":
        factor, partial = real_part(builder, chain.multiply(factor, partial)), constant(1.0)
    if whole == () or is_same_shape(mine, whole):
        return _whole_or_spread(chain, factor, partial, result)
    if whole is None or mine is None:
        product = _written_out(chain, factor, partial, result)
        if mine == ():
            return summed(builder, product), constant(1.0)
        return unbroadcast(builder, product, arg), constant(1.0)
    plan = _plan(mine, whole)
    if plan is None:
        product = _written_out(chain, factor, partial, result)
        return unbroadcast(builder, product, arg), constant(1.0)
    if not plan:
        return _whole_or_spread(chain, factor, partial, result)
    outer: Atom = constant(1.0)
    if not isinstance(factor.type, Array):
        outer, factor = factor, constant(1.0)
    elif not isinstance(partial.type, Array):
        outer, partial = partial, constant(1.0)
    if mine == ():
        number = _of_outer(chain, factor, partial) or _of_outer(chain, partial, factor)
        if number is not None:
            return outer, number
    product = chain.multiply(factor, partial)
    if is_unsure(product, whole) and is_spread(factor, result.type):
        product = spread_out(builder, product, result)
    return outer, _reduced(chain, product, plan, result, mine, args)


def _of_outer(chain: Chain, bar: Atom, matrix: Atom) -> Value | None:
    """u @ M @ v, which is the sum of np.outer(u, v) * M."""
    made = chain.builder.maker(bar)
    if not isinstance(made, Apply) or made.primitive.name != "numpy.outer" or bar in chain.primal:
        return None
    u, v = made.args
    axes, ends = _axes_or_none(matrix), [_axes_or_none(u), _axes_or_none(v)]
    if axes is None or len(axes) != 2 or any(end is None or len(end) != 1 for end in ends):
        return None
    if not all(is_same(axis, end[0]) for axis, end in zip(axes, ends, strict=True) if end):
        return None
    half = call(chain.builder, "operator.matmul", (u, matrix))
    return call(chain.builder, "operator.matmul", (half, v))


def _axes_or_none(atom: Atom) -> Axes | None:
    return atom.type.axes if isinstance(atom.type, Array) else None


def kind_of(atom: Atom) -> str:
    return atom.type.kind if isinstance(atom.type, Scalar | Array) else ""


def real_part(builder: Builder, bar: Atom) -> Atom:
    """What a complex derivative is for a real number."""
    return call(builder, "numpy.real", (bar,)) if kind_of(bar) == "complex" else bar


def axes_of_value(value: Value) -> Axes | None:
    assert isinstance(value.type, Scalar | Array)
    return axes_of(value.type)


def is_same_shape(one: Axes | None, two: Axes | None) -> bool:
    if one is None or two is None:
        return False
    return len(one) == len(two) and all(map(is_same, one, two))


def _whole_or_spread(chain: Chain, factor: Atom, partial: Atom, result: Value) -> tuple[Atom, Atom]:
    """The product as it is; written out where nothing tells whether it is spread."""
    if isinstance(result.type, Array) and is_spread(factor, result.type):
        axes = broadcast(_axes(a) for a in (factor, partial))
        whole = result.type.axes
        is_lost = axes is None or whole is None
        if is_lost or _is_unsure(axes, whole):
            product = chain.multiply(factor, partial)
            return spread_out(chain.builder, product, result), constant(1.0)
    return factor, partial


def _written_out(chain: Chain, factor: Atom, partial: Atom, result: Value) -> Atom:
    """The product in the shape of the result."""
    product = surely(chain.builder, chain.multiply(factor, partial), factor, result)
    return full(chain.builder, product, result)


def surely(builder: Builder, product: Atom, factor: Atom, result: Value) -> Atom:
    """`product`, made of the derivative `factor` of `result`: visibly spread, or in the shape of the
    result."""
    whole = axes_of_value(result)
    if is_spread(factor, result.type) and is_unsure(product, whole):
        return spread_out(builder, product, result)
    return product


def settled(builder: Builder, dot: Tree, given: list[Tree], op: Apply) -> Tree:
    """The tangent `dot` of the result of a function that broadcasts: visibly spread, or in the shape of the
    result. `given` are the tangents of the arguments.
    """
    (result,) = op.results
    if isinstance(dot, list) or dot is None or not isinstance(result.type, Array):
        return dot
    if not isinstance(dot.type, Array) or not is_unsure(dot, result.type.axes):
        return dot
    arrays = {arg for arg in op.args if isinstance(arg.type, Array)}
    if len(arrays) == 1:
        (only,) = arrays
        mine = [tree for arg, tree in zip(op.args, given, strict=True) if arg is only]
        if any(_is_whole(tree, only.type) for tree in mine):
            return dot
    return spread_out(builder, dot, result)


def _is_whole(tree: Tree, type_: Type) -> bool:
    return tree is not None and not isinstance(tree, list) and not is_spread(tree, type_)


def _axes(atom: Atom) -> Axes | None:
    assert isinstance(atom.type, Scalar | Array)
    return axes_of(atom.type)


def is_unsure(product: Atom, whole: Axes | None) -> bool:
    axes = _axes(product)
    return axes is None or whole is None or _is_unsure(axes, whole)


def _is_unsure(axes: Axes | None, whole: Axes | None) -> bool:
    """Could an axis have length 1 where that of the whole is longer, without being known to?"""
    assert axes is not None and whole is not None
    pairs = zip(padded(axes, len(whole)), whole, strict=True)
    return any(not is_one(a) and may_be_one(a) and not is_same(a, b) for a, b in pairs)


def _plan(mine: Axes, whole: Axes) -> list[int] | None:
    """The axes of the whole along which an argument was broadcast; None where that depends on lengths."""
    found: list[int] = []
    for at, (axis, other) in enumerate(zip(padded(mine, len(whole)), whole, strict=True)):
        is_missing = at < len(whole) - len(mine)
        if is_same(axis, other) or (not is_missing and not may_be_one(axis)):
            if is_missing:
                found.append(at)
            continue
        if not is_one(axis):
            return None
        found.append(at)
    return found


def _reduced(
    chain: Chain,
    product: Atom,
    plan: list[int],
    result: Value,
    mine: Axes,
    args: tuple[Atom, ...],
) -> Atom:
    """`product` summed over these axes of the result; where it is spread along one, multiplied by its
    length."""
    builder = chain.builder
    axes, whole = _axes(product), axes_of_value(result)
    assert axes is not None and whole is not None
    offset = len(whole) - len(axes)
    missing = len(whole) - len(mine)
    counted = [at for at in plan if at < offset or is_one(axes[at - offset])]
    counted = [at for at in counted if not is_one(whole[at])]
    there = [at - offset for at in plan if at >= offset]
    gone = tuple(at for at in there if at + offset < missing)
    kept = tuple(at for at in there if at + offset >= missing and not is_one(axes[at]))
    if kept:
        product = _sum(builder, product, kept, keepdims=True)
    if gone and len(gone) == len(axes):
        product = summed(builder, product)
    elif gone:
        product = _sum(builder, product, gone, keepdims=False)
    if counted:
        return chain.multiply(product, _count(builder, counted, whole, (*args, result)))
    return product


def _count(builder: Builder, counted: list[int], whole: Axes, sources: tuple[Atom, ...]) -> Atom:
    """How many entries there are along these axes; read from the first of `sources` that has them."""
    if len(counted) > 1 and len(counted) == len(whole):
        for source in sources:
            if isinstance(source.type, Array) and is_same_shape(source.type.axes, whole):
                return builder.apply(SIZE, source)
    total: Atom | None = None
    for at in counted:
        length = _length(builder, whole[at], at - len(whole), sources)
        total = length if total is None else builder.apply(MULTIPLY, total, length)
    assert total is not None
    return total


def _length(builder: Builder, axis: Axis, behind: int, sources: tuple[Atom, ...]) -> Atom:
    for source in sources:
        axes = source.type.axes if isinstance(source.type, Array) else None
        if axes is not None and -behind <= len(axes) and is_same(axes[behind], axis):
            return length_of_axis(builder, source, len(axes) + behind)
    raise AssertionError("the result has this axis")


def summed(builder: Builder, product: Atom) -> Atom:
    """The sum of all entries."""
    return call(builder, "numpy.sum", (product,)) if isinstance(product.type, Array) else product


def _sum(builder: Builder, product: Atom, axes: tuple[int, ...], keepdims: bool) -> Atom:
    axis: object = axes[0] if len(axes) == 1 else axes
    if keepdims:
        return call(builder, METHOD_SUM, (product,), axis=axis, keepdims=True)
    return call(builder, METHOD_SUM, (product,), axis=axis)


def unbroadcast(builder: Builder, product: Atom, arg: Value) -> Atom:
    """`product` summed to the shape that `arg` has at run time."""
    return call(builder, UNBROADCAST, (product, arg))


# Ownership


def owned(builder: Builder, atom: Atom, others: tuple[Atom, ...] = ()) -> Atom:
    """`atom`, copied if it is an array that something else may hold as well."""
    if not isinstance(atom.type, Array):
        return atom
    if atom not in others and is_new(builder, atom):
        return atom
    return call(builder, "numpy.copy", (atom,))


def is_new(builder: Builder, atom: Atom) -> bool:
    """Was the array made by an op of this block, and by one that makes an array of its own?"""
    op = builder.maker(atom)
    if not isinstance(op, Apply):
        return False
    name = op.primitive.name
    return name in MAKES if name.startswith("core.") else not may_be_view(op.primitive)
