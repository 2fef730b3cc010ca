"""Dead code: ops whose results nobody reads are dropped, effects excepted.

Tuples that come in are always unpacked, which makes sure of their length. `drop_keeps` is for the
end: a `keep` whose value is read by something else has done its duty.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir.core import Apply, Atom, Block, Function, If, Op, Value
from s2sdiff.ir.structure import KEEP, SECTION, UNPACK
from s2sdiff.ir.traverse import blocks, free_values, operands, walk, with_parts


def dead(function: Function) -> Function:
    """`function` without what does not matter for its output or its exceptions."""
    return replace(function, body=_clean(function.body, set()))


def drop_keeps(function: Function) -> Function:
    """`function` without each `keep` whose value is computed anyway."""
    return replace(function, body=_drop_keeps(function.body))


def _clean(block: Block, needed: set[Value]) -> Block:
    """`block` without dead ops; `needed` are values read later, and grows by what is read here."""
    _need(block.outputs, needed)
    kept: list[Op] = []
    for op in reversed(block.ops):
        if isinstance(op, If):
            op = _clean_branch(op, needed)
        is_read = any(result in needed for result in op.results)
        if not is_read and not any(map(_must_stay, (op, *_inside(op)))):
            continue
        _need(operands(op), needed)
        if not isinstance(op, If):
            cleaned = tuple(_clean(inner, needed) for inner in blocks(op))
            op = with_parts(op, operands(op), cleaned)
        for inner in blocks(op):
            needed.update(free_values(inner))
        kept.append(op)
    return Block(block.params, tuple(reversed(kept)), block.outputs)


def _must_stay(op: Op) -> bool:
    return isinstance(op, Apply) and (op.primitive.effect or op.primitive is UNPACK)


def _inside(op: Op) -> list[Op]:
    return [inner for block in blocks(op) for inner in walk(block)]


def _need(atoms: tuple[Atom, ...], needed: set[Value]) -> None:
    needed.update(atom for atom in atoms if isinstance(atom, Value))


def _clean_branch(op: If, needed: set[Value]) -> If:
    """A branch that gives only what is read."""
    wanted = [result in needed for result in op.results]

    def chosen(atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
        return tuple(atom for atom, want in zip(atoms, wanted, strict=True) if want)

    then = replace(op.then, outputs=chosen(op.then.outputs))
    orelse = replace(op.orelse, outputs=chosen(op.orelse.outputs))
    results = tuple(result for result, want in zip(op.results, wanted, strict=True) if want)
    return replace(op, then=_clean(then, set()), orelse=_clean(orelse, set()), results=results)


def _drop_keeps(body: Block) -> Block:
    """Drop each `keep` whose value is read elsewhere at a place that is sure to run."""
    read: set[Value] = set()
    _collect(body, read)

    def visit(block: Block) -> Block:
        ops: list[Op] = []
        seen: set[Atom] = set()
        for op in block.ops:
            if isinstance(op, Apply) and op.primitive is KEEP:
                if op.args[0] in read or op.args[0] in seen:
                    continue
                seen.add(op.args[0])
            ops.append(with_parts(op, operands(op), tuple(visit(b) for b in blocks(op))))
        return Block(block.params, tuple(ops), block.outputs)

    return visit(body)


def _collect(block: Block, read: set[Value]) -> None:
    for op in block.ops:
        if not (isinstance(op, Apply) and op.primitive in (KEEP, SECTION)):
            _need(operands(op), read)
        for inner in blocks(op):
            _collect(inner, read)
    _need(block.outputs, read)
