"""Loops whose turns can be made in any order, because they only add to what they carry.

for i in range(n):                        an entry that is stored is another one in each turn
    x_bar[i] += c[i] * y_bar[i]
    a_bar += x[i] * y_bar[i]
"""

from __future__ import annotations

from s2sdiff.ir.affine import moved
from s2sdiff.ir.arrays import is_put, is_scatter, is_store, parts_of_store
from s2sdiff.ir.core import Apply, Atom, Block, For, Op, Value
from s2sdiff.ir.lists import ADD_AT
from s2sdiff.ir.traverse import blocks, carried_params, operands, reads, walk

ADD = "operator.add"


def is_free_of_order(index: Value, body: Block) -> bool:
    """Does a loop with this body only add to what it carries? `index` is the number of the turn.

    The last params of the body are what the loop carries.
    """
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
        carried |= set(versions) if output is not param else set()
        for version in versions:
            op = made.get(version) if isinstance(version, Value) else None
            if op is not None:
                chain.setdefault(op, set()).update(versions)
                if not _only_adds(op, index, versions, made):
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


def _only_adds(op: Op, index: Value, versions: list[Atom], made: dict[Value, Op]) -> bool:
    if isinstance(op, For):
        params = carried_params(op)
        is_carried = any(start in versions for start in op.carried)
        return is_carried and len(params) > 0 and is_free_of_order(op.body.params[0], op.body)
    if not isinstance(op, Apply) or any(arg in versions for arg in op.args[1:]):
        return False
    if is_store(op) and is_put(op.primitive):
        parts = parts_of_store(op)
        is_own = any(moved(atom, made)[0] is index for atom in parts.index)
        return is_own and not parts.way and len([v for v in versions if v in made]) == 1
    return op.primitive.name in (ADD, ADD_AT.name) or is_scatter(op.primitive)
