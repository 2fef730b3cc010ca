"""Lists of one length: where the length of a list is that of another one, which was made earlier.

    for _ in range(n):                          a = len(xs)
        for j in range(len(xs)):        ->      for _ in range(n):
            xs[j] = xs[j] * x                       for j in range(len(xs)):    len(xs) is a
                                                        xs[j] = xs[j] * x

A store changes no length; a list that a loop builds with one `append` in each turn is as long as what the
loop runs over. The reverse sweep reads `a`, and the loop needs not record what it knows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

from s2sdiff.ir.core import Apply, Atom, Block, Const, For, If, Op, Value, While, constant
from s2sdiff.ir.lists import (
    ADD_AT,
    APPEND,
    COPY,
    LENGTH,
    MAKE,
    RANGE,
    REPEAT,
    REVERSE,
    SAVE,
    STORE,
    ZEROS_LIKE,
    is_nested,
)
from s2sdiff.ir.traverse import blocks, carried_params, operands, substitute, with_parts
from s2sdiff.ir.types import INT, List, Scalar

KEEPING = (STORE, ADD_AT, REVERSE, COPY, SAVE, ZEROS_LIKE)
Loops = tuple[int, ...]


def with_lengths(body: Block, unsure: frozenset[Value]) -> tuple[Block, dict[Value, Value]]:
    """`body`, and what else has the length of each list in its loops, and the number of each `len`.

    The length of a list is computed where the first one as long as it is made. Those in `unsure` may be
    unassigned, and have no length then.
    """
    found = _Lengths(body)
    table: dict[Value, Value] = {}
    for value, loops in list(found.loops.items()):
        if loops and isinstance(value.type, List) and found.root(value) not in unsure:
            table[value] = found.length_of(found.root(value))
        made = found.made.get(value)
        if loops and isinstance(made, Apply) and made.primitive is LENGTH:
            whole = made.args[0]
            if not isinstance(whole, Value) or whole not in found.loops or found.stands(whole):
                continue
            if found.root(whole) not in unsure:
                table[value] = found.length_of(found.root(whole))
    earlier = {
        value: number
        for value, number in table.items()
        if not isinstance(value.type, List) and found.is_earlier(value)
    }
    return _read_earlier(found.insert(body), earlier), table


def _read_earlier(block: Block, earlier: dict[Value, Value]) -> Block:
    """`block` with lengths by the names they had before; a loop over a list goes on asking for its own."""
    ops: list[Op] = []
    for op in block.ops:
        atoms: tuple[Atom, ...] = operands(op)
        if not (isinstance(op, Apply) and op.primitive is RANGE):
            atoms = tuple(earlier.get(a, a) if isinstance(a, Value) else a for a in atoms)
        ops.append(
            with_parts(op, atoms, tuple(_read_earlier(each, earlier) for each in blocks(op)))
        )
    return Block(block.params, tuple(ops), block.outputs)


def by_length(block: Block, lengths: dict[Value, Value]) -> Block:
    """`block` where lists of which nothing but the length matters are not read: `[0.0] * n`."""
    ops: list[Op] = []
    table: dict[Value, Atom] = {}
    for op in block.ops:
        match op:
            case Apply(primitive=primitive, args=(Value() as whole,), results=(result,)) if (
                whole in lengths and primitive in (LENGTH, ZEROS_LIKE) and not is_nested(whole.type)
            ):
                number = lengths[whole]
                if primitive is LENGTH:
                    table[result] = number
                    continue
                if isinstance(result.type, List) and isinstance(result.type.item, Scalar):
                    one = Value(None, result.type)
                    ops.append(Apply(MAKE, (constant(0.0),), (one,), op.span))
                    op = Apply(REPEAT, (one, number), (result,), op.span)
        inner = tuple(by_length(each, lengths) for each in blocks(op))
        ops.append(with_parts(op, operands(op), inner))
    return substitute(Block(block.params, tuple(ops), block.outputs), table)


@final
@dataclass(slots=True, eq=False)
class _Lengths:
    """`made` has the op of each value, `starts` and `ends` what carried values are at first and after a
    turn, `loops` the loops around each value. `asked` are the lengths to compute, by list; `changed` and
    `carried` are lists of which there are later versions."""

    body: Block
    made: dict[Value, Op] = field(default_factory=dict)
    starts: dict[Value, tuple[Atom, Atom]] = field(default_factory=dict)
    loops: dict[Value, Loops] = field(default_factory=dict)
    roots: dict[Value, Value] = field(default_factory=dict)
    asked: dict[Value, Value] = field(default_factory=dict)
    changed: set[Atom] = field(default_factory=set)
    carried: set[Atom] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.visit(self.body, ())

    def visit(self, block: Block, loops: Loops) -> None:
        self.loops.update(dict.fromkeys(block.params, loops))
        for op in block.ops:
            self.made.update(dict.fromkeys(op.results, op))
            if isinstance(op, Apply) and op.primitive.changes:
                self.changed.add(op.args[0])
            if isinstance(op, For | While):
                self.carried.update(op.carried)
            self.loops.update(dict.fromkeys(op.results, loops))
            if isinstance(op, For | While):
                params = carried_params(op)
                for param, start, end in zip(params, op.carried, op.body.outputs[1:], strict=True):
                    self.starts[param] = (start, end)
                for inner in blocks(op):
                    self.visit(inner, (*loops, id(op)))
            else:
                for inner in blocks(op):
                    self.visit(inner, loops)

    # Roots

    def root(self, value: Value) -> Value:
        """The list that was made first of those that are sure to be as long as `value`."""
        if value not in self.roots:
            self.roots[value] = value  # a loop comes back to it
            self.roots[value] = self.find(value)
        return self.roots[value]

    def find(self, value: Value) -> Value:
        if value in self.starts:
            start, end = self.starts[value]
            if isinstance(start, Value) and isinstance(end, Value) and self.root(end) is value:
                return self.root(start)
            return value
        match self.made.get(value):
            case Apply(primitive=primitive, args=(Value() as whole, *_)) if primitive in KEEPING:
                return self.root(whole)
            case Apply(primitive=primitive, args=(Value() as one, Value() as times)) if (
                primitive is REPEAT and self.is_single(one)
            ):
                return self.measured(times) or value
            case If(then=then, orelse=orelse, results=results):
                at = results.index(value)
                yes, no = then.outputs[at], orelse.outputs[at]
                if isinstance(yes, Value) and isinstance(no, Value):
                    return self.root(yes) if self.root(yes) is self.root(no) else value
            case For() | While() as loop:
                return self.behind(loop, value)
        return value

    def is_single(self, value: Value) -> bool:
        made = self.made.get(value)
        return isinstance(made, Apply) and made.primitive is MAKE and len(made.args) == 1

    def measured(self, number: Atom) -> Value | None:
        """The list whose length `number` is."""
        made = self.made.get(number) if isinstance(number, Value) else None
        if isinstance(made, Apply) and made.primitive is LENGTH and isinstance(made.args[0], Value):
            return self.root(made.args[0])
        return None

    def behind(self, loop: For | While, value: Value) -> Value:
        """What a loop leaves: what it began with, or a list that it built."""
        at = loop.results.index(value)
        param = loop.body.params[len(loop.body.params) - len(loop.carried) + at]
        start, end = loop.carried[at], loop.body.outputs[1 + at]
        if isinstance(start, Value) and isinstance(end, Value) and self.root(end) is param:
            return self.root(start)
        empty = self.made.get(start) if isinstance(start, Value) else None
        grown = self.made.get(end) if isinstance(end, Value) else None
        over = (
            self.made.get(loop.iterable)
            if isinstance(loop, For) and isinstance(loop.iterable, Value)
            else None
        )
        stops = loop.body.outputs[0]
        is_built = (
            isinstance(empty, Apply)
            and empty.primitive is MAKE
            and not empty.args
            and isinstance(grown, Apply)
            and grown.primitive is APPEND
            and grown.args[0] is param
            and isinstance(stops, Const)
            and not stops.value
        )
        if is_built and isinstance(over, Apply) and over.primitive is RANGE:
            first, last, step = over.args
            if isinstance(first, Const) and first.value == 0 and isinstance(step, Const):
                return (self.measured(last) or value) if step.value == 1 else value
        return value

    # Lengths

    def stands(self, whole: Value) -> bool:
        """Is it a list from outside the loops that nothing changes? Its length can be asked for again."""
        return not self.loops[whole] and whole not in self.changed and whole not in self.carried

    def is_earlier(self, number: Value) -> bool:
        """Was this length known before a loop around, as that of another version of the list?"""
        made = self.made[number]
        whole = made.args[0] if isinstance(made, Apply) else number
        if not isinstance(whole, Value) or self.root(whole) is whole:
            return False
        return self.loops[self.root(whole)] != self.loops[number]

    def length_of(self, root: Value) -> Value:
        if root not in self.asked:
            self.asked[root] = Value(None, INT, root.span)
        return self.asked[root]

    def insert(self, block: Block) -> Block:
        """`block` with the lengths that are asked for where their lists are made."""
        ops: list[Op] = [self.asking(param) for param in block.params if param in self.asked]
        for op in block.ops:
            ops.append(with_parts(op, operands(op), tuple(map(self.insert, blocks(op)))))
            ops += [self.asking(result) for result in op.results if result in self.asked]
        return Block(block.params, tuple(ops), block.outputs)

    def asking(self, root: Value) -> Op:
        return Apply(LENGTH, (root,), (self.asked[root],), root.span)
