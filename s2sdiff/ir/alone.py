"""Arrays that an augmented assignment changes in place, and that nothing else shows.

    x = a * b                   y = x + c is the same program, if nobody reads the array by another name
    later: x += c              ->      no other variable, no view of it, no list that holds it, not the
    caller

`x += c` is lowered to an addition with `core.alone(x)` before it. Here it is found out whether that is
right; the marks are taken off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import final

from s2sdiff.errors import Span
from s2sdiff.ir.arrays import READ_ONLY
from s2sdiff.ir.core import Apply, Block, Cotangent, For, Function, If, Op, Tangent, Value, While
from s2sdiff.ir.objects import Objects
from s2sdiff.ir.shapes import fits_into
from s2sdiff.ir.structure import ALONE, BOUND, KEEP
from s2sdiff.ir.traverse import blocks, carried_params, defining_ops, operands, reads, walk

# What puts a value into a structure, where it can be met again.
_HOLDS = frozenset(
    f"core.{name}" for name in ("pack", "build", "make", "append", "store", "insert", "replace")
)


def shared_changes(function: Function) -> list[Span | None]:
    """The places of augmented assignments to arrays that something else may show."""
    body = function.body
    marks = [op for op in walk(body) if isinstance(op, Apply) and op.primitive is ALONE]
    if not marks:
        return []
    check = _Check(body)
    found: list[Span | None] = []
    for mark in marks:
        whole, new = mark.args
        assert isinstance(whole, Value) and isinstance(new, Value)
        if not check.is_alone(mark, whole, new):
            found.append(mark.span)
    return found


def sums_in_place(body: Block) -> frozenset[Value]:
    """Sums of arrays that may as well be added to their first term: `x_bar += y`."""
    sums = [
        op
        for op in walk(body)
        if isinstance(op, Apply)
        and op.primitive.name in ("operator.add", "operator.sub")
        and isinstance(op.results[0].hint, Cotangent | Tangent)
        and fits_into(op.args[0].type, op.results[0].type)
    ]
    if not sums:
        return frozenset()
    check = _Check(body)
    return frozenset(
        op.results[0]
        for op in sums
        if isinstance(op.args[0], Value) and check.is_alone(op, op.args[0], op.results[0])
    )


def without_marks(block: Block) -> Block:
    """`block` without marks."""
    ops: list[Op] = []
    for op in block.ops:
        if isinstance(op, Apply) and op.primitive is ALONE:
            continue
        inner = tuple(map(without_marks, blocks(op)))
        ops.append(_with_blocks(op, inner))
    return replace(block, ops=tuple(ops))


def _with_blocks(op: Op, inner: tuple[Block, ...]) -> Op:
    match op:
        case If():
            return replace(op, then=inner[0], orelse=inner[1])
        case For():
            return replace(op, body=inner[0])
        case While():
            return replace(op, test=inner[0], body=inner[1])
    return op


@final
class _Check:
    def __init__(self, body: Block) -> None:
        self.body = body
        self.objects = Objects(body)
        self.made = defining_ops(body)
        self.held = [self.held_by(op) for op in body.ops]

    def held_by(self, op: Op) -> frozenset[Value]:
        """What an op, or one in its blocks, puts into a structure."""
        found = frozenset().union(
            *(
                self.objects.of(arg)
                for each in walk(Block((), (op,), ()))
                if isinstance(each, Apply) and each.primitive.name in _HOLDS
                for arg in each.args
            )
        )
        older = self.objects.older
        return found | {older[each] for each in found if each in older}

    def may_be_held(self, mark: Op) -> frozenset[Value]:
        """What a structure may hold where `mark` is run: not what is put into one behind it."""
        place = next(
            at for at, op in enumerate(self.body.ops) if mark in walk(Block((), (op,), ()))
        )
        return frozenset().union(*self.held[: place + 1])

    def is_alone(self, mark: Op, whole: Value, new: Value) -> bool:
        """Is the array that becomes `new` here made by an operation, and never read by another name?"""
        mine = self.objects.of(whole)
        if not all(map(self.is_new, mine)) or not mine.isdisjoint(self.may_be_held(mark)):
            return False
        versions = {new}
        return all(
            value in versions or self.objects.of(value).isdisjoint(mine)
            for value in self.read_after(self.body, mark, versions)
        )

    def is_new(self, made: Value) -> bool:
        """Was it made by a function that makes an array of its own?"""
        op = self.made.get(made)
        if op is None:
            return made.hint == "older"  # what a turn before made: looked at where it was made
        if not isinstance(op, Apply) or op.primitive.name in READ_ONLY:
            return False
        return not op.primitive.name.startswith("core.")

    def read_after(self, block: Block, mark: Op, versions: set[Value]) -> Iterator[Value]:
        """What may be read behind `mark`; `versions` grows by other names of the changed array."""
        for at, op in enumerate(block.ops):
            inside = next((b for b in blocks(op) if any(o is mark for o in walk(b))), None)
            if op is not mark and inside is None:
                continue
            if inside is not None:
                yield from self.read_after(inside, mark, versions)
                yield from self.around(op, inside, versions)
            for later in block.ops[at + 1 :]:
                if isinstance(later, Apply) and later.primitive in (KEEP, BOUND, ALONE):
                    continue
                yield from self.read_by(later)
            yield from (each for each in block.outputs if isinstance(each, Value))
            return

    def around(self, op: Op, inside: Block, versions: set[Value]) -> Iterator[Value]:
        """What the next turn of a loop reads; what the array is called behind a branch or a loop."""
        ends = inside.outputs[len(inside.outputs) - len(op.results) :]
        versions.update(r for r, end in zip(op.results, ends, strict=True) if end in versions)
        if isinstance(op, For | While):
            params = carried_params(op)
            versions.update(p for p, end in zip(params, ends, strict=True) if end in versions)
            if isinstance(op, While):
                pairs = zip(params, op.test.params, strict=True)
                versions.update(other for param, other in pairs if param in versions)
            own = {result for each in walk(inside) for result in each.results}
            for value in (v for b in blocks(op) for v in reads(b) if isinstance(v, Value)):
                if value not in own:
                    yield value

    def read_by(self, op: Op) -> Iterator[Value]:
        yield from (each for each in operands(op) if isinstance(each, Value))
        for block in blocks(op):
            yield from (each for each in reads(block) if isinstance(each, Value))
