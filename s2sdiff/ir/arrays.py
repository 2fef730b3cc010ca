"""Primitives of arrays that belong to the language itself: lengths of axes, and cotangents filled in place.

axis(x, i) -> int           x.shape[i]
shape(x) -> (int, ...)      x.shape
count(x) -> int             x.size
rank(x) -> int              x.ndim, where it is known at run time only
scatter(x, index, v) -> x'  x[index] += v, duplicates adding up; in place where nobody reads x
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Atom, Const, Group, Layout, Primitive, Value, constant
from s2sdiff.ir.types import INT, Array, Axis, List, Tuple, Type


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


def _same(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    return (_array(args[0]),)


AXIS = Primitive("core.axis", _counted)
SHAPE = Primitive("core.shape", _shaped)
SIZE = Primitive("core.size", _counted)
RANK = Primitive("core.rank", _counted)
# Ints that are the lengths of axes.
LENGTHS: WeakKeyDictionary[Value, Axis] = WeakKeyDictionary()
_SCATTERS: dict[tuple[Layout, bool], Primitive] = {}

# Functions whose result is a part of their argument, or may be.
VIEWS = frozenset(
    f"numpy.{name}"
    for name in [
        "asarray",
        "asanyarray",
        "ascontiguousarray",
        "asfortranarray",
        "array",
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
        "nan_to_num",
    ]
) | {
    "s2sdiff.runtime.unbroadcast",
    "operator.getitem",
    "operator.pos",
    "core.stop",
    "core.sure",
    "core.ranked",
}


def scatter(layout: Layout, adds_up: bool) -> Primitive:
    """The primitive that adds at an index of this layout; at one that may name an entry twice it
    `adds_up`."""
    key = (layout, adds_up)
    if key not in _SCATTERS:
        name = "core.scatter_add" if adds_up else "core.scatter"
        _SCATTERS[key] = Primitive(name, _same, changes=True, layout=(None, layout, None))
    return _SCATTERS[key]


@functools.cache
def scatter_first(layout: tuple[Layout, ...]) -> Primitive:
    """The same for an index under which there are zeros: x[index] = v."""
    return Primitive("core.scatter_first", _same, changes=True, layout=layout)


def is_scatter(primitive: Primitive) -> bool:
    return primitive.name in ("core.scatter", "core.scatter_add", "core.scatter_first")


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


def shape_of(builder: Builder, whole: Atom) -> Value:
    return builder.apply(SHAPE, whole)


def is_known_index(atoms: Iterable[Atom]) -> bool:
    return all(isinstance(atom, Const) for atom in atoms)
