"""Stores leave an array as long as it is: its lengths are asked of its first version, where that is made.

y = copy(x)                                 y = copy(x)
                                            m = axis(y, 0)
for _ in range(n) carrying (y):             for _ in range(n) carrying (y):
  ... axis(y_2, 0) ...               ->       ... m ...
  ... y_3 = put(y_2, i, v) ...                ... y_3 = put(y_2, i, v) ...
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.analysis.unassigned import maybe_unassigned
from s2sdiff.ir.arrays import is_length, is_store
from s2sdiff.ir.core import Apply, Atom, Block, Const, For, Function, If, Op, Value, While
from s2sdiff.ir.traverse import blocks, carried_params, operands, substitute, walk, with_parts


def steady_lengths(function: Function) -> Function:
    """`function` with the lengths of changed arrays asked of what they were before."""
    ops = list(walk(function.body))
    if not any(map(is_store, ops)):
        return function
    before = _before(ops)
    if not any(is_length(op) and op.args[0] in before for op in ops):
        return function
    return replace(function, body=_asked(function.body, before))


def _before(ops: list[Op]) -> dict[Atom, Atom]:
    """For each version of an array that is as long as an older one, the older one."""
    found: dict[Atom, Atom] = {}
    for op in ops:
        if is_store(op):
            found[op.results[0]] = op.args[0]
        elif isinstance(op, For | While):
            # taken for granted until an end is found that comes from somewhere else
            found.update(zip(carried_params(op), op.carried, strict=True))
            found.update(zip(op.results, op.carried, strict=True))
    is_settled = False
    while not is_settled:
        is_settled = True
        for op in ops:
            if isinstance(op, If):
                for result, one, two in zip(
                    op.results, op.then.outputs, op.orelse.outputs, strict=True
                ):
                    first = _first(one, found)
                    is_same = first is _first(two, found) and isinstance(first, Value)
                    if is_same and result not in found:
                        found[result] = first
                        is_settled = False
                    elif not is_same and found.pop(result, None) is not None:
                        is_settled = False
            elif isinstance(op, For | While):
                ends = op.body.outputs[1:]
                rows = zip(carried_params(op), op.results, op.carried, ends, strict=True)
                for param, result, start, end in rows:
                    if param in found and _first(end, found) is not _first(start, found):
                        del found[param], found[result]
                        is_settled = False
    return found


def _first(atom: Atom, before: dict[Atom, Atom]) -> Atom:
    while atom in before:
        atom = before[atom]
    return atom


def _asked(body: Block, before: dict[Atom, Atom]) -> Block:
    """`body` with the lengths asked behind the ops that make the first versions."""
    asked: dict[Value, dict[object, Apply]] = {}
    table: dict[Value, Atom] = {}
    unassigned = maybe_unassigned(body)
    for op in walk(body):
        if is_length(op) and op.args[0] in before:
            root, places = _first(op.args[0], before), op.args[1:]
            if (
                isinstance(root, Value)
                and root not in unassigned
                and all(isinstance(each, Const) for each in places)
            ):
                key = (op.primitive, tuple(each.key for each in places if isinstance(each, Const)))
                mine = asked.setdefault(root, {})
                if key not in mine:
                    results = (replace(op.results[0]),)
                    mine[key] = replace(op, args=(root, *places), results=results)
                table[op.results[0]] = mine[key].results[0]

    def visit(block: Block) -> Block:
        ops: list[Op] = [new for param in block.params for new in asked.get(param, {}).values()]
        for op in block.ops:
            if not (is_length(op) and op.results[0] in table):
                ops.append(with_parts(op, operands(op), tuple(map(visit, blocks(op)))))
            ops += [new for result in op.results for new in asked.get(result, {}).values()]
        return Block(block.params, tuple(ops), block.outputs)

    return substitute(visit(body), table)
