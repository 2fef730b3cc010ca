"""Primitives of lists whose length is known at run time only, and of ranges.

A list is a value: `append(xs, v)` gives a new version. Where nobody reads the old version any more the
emitted code changes the object in place, as the user's code does (`changes`).

    append(xs, v) -> xs'          pop(xs) -> xs', v          pop_at(xs, i) -> xs', v
    store(xs, i, v) -> xs'        insert(xs, i, v) -> xs'    delete(xs, i) -> xs'
    add_at(xs, i, v) -> xs'       the item at i, plus v      reverse(xs) -> xs'
    item(xs, i) -> v              length(xs) -> int          section(xs, start, stop, step) -> list
                                  item, store, add_at of lists in lists: item(xs, i, j)
    replace(xs, ys) -> xs'        the items of ys instead
    concatenate(xs, ys)           repeat(xs, n)              make(v, ...) -> list
    save(xs)                      the list as it is now: a copy where it is changed later
    order(keys, backwards)        the indices of the keys, sorted
    contains(xs, v) -> bool       index(xs, v) -> int        count(xs, v) -> int
    zeros_like(xs)                the same structure, 0.0 at every number
    blank(xs)                     a list as long, whose items are all stored before they are read
    add_lists(xs, ys)             item by item, of derivatives
    total(xs), largest(xs), smallest(xs), count(xs, v)
    order(xs) -> list of int      indices that sort xs
"""

from __future__ import annotations

from s2sdiff.ir.arrays import WAYS
from s2sdiff.ir.core import Apply, Atom, Const, Op, Primitive, Value
from s2sdiff.ir.shapes import fresh
from s2sdiff.ir.types import (
    BOOL,
    INT,
    NOTHING,
    Array,
    List,
    Scalar,
    Tuple,
    Type,
    cotangent_type,
    join,
)


def _list(atom: Atom) -> List:
    if not isinstance(atom.type, List):
        raise TypeError(f"a list is needed, not {atom.type}")
    return atom.type


def _index(atom: Atom) -> None:
    if not (isinstance(atom.type, Scalar) and atom.type.kind in ("int", "bool")):
        raise TypeError(f"an index is an int, not {atom.type}")


def _with(whole: Atom, item: Atom) -> Type:
    found = join(_list(whole).item, item.type)
    if found is None:
        raise TypeError(f"a list of {_list(whole).item} takes no {item.type}")
    return List(found)


def _made(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    item: Type = NOTHING
    for arg in args:
        found = join(item, arg.type)
        if found is None:
            raise TypeError(f"a list holds items of one type, not {item} and {arg.type}")
        item = found
    return (List(item),)


def _appended(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    whole, item = args
    return (_with(whole, item),)


def _inserted(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    whole, index, item = args
    _index(index)
    return (_with(whole, item),)


def _placed(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    whole, *path, item = args
    found = item.type
    for depth in range(len(path), 0, -1):
        _index(path[depth - 1])
        (around,) = _got((whole, *path[: depth - 1]))
        joined = join(around, List(found))
        if joined is None:
            raise TypeError(f"a list of {around} takes no {found}")
        found = joined
    return (found,)


def _popped(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    for index in args[1:]:
        _index(index)
    return (args[0].type, fresh(_list(args[0]).item))


def _deleted(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    _index(args[1])
    return (_list(args[0]),)


def _got(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    found = args[0].type
    for index in args[1:]:
        _index(index)
        if not isinstance(found, List):
            raise TypeError(f"a list is needed, not {found}")
        found = found.item
    return (fresh(found),)


def _counted(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    _list(args[0])
    return (INT,)


def _joined(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    found = join(_list(args[0]), _list(args[1]))
    if found is None:
        raise TypeError(f"{args[0].type} and {args[1].type} are joined")
    return (found,)


def _same(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    return (_list(args[0]),)


def _copied(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    """The type of a copy; a number may stand where the path does not lead to an array."""
    return (args[0].type,) if isinstance(args[0].type, Array | Scalar) else _same(args)


def _repeated(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    _index(args[1])
    return (_list(args[0]),)


def _derivative(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    return (cotangent_type(_list(args[0])),)


def _numbers(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    item = _list(args[0]).item
    if not isinstance(item, Scalar):
        raise TypeError(f"numbers are needed, not {item}")
    return (item,)


def _counted_items(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    _numbers(args[:1])
    return (INT,)


def _ordered(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    item = _list(args[0]).item
    if not _has_order(item):
        raise TypeError(f"numbers or tuples of them are needed, not {item}")
    return (List(INT),)


def _has_order(type_: Type) -> bool:
    """Numbers are compared, and tuples of them part by part."""
    if isinstance(type_, Tuple):
        return all(map(_has_order, type_.items))
    return isinstance(type_, Scalar) or type_ == NOTHING


def _contained(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    _list(args[0])
    return (BOOL,)


def is_sure_range(op: Op) -> bool:
    """Is it a range that is known to have a number in it?"""
    if not (isinstance(op, Apply) and op.primitive is RANGE):
        return False
    bounds = [arg.value for arg in op.args if isinstance(arg, Const) and isinstance(arg.value, int)]
    return len(bounds) == 3 and bounds[2] != 0 and len(range(*bounds)) > 0


def _ranged(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    for bound in args:
        _index(bound)
    return (List(INT),)


RANGE = Primitive("core.range", _ranged, raises=True)
MAKE = Primitive("core.make", _made, identity=True)
COPY = Primitive("core.copy", _copied, identity=True)
SAVE = Primitive("core.save", _copied, identity=True)
DEEP_COPY = Primitive("core.deep_copy", _same, identity=True)
APPEND = Primitive("core.append", _appended, changes=True)
STORE = Primitive("core.store", _placed, raises=True, changes=True)
ADD_AT = Primitive("core.add_at", _placed, changes=True)
INSERT = Primitive("core.insert", _inserted, changes=True)
DELETE = Primitive("core.delete", _deleted, raises=True, changes=True)
POP = Primitive("core.pop", _popped, raises=True, changes=True)
POP_AT = Primitive("core.pop_at", _popped, raises=True, changes=True)
REVERSE = Primitive("core.reverse", _same, changes=True)
EXTEND = Primitive("core.extend", _joined, changes=True)
REPLACE = Primitive("core.replace", _joined, changes=True)
REPLAY = Primitive("core.replay", _popped, changes=True)
ITEM = Primitive("core.item", _got, raises=True)
LENGTH = Primitive("core.length", _counted)
SLICE = Primitive("core.slice", _same, identity=True)
CONCATENATE = Primitive("core.concatenate", _joined, identity=True)
REPEAT = Primitive("core.repeat", _repeated, identity=True)
ZEROS_LIKE = Primitive("core.zeros_like", _derivative, identity=True)
BLANK = Primitive("core.blank", _derivative, identity=True)
ADD_LISTS = Primitive("core.add_lists", _joined, identity=True)
TOTAL = Primitive("core.total", _numbers)
LARGEST = Primitive("core.largest", _numbers, raises=True)
SMALLEST = Primitive("core.smallest", _numbers, raises=True)
COUNT = Primitive("core.count", _counted_items)
ORDER = Primitive("core.order", _ordered)
CONTAINS = Primitive("core.contains", _contained)
INDEX = Primitive("core.index", _counted_items, raises=True)

HOLDING = (MAKE, APPEND, INSERT, STORE)  # what puts its arguments into a list
TAKING = (ITEM, POP, POP_AT, REPLAY)  # what takes something out of one

# Arguments whose derivatives go into the results; the others are indices and lengths.
_SMOOTH: dict[Primitive, tuple[int, ...]] = {
    COPY: (0,),
    SAVE: (0,),
    APPEND: (0, 1),
    INSERT: (0, 2),
    DELETE: (0,),
    POP: (0,),
    POP_AT: (0,),
    REVERSE: (0,),
    EXTEND: (0, 1),
    REPLACE: (1,),
    REPLAY: (0,),
    ITEM: (0,),
    SLICE: (0,),
    CONCATENATE: (0, 1),
    REPEAT: (0,),
    ADD_LISTS: (0, 1),
    TOTAL: (0,),
    LARGEST: (0,),
    SMALLEST: (0,),
}


def smooth_arguments(primitive: Primitive, size: int) -> tuple[int, ...]:
    """Indices of the arguments that the results of a primitive depend on smoothly."""
    if primitive in (STORE, ADD_AT) or primitive in WAYS:
        return (0, size - 1)
    return tuple(range(size)) if primitive is MAKE else _SMOOTH.get(primitive, ())


def is_nested(type_: Type) -> bool:
    """Is it a list of lists?"""
    return isinstance(type_, List) and isinstance(type_.item, List)


def depth_of(type_: Type) -> int:
    """How deep lists are nested."""
    return 1 + depth_of(type_.item) if isinstance(type_, List) else 0


def levels_of(type_: Type) -> int:
    """How many objects are in each other: 1 for an array, 2 for a list of arrays."""
    if isinstance(type_, List):
        return 1 + levels_of(type_.item)
    return int(isinstance(type_, Array))


def way_to(whole: Value, definitions: dict[Value, Op]) -> tuple[Value, tuple[Atom, ...]]:
    """The outermost list that `whole` was read from, and the indices of `whole` in it."""
    match definitions.get(whole):
        case Apply(primitive=each, args=(Value() as outer, *indices)) if each is ITEM:
            root, path = way_to(outer, definitions)
            return root, (*path, *indices)
    return whole, ()


def lengths_of(stop: Atom, definitions: dict[Value, Op]) -> list[Value]:
    """The lists whose lengths' minimum `stop` is; none if it is something else."""
    match definitions.get(stop) if isinstance(stop, Value) else None:
        case Apply(primitive=each, args=(Value() as whole,)) if each is LENGTH:
            return [whole]
        case Apply(primitive=each, args=args) if each.name == "builtins.min":
            found = [lengths_of(arg, definitions) for arg in args]
            return [whole for lists in found for whole in lists] if all(found) else []
    return []
