"""Arrays that a derivative fills in place are its own.

    x_bar = c                             x_bar = c.copy()             where c is an argument,
    x_bar[0] += 2.0 * a           ->      x_bar[0] += 2.0 * a          or an item of a list

What is filled comes from where it was made through loops, branches and earlier changes. Where it begins
as something that is not made here, or that is a view of such, it is copied there. So is what becomes an
item of a list of which an item is filled, unless it is made for that.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import final

from s2sdiff.ir.arrays import READ_ONLY, fills_derivative
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    For,
    Function,
    Hint,
    If,
    Op,
    Value,
    While,
)
from s2sdiff.ir.lists import COPY
from s2sdiff.ir.objects import Objects, older_versions
from s2sdiff.ir.traverse import (
    blocks,
    carried_params,
    defining_ops,
    operands,
    reads,
    walk,
    with_parts,
)
from s2sdiff.ir.types import Array
from s2sdiff.simplify.held_arrays import HeldArrays

MAKERS = ("numpy.", "scipy.", "operator.", "s2sdiff.", "builtins.")
COPIES = frozenset(["core.copy", "core.zeros_like", "core.add_lists"])


def own_arrays(function: Function) -> Function:
    """`function` with copies of what is filled in place and is not its own."""
    fills = [op for op in walk(function.body) if fills_derivative(op)]
    if not fills:
        return function
    run = _Run(function.body, fills)
    return replace(function, body=run.block(function.body))


def makes_new(op: Op | None) -> bool:
    """Does it make an array of its own, or a view of its arguments, which can be written to?"""
    name = op.primitive.name if isinstance(op, Apply) else ""
    return name not in READ_ONLY and (name.startswith(MAKERS) or name in COPIES)


def _is_of_user(atom: Atom) -> bool:
    """Is it a variable of the user's? That keeps its value."""
    return isinstance(atom, Value) and isinstance(atom.hint, str)


@final
class _Run:
    """`filled` are the values that are filled, before or after; `entries` of them come from elsewhere."""

    def __init__(self, body: Block, fills: list[Apply]) -> None:
        self.objects = Objects(body)
        self.made = defining_ops(body)
        self.uses = Counter(reads(body))
        self.held = HeldArrays(body, self.objects, fills)
        self.starts = older_versions(body, fills_derivative)
        self.filled: set[Atom] = set()
        waiting = [op.args[0] for op in fills]
        while waiting:
            value = waiting.pop()
            if value not in self.filled and not _is_of_user(value):
                self.filled.add(value)
                waiting += self.starts.get(value, ())

    def is_made_for(self, item: Atom, op: Op) -> bool:
        """Is an array made to be put into a list by `op`, and for nothing else?"""
        is_new = all(makes_new(self.made.get(each)) for each in self.objects.of(item))
        is_only = self.uses[item] == 1 and not _is_of_user(item)
        return is_new and is_only and self.held.is_alone(item, op)

    def is_foreign(self, atom: Atom) -> bool:
        """Does an array begin here that something else may hold as well?"""
        if not isinstance(atom, Value) or not isinstance(atom.type, Array):
            return False
        if _is_of_user(atom):
            return True
        if atom in self.starts:
            return False
        return not all(
            each.hint == "older" or makes_new(self.made.get(each)) for each in self.objects.of(atom)
        )

    def block(self, block: Block, ends: frozenset[int] = frozenset()) -> Block:
        """`block` with copies; `ends` are its outputs that are filled behind it."""
        ops: list[Op] = []
        for op in block.ops:
            atoms = list(operands(op))
            for at, value in self.places(op):
                atoms[at] = self.own(atoms[at], ops, value.hint)
            for at in self.held.items(op):
                if not self.is_made_for(atoms[at], op):
                    atoms[at] = _copied(atoms[at], ops, None)
            inner = tuple(self.block(b, self.ends(op, b)) for b in blocks(op))
            ops.append(with_parts(op, tuple(atoms), inner))
        outputs = tuple(
            self.own(atom, ops, None) if at in ends else atom
            for at, atom in enumerate(block.outputs)
        )
        return Block(block.params, tuple(ops), outputs)

    def places(self, op: Op) -> list[tuple[int, Value]]:
        """Which operands are filled, or carried into a loop that fills them; what they are called there."""
        if fills_derivative(op):
            return [(0, op.results[0])]
        if isinstance(op, For | While):
            first = len(operands(op)) - len(op.carried)
            params = carried_params(op)
            return [(first + at, params[at]) for at in self.slots(op)]
        return []

    def slots(self, loop: For | While) -> list[int]:
        """Which of what a loop carries is filled, in a turn or behind it; a loop may make no turn."""
        pairs = enumerate(zip(carried_params(loop), loop.results, strict=True))
        return [at for at, pair in pairs if not self.filled.isdisjoint(pair)]

    def ends(self, op: Op, block: Block) -> frozenset[int]:
        """The outputs of a block of `op` that are filled behind it."""
        if isinstance(op, For | While) and block is op.body:
            return frozenset(1 + at for at in self.slots(op))
        if isinstance(op, If):
            return frozenset(at for at, each in enumerate(op.results) if each in self.filled)
        return frozenset()

    def own(self, atom: Atom, ops: list[Op], hint: Hint) -> Atom:
        if not self.is_foreign(atom):
            return atom
        return _copied(atom, ops, hint)


def _copied(atom: Atom, ops: list[Op], hint: Hint) -> Value:
    """A copy of an array, which is appended."""
    assert isinstance(atom, Value)
    copy = replace(atom, hint=hint)
    ops.append(Apply(COPY, (atom,), (copy,)))
    return copy
