"""The one loop behind the local passes: visit every op, let a law say what it becomes.

A law looks at one `Apply`, whose arguments are rewritten already, and answers with an atom that
replaces the result, with another application that defines the same result, or with None. Where an
unnamed value takes the place of a variable of the user's it takes the name too. An array that the program
changes stays: another one of the same value would change with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias, final

from s2sdiff.ir.core import Apply, Atom, Block, Function, If, Op, Primitive, Value
from s2sdiff.ir.objects import changed_by_program
from s2sdiff.ir.traverse import blocks, operands, rename, substituted, with_ops, with_parts


@final
@dataclass(frozen=True, slots=True)
class Replacement:
    """Another application for the same result."""

    primitive: Primitive
    args: tuple[Atom, ...]


Definitions: TypeAlias = dict[Value, Apply]
Law: TypeAlias = Callable[[Apply, Definitions], "Atom | Replacement | None"]
BranchLaw: TypeAlias = Callable[[If], "list[Op] | None"]


@final
@dataclass(slots=True, eq=False)
class _Rewriter:
    law: Law
    objects: frozenset[Value]
    substitution: dict[Value, Atom] = field(default_factory=dict)
    names: dict[Value, Atom] = field(default_factory=dict)
    definitions: Definitions = field(default_factory=dict)

    def block(self, block: Block) -> Block:
        ops: list[Op] = []
        for op in block.ops:
            new = self.op(op)
            if new is not None:
                ops.append(new)
        return with_ops(block, ops, self.read(block.outputs))

    def read(self, atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
        return tuple(substituted(atom, self.substitution) for atom in atoms)

    def op(self, op: Op) -> Op | None:
        nested = tuple(self.block(block) for block in blocks(op))
        op = with_parts(op, self.read(operands(op)), nested)
        if not isinstance(op, Apply):
            return op
        while True:
            answer = self.law(op, self.definitions) if len(op.results) == 1 else None
            if not isinstance(answer, Replacement):
                break
            op = replace(op, primitive=answer.primitive, args=answer.args)
        if answer is None:
            for result in op.results:
                self.definitions[result] = op
            return op
        (result,) = op.results
        if result in self.objects:
            self.definitions[result] = op
            return op
        self.substitution[result] = answer
        if isinstance(answer, Value) and answer.hint is None and isinstance(result.hint, str):
            self.names.setdefault(answer, result)
        return None


def rewrite(function: Function, law: Law) -> Function:
    """`function` with `law` applied to every op, until the law is silent about it."""
    run = _Rewriter(law, changed_by_program(function.body))
    body = run.block(function.body)
    named = {old: new for old, new in run.names.items() if old in run.definitions}
    return replace(function, body=rename(body, named) if named else body)
