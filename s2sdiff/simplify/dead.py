"""Dead code: ops whose results nobody reads are dropped, effects excepted.

Tuples that come in are always unpacked, which makes sure of their length. `drop_keeps` is for the
end: a `keep` whose value is read by something else has done its duty.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.analysis.unassigned import maybe_unassigned
from s2sdiff.ir.arrays import is_store, parts_of_store
from s2sdiff.ir.core import Apply, Atom, Block, Function, Op, Value
from s2sdiff.ir.parts import Place, names_entries_of
from s2sdiff.ir.prune import prune
from s2sdiff.ir.structure import BOUND, KEEP
from s2sdiff.ir.traverse import blocks, definitions, operands, walk, with_parts


def dead(function: Function) -> Function:
    """`function` without what does not matter for its output or its exceptions."""
    return replace(function, body=prune(function.body))


def drop_bounds(function: Function) -> Function:
    """`function` without each `bound` whose variable is assigned on every path."""
    read = {
        op.args[0] for op in walk(function.body) if isinstance(op, Apply) and op.primitive is BOUND
    }
    if not read:
        return function
    known = frozenset(read - maybe_unassigned(function.body))
    return replace(function, body=_drop_bounds(function.body, known))


def drop_keeps(function: Function) -> Function:
    """`function` without each `keep` whose value is computed anyway, and each `bound` that is no news."""
    body = _drop_keeps(function.body)
    return replace(function, body=_drop_bounds(body, frozenset()))


def _drop_keeps(body: Block) -> Block:
    """Drop each `keep` whose value is computed without it."""
    computed = set(definitions(prune(_without_keeps(body)))) | _stored_parts(body)

    def visit(block: Block) -> Block:
        ops: list[Op] = []
        seen: set[Atom] = set()
        for op in block.ops:
            if isinstance(op, Apply) and op.primitive is KEEP:
                if op.args[0] in computed or op.args[0] in seen:
                    continue
                seen.add(op.args[0])
            ops.append(with_parts(op, operands(op), tuple(visit(b) for b in blocks(op))))
        return Block(block.params, tuple(ops), block.outputs)

    return visit(body)


def _stored_parts(body: Block) -> set[Value]:
    """Parts `x[:, j]` of arrays in which something is stored there too: `x[i, j] = v` raises as they do."""
    found: set[Value] = set()
    bases: dict[Atom, Atom] = {}
    read: list[tuple[Value, Atom, Place]] = []
    stored: list[tuple[Atom, Place]] = []
    for op in body.ops:
        for block in blocks(op):
            found |= _stored_parts(block)
        if is_store(op):
            parts = parts_of_store(op)
            base = bases.get(op.args[0], op.args[0])
            bases[op.results[0]] = base
            place = (parts.layout, parts.index)
            for step, index in reversed(parts.way):
                is_part = step.name == "operator.getitem" and step.layout is not None
                place = (step.layout[1] if is_part else None, index)  # type: ignore[index]
            if not parts.way or is_part:
                stored.append((base, place))
        elif isinstance(op, Apply) and op.primitive.name == "operator.getitem":
            assert op.primitive.layout is not None
            base = bases.get(op.args[0], op.args[0])
            read.append((op.results[0], base, (op.primitive.layout[1], op.args[1:])))
    found.update(
        part
        for part, whole, outer in read
        for base, inner in stored
        if base is whole and names_entries_of(outer, inner)
    )
    return found


def _without_keeps(block: Block) -> Block:
    kept = (op for op in block.ops if not (isinstance(op, Apply) and op.primitive is KEEP))
    ops = (with_parts(op, operands(op), tuple(map(_without_keeps, blocks(op)))) for op in kept)
    return Block(block.params, tuple(ops), block.outputs)


def _drop_bounds(block: Block, known: frozenset[Atom]) -> Block:
    """Drop each `bound` whose variable is `known` to be assigned, or was read before."""
    ops: list[Op] = []
    for op in block.ops:
        if isinstance(op, Apply) and op.primitive is BOUND:
            value = op.args[0]
            if value not in known:
                ops.append(op)
            known |= {value}
            continue
        inner = tuple(_drop_bounds(each, known) for each in blocks(op))
        ops.append(with_parts(op, operands(op), inner))
    return Block(block.params, tuple(ops), block.outputs)
