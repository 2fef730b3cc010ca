"""Lists of cotangents that a loop fills, one entry a turn, with arrays that it made.

    params_bar = zeros_like(params)              params_bar = blank(params)        # [None] * len(params)
    for i in range(n - 1, -1, -1):        ->     for i in range(n - 1, -1, -1):
        params_bar = add_at(params_bar, i, v)        params_bar = store(params_bar, i, v)

No entry is met twice, so it is stored, not added to; and where the turns meet all entries there is
nothing to start with. The arrays must be the entry's own: made in the turn, and given to nothing else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import final

from s2sdiff.ir.arrays import may_be_view
from s2sdiff.ir.build import number
from s2sdiff.ir.core import Apply, Atom, Block, Const, For, Function, Op, Value
from s2sdiff.ir.forms import BUILD
from s2sdiff.ir.lists import ADD_AT, BLANK, ITEM, LENGTH, RANGE, STORE, ZEROS_LIKE
from s2sdiff.ir.structure import PACK, UNPACK
from s2sdiff.ir.traverse import defining_ops, operands, reads, rewrite_blocks
from s2sdiff.ir.types import Array, List, Static, Tuple, holds_arrays


def filling(function: Function) -> Function:
    """`function` with entries stored where each is met once."""
    if not any(
        isinstance(value.type, List) and holds_arrays(value.type)
        for value in defining_ops(function.body)
    ):
        return function
    run = _Filling(function.body)
    return rewrite_blocks(function, run.block)


@final
class _Filling:
    def __init__(self, body: Block) -> None:
        self.made = defining_ops(body)
        self.uses = Counter(atom for atom in reads(body) if isinstance(atom, Value))

    def block(self, block: Block) -> Block:
        ops: list[Op] = list(block.ops)
        for at, op in enumerate(ops):
            if isinstance(op, For):
                ops[at] = self.loop(op, ops)
        return replace(block, ops=tuple(ops))

    def loop(self, loop: For, ops: list[Op]) -> For:
        if not self.meets_once(loop):
            return loop
        body = loop.body
        for param, start, output in zip(
            body.params[1:], loop.carried, body.outputs[1:], strict=True
        ):
            zeros = self.made.get(start) if isinstance(start, Value) else None
            if not isinstance(zeros, Apply) or zeros.primitive is not ZEROS_LIKE:
                continue
            if self.uses[zeros.results[0]] != 1:
                continue
            changed = self.stored(body, param, output)
            if changed is None:
                continue
            body = changed
            if zeros in ops and self.meets_all(loop, zeros.args[0]):
                ops[ops.index(zeros)] = replace(zeros, primitive=BLANK)
        return replace(loop, body=body) if body is not loop.body else loop

    def stored(self, body: Block, param: Value, output: Atom) -> Block | None:
        """`body` with the entry stored that it adds to; None where it does something else."""
        index = body.params[0]
        last = next((o for o in body.ops if output in o.results), None)
        if not isinstance(last, Apply) or last.args[:-1] != (param, index):
            return None
        if last.primitive is ADD_AT and self.uses[param] == 1:
            added: list[Atom] = [last.args[-1]]
        elif last.primitive is STORE and self.uses[param] == 2:
            terms = self.terms(body, param, index, last.args[-1])
            if terms is None:
                return None
            added = terms
        else:
            return None
        if not all(self.is_own(each, body) for each in added):
            return None
        item: Atom = added[0]
        more: list[Op] = []
        type_ = last.args[-1].type
        if isinstance(type_, Tuple):
            packed = Value(None, type_)
            form = Const(type_, Static(type_))
            is_list = type_.kind == "list"
            args = (form, *added) if is_list else tuple(added)
            more = [Apply(BUILD if is_list else PACK, args, (packed,), last.span)]
            item = packed
        new = Apply(STORE, (param, index, item), last.results, last.span)
        ops: list[Op] = []
        gone: set[Atom] = set()
        mine = self.reads_of(body, param)
        for op in body.ops:
            if op is last:
                ops += [*more, new]
            elif op in mine or not gone.isdisjoint(operands(op)):
                gone.update(op.results)
            else:
                ops.append(op)
        return replace(body, ops=tuple(ops))

    def reads_of(self, body: Block, param: Value) -> list[Op]:
        """The op that reads the entry, and the one that unpacks it."""
        read = [o for o in body.ops if isinstance(o, Apply) and o.primitive is ITEM]
        mine: list[Op] = [o for o in read if o.args[0] is param]
        results = [o.results for o in mine]
        return mine + [o for o in body.ops if isinstance(o, Apply) and o.args in results]

    def terms(self, body: Block, param: Value, index: Value, total: Atom) -> list[Atom] | None:
        """What is added to the parts of an entry that was read before."""
        read = next(
            (o for o in body.ops if isinstance(o, Apply) and o.args == (param, index)), None
        )
        if read is None or read.primitive is not ITEM or self.uses[read.results[0]] != 1:
            return None
        if not isinstance(total, Value) or self.uses[total] != 1:
            return None
        parts: tuple[Value, ...] = read.results
        sums: tuple[Atom, ...] = (total,)
        if isinstance(total.type, Tuple):
            opened = next((o for o in body.ops if isinstance(o, Apply) and o.args == parts), None)
            packed = self.made.get(total) if isinstance(total, Value) else None
            if opened is None or opened.primitive is not UNPACK or not isinstance(packed, Apply):
                return None
            sums = packed.args[1:] if packed.primitive is BUILD else packed.args
            if packed.primitive not in (PACK, BUILD) or len(sums) != len(opened.results):
                return None
            parts = opened.results
        found: list[Atom] = []
        for part, each in zip(parts, sums, strict=True):
            made = self.made.get(each) if isinstance(each, Value) else None
            if not isinstance(made, Apply) or made.primitive.name != "operator.add":
                return None
            if made.args[0] is not part or self.uses[part] != 1 or self.uses[made.results[0]] != 1:
                return None
            found.append(made.args[1])
        return found

    def meets_once(self, loop: For) -> bool:
        """Does it count up from 0, or down to 0?"""
        made = self.made.get(loop.iterable) if isinstance(loop.iterable, Value) else None
        if not isinstance(made, Apply) or made.primitive is not RANGE:
            return False
        start, stop, step = map(number, made.args)
        return (step == 1 and start == 0) or (step == -1 and stop == -1)

    def meets_all(self, loop: For, whole: Atom) -> bool:
        """Do its turns meet all entries of the list `whole`, and is it never left?"""
        made = self.made.get(loop.iterable) if isinstance(loop.iterable, Value) else None
        stop = loop.body.outputs[0]
        if not isinstance(made, Apply) or not (isinstance(stop, Const) and stop.value is False):
            return False
        first, last, step = made.args
        if number(step) == 1:
            return self.is_length(last, whole)
        before = self.made.get(first) if isinstance(first, Value) else None
        return (
            isinstance(before, Apply)
            and before.primitive.name == "operator.sub"
            and number(before.args[1]) == 1
            and self.is_length(before.args[0], whole)
        )

    def is_length(self, atom: Atom, whole: Atom) -> bool:
        op = self.made.get(atom) if isinstance(atom, Value) else None
        return isinstance(op, Apply) and op.primitive is LENGTH and op.args[0] is whole

    def is_own(self, atom: Atom, body: Block) -> bool:
        """Was it made in this turn, and is it given to nothing else?"""
        op = next((o for o in body.ops if atom in o.results), None)
        if not isinstance(op, Apply) or self.uses[op.results[0]] != 1:
            return False
        if op.primitive in (PACK, BUILD):
            items = op.args[1:] if op.primitive is BUILD else op.args
            return all(self.is_own(arg, body) for arg in items)
        is_new = not may_be_view(op.primitive) and not op.primitive.name.startswith("core.")
        return isinstance(op.results[0].type, Array) and is_new
