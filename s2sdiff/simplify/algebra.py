"""Algebraic laws that hold exactly in floating point, for NaN, infinities and -0.0 too.

    1.0 * x       ->   x                x + -y        ->   x - y
    -(-x)         ->   x                x + x         ->   2.0 * x
    n - 1 - 1     ->   n - 2            of ints
    0 + n         ->   n                of ints
    1.0 / x * 2.0 ->   2.0 / x          by powers of two
    x[i].shape[0] ->   x.shape[1]       of an array x and an int i
    [0.0] * len([]) -> []
    np.reshape(x, ()) -> x[0]           of arrays with one entry

Not among them, because they are not exact: 0 * x -> 0, x - x -> 0, x / x -> 1, x + 0 -> x (it turns
-0.0 into 0.0), and every reassociation. `expand_powers` is for the end: it makes `x**2` a product, and
`np.expand_dims(x, 1)` an index.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from math import frexp, isfinite

from s2sdiff.ir.arrays import AXIS
from s2sdiff.ir.build import number
from s2sdiff.ir.core import Apply, Atom, Const, Function, Group, Layout, Primitive, Value, constant
from s2sdiff.ir.lists import MAKE
from s2sdiff.ir.types import FLOAT, INT, Array, Scalar, has_sign
from s2sdiff.rules.registry import RULES, called_primitive, getting, primitive
from s2sdiff.simplify.rewrite import Definitions, Replacement, rewrite

ADD = primitive("operator.add")
SUBTRACT = primitive("operator.sub")
MULTIPLY = primitive("operator.mul")
NEGATE = primitive("operator.neg")
DIVIDE = primitive("operator.truediv")
POWER = primitive("operator.pow")


def algebra(function: Function) -> Function:
    """`function` with the laws above applied."""
    return rewrite(function, _law)


def expand_powers(function: Function) -> Function:
    """`function` with `x**2` as `x * x`."""
    return rewrite(function, _expand)


def _law(op: Apply, definitions: Definitions) -> Atom | Replacement | None:
    if op.results[0].type == INT and op.primitive in (ADD, SUBTRACT):
        shifted = _shifted(op, definitions)
        if shifted is not None:
            return shifted
        if op.primitive is ADD and number(op.args[0]) == 0 and op.args[1].type == INT:
            return op.args[1]
    if op.results[0].type == INT and op.primitive is MULTIPLY:
        return _multiply_counts(*op.args)
    match op.primitive.name, op.args:
        case "operator.add", (left, right):
            return _add(left, right, definitions)
        case "operator.sub", (left, right):
            return _subtract(left, right, definitions)
        case "operator.mul", (left, right):
            return _multiply(left, right, definitions)
        case "operator.truediv", (left, right):
            return _divide(left, right)
        case "operator.neg", (arg,):
            return _negate(arg, definitions)
        case "numpy.reshape" | "numpy.squeeze", (Value() as whole, *_) if _is_entry(op, whole):
            return _entry(whole)
        case "numpy.squeeze", (Value() as whole, *axes):
            return _squeezed(op, whole, axes, definitions)
        case "numpy.zeros_like", (Value() as whole,):
            made = definitions.get(whole)
            is_zeros = made is not None and made.primitive is op.primitive
            return Replacement(op.primitive, made.args) if made is not None and is_zeros else None
        case "core.zeros_like", (Value() as whole,):
            made = definitions.get(whole)
            is_empty = made is not None and made.primitive is MAKE and not made.args
            return Replacement(MAKE, ()) if is_empty else None
        case "core.copy", (arg,) if isinstance(arg.type, Scalar):
            return arg
        case "numpy.transpose", (Value() as whole,):
            return _transposed(whole, definitions)
        case "core.axis", (Value() as whole, Const(value=int(at))):
            return _axis(whole, at, definitions)
        case "operator.pos", (arg,) if arg.type == FLOAT:
            return arg
        case "operator.pow", (base, exponent):
            return _power(base, exponent)
        case "math.prod" | "builtins.max" | "builtins.min", (arg,):
            return arg if arg.type == FLOAT else None
    return None


def _multiply_counts(one: Atom, two: Atom) -> Atom | None:
    """`0 * n` and `1 * n` of ints."""
    for factor, other in ((one, two), (two, one)):
        is_plain = isinstance(factor, Const) and factor.name is None and other.type == INT
        known = number(factor) if is_plain and factor.type == INT else None
        if known in (0, 1):
            return other if known else factor
    return None


def _shift(op: Apply) -> tuple[Atom, int] | None:
    """What an op adds to which int, if that is a constant."""
    by = op.args[1].value if isinstance(op.args[1], Const) and op.args[1].name is None else None
    if type(by) is not int or op.args[0].type != INT:
        return None
    return op.args[0], by if op.primitive is ADD else -by


def _shifted(op: Apply, definitions: Definitions) -> Atom | Replacement | None:
    """Two constants that are added to an int one after the other, as one; names of the user's stay."""
    outer = _shift(op)
    made = definitions.get(outer[0]) if outer is not None and isinstance(outer[0], Value) else None
    if outer is None or made is None or made.primitive not in (ADD, SUBTRACT):
        return None
    inner = _shift(made)
    if inner is None or made.results[0].hint is not None:
        return None
    base, by = inner[0], inner[1] + outer[1]
    if by == 0:
        return base
    return Replacement(ADD if by > 0 else SUBTRACT, (base, constant(abs(by))))


def _negated(atom: Atom, definitions: Definitions) -> Atom | None:
    """x, where `atom` is -x."""
    op = definitions.get(atom) if isinstance(atom, Value) else None
    is_minus = op is not None and op.primitive is NEGATE and has_sign(op.args[0].type)
    return op.args[0] if op is not None and is_minus else None


def _add(left: Atom, right: Atom, definitions: Definitions) -> Atom | Replacement | None:
    if left is right and _is_smooth(left):
        return Replacement(MULTIPLY, (constant(2.0), left))
    taken = _negated(right, definitions)
    if taken is not None:
        return Replacement(SUBTRACT, (left, taken))
    taken = _negated(left, definitions)
    if taken is not None:
        return Replacement(SUBTRACT, (right, taken))
    size = number(right)
    return Replacement(SUBTRACT, (left, constant(-size))) if size is not None and size < 0 else None


def _subtract(left: Atom, right: Atom, definitions: Definitions) -> Atom | Replacement | None:
    is_kept = _is_smooth(left) or left.type == right.type == INT
    if number(right) == 0 and not _is_negative_zero(right) and is_kept:
        return left
    taken = _negated(right, definitions)
    if taken is not None:
        return Replacement(ADD, (left, taken))
    size = number(right)
    return Replacement(ADD, (left, constant(-size))) if size is not None and size < 0 else None


def _multiply(left: Atom, right: Atom, definitions: Definitions) -> Atom | Replacement | None:
    for one, other in ((left, right), (right, left)):
        if number(one) == 1 and _is_smooth(other):
            return other
        if number(one) == -1 and _is_smooth(other):
            return Replacement(NEGATE, (other,))
        scaled = _scaled(one, number(other), definitions)
        if scaled is not None:
            return scaled
    left_taken, right_taken = _negated(left, definitions), _negated(right, definitions)
    if left_taken is not None and right_taken is not None:
        return Replacement(MULTIPLY, (left_taken, right_taken))
    return None


def _scaled(quotient: Atom, factor: object, definitions: Definitions) -> Replacement | None:
    """`c / x * factor` as one division, if it is exact."""
    made = definitions.get(quotient) if isinstance(quotient, Value) else None
    if made is None or made.primitive is not DIVIDE or not isinstance(factor, float | int):
        return None
    size, by = number(made.args[0]), abs(float(factor))
    if size is None or isinstance(size, complex) or frexp(by)[0] != 0.5 or not isfinite(by):
        return None
    return Replacement(DIVIDE, (constant(float(size * factor)), made.args[1]))


def _squeezed(
    op: Apply, whole: Value, axes: list[Atom], definitions: Definitions
) -> Replacement | None:
    """The sum over axes that are kept and taken away then."""
    made = definitions.get(whole)
    if made is None or made.primitive.name != "s2sdiff.array.sum" or not axes:
        return None
    *summed, kept = made.args[1:]
    if made.primitive.keywords != ("axis", "keepdims") or number(kept) != 1:
        return None
    if [number(axis) for axis in axes] != [number(axis) for axis in summed]:
        return None
    rule = RULES[made.primitive.name]
    assert rule.call is not None and made.primitive.layout is not None
    plain = called_primitive(made.primitive.name, rule.call, made.primitive.layout[:-1], ("axis",))
    return Replacement(plain, (made.args[0], *summed))


def _is_entry(op: Apply, whole: Value) -> bool:
    """Does it make a number of an array of one entry?"""
    axes = whole.type.axes if isinstance(whole.type, Array) else None
    return isinstance(op.results[0].type, Scalar) and bool(axes) and set(axes or ()) == {1}


def _entry(whole: Value) -> Replacement:
    """`x[0, 0]`: the number, not a view of it."""
    assert isinstance(whole.type, Array)
    rank = len(whole.type.axes or ())
    layout: Layout = Group("tuple", (None,) * rank) if rank > 1 else None
    return Replacement(getting(layout), (whole, *(constant(0),) * rank))


def _transposed(whole: Value, definitions: Definitions) -> Atom | None:
    """What was transposed twice."""
    made = definitions.get(whole)
    is_again = made is not None and made.primitive.name == "numpy.transpose"
    return made.args[0] if made is not None and is_again and len(made.args) == 1 else None


def _axis(whole: Value, at: int, definitions: Definitions) -> Replacement | None:
    """The length of an axis of a row, read from the whole array."""
    made = definitions.get(whole)
    if made is None or made.primitive.name != "operator.getitem" or len(made.args) != 2:
        return None
    array, index = made.args
    is_row = made.primitive.layout == (None, None) and index.type == INT
    if not is_row or not isinstance(array.type, Array) or at < 0:
        return None
    return Replacement(AXIS, (array, constant(at + 1)))


def _divide(left: Atom, right: Atom) -> Atom | Replacement | None:
    if number(right) == 1 and _is_smooth(left):
        return left
    if number(right) == -1 and _is_smooth(left):
        return Replacement(NEGATE, (left,))
    return None


def _negate(arg: Atom, definitions: Definitions) -> Atom | None:
    taken = _negated(arg, definitions)
    return taken if taken is not None and _is_smooth(taken) else None


def _power(base: Atom, exponent: Atom) -> Atom | Replacement | None:
    power = number(exponent)
    if power == 1 and _is_smooth(base):
        return base
    if power == 0 and base.type == FLOAT:
        return constant(1.0)
    return None


def _expand(op: Apply, definitions: Definitions) -> Replacement | None:
    is_square = op.primitive.name in ("operator.pow", "numpy.power") and number(op.args[1]) == 2
    if is_square and (_is_smooth(op.args[0]) or not isinstance(op.args[0].type, Array)):
        return Replacement(MULTIPLY, (op.args[0], op.args[0]))
    if op.primitive.name == "numpy.expand_dims":
        return _indexed(op)
    return None


def _indexed(op: Apply) -> Replacement | None:
    """`np.expand_dims(x, 1)` as `x[:, None]`."""
    result = op.results[0].type
    places = [number(axis) for axis in op.args[1:]]
    if not isinstance(result, Array) or result.axes is None or op.primitive.keywords:
        return None
    rank = len(result.axes)
    added = {place % rank for place in places if isinstance(place, int)}
    if len(added) != len(places) or not isinstance(op.args[0].type, Array):
        return None
    parts: list[Layout] = []
    atoms: list[Atom] = []
    for axis in range(max(added) + 1):
        parts.append(None if axis in added else Group("slice", (None, None, None)))
        atoms += [constant(None)] * (1 if axis in added else 3)
    index = parts[0] if len(parts) == 1 else Group("tuple", tuple(parts))
    return Replacement(_new_axes(index), (op.args[0], *atoms))


@functools.cache
def _new_axes(index: Layout) -> Primitive:
    """`x[index]` where the index does nothing but add axes."""
    return replace(getting(index), raises=False)


def _is_smooth(atom: Atom) -> bool:
    """Is it a float, or an array of floats?"""
    if isinstance(atom.type, Array):
        return atom.type.kind in ("float32", "float", "complex")
    return atom.type == FLOAT


def _is_negative_zero(atom: Atom) -> bool:
    return isinstance(atom, Const) and repr(atom.value) == "-0.0"
