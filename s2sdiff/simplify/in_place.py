"""Lists are changed in place; where an old version is read later, it is copied first.

In the IR `ys = append(xs, v)` gives a new version. The emitted code says `xs.append(v)`, which is right
if no other version of that list is read afterwards. Versions of one object are found by following what
is carried through branches and loops; a version that is still to be read when another one changes
the object is saved before:

    ys = append(xs, v)            old = copy(xs)
    ... xs[0] ...          ->     ys = append(xs, v)
                                  ... old[0] ...
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import final

from s2sdiff.errors import internal
from s2sdiff.ir.core import Apply, Atom, Block, For, Function, If, Op, Value, While
from s2sdiff.ir.lists import COPY
from s2sdiff.ir.traverse import (
    blocks,
    free_values,
    operands,
    reads,
    substitute,
    walk,
    with_parts,
)
from s2sdiff.ir.types import List


def in_place(function: Function) -> Function:
    """`function` with a copy of every list version that is read after the list was changed."""
    changes = any(isinstance(op, Apply) and op.primitive.changes for op in walk(function.body))
    if not changes:
        return function
    body = function.body
    for _ in range(1000):
        conflict = _Search(body).conflict()
        if conflict is None:
            return replace(function, body=body)
        body = _resolved(body, conflict)
    raise internal("in_place", "versions of a list cannot be kept apart")


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Conflict:
    """The op that changes a list, the op of the outermost block it is in, and the version still read."""

    change: Apply
    top: Op
    old: Value


class _Search:
    """Looks for a change of a list of which another version is read later.

    `objects` has, for each value, the values at which the objects that it may be were made.
    """

    def __init__(self, body: Block) -> None:
        self.body = body
        self.objects: dict[Value, frozenset[Value]] = {}
        self.found: _Conflict | None = None
        self.top: Op | None = None
        self.is_settled = False
        self.fresh = _fresh(body)
        for param in body.params:
            self.may_be(param, frozenset({param}))
        while not self.is_settled:
            self.is_settled = True
            self.flow(body)

    def of(self, atom: Atom) -> frozenset[Value]:
        return self.objects.get(atom, frozenset()) if isinstance(atom, Value) else frozenset()

    def may_be(self, value: Value, objects: frozenset[Value]) -> None:
        before = self.of(value)
        if isinstance(value.type, List) and not objects <= before:
            self.objects[value] = before | objects
            self.is_settled = False

    def flow(self, block: Block) -> None:
        """Let the objects go from operands to results, and around loops."""
        for op in block.ops:
            match op:
                case Apply(primitive=primitive, args=args, results=results):
                    for result in results:
                        made = frozenset({result})
                        kept = primitive.changes and result is results[0]
                        self.may_be(result, self.of(args[0]) if kept else made)
                case If(then=then, orelse=orelse, results=results):
                    self.flow(then)
                    self.flow(orelse)
                    for result, one, two in zip(results, then.outputs, orelse.outputs, strict=True):
                        self.may_be(result, self.of(one) | self.of(two))
                case (
                    For(carried=carried, results=results) | While(carried=carried, results=results)
                ):
                    body = op.body
                    params = body.params[len(body.params) - len(results) :]
                    for param, start in zip(params, carried, strict=True):
                        self.may_be(param, self.of(start))
                    self.flow(body)
                    for param, output in zip(params, body.outputs[1:], strict=True):
                        self.may_be(param, self.of(output))
                    for result, param in zip(results, params, strict=True):
                        self.may_be(result, self.of(param))
                    if isinstance(op, While):
                        for param, other in zip(params, op.test.params, strict=True):
                            self.may_be(other, self.of(param))

    def conflict(self) -> _Conflict | None:
        self.visit(self.body, set(_lists(self.body.outputs)), is_top=True)
        return self.found

    def visit(self, block: Block, live: set[Value], is_top: bool = False) -> set[Value]:
        """Go through `block` backwards; `live` are the lists read behind it. What is live before it."""
        live = live | set(_lists(block.outputs))
        for op in reversed(block.ops):
            if is_top:
                self.top = op
            live = live - set(op.results)
            match op:
                case Apply(primitive=primitive):
                    if primitive.changes:
                        self.check(op, live)
                case If(then=then, orelse=orelse):
                    live = self.visit(then, live) | self.visit(orelse, live)
                case For() | While():
                    inside = set().union(*(set(_lists(free_values(b))) for b in blocks(op)))
                    around = live | inside
                    for inner in blocks(op):
                        around = around | self.visit(inner, around)
                    live = live | inside
            live = live | set(_lists(operands(op)))
        return live - set(block.params)

    def check(self, op: Apply, live: set[Value]) -> None:
        changed = self.of(op.args[0])
        if self.found is not None or op.args[0] in self.fresh:
            return
        for version in sorted(live, key=lambda value: str(value.hint)):
            if version is not op.results[0] and changed & self.of(version):
                assert self.top is not None
                self.found = _Conflict(op, self.top, version)
                return


def _fresh(body: Block) -> set[Atom]:
    """Lists that are read once, in the block in which they are made: they have no other version yet."""
    counts = Counter(atom for atom in reads(body) if isinstance(atom, Value))
    found: set[Atom] = set()

    def visit(block: Block) -> None:
        made = {
            result
            for op in block.ops
            if isinstance(op, Apply) and op.primitive.identity
            for result in op.results
        }
        for op in block.ops:
            changes = isinstance(op, Apply) and op.primitive.changes
            whole = operands(op)[0] if changes else None
            if isinstance(whole, Value) and whole in made and counts[whole] == 1:
                found.add(whole)
            for inner in blocks(op):
                visit(inner)

    visit(body)
    return found


def _lists(atoms: tuple[Atom, ...]) -> list[Value]:
    return [a for a in atoms if isinstance(a, Value) and isinstance(a.type, List)]


def _resolved(body: Block, conflict: _Conflict) -> Block:
    """`body` with the old version saved where it is known in the outermost block, else copied inside."""
    known = set(body.params)
    ops: list[Op] = []
    for at, op in enumerate(body.ops):
        rest = Block((), body.ops[at + 1 :], body.outputs)
        if op is conflict.top and conflict.old in known and _can_save(op, conflict, rest):
            old = replace(conflict.old)
            ops.append(Apply(COPY, (conflict.old,), (old,), op.span))
            table = {conflict.old: old}
            ops.append(_inside_saved(op, table))
            rest = substitute(rest, table)
            return Block(body.params, (*ops, *rest.ops), rest.outputs)
        ops.append(op)
        known.update(op.results)
    return _copied(body, conflict.change)


def _can_save(op: Op, conflict: _Conflict, rest: Block) -> bool:
    """Can the reads of the old version be told from its change?"""
    match op:
        case For(carried=carried) | While(carried=carried):
            return conflict.old in carried
        case If():
            return conflict.old in reads(rest)
    return op is conflict.change


def _inside_saved(op: Op, table: dict[Value, Value]) -> Op:
    """`op`, whose reads of the old version inside its blocks are of the saved one."""
    if isinstance(op, For | While):
        inner = tuple(substitute(block, dict(table)) for block in blocks(op))
        return with_parts(op, operands(op), inner)
    return op


def _copied(block: Block, change: Apply) -> Block:
    """`block` where `change` works on a copy."""
    ops: list[Op] = []
    for op in block.ops:
        if op is change:
            operand = change.args[0]
            assert isinstance(operand, Value)
            copy = replace(operand)
            ops.append(Apply(COPY, (operand,), (copy,), op.span))
            ops.append(replace(change, args=(copy, *change.args[1:])))
        else:
            ops.append(with_parts(op, operands(op), tuple(_copied(b, change) for b in blocks(op))))
    return Block(block.params, tuple(ops), block.outputs)
