"""Loops whose turns can be made in any order, because they only add to what they carry.

for i in range(n):                        an entry that is stored is another one in each turn
    x_bar[i] += c[i] * y_bar[i]
    a_bar += x[i] * y_bar[i]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from s2sdiff.ir.affine import moved
from s2sdiff.ir.arrays import is_put, is_scatter, is_store, parts_of_store
from s2sdiff.ir.core import Apply, Atom, Block, For, Op, Value
from s2sdiff.ir.lists import ADD_AT
from s2sdiff.ir.traverse import blocks, carried_params, operands, reads, walk

ADD = "operator.add"


@final
@dataclass(frozen=True, slots=True)
class _Around:
    """Loops around one: the numbers of their turns, which of what the inner one carries they change, and
    whether nothing else does."""

    indices: tuple[Value, ...]
    changed: frozenset[Value]
    is_alone: bool


_NO_LOOP = _Around((), frozenset(), True)


def is_free_of_order(index: Value, body: Block, around: _Around = _NO_LOOP) -> bool:
    """Does a loop with this body only add to what it carries? `index` is the number of the turn.

    The last params of the body are what the loop carries. `around` is for a loop in another one, whose
    turns are asked about.
    """
    indices = (index, *around.indices)
    if any(isinstance(op, Apply) and op.primitive.effect for op in walk(body)):
        return False  # tapes of loops inside are taken off in order
    made = {result: op for op in body.ops for result in op.results}
    params = body.params[len(body.params) - len(body.outputs) + 1 :]
    chain: dict[Op, set[Atom]] = {}
    carried: set[Atom] = set()
    for param, output in zip(params, body.outputs[1:], strict=True):
        versions = versions_of(param, output, made)
        if versions is None:
            return False
        is_changed = output is not param or param in around.changed
        carried |= set(versions) if is_changed else set()
        is_alone = len([v for v in versions if v in made]) == 1 and around.is_alone
        for version in versions:
            op = made.get(version) if isinstance(version, Value) else None
            if op is not None:
                chain.setdefault(op, set()).update(versions)
                if not _only_adds(op, indices, versions, made, is_alone):
                    return False
    for op in body.ops:
        own = chain.get(op, set())
        seen = [atom for atom in operands(op) if atom not in own]
        inner = [atom for nested in blocks(op) for atom in reads(nested)]
        doubled = [atom for atom in operands(op) if atom in own]
        if len(doubled) != len(set(doubled)) or any(a in carried for a in (*seen, *inner)):
            return False
    return True


def versions_of(param: Value, output: Atom, made: dict[Value, Op]) -> list[Atom] | None:
    """What a turn makes of a carried value, one after the other; None where it is replaced."""
    found: list[Atom] = []
    atom = output
    while atom is not param:
        found.append(atom)
        op = made.get(atom) if isinstance(atom, Value) else None
        if isinstance(op, For):
            at = op.results.index(atom)
            atom = op.carried[at]
        elif isinstance(op, Apply) and (op.primitive.name in (ADD, ADD_AT.name) or is_store(op)):
            atom = op.args[0]
        else:
            return None
    return [*found, param]


def _only_adds(
    op: Op, indices: tuple[Value, ...], versions: list[Atom], made: dict[Value, Op], is_alone: bool
) -> bool:
    """Is what an op makes of a carried value a sum? A store is, alone at an entry of its own."""
    if isinstance(op, For):
        params = carried_params(op)
        pairs = zip(op.carried, params, strict=True)
        changed = frozenset(param for start, param in pairs if start in versions)
        around = _Around(indices, changed, is_alone)
        return bool(changed) and is_free_of_order(op.body.params[0], op.body, around)
    if not isinstance(op, Apply) or any(arg in versions for arg in op.args[1:]):
        return False
    if is_store(op) and is_put(op.primitive):
        parts = parts_of_store(op)
        bases = {moved(atom, made)[0] for atom in parts.index}
        return is_alone and not parts.way and bases.issuperset(indices)
    return op.primitive.name in (ADD, ADD_AT.name) or is_scatter(op.primitive)
