"""Helpers without what nobody needs: those that are not called, and parameters that are not read.

A parameter is not read if the helper only passes it on to itself, in the same place.
"""

from __future__ import annotations

from dataclasses import replace

from s2sdiff.ir.core import Block, Call, Callee, Function, Helper, Op, Value
from s2sdiff.ir.traverse import blocks, operands, walk, with_parts


def used_helpers(function: Function) -> Function:
    """`function` with only the helpers and parameters that are used, the helpers named apart."""
    return _named_apart(_used(function))


def _named_apart(function: Function) -> Function:
    """`function` with helpers of different names: derivatives of one in two ways have the same."""
    table: dict[Callee, Callee] = {}
    taken = {helper.callee.name for helper in function.helpers}
    seen: set[str] = set()
    for helper in function.helpers:
        name, count = helper.callee.name, 1
        while name in seen or (count > 1 and name in taken):
            count += 1
            name = f"{helper.callee.name}_{count}"
        seen.add(name)
        if count > 1:
            table[helper.callee] = replace(helper.callee, name=name)
    if not table:
        return function

    def op(old: Op) -> Op:
        new = with_parts(old, operands(old), tuple(map(block, blocks(old))))
        if isinstance(new, Call) and new.callee in table:
            return replace(new, callee=table[new.callee])
        return new

    def block(old: Block) -> Block:
        return replace(old, ops=tuple(map(op, old.ops)))

    def renamed(helper: Helper) -> Helper:
        callee = table.get(helper.callee, helper.callee)
        inner = helper.function
        return Helper(callee, replace(inner, name=callee.name, body=block(inner.body)))

    helpers = tuple(map(renamed, function.helpers))
    return replace(function, body=block(function.body), helpers=helpers)


def _used(function: Function) -> Function:
    """`function` with only the helpers and parameters that are used."""
    called = _called(function)
    helpers = [helper for helper in function.helpers if helper.callee in called]
    unread = {helper.callee: _unread(helper) for helper in helpers if helper.callee.pure}
    unread = {callee: places for callee, places in unread.items() if places}
    if not unread:
        return replace(function, helpers=tuple(helpers))
    changed = tuple(
        Helper(helper.callee, _without(helper.function, unread, unread.get(helper.callee, set())))
        for helper in helpers
    )
    return _used(replace(_without(function, unread, set()), helpers=changed))


def _called(function: Function) -> set[Callee]:
    bodies = {helper.callee: helper.function.body for helper in function.helpers}
    found: set[Callee] = set()
    waiting = [function.body]
    while waiting:
        for op in walk(waiting.pop()):
            if isinstance(op, Call) and op.callee not in found:
                found.add(op.callee)
                waiting.append(bodies[op.callee])
    return found


def _unread(helper: Helper) -> set[int]:
    params = helper.function.body.params
    read: set[Value] = set()
    places = {param: at for at, param in enumerate(params)}

    def visit(block: Block) -> None:
        for op in block.ops:
            itself = isinstance(op, Call) and op.callee is helper.callee
            for at, atom in enumerate(operands(op)):
                if isinstance(atom, Value) and not (itself and places.get(atom) == at):
                    read.add(atom)
            for inner in blocks(op):
                visit(inner)
        read.update(atom for atom in block.outputs if isinstance(atom, Value))

    visit(helper.function.body)
    return {at for param, at in places.items() if param not in read}


def _without(function: Function, unread: dict[Callee, set[int]], mine: set[int]) -> Function:
    """`function` with shorter calls, and without its own parameters at the places `mine`."""

    def block(old: Block) -> Block:
        return replace(old, ops=tuple(map(op, old.ops)))

    def op(old: Op) -> Op:
        atoms = operands(old)
        if isinstance(old, Call):
            gone = unread.get(old.callee, set())
            atoms = tuple(atom for at, atom in enumerate(atoms) if at not in gone)
        return with_parts(old, atoms, tuple(map(block, blocks(old))))

    body = block(function.body)
    params = tuple(p for at, p in enumerate(body.params) if at not in mine)
    parameters = tuple(p for at, p in enumerate(function.parameters) if at not in mine)
    return replace(function, parameters=parameters, body=replace(body, params=params))
