"""Primitives of arrays that belong to the language itself: lengths of axes, and stores.

axis(x, i) -> int           x.shape[i]
shape(x) -> (int, ...)      x.shape
count(x) -> int             x.size
rank(x) -> int              x.ndim, where it is known at run time only
put(x, index, v) -> x'      x[index] = v
scatter(x, index, v) -> x'  x[index] += v; `scatter_add`: duplicates add up

A store gives a new version of the array, in place where nobody reads the old one. It can go through views:

    x.T[1:][i] = v       put(x, 1, None, None, i, v), whose `way` is (transpose, getitem)

Where the array is an item of a list, the store gives a new version of that list:

    xs[k][i] = v         put(xs, k, i, v), whose `way` is (item,)
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeGuard, final
from weakref import WeakKeyDictionary

from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Const,
    Cotangent,
    Group,
    Hint,
    Layout,
    Op,
    Primitive,
    Tangent,
    Value,
    constant,
    size_of,
)
from s2sdiff.ir.traverse import rename
from s2sdiff.ir.types import BOOL, INT, KINDS, Array, Axis, List, Scalar, Tuple, Type


def _array(atom: Atom) -> Array:
    if not isinstance(atom.type, Array):
        raise TypeError(f"an array is needed, not {atom.type}")
    return atom.type


def _counted(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    _array(args[0])
    return (INT,)


def _shaped(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    axes = _array(args[0]).axes
    if axes is None:
        raise TypeError("the number of its axes is known at run time only")
    return (Tuple((INT,) * len(axes)),)


def _asked(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    _array(args[0])
    return (BOOL,)


AXIS = Primitive("core.axis", _counted)
CONTIGUOUS = Primitive("core.contiguous", _asked)  # does it lie in memory row by row, without gaps?
SHAPE = Primitive("core.shape", _shaped)
SIZE = Primitive("core.size", _counted)
SIZE_OF_EITHER = Primitive("numpy.size", _counted)  # of what may be a number in place of an array
RANK = Primitive("core.rank", _counted)
# Ints that are the lengths of axes.
LENGTHS: WeakKeyDictionary[Value, Axis] = WeakKeyDictionary()

# Functions whose result is a part of their argument, or may be.
VIEWS = frozenset(
    f"numpy.{name}"
    for name in [
        "asarray",
        "asanyarray",
        "ascontiguousarray",
        "asfortranarray",
        "broadcast_to",
        "expand_dims",
        "squeeze",
        "ravel",
        "reshape",
        "transpose",
        "swapaxes",
        "moveaxis",
        "matrix_transpose",
        "diagonal",
        "real",
        "imag",
        "flip",
        "fliplr",
        "flipud",
        "rot90",
        "atleast_1d",
        "atleast_2d",
        "atleast_3d",
        "einsum",
        "split",
        "array_split",
        "hsplit",
        "vsplit",
        "dsplit",
        "rollaxis",
        "real_if_close",
        "diag",
        "linalg.diagonal",
        "linalg.matrix_transpose",
        "broadcast_arrays",
    ]
) | {
    "s2sdiff.runtime.unbroadcast",
    "operator.getitem",
    "operator.pos",
    "core.stop",
    "core.sure",
    "core.ranked",
}


# Functions whose result cannot be written to, or perhaps not.
_READ_ONLY = "broadcast_to broadcast_arrays diag diagonal linalg.diagonal"
READ_ONLY = frozenset(f"numpy.{name}" for name in _READ_ONLY.split())


def may_be_view(primitive: Primitive) -> bool:
    """May what it gives be a part of its argument? Of a list or a tuple of parts it is a new array."""
    layout = primitive.layout or (None,)
    return primitive.name in VIEWS and layout[0] is None


def _stored(depth: int, args: tuple[Atom, ...]) -> tuple[Type, ...]:
    whole, value = _item_of(args[0].type, depth), args[-1]
    if not isinstance(value.type, Array | Scalar):
        raise TypeError(f"a {value.type} is stored in an array")
    is_narrow = whole.kind == "float32" and value.type.kind == "float"
    if not is_narrow and KINDS.index(value.type.kind) > KINDS.index(whole.kind):
        raise TypeError(f"a {value.type.kind} is stored in an array of kind {whole.kind}")
    return (args[0].type,)


def _added(depth: int, args: tuple[Atom, ...]) -> tuple[Type, ...]:
    _item_of(args[0].type, depth)
    return (args[0].type,)


def _item_of(type_: Type, depth: int) -> Array:
    """The type of the arrays that are so deep in lists of this type."""
    for _ in range(depth):
        if not isinstance(type_, List):
            raise TypeError(f"a list is needed, not {type_}")
        type_ = type_.item
    if not isinstance(type_, Array):
        raise TypeError(f"an array is needed, not {type_}")
    return type_


ZEROS = ("numpy.zeros", "numpy.zeros_like")
_OF_SHAPE = (
    "core.axis",
    "core.size",
    "core.shape",
    "numpy.size",
    "numpy.zeros_like",
    "numpy.ones_like",
)
Way: TypeAlias = tuple[Primitive, ...]
ITEM_STEP = "core.item"  # a step of a way into a list
WAYS: dict[Primitive, Way] = {}


@functools.cache
def _storing(name: str, layout: Layout, way: Way) -> Primitive:
    """The primitive that stores at an index of this layout, through the views `way`."""
    groups = [
        Group("tuple", (None,) if step.name == ITEM_STEP else (step.layout or ())[1:])
        for step in way
    ]
    whole = (None, *groups, layout, None)
    depth = sum(step.name == ITEM_STEP for step in way)
    infer = functools.partial(_stored if name == "put" else _added, depth)
    made = Primitive(f"core.{name}", infer, raises=name == "put", changes=True, layout=whole)
    WAYS[made] = way
    return made


def put(layout: Layout, way: Way = ()) -> Primitive:
    """The primitive that stores at an index."""
    return _storing("put", layout, way)


def scatter(layout: Layout, adds_up: bool, way: Way = ()) -> Primitive:
    """The primitive that adds at an index; at one that may name an entry twice it `adds_up`."""
    return _storing("scatter_add" if adds_up else "scatter", layout, way)


def scatter_first(layout: Layout, way: Way = ()) -> Primitive:
    """The same for an index under which there are zeros: x[index] = v."""
    return _storing("scatter_first", layout, way)


def is_put(primitive: Primitive) -> bool:
    return primitive.name == "core.put"


def is_scatter(primitive: Primitive) -> bool:
    return primitive.name in ("core.scatter", "core.scatter_add", "core.scatter_first")


def is_store(op: Op | None) -> TypeGuard[Apply]:
    """Does it store into an array, or add to its entries?"""
    return isinstance(op, Apply) and (is_put(op.primitive) or is_scatter(op.primitive))


def fills_derivative(op: Op) -> TypeGuard[Apply]:
    """Does it store into a derivative? Arrays of the program are its own."""
    return is_store(op) and isinstance(op.results[0].hint, Cotangent | Tangent)


def depth_of_store(op: Op) -> int:
    """1 where an op stores into an array, 2 into one in a list, and so on; 0 where it stores into none."""
    if not is_store(op):
        return 0
    return 1 + sum(step.name == ITEM_STEP for step in WAYS[op.primitive])


def is_length(op: Op) -> TypeGuard[Apply]:
    """Does it ask how long an axis of an array is, or how many entries it has?"""
    return isinstance(op, Apply) and op.primitive in (AXIS, SIZE)


def asks_shape(op: Op) -> bool:
    """Does it read the shape of its argument and nothing else of it?"""
    return isinstance(op, Apply) and op.primitive.name in _OF_SHAPE


@final
@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """A store, taken apart: `whole` through the views `way`, each with its arguments, at `index`."""

    whole: Atom
    way: tuple[tuple[Primitive, tuple[Atom, ...]], ...]
    layout: Layout
    index: tuple[Atom, ...]
    value: Atom

    @property
    def place(self) -> tuple[Atom, ...]:
        """All arguments between the array and what is stored."""
        return (*(atom for _, atoms in self.way for atom in atoms), *self.index)


def parts_of_store(op: Apply) -> Store:
    """A store, taken apart."""
    layout, way = op.primitive.layout, WAYS[op.primitive]
    assert layout is not None
    whole, *atoms, value = op.args
    steps: list[tuple[Primitive, tuple[Atom, ...]]] = []
    for step, group in zip(way, layout[1:], strict=False):
        size = size_of(group)
        steps.append((step, tuple(atoms[:size])))
        del atoms[:size]
    return Store(whole, tuple(steps), layout[-2], tuple(atoms), value)


def is_whole(layout: Layout, index: tuple[Atom, ...]) -> bool:
    """Does this index name every entry: `x[:]`, `x[...]`, `x[:, :]`?"""
    parts = layout.parts if layout is not None and layout.kind == "tuple" else (layout,)
    is_plain = all(part is None or part.kind == "slice" for part in parts)
    slices = [part for part in parts if part is not None]
    known = all(isinstance(atom, Const) and atom.value in (None, Ellipsis) for atom in index)
    count = sum(isinstance(atom, Const) and atom.value is Ellipsis for atom in index)
    return is_plain and known and len(index) == 3 * len(slices) + count


def is_basic(layout: Layout, index: tuple[Atom, ...]) -> bool:
    """Does an index give a view: numbers, slices and new axes, no arrays and lists of numbers?"""
    if any(isinstance(each.type, Array | List) for each in index):
        return False
    return layout is None or not _has_list(layout)


def adds_up(layout: Layout, index: tuple[Atom, ...]) -> bool:
    """May an index name the same entry several times? A mask, numbers and slices do not."""
    if any(isinstance(each.type, Array) and each.type.kind == "int" for each in index):
        return True
    if any(isinstance(each.type, List) for each in index):
        return True
    return layout is not None and _has_list(layout)


def _has_list(layout: Group) -> bool:
    return layout.kind == "list" or any(
        isinstance(part, Group) and _has_list(part) for part in layout.parts
    )


def length_of_axis(builder: Builder, whole: Atom, at: int) -> Atom:
    """The length of an axis; a constant where it is known."""
    axes = _array(whole).axes
    assert axes is not None
    known = axes[at]
    if isinstance(known, int):
        return constant(known)
    found = builder.apply(AXIS, whole, constant(at))
    LENGTHS[found] = known
    return found


def named_lengths(body: Block, names: Mapping[Value, Hint]) -> Block:
    """`body` with lengths called as the variables that they are assigned to."""
    table = {
        value: replace(value, hint=name) for value, name in names.items() if value.hint is None
    }
    for old, new in table.items():
        if old in LENGTHS:
            LENGTHS[new] = LENGTHS[old]
    return rename(body, table) if table else body


def shape_of(builder: Builder, whole: Atom) -> Value:
    return builder.apply(SHAPE, whole)
