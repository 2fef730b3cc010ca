"""What a derivative gives is the caller's alone: no array of an argument, and none twice.

    return y, x                     return y.copy(), x.copy()            where x and y are arguments

Only then can the caller change a gradient in place. A number is a number, no array without axes.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir.arrays import READ_ONLY
from s2sdiff.ir.core import Apply, Atom, Block, Function, Op, Value
from s2sdiff.ir.forms import BUILD
from s2sdiff.ir.lists import COPY
from s2sdiff.ir.objects import Objects
from s2sdiff.ir.structure import PACK
from s2sdiff.ir.traverse import defining_ops
from s2sdiff.ir.types import FLOAT, Array
from s2sdiff.rules.registry import primitive

# Functions that give an array without axes for numbers.
WITHOUT_AXES = frozenset(
    f"numpy.{name}"
    for name in [
        "where",
        "reshape",
        "squeeze",
        "asarray",
        "array",
        "copy",
        "full",
        "full_like",
        "broadcast_to",
        "real",
        "nan_to_num",
    ]
)


def ownership(function: Function) -> Function:
    """`function` with copies of the arrays in its result that something else holds as well."""
    run = _Run(function.body)
    outputs = tuple(map(run.owned, function.body.outputs))
    ops = [op for each in function.body.ops for op in run.ops_for(each)]
    last = [copy for copy in run.copies if copy not in ops]
    return replace(function, body=Block(function.body.params, (*ops, *last), outputs))


class _Run:
    def __init__(self, body: Block) -> None:
        self.made = defining_ops(body)
        self.top = {result for op in body.ops for result in op.results}
        self.objects = Objects(body)
        self.taken: set[Value] = set()
        self.copies: list[Op] = []
        self.rebuilt: dict[Op, Apply] = {}

    def ops_for(self, op: Op) -> list[Op]:
        """An op that builds a result of what is copied, behind the copies."""
        if op not in self.rebuilt:
            return [op]
        new = self.rebuilt[op]
        mine = [copy for copy in self.copies if copy.results[0] in new.args]
        return [*mine, new]

    def owned(self, atom: Atom) -> Atom:
        """`atom`, or a copy; a structure is built of such."""
        if not isinstance(atom, Value):
            return atom
        op = self.made.get(atom)
        if isinstance(op, Apply) and atom.type == FLOAT and op.primitive.name in WITHOUT_AXES:
            number = Value(None, atom.type)
            self.copies.append(Apply(primitive("builtins.float"), (atom,), (number,)))
            return number
        if isinstance(atom.type, Array):
            mine = self.objects.of(atom)
            if all(map(self.is_new, mine)) and mine.isdisjoint(self.taken):
                self.taken.update(mine)
                return atom
            copy = Value(None, atom.type)
            self.copies.append(Apply(COPY, (atom,), (copy,)))
            return copy
        if isinstance(op, Apply) and op.primitive in (PACK, BUILD) and atom in self.top:
            args = tuple(map(self.owned, op.args))
            if any(one is not two for one, two in zip(args, op.args, strict=True)):
                self.rebuilt[op] = replace(op, args=args)
        return atom

    def is_new(self, made: Value) -> bool:
        """Was the array made by a function that makes one that can be written to?"""
        op = self.made.get(made)
        if op is None:
            return made.hint == "older"  # what turns before made is looked at where it was made
        if not isinstance(op, Apply) or op.primitive.name in READ_ONLY:
            return False
        return op.primitive.name == "core.copy" or not op.primitive.name.startswith("core.")
