"""Lists in plain Python: what is an expression, and what is a statement that changes a list."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeAlias

from s2sdiff.emit.targets.python import is_none, method, without_sign
from s2sdiff.errors import internal
from s2sdiff.ir.lists import depth_of, levels_of
from s2sdiff.ir.types import Array, List, Tuple, Type, holds_arrays

Library: TypeAlias = Callable[[str], ast.expr]

METHODS = {
    "core.append": "append",
    "core.insert": "insert",
    "core.extend": "extend",
    "core.reverse": "reverse",
    "core.pop": "pop",
    "core.pop_at": "pop",
    "core.replay": "pop",
}


def load(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def call(name: str, *args: ast.expr) -> ast.expr:
    return ast.Call(load(name), list(args), [])


def item(whole: ast.expr, *path: ast.expr) -> ast.expr:
    for index in path:
        whole = ast.Subscript(whole, index, ast.Load())
    return whole


def range_call(bounds: list[ast.expr]) -> ast.expr:
    """`range(...)` with as few arguments as it takes."""
    start, stop, step = bounds
    if not _is_number(step, 1):
        return call("range", start, stop, step)
    return call("range", stop) if _is_number(start, 0) else call("range", start, stop)


def _is_number(node: ast.expr, number: int) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == number


def expression(name: str, args: list[ast.expr], type_: Type, library: Library) -> ast.expr | None:
    """An op on lists as an expression; None if it is none. `type_` is that of its result."""
    match name, args:
        case "core.range", bounds:
            return range_call(bounds)
        case "core.close", [_, *items]:
            return ast.Tuple(items, ast.Load())
        case "core.make", items:
            return ast.List(items, ast.Load())
        case "core.copy", [whole]:
            if isinstance(type_, Array) and type_.axes is None:  # a number stays one
                copied = ast.Call(library("numpy.copy"), [whole], [])
                return item(copied, ast.Tuple([], ast.Load()))
            return method(whole, "copy")
        case "core.deep_copy", [whole]:
            return _copies(whole, type_)
        case "core.item", [whole, *path]:
            return item(whole, *path)
        case "core.length", [whole]:
            return call("len", whole)
        case "core.slice", [whole, start, stop, step]:
            parts = [None if is_none(part) else part for part in (start, stop, step)]
            return item(whole, ast.Slice(*parts))
        case "core.concatenate", [one, two]:
            return ast.BinOp(one, ast.Add(), two)
        case "core.repeat", [whole, times]:
            return ast.BinOp(whole, ast.Mult(), times)
        case "core.zeros_like", [whole]:
            return zeros(whole, type_, library)
        case "core.blank", [whole]:
            nothing = ast.List([ast.Constant(None)], ast.Load())
            return ast.BinOp(nothing, ast.Mult(), call("len", whole))
        case "core.add_lists", [one, two]:
            return _sums(one, two, type_)
        case "core.total", [whole]:
            return call("sum", whole)
        case "core.largest", [whole]:
            return call("max", whole)
        case "core.smallest", [whole]:
            return call("min", whole)
        case "core.count", [whole, value]:
            return method(whole, "count", value)
        case "core.index", [whole, value]:
            return method(whole, "index", value)
        case "core.contains", [whole, value]:
            return ast.Compare(value, [ast.In()], [whole])
        case "core.order", [keys, backwards]:
            argument = ast.arguments([], [ast.arg("i")], None, [], [], None, [])
            key = ast.Lambda(argument, item(keys, load("i")))
            indices = call("range", call("len", keys))
            keywords = [ast.keyword("key", key)]
            if isinstance(backwards, ast.Constant) and backwards.value:
                keywords.append(ast.keyword("reverse", backwards))
            return ast.Call(load("sorted"), [indices], keywords)
    return None


def zeros(whole: ast.expr, type_: Type, library: Library) -> ast.expr:
    """Zeros in the structure of a list."""
    if not isinstance(type_, List):
        raise internal("emit", f"zeros of type {type_}")
    if holds_arrays(type_.item) and not isinstance(type_.item, List):
        target = _target("p", type_.item)
        item = _zeros_like(target, type_.item, library)
        return ast.ListComp(item, [ast.comprehension(target, whole, [], 0)])
    if isinstance(type_.item, List):
        name = name_of_item(type_)
        row = zeros(load(name), type_.item, library)
        loop = ast.comprehension(ast.Name(name, ast.Store()), whole, [], 0)
        return ast.ListComp(row, [loop])
    one = ast.List([_zero(type_.item)], ast.Load())
    return ast.BinOp(one, ast.Mult(), call("len", whole))


def _zeros_like(target: ast.expr, type_: Type, library: Library) -> ast.expr:
    """Zeros for one item of a list, which is unpacked into `target`."""
    match target:
        case ast.Tuple(elts=parts):
            assert isinstance(type_, Tuple)
            pairs = zip(parts, type_.items, strict=True)
            return _of_kind([_zeros_like(p, t, library) for p, t in pairs], type_)
        case ast.Name(id=name):
            if isinstance(type_, List):
                return zeros(load(name), type_, library)
            if isinstance(type_, Array):
                return ast.Call(library("numpy.zeros_like"), [load(name)], [])
    return ast.Constant(0.0)


def _of_kind(items: list[ast.expr], type_: Tuple) -> ast.expr:
    """A tuple, or a list of known length."""
    return (ast.List if type_.kind == "list" else ast.Tuple)(items, ast.Load())


def name_of_item(type_: Type) -> str:
    """What an item of a list of lists is called in a comprehension."""
    return ("row", "plane")[depth_of(type_) - 2] if depth_of(type_) < 4 else "block"


def _copies(whole: ast.expr, type_: Type) -> ast.expr:
    """A list and all lists in it again."""
    if levels_of(type_) < 2:
        return method(whole, "copy")
    assert isinstance(type_, List)
    name = name_of_item(type_)
    row = _copies(load(name), type_.item)
    return ast.ListComp(row, [ast.comprehension(ast.Name(name, ast.Store()), whole, [], 0)])


def _zero(type_: Type) -> ast.expr:
    if isinstance(type_, Tuple):
        return _of_kind([_zero(part) for part in type_.items], type_)
    return ast.Constant(0.0)


def _sums(one: ast.expr, two: ast.expr, type_: Type, depth: int = 0) -> ast.expr:
    """The sums of the items of two lists."""
    if not isinstance(type_, List):
        raise internal("emit", f"the sum of lists of type {type_}")
    left, right = ("row_p", "row_q") if isinstance(type_.item, List) else ("p", "q")
    left, right = (f"{name}{depth}" if depth > 1 else name for name in (left, right))
    total = _sum(left, right, type_.item, depth + 1)
    pair = ast.Tuple([_target(left, type_.item), _target(right, type_.item)], ast.Store())
    return ast.ListComp(total, [ast.comprehension(pair, call("zip", one, two), [], 0)])


def _sum(left: str, right: str, type_: Type, depth: int) -> ast.expr:
    """The sum of two items with these names; those of tuples are unpacked."""
    match type_:
        case Tuple(items=parts):
            pairs = ((f"{left}_{at}", f"{right}_{at}", part) for at, part in enumerate(parts))
            return _of_kind([_sum(p, q, part, depth) for p, q, part in pairs], type_)
        case List():
            return _sums(load(left), load(right), type_, depth)
    return ast.BinOp(load(left), ast.Add(), load(right))


def _target(name: str, type_: Type) -> ast.expr:
    """What an item is unpacked into."""
    if not isinstance(type_, Tuple):
        return ast.Name(name, ast.Store())
    parts = [_target(f"{name}_{at}", part) for at, part in enumerate(type_.items)]
    return ast.Tuple(parts, ast.Store())


def _add_to(target: ast.Name | ast.Subscript, value: ast.expr) -> ast.stmt:
    positive = without_sign(value)
    if positive is not None:
        return ast.AugAssign(target, ast.Sub(), positive)
    return ast.AugAssign(target, ast.Add(), value)


def add_at(add: ast.expr, whole: ast.expr, index: ast.expr, value: ast.expr) -> ast.stmt:
    """`np.add.at(x, index, v)`: what is at an index that comes twice adds up."""
    if isinstance(index, ast.Tuple):
        index = ast.Tuple([_as_call(part) for part in index.elts], ast.Load())
    return ast.Expr(ast.Call(ast.Attribute(add, "at", ast.Load()), [whole, index, value], []))


def _as_call(part: ast.expr) -> ast.expr:
    """A slice outside of a subscript."""
    if not isinstance(part, ast.Slice):
        return part
    bounds = [part.lower, part.upper, part.step]
    return call("slice", *(ast.Constant(None) if bound is None else bound for bound in bounds))


def store(name: str, whole: ast.expr, index: ast.expr, value: ast.expr, add: ast.expr) -> ast.stmt:
    """A store into an array; `add` is what `np.add` is called."""
    if name == "core.scatter_add":
        return add_at(add, whole, index, value)
    is_whole = isinstance(index, ast.Slice) and index.lower is index.upper is index.step is None
    target: ast.Name | ast.Subscript = ast.Subscript(whole, index, ast.Store())
    is_whole = is_whole and isinstance(whole, ast.Name | ast.Subscript)
    if name == "core.scatter" and is_whole:
        target = _stored_to(whole)
    if name == "core.scatter":
        return _add_to(target, value)
    if isinstance(value, ast.BinOp) and _is_same(target, value.left):
        return ast.AugAssign(target, value.op, value.right)
    if is_whole and isinstance(value, ast.BinOp) and not isinstance(value.op, ast.MatMult):
        is_own = ast.dump(whole) == ast.dump(value.left)
        target = _stored_to(whole) if is_own else target
        return (
            ast.AugAssign(target, value.op, value.right) if is_own else ast.Assign([target], value)
        )
    return ast.Assign([target], value)


def _stored_to(place: ast.expr) -> ast.Name | ast.Subscript:
    """A name or a subscript, as the target of an assignment."""
    if isinstance(place, ast.Subscript):
        return ast.Subscript(place.value, place.slice, ast.Store())
    assert isinstance(place, ast.Name)
    return ast.Name(place.id, ast.Store())


def _is_same(target: ast.expr, other: ast.expr) -> bool:
    """Is it the same place?"""
    if not (isinstance(target, ast.Subscript) and isinstance(other, ast.Subscript)):
        return False
    pairs = ((target.value, other.value), (target.slice, other.slice))
    return all(ast.dump(one) == ast.dump(two) for one, two in pairs)


def change(name: str, args: list[ast.expr]) -> ast.stmt | ast.expr:
    """An op that changes a list: a statement, or an expression where it gives a value as well."""
    whole, *rest = args
    if name in ("core.store", "core.add_at"):
        *path, index, value = rest
        target = ast.Subscript(item(whole, *path), index, ast.Store())
        if name == "core.store":
            return ast.Assign([target], value)
        return _add_to(target, value)
    if name == "core.replace":
        (items,) = rest
        if isinstance(items, ast.List) and not items.elts:
            return ast.Expr(method(whole, "clear"))
        return ast.Assign([ast.Subscript(whole, ast.Slice(), ast.Store())], items)
    if name == "core.delete":
        return ast.Delete([ast.Subscript(whole, rest[0], ast.Del())])
    found = method(whole, METHODS[name], *rest)
    gives = name in ("core.pop", "core.pop_at", "core.replay")
    return found if gives else ast.Expr(found)
