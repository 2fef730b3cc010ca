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
from s2sdiff.ir.traverse import blocks, definitions, operands, walk, with_ops, with_parts


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
        return with_ops(block, ops, block.outputs)

    return visit(body)


def _stored_parts(body: Block) -> set[Value]:
    """Parts `x[:, j]` of arrays in which something is stored there too: `x[i, j] = v` raises as they do.

    Between such a read and the store nothing else happens that can be told from outside.
    """
    found: set[Value] = set()
    bases: dict[Atom, Atom] = {}
    read: list[tuple[Value, Atom, Place]] = []
    stored: list[tuple[Atom, Place]] = []
    for op in body.ops:
        for block in blocks(op):
            found |= _stored_parts(block)
        base = bases.get(op.args[0], op.args[0]) if isinstance(op, Apply) and op.args else None
        if is_store(op) and base is not None:
            bases[op.results[0]] = base
            place = _place_of(op)
            found.update(
                part
                for part, whole, outer in read
                if place and whole is base and names_entries_of(outer, place)
            )
            stored += [(base, place)] if place else []
        elif isinstance(op, Apply) and op.primitive.name == "operator.getitem" and base is not None:
            assert op.primitive.layout is not None
            outer = (op.primitive.layout[1], op.args[1:])
            read.append((op.results[0], base, outer))
            if any(whole is base and names_entries_of(outer, inner) for whole, inner in stored):
                found.add(op.results[0])
            continue
        if not _is_quiet(op):
            read.clear()
    return found


def _place_of(store: Apply) -> Place | None:
    """The index at which a store is, or that of the first view through which it goes."""
    parts = parts_of_store(store)
    if not parts.way:
        return parts.layout, parts.index
    step, index = parts.way[0]
    is_part = step.name == "operator.getitem" and step.layout is not None
    return (step.layout[1], index) if is_part else None  # type: ignore[index]


def _is_quiet(op: Op) -> bool:
    """Can nobody tell that it was run: does it neither raise nor change anything?"""
    if not isinstance(op, Apply):
        return False
    return op.primitive is KEEP or not (
        op.primitive.raises or op.primitive.effect or op.primitive.changes
    )


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
    return with_ops(block, ops, block.outputs)
