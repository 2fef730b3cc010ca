"""What `emit --explain` says about each store into an array: in place or not, what is kept and why.

line 11, y[i] = 0.5 * y[i - 1] + math.sin(x[i])
  in place; nothing is recorded or copied for it
line 14, u[i] += flow[i] - flow[i - 1]
  in place; the whole array is recorded in every turn (line 10): the reverse sweep reads what was there
line 20, w[0] = y[0]
  in place, after a copy: what was there is read in line 22

It is read off the finished derivative, so it says what the text does.
"""

from __future__ import annotations

from typing import final

from s2sdiff.differentiate.remarks import line_of, name_of, operation
from s2sdiff.ir.arrays import asks_shape, fills_derivative, is_store
from s2sdiff.ir.core import Apply, Atom, Block, For, Function, Op, Value, While
from s2sdiff.ir.lists import APPEND, COPY, DEEP_COPY, MAKE
from s2sdiff.ir.objects import Objects
from s2sdiff.ir.structure import PACK, reverse_begins
from s2sdiff.ir.traverse import blocks, defining_ops, operands, walk
from s2sdiff.ir.types import Array

GETITEM = "operator.getitem"
READ_BACK = "the reverse sweep reads what was there"
IN_PLACE = "in place; nothing is recorded or copied for it"


def store_remarks(function: Function) -> tuple[str, ...]:
    """The sentences about the stores of a finished derivative, in the order of their lines."""
    found: dict[str, list[str]] = {}
    for each in (function, *(helper.function for helper in function.helpers)):
        if any(map(is_store, walk(each.body))):
            for head, sentence in _Stores(each.body).remarks():
                said = found.setdefault(head, [])
                if sentence not in said:
                    said.append(sentence)
    texts = ["\n".join((head, *(f"  {each}" for each in said))) for head, said in found.items()]
    return tuple(sorted(texts, key=line_of))


@final
class _Stores:
    """`pushed` are what tapes record, with the op that records it; `copies` the copies that we make."""

    def __init__(self, body: Block) -> None:
        self.body = body
        self.objects = Objects(body)
        self.made = defining_ops(body)
        at = reverse_begins(body.ops)
        self.forward = Block((), body.ops[:at], ())
        self.reverse = Block((), body.ops[at:], ())
        self.pushed: dict[Value, Apply] = {}
        self.copies: list[Apply] = []
        self.around: dict[Op, frozenset[Op]] = {}
        self.note_loops(body, frozenset())
        for op in walk(body):
            if isinstance(op, Apply) and op.primitive is APPEND and self.is_tape(op.args[0]):
                self.push(op.args[1], op)
            if isinstance(op, Apply) and op.primitive in (COPY, DEEP_COPY) and op.span is not None:
                self.copies.append(op)

    def note_loops(self, block: Block, around: frozenset[Op]) -> None:
        """Remember which loops each op is in."""
        for op in block.ops:
            self.around[op] = around
            inside = around | {op} if isinstance(op, For | While) else around
            for inner in blocks(op):
                self.note_loops(inner, inside)

    def is_tape(self, atom: Atom) -> bool:
        """Is it a list that no line of the user's makes?"""
        makers = [self.made.get(each) for each in self.objects.of(atom)]
        return bool(makers) and all(
            isinstance(op, Apply) and op.primitive is MAKE and op.span is None for op in makers
        )

    def push(self, atom: Atom, by: Apply) -> None:
        op = self.made.get(atom) if isinstance(atom, Value) else None
        if isinstance(op, Apply) and op.primitive is PACK:
            for arg in op.args:
                self.push(arg, by)
        elif isinstance(atom, Value):
            self.pushed[atom] = by

    def remarks(self) -> list[tuple[str, str]]:
        """Head and sentence for each store."""
        found: list[tuple[str, str]] = []
        for op in walk(self.forward):
            if is_store(op) and not fills_derivative(op) and op.span is not None:
                head = f"line {op.span.line}, {op.span.text()}"
                found.append((head, self.sentence(op)))
        return found

    def sentence(self, op: Apply) -> str:
        whole = op.args[0]
        by = self.made.get(whole) if isinstance(whole, Value) else None
        kept = [*self.recorded(op), *self.saved(op)]
        if isinstance(by, Apply) and by in self.copies and by.span is op.span:
            return "on a copy: " + (self.readers(by.args[0], op) or "what was there is read later")
        if not kept:
            return IN_PLACE
        return "in place; " + "; ".join(dict.fromkeys(kept))

    def is_changed(self, atom: Atom, store: Apply) -> bool:
        """May a store change this array?"""
        return isinstance(atom, Value) and self.objects.changes(store, atom)

    def recorded(self, store: Apply) -> list[str]:
        """What is recorded of the array that a store changes, in loops around both."""
        found: list[str] = []
        entries: dict[str, list[str]] = {}
        for value, push in self.pushed.items():
            op = self.made.get(value)
            if not isinstance(op, Apply) or not self.is_changed(op.args[0], store):
                continue
            if self.around[push].isdisjoint(self.around[store]):
                continue
            where = f" (line {push.span.line})" if push.span is not None else ""
            if op.primitive is COPY:
                found.append(f"{name_of(op.args[0])} is recorded whole{where}: {READ_BACK}")
            elif op.primitive.name == GETITEM and not isinstance(value.type, Array):
                entries.setdefault(where, []).append(operation(op, self.made))
        for where, each in entries.items():
            named = " and ".join(dict.fromkeys(each))
            found.append(f"records {named}{where}: {READ_BACK}")
        return found

    def saved(self, store: Apply) -> list[str]:
        """Copies of the array that are made before it is changed."""
        found: list[str] = []
        for copy in self.copies:
            is_recorded = copy.results[0] in self.pushed or copy.results[0] is store.args[0]
            if is_recorded or not self.is_changed(copy.args[0], store):
                continue
            if not self.stands_before(copy, store):
                continue
            why = self.readers(copy.results[0], store)
            line = copy.span.line if copy.span is not None else 0
            there = "" if store.span is not None and store.span.line == line else f" (line {line})"
            found.append(f"{name_of(copy.args[0])} is copied before{there}: {why}")
        return found

    def stands_before(self, copy: Apply, store: Apply) -> bool:
        """Is the store in the op behind the copy, other copies aside?"""
        blocks_ = [self.body, *(b for op in walk(self.body) for b in blocks(op))]
        ops = next(block.ops for block in blocks_ if copy in block.ops)
        behind = ops[ops.index(copy) + 1 :]
        first = next((op for op in behind if op not in self.copies), None)
        return first is not None and store in walk(Block((), (first,), ()))

    def readers(self, version: Atom, store: Apply) -> str:
        """Where a version of an array is read."""
        lines = sorted(
            {
                op.span.line
                for op in walk(self.forward)
                if version in operands(op) and op.span is not None and op is not store
            }
        )
        back = [op for op in walk(self.reverse) if version in operands(op)]
        if back and not lines and all(map(asks_shape, back)):
            return "its shape is asked in the reverse sweep"
        if back:
            return READ_BACK
        if lines:
            return f"what was there is read in line {lines[0]}"
        return "what was there is read later"
