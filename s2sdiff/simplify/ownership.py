"""What a derivative gives is the caller's alone: no array of an argument, and none twice.

    return y, x                     return y.copy(), x.copy()            where x and y are arguments

Only then can the caller change a gradient in place.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir.arrays import VIEWS
from s2sdiff.ir.core import Apply, Atom, Block, Function, Op, Value
from s2sdiff.ir.forms import BUILD
from s2sdiff.ir.lists import COPY
from s2sdiff.ir.structure import PACK
from s2sdiff.ir.traverse import defining_ops
from s2sdiff.ir.types import Array, holds_arrays


def ownership(function: Function) -> Function:
    """`function` with copies of the arrays in its result that something else holds as well."""
    if not any(holds_arrays(atom.type) for atom in function.body.outputs):
        return function
    run = _Run(function.body)
    outputs = tuple(map(run.owned, function.body.outputs))
    ops = tuple(op for each in function.body.ops for op in run.ops_for(each))
    return replace(function, body=Block(function.body.params, ops, outputs))


class _Run:
    def __init__(self, body: Block) -> None:
        self.made = defining_ops(body)
        self.top = {result for op in body.ops for result in op.results}
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
        if not isinstance(atom, Value) or not holds_arrays(atom.type):
            return atom
        if isinstance(atom.type, Array):
            base = self.base(atom)
            if base is not None and base not in self.taken:
                self.taken.add(base)
                return atom
            copy = Value(None, atom.type)
            self.copies.append(Apply(COPY, (atom,), (copy,)))
            return copy
        op = self.made.get(atom)
        if isinstance(op, Apply) and op.primitive in (PACK, BUILD) and atom in self.top:
            args = tuple(map(self.owned, op.args))
            if any(one is not two for one, two in zip(args, op.args, strict=True)):
                self.rebuilt[op] = replace(op, args=args)
        return atom

    def base(self, atom: Value) -> Value | None:
        """The array that `atom` is, or a part of; None where it may be one of an argument."""
        op = self.made.get(atom)
        if atom not in self.top or not isinstance(op, Apply):
            return None
        if op.primitive.changes and isinstance(op.args[0], Value):
            return self.base(op.args[0])
        if op.primitive.name in ("numpy.broadcast_to", "numpy.diag", "numpy.diagonal"):
            return None  # it cannot be written to
        if op.primitive.name not in VIEWS:
            return atom
        arrays = [a for a in op.args if isinstance(a, Value) and isinstance(a.type, Array)]
        return self.base(arrays[0]) if arrays else atom
