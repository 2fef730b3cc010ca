"""Which values some path leaves unassigned.

    maybe_unassigned(block)     ->      the set of values that may be missing where they are defined

A branch gives `UNDEFINED` where one of its sides does not assign a variable, and what carries such a
value is unassigned in the same cases. Behind a `bound` the variable is there: the primal read it. Behind
`while True` is what a turn leaves that stops the loop.
"""

from __future__ import annotations

from s2sdiff.ir.core import Apply, Atom, Block, Const, For, If, Op, Undefined, Value, While
from s2sdiff.ir.structure import BOUND
from s2sdiff.ir.traverse import blocks


def maybe_unassigned(block: Block, given: frozenset[Value] = frozenset()) -> frozenset[Value]:
    """The values of `block` that may be unassigned; `given` are known to be from outside."""
    found = set(given)
    _visit(block, found, frozenset())
    return frozenset(found)


def _visit(block: Block, found: set[Value], known: frozenset[Atom]) -> frozenset[Atom]:
    """Add to `found` what is defined in `block`; what is known to be there at its end."""
    for op in block.ops:
        match op:
            case Apply(primitive=primitive, args=args) if primitive is BOUND:
                known |= {args[0]}
            case If():
                _visit(op.then, found, known)
                _visit(op.orelse, found, known)
                pairs = zip(op.results, op.then.outputs, op.orelse.outputs, strict=True)
                found.update(
                    result
                    for result, *outputs in pairs
                    if any(_is_unclear(output, found, known) for output in outputs)
                )
            case For() | While():
                _visit_loop(op, found, known)
    return known


def _visit_loop(op: For | While, found: set[Value], known: frozenset[Atom]) -> None:
    params = op.body.params[len(op.body.params) - len(op.carried) :]
    stop, *outputs = op.body.outputs
    only_stops = isinstance(op, While) and _is_true(op.test.outputs[0])
    made_by = {result: inner for inner in op.body.ops for result in inner.results}
    for param, result, start in zip(params, op.results, op.carried, strict=True):
        if _is_unclear(start, found, known):
            found.add(param)
            if not only_stops:
                found.add(result)
    before = -1
    while before != len(found):
        before = len(found)
        for inner in blocks(op):
            inside = _visit(inner, found, known)
        for param, result, output in zip(params, op.results, outputs, strict=True):
            if _is_unclear(output, found, inside):
                found.add(param)
                if not only_stops or _unclear_at_stop(stop, output, found, made_by):
                    found.add(result)


def _unclear_at_stop(stop: Atom, output: Atom, found: set[Value], made_by: dict[Value, Op]) -> bool:
    """Can a turn that is the last one leave `output` unassigned? Branches give both."""
    if isinstance(stop, Const) and not stop.value:
        return False
    if not _is_unclear(output, found, frozenset()):
        return False
    op = made_by.get(stop) if isinstance(stop, Value) else None
    if not isinstance(op, If):
        return True
    place = op.results.index(stop)
    other = op.results.index(output) if output in op.results else None
    for side in (op.then, op.orelse):
        inner = {result: each for each in side.ops for result in each.results}
        given = output if other is None else side.outputs[other]
        if _unclear_at_stop(side.outputs[place], given, found, made_by | inner):
            return True
    return False


def _is_unclear(atom: Atom, found: set[Value], known: frozenset[Atom]) -> bool:
    if isinstance(atom, Const):
        return isinstance(atom.value, Undefined)
    return atom in found and atom not in known


def _is_true(atom: Atom) -> bool:
    return isinstance(atom, Const) and atom.value is True
