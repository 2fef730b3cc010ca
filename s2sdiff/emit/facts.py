"""Facts about a function that decide what gets a line of its own."""

from __future__ import annotations

from s2sdiff.analysis.unassigned import maybe_unassigned, unassigned_again
from s2sdiff.errors import fail
from s2sdiff.ir.core import Apply, Atom, Block, Call, For, If, Op, Value, While
from s2sdiff.ir.structure import BOUND, KEEP, UNPACK
from s2sdiff.ir.traverse import blocks, changes_in, operands, reads, walk
from s2sdiff.ir.types import Array, List


def changing(block: Block) -> frozenset[Value]:
    """Lists that need a name, because they are changed or carried."""
    found: set[Atom] = {op.args[0] for op in changes_in(block)}
    for op in walk(block):
        match op:
            case For(carried=carried) | While(carried=carried):
                found.update(carried)
            case If(then=then, orelse=orelse):
                found.update((*then.outputs, *orelse.outputs))
        for inner in blocks(op):
            found.update(inner.outputs)
    return frozenset(a for a in found if isinstance(a, Value) and isinstance(a.type, List | Array))


def unpacking(block: Block, uses: dict[Value, int]) -> dict[Value, Apply]:
    """Tuples that are unpacked and not used otherwise, with the op that does it."""
    return {
        op.args[0]: op
        for op in walk(block)
        if isinstance(op, Apply)
        and op.primitive is UNPACK
        and isinstance(op.args[0], Value)
        and uses.get(op.args[0]) == 1
    }


def popped(block: Block, uses: dict[Value, int]) -> frozenset[Atom]:
    """What is taken from lists for nothing but its exception."""
    taken = {op.results[-1] for op in changes_in(block)}
    return frozenset(
        op.args[0]
        for op in walk(block)
        if isinstance(op, Apply)
        and op.primitive is KEEP
        and op.args[0] in taken
        and uses.get(op.args[0]) == 1
    )


def uses(block: Block) -> dict[Value, int]:
    """How often each value is read."""
    counts: dict[Value, int] = {}
    for atom in reads(block):
        if isinstance(atom, Value):
            counts[atom] = counts.get(atom, 0) + 1
    return counts


def leaving(block: Block) -> frozenset[Value]:
    """Values that are outputs of nested blocks: the name that counts is that of the result."""
    return frozenset(
        output
        for op in walk(block)
        if isinstance(op, If)
        for inner in blocks(op)
        for output in inner.outputs
        if isinstance(output, Value)
    )


def moved(block: Block) -> frozenset[Atom]:
    """Values that loops carry, and that blocks give."""
    found: set[Atom] = set()
    for op in walk(block):
        if isinstance(op, For | While):
            found.update(op.carried)
        for inner in blocks(op):
            found.update(inner.outputs)
    return frozenset(found)


def doubted(block: Block) -> frozenset[Value]:
    """Variables that are read although some path leaves them unassigned."""
    bounds = [op for op in walk(block) if isinstance(op, Apply) and op.primitive is BOUND]
    return frozenset(op.args[0] for op in bounds if isinstance(op.args[0], Value))


def unsure(block: Block) -> frozenset[Value]:
    """Variables that some path leaves unassigned, if any of them is read nevertheless. Raises S2S305.

    Reading such a variable raises, as long as it has a name of its own. That is not so where an earlier
    turn of a loop assigned it.
    """
    if not doubted(block):
        return frozenset()
    again = unassigned_again(block)
    for op in walk(block):
        if isinstance(op, Apply) and op.primitive is BOUND and op.args[0] in again:
            hint = op.args[0].hint
            name = hint if isinstance(hint, str) else "a variable"
            fail(
                "S2S305",
                f"{name} may be unassigned here in one turn of a loop, and assigned in one before it",
                op.span,
                f"assign {name} on every path",
            )
    return maybe_unassigned(block)


def read_anyway(block: Block) -> frozenset[Op]:
    """Each `bound` whose variable is read next, before anything else happens."""
    found = {
        op
        for place, op in enumerate(block.ops)
        if isinstance(op, Apply)
        and op.primitive is BOUND
        and _reads_at_once(block.ops[place + 1 :], op.args[0])
    }
    return frozenset(found).union(*(read_anyway(inner) for op in block.ops for inner in blocks(op)))


def _reads_at_once(ops: tuple[Op, ...], value: Atom) -> bool:
    """Does one of `ops` read `value` before anything else happens?"""
    for op in ops:
        if not isinstance(op, Apply):
            return isinstance(op, If | Call) and value in operands(op)
        if op.primitive in (KEEP, BOUND):
            continue
        if value in op.args:
            return True
        if op.primitive.effect:
            return False
    return False


def owners(block: Block) -> dict[Value, Block]:
    """The block in which each value is read, for those read in one block only."""
    owners: dict[Value, Block] = {}
    _visit_owners(block, owners)
    return owners


def _visit_owners(block: Block, owners: dict[Value, Block]) -> None:
    def note(atom: Atom) -> None:
        if isinstance(atom, Value):
            owners[atom] = block

    for op in block.ops:
        for atom in operands(op):
            note(atom)
        for inner in blocks(op):
            _visit_owners(inner, owners)
    for atom in block.outputs:
        note(atom)
