"""Which list objects a value may be.

A version of a list is the same object as the one before it; a branch gives one of two objects, a loop
one of those that it carries. Objects are named by the values at which they were made:

    ys = append(xs, v)            ys: {xs}
    if t: zs = xs                 zs: {xs, ws}
    else: zs = ws

What a turn of a loop makes is another object than what the turns before it made at the same place: these
are older ones, and stand for themselves.

A list or an array inside a list is an object of its own. All rows of a list count as one, and so do all
that may be put into the same list.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import final

from s2sdiff.ir.arrays import depth_of_store, fills_derivative, is_store, may_be_view
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Call,
    Callee,
    For,
    If,
    Op,
    Value,
    While,
)
from s2sdiff.ir.lists import ADD_AT, ADD_LISTS, BLANK, DEEP_COPY, STORE, ZEROS_LIKE, levels_of
from s2sdiff.ir.structure import CHANGED
from s2sdiff.ir.traverse import carried_params, definitions, free_values, operands, walk
from s2sdiff.ir.types import Array, List

NEW_ROWS = (ZEROS_LIKE, BLANK, ADD_LISTS, DEEP_COPY)


def gives_new(callee: Callee) -> bool:
    """The results of this function are objects of their own."""
    return True


@final
class Objects:
    """The list objects of `body`.

    `made_at` has, for each value, the values at which the objects that it may be were made. What stands
    for all rows of an object is in `rows`; `same` says which of them are one. `older` has what stands for
    those that turns before made. What a call gives is new where `is_new` says so; otherwise it may be any
    of its arguments or in them.
    """

    def __init__(
        self, body: Block, rows: bool = False, is_new: Callable[[Callee], bool] = gives_new
    ) -> None:
        self.made_at: dict[Value, frozenset[Value]] = {}
        self.rows: dict[Value, Value] = {}
        self.same: dict[Value, Value] = {}
        self.older: dict[Value, Value] = {}
        self.made_by_turn: dict[Block, frozenset[Value]] = {}
        self.is_settled = False
        self.is_deep = rows or any(depth_of_change(op) > 1 for op in walk(body))
        self.is_new = is_new
        for value in (*body.params, *free_values(body)):
            self.may_be(value, frozenset({value}))
        while not self.is_settled:
            self.is_settled = True
            self.flow(body)

    def of(self, atom: Atom) -> frozenset[Value]:
        return self.made_at.get(atom, frozenset()) if isinstance(atom, Value) else frozenset()

    def at_all_depths(self, atom: Atom) -> frozenset[Value]:
        """What stands for the objects that a list may be, and for all lists in it."""
        objects = found = self.classes(atom)
        for _ in range(1, levels_of(atom.type)):
            objects = self.rows_of(objects)
            found |= objects
        return found

    def changes(self, op: Op, version: Value) -> bool:
        """May `op` change the object that `version` is a version of, or one in it?"""
        depth = depth_of_change(op)
        if depth <= 1:
            return depth == 1 and not self.of(operands(op)[0]).isdisjoint(self.of(version))
        return not self.changed_inside(op).isdisjoint(self.at_all_depths(version))

    def changed_inside(self, op: Op) -> frozenset[Value]:
        """What stands for the objects in lists that `op` changes."""
        depth = depth_of_change(op)
        return self.rows_of(self.classes(operands(op)[0]), depth - 1) if depth > 1 else frozenset()

    def classes(self, atom: Atom) -> frozenset[Value]:
        """What stands for the objects that a list may be."""
        return frozenset(map(self.one_of, self.of(atom)))

    def one_of(self, made: Value) -> Value:
        """What stands for an object and all that are the same."""
        while made in self.same:
            made = self.same[made]
        return made

    def rows_of(self, objects: frozenset[Value], depth: int = 1) -> frozenset[Value]:
        """What stands for the lists that are so deep in the lists `objects`."""
        for _ in range(depth):
            for each in objects:
                if each not in self.rows:
                    self.rows[each] = Value("row", each.type)
            objects = frozenset(self.one_of(self.rows[each]) for each in objects)
        return objects

    def unite(self, *sets: frozenset[Value]) -> None:
        """All of them may be the same object."""
        objects = [each for found in sets for each in found]
        for other in objects[1:]:
            one, two = self.one_of(objects[0]), self.one_of(other)
            if one is two:
                continue
            rows = [frozenset({self.rows[each]}) for each in (one, two) if each in self.rows]
            self.same[two] = one
            self.is_settled = False
            if rows:
                (self.rows[one],) = rows[0]
                self.unite(*rows)

    def share(self, arg: Atom, result: Value) -> None:
        """What is put into a list or comes out of it is there; lists made of others have their rows."""
        inner, outer = levels_of(arg.type), levels_of(result.type)
        if not inner or not outer or inner == outer == 1:
            return
        if outer == inner:
            self.unite(self.rows_of(self.classes(arg)), self.rows_of(self.classes(result)))
        elif outer > inner:
            rows = self.rows_of(self.classes(result), outer - inner)
            self.unite(self.classes(arg), rows)
        else:
            rows = self.rows_of(self.classes(arg), inner - outer)
            self.unite(self.classes(result), rows)

    def may_be(self, value: Value, objects: frozenset[Value]) -> None:
        before = self.of(value)
        if isinstance(value.type, List | Array) and not objects <= before:
            self.made_at[value] = before | objects
            self.is_settled = False

    def flow(self, block: Block) -> None:
        """Let the objects go from operands to results, and around loops."""
        for op in block.ops:
            match op:
                case Apply(primitive=primitive, args=args, results=results):
                    for result in results:
                        if not isinstance(result.type, List | Array):
                            continue
                        made = frozenset({result})
                        kept = primitive.changes and result is results[0]
                        self.may_be(result, self.of(args[0]) if kept else made)
                        if may_be_view(primitive):
                            for arg in args:
                                self.may_be(result, self.of(arg))
                        if self.is_deep and _may_hold(op):
                            for arg in args[:1] if is_store(op) else args:
                                self.share(arg, result)
                case Call():
                    self.flow_through(op)
                case If(then=then, orelse=orelse, results=results):
                    self.flow(then)
                    self.flow(orelse)
                    for result, one, two in zip(results, then.outputs, orelse.outputs, strict=True):
                        self.may_be(result, self.of(one) | self.of(two))
                case (
                    For(carried=carried, results=results) | While(carried=carried, results=results)
                ):
                    body = op.body
                    params = carried_params(op)
                    for param, start in zip(params, carried, strict=True):
                        self.may_be(param, self.of(start))
                    self.flow(body)
                    made = self.made_in(body)
                    for param, output in zip(params, body.outputs[1:], strict=True):
                        self.may_be(param, self.from_turn_before(self.of(output), made))
                    ends = zip(results, carried, body.outputs[1:], strict=True)
                    for result, start, output in ends:
                        self.may_be(result, self.of(start) | self.of(output))
                    if isinstance(op, While):
                        for param, other in zip(params, op.test.params, strict=True):
                            self.may_be(other, self.of(param))

    def made_in(self, body: Block) -> frozenset[Value]:
        """All values that a turn of a loop makes."""
        if body not in self.made_by_turn:
            self.made_by_turn[body] = frozenset(definitions(body))
        return self.made_by_turn[body]

    def from_turn_before(
        self, objects: frozenset[Value], made: frozenset[Value]
    ) -> frozenset[Value]:
        """What a turn meets of the `objects` that the one before left; it made those in `made`."""
        found: set[Value] = set()
        for each in objects:
            if each in made and each not in self.older:
                old = Value("older", each.type)
                self.older[each] = self.older[old] = old
                if self.is_deep:
                    self.unite(frozenset({each}), frozenset({old}))  # both may be in one list
            found.add(self.older[each] if each in made else each)
        return frozenset(found)

    def flow_through(self, call: Call) -> None:
        """What a call gives: new lists, or perhaps some of its arguments."""
        for result in call.results:
            self.may_be(result, frozenset({result}))
            if not self.is_new(call.callee):
                for arg in call.args:
                    same_depth = levels_of(arg.type) == levels_of(result.type)
                    self.may_be(result, self.of(arg) if same_depth else frozenset())
                    self.share(arg, result)


def older_versions(body: Block, changes: Callable[[Op], bool]) -> dict[Atom, tuple[Atom, ...]]:
    """For each version of an object the ones that it was made of: before a change, on one of two paths,
    before a loop and in it. `changes` are the ops whose first argument goes on in their first result."""
    found: dict[Atom, tuple[Atom, ...]] = {}
    for op in walk(body):
        if isinstance(op, For | While):
            ends = op.body.outputs[1:]
            carried = zip(carried_params(op), op.results, op.carried, ends, strict=True)
            for param, result, start, end in carried:
                found[param] = found[result] = (start, end)
        elif isinstance(op, If):
            sides = zip(op.results, op.then.outputs, op.orelse.outputs, strict=True)
            found.update((result, (one, two)) for result, one, two in sides)
        elif changes(op):
            found[op.results[0]] = operands(op)[:1]
    return found


def seen_by_caller(body: Block) -> set[Atom]:
    """All versions of the lists and arrays that the caller sees changed."""
    before = older_versions(body, lambda op: isinstance(op, Apply) and op.primitive.changes)
    waiting = [
        arg
        for op in walk(body)
        if isinstance(op, Apply) and op.primitive is CHANGED
        for arg in op.args
    ]
    found: set[Atom] = set()
    while waiting:
        atom = waiting.pop()
        if atom not in found:
            found.add(atom)
            waiting += before.get(atom, ())
    return found


def changing_arrays(body: Block) -> frozenset[Value]:
    """The arrays of `body` that are changed in place somewhere, in all their versions, and their views."""
    stores = [op for op in walk(body) if is_store(op)]
    if not stores:
        return frozenset()
    objects = Objects(body)
    changed = frozenset().union(*(objects.of(operands(op)[0]) for op in stores))
    changed |= {objects.older[each] for each in changed if each in objects.older}
    inside = frozenset().union(*map(objects.changed_inside, stores))
    arrays = (value for value in objects.made_at if isinstance(value.type, Array))
    return frozenset(
        value
        for value in arrays
        if not (objects.of(value).isdisjoint(changed) and objects.classes(value).isdisjoint(inside))
    )


@lru_cache(maxsize=16)  # several passes ask it of the same body
def changed_by_program(body: Block) -> frozenset[Value]:
    """Where the arrays were made that the program itself changes; those of derivatives aside.

    Such an array must stay the object that it is: it cannot be another one of the same value.
    """
    stores = [op for op in walk(body) if is_store(op) and not fills_derivative(op)]
    if not stores:
        return frozenset()
    objects = Objects(body)
    inside = frozenset().union(*map(objects.changed_inside, stores))
    made = (value for value in objects.made_at if objects.one_of(value) in inside)
    return frozenset(made).union(*(objects.of(op.args[0]) for op in stores))


def _may_hold(op: Apply) -> bool:
    """May a result have an argument in it, or be in one? Functions of arrays make new ones, or views."""
    name = op.primitive.name
    is_ours = name.startswith("core.") and op.primitive not in NEW_ROWS
    return is_ours or may_be_view(op.primitive)


def depth_of_change(op: Op) -> int:
    """1 where an op changes a list or an array, 2 where it changes one in a list; 0 if it changes none."""
    if not (isinstance(op, Apply) and op.primitive.changes):
        return 0
    if is_store(op):
        return depth_of_store(op)
    return len(op.args) - 2 if op.primitive in (STORE, ADD_AT) else 1


def passes_on(body: Block, is_new: Callable[[Callee], bool]) -> bool:
    """May an output of `body` be one of the lists it got, or hold lists that are in them?"""
    objects = Objects(body, rows=True, is_new=is_new)
    got = frozenset().union(
        *(objects.at_all_depths(value) for value in (*body.params, *free_values(body)))
    )
    given = frozenset().union(*map(objects.at_all_depths, body.outputs))
    return not got.isdisjoint(given)
