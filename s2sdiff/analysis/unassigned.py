"""Which values some path leaves unassigned.

    maybe_unassigned(block)     ->      the set of values that may be missing where they are defined
    unassigned_again(block)     ->      those that a turn may miss although one before it assigned them

A branch gives `UNDEFINED` where one of its sides does not assign a variable, and what carries such a
value is unassigned in the same cases. Behind a `bound` the variable is there: the primal read it. Behind
`while True` is what a turn leaves that stops the loop; behind a loop over a range that is not empty, what
any turn leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

from s2sdiff.ir.core import Apply, Atom, Block, Const, For, If, Op, Undefined, Value, While
from s2sdiff.ir.lists import is_sure_range
from s2sdiff.ir.structure import BOUND
from s2sdiff.ir.traverse import blocks, carried_params


def maybe_unassigned(block: Block, given: frozenset[Value] = frozenset()) -> frozenset[Value]:
    """The values of `block` that may be unassigned; `given` are known to be from outside."""
    search = _Search(0, set(given))
    search.visit(block, frozenset())
    return frozenset(search.found)


def unassigned_again(block: Block) -> frozenset[Value]:
    """The values that some turn of a loop leaves unassigned, whatever turns before it did.

    They are variables of a function that is called in each turn, or that `del` takes away.
    """
    search = _Search(1)
    search.visit(block, frozenset())
    return frozenset(search.found)


@final
@dataclass(slots=True, eq=False)
class _Search:
    """Collects in `found` what is unassigned by an `UNDEFINED` inside at least `least` loops.

    `depth` is how many loops are around.
    """

    least: int
    found: set[Value] = field(default_factory=set)
    sure_ranges: set[Atom] = field(default_factory=set)
    depth: int = 0

    def visit(self, block: Block, known: frozenset[Atom]) -> frozenset[Atom]:
        """Add what is defined in `block`; what is known to be there at its end."""
        for op in block.ops:
            match op:
                case Apply(primitive=primitive, args=args) if primitive is BOUND:
                    known |= {args[0]}
                case Apply(results=results) if is_sure_range(op):
                    self.sure_ranges.update(results)
                case If():
                    self.visit(op.then, known)
                    self.visit(op.orelse, known)
                    pairs = zip(op.results, op.then.outputs, op.orelse.outputs, strict=True)
                    self.found.update(
                        result
                        for result, *outputs in pairs
                        if any(self.is_unclear(output, known) for output in outputs)
                    )
                case For() | While():
                    self.visit_loop(op, known)
        return known

    def visit_loop(self, op: For | While, known: frozenset[Atom]) -> None:
        params = carried_params(op)
        stop, *outputs = op.body.outputs
        only_stops = isinstance(op, While) and _is_true(op.test.outputs[0])
        makes_turns = only_stops or (isinstance(op, For) and op.iterable in self.sure_ranges)
        made_by = {result: inner for inner in op.body.ops for result in inner.results}
        for param, result, start in zip(params, op.results, op.carried, strict=True):
            if self.is_unclear(start, known):
                self.found.add(param)
                if not makes_turns:
                    self.found.add(result)
        before = -1
        self.depth += 1
        while before != len(self.found):
            before = len(self.found)
            for inner in blocks(op):
                inside = self.visit(inner, known)
            for param, result, output in zip(params, op.results, outputs, strict=True):
                if self.is_unclear(output, inside):
                    self.found.add(param)
                    if not only_stops or self.unclear_at_stop(stop, output, made_by):
                        self.found.add(result)
        self.depth -= 1

    def unclear_at_stop(self, stop: Atom, output: Atom, made_by: dict[Value, Op]) -> bool:
        """Can a turn that is the last one leave `output` unassigned? Branches give both."""
        if isinstance(stop, Const) and not stop.value:
            return False
        if not self.is_unclear(output, frozenset()):
            return False
        op = made_by.get(stop) if isinstance(stop, Value) else None
        if not isinstance(op, If):
            return True
        place = op.results.index(stop)
        other = op.results.index(output) if output in op.results else None
        for side in (op.then, op.orelse):
            inner = {result: each for each in side.ops for result in each.results}
            given = output if other is None else side.outputs[other]
            if self.unclear_at_stop(side.outputs[place], given, made_by | inner):
                return True
        return False

    def is_unclear(self, atom: Atom, known: frozenset[Atom]) -> bool:
        if isinstance(atom, Const):
            return isinstance(atom.value, Undefined) and self.depth >= self.least
        return atom in self.found and atom not in known


def _is_true(atom: Atom) -> bool:
    return isinstance(atom, Const) and atom.value is True
