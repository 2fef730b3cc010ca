"""Loops and lists as statements.

Carried values are variables: what a loop starts with is assigned before it, what a turn leaves at its end.
`break` stands where the body's first output is known to be true; a loop over the indices of a list
that are used for its items is written as a loop over the list.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from functools import cached_property
from typing import final

from s2sdiff.emit.branches import BranchWriter
from s2sdiff.emit.lines import Branch, Expression, Item, Line, Loop, Move, Moves
from s2sdiff.emit.statements import Slots
from s2sdiff.emit.targets import lists, numba, python
from s2sdiff.emit.targets.python import negated
from s2sdiff.ir.arrays import is_put, is_store, parts_of_store
from s2sdiff.ir.core import Apply, Atom, Block, Const, For, If, Undefined, Value, While, grouped
from s2sdiff.ir.lists import ITEM, REPLAY, lengths_of
from s2sdiff.ir.mixing import Mixing
from s2sdiff.ir.structure import caught
from s2sdiff.ir.traverse import carried_params, changes_in, free_values, reads, walk
from s2sdiff.ir.types import Array


@final
@dataclass(slots=True, eq=False)
class _Head:
    """How a `for` statement starts: its target, what it runs over, and ops that this replaces."""

    target: ast.expr
    over: ast.expr
    defines: tuple[Value, ...]
    reads: tuple[Value, ...]
    done: frozenset[Apply]


class LoopWriter(BranchWriter):
    """Writes loops, and ops that change lists."""

    # Ops that change a list

    def change(self, op: Apply) -> None:
        """Change a list in place; the new version is the same variable."""
        version, *values = op.results
        whole = op.args[0]
        args = [self.read(arg) for arg in op.args]
        if isinstance(whole, Value) and not isinstance(args[0].node, ast.Name):
            raise AssertionError("a list that is changed has no name")
        assert isinstance(whole, Value)
        self.settle_lists([op])
        if version in self.seen_outside:
            for value in [v for v, part in self.pending.items() if part.raises]:
                self.assign_pending(value)
        self.canon[version] = self.variable(whole)
        changed: tuple[Value, ...] = (self.variable(whole),)
        taken = self.just_taken(op) if is_store(op) and is_put(op.primitive) else None
        if taken is not None:
            self.lines.remove(taken)
            assert isinstance(taken.node, ast.Assign)
            args[-1] = replace(args[-1], node=taken.node.value, reads=taken.reads)
            changed += taken.changes
        nodes = [part.node for part in args]
        node: ast.stmt | ast.expr
        if is_store(op):
            node = self.array_store(op, nodes)
        else:
            node = lists.change(op.primitive.name, nodes)
        used = tuple(value for part in args for value in part.reads)
        if isinstance(node, ast.stmt):
            self.lines.append(Line(node, (), used, op.span, changes=changed))
            return
        (value,) = values
        if self.uses.get(value) and value not in self.popped:
            unpacked = self.unpacking.get(value)
            if unpacked is not None:
                names: list[ast.expr] = [
                    ast.Name(self.placeholders.of(part), ast.Store()) for part in unpacked.results
                ]
                target: ast.expr = ast.Tuple(names, ast.Store())
                self.written.add(unpacked)
                defines = unpacked.results
            else:
                target = ast.Name(self.placeholders.of(value), ast.Store())
                defines = (value,)
            self.lines.append(
                Line(ast.Assign([target], node), defines, used, op.span, changes=changed)
            )
        else:
            self.lines.append(Line(ast.Expr(node), (), used, op.span, changes=changed))

    def just_taken(self, op: Apply) -> Line | None:
        """The line before, where it takes what `op` stores from a list: `y[i] = tape.pop()` says both."""
        value = op.args[-1]
        last = self.lines[-1] if self.lines else None
        if not isinstance(value, Value) or self.uses.get(value) != 1 or not isinstance(last, Line):
            return None
        made = self.definitions.get(value)
        is_taken = isinstance(made, Apply) and made.primitive is REPLAY
        return last if is_taken and last.defines == (value,) else None

    @cached_property
    def mixing(self) -> Mixing:
        """Tells which stores may read what they have stored."""
        return Mixing(self.function.body, self.objects)

    def array_store(self, op: Apply, nodes: list[ast.expr]) -> ast.stmt:
        """A store into an array, through views where there are any."""
        parts = parts_of_store(op)
        whole, *rest = nodes
        for step, atoms in parts.way:
            if step is ITEM:
                whole = lists.item(whole, rest[0])
            elif self.top.target == "numba" and numba.is_same_array(step, atoms, op.span):
                pass
            else:
                whole = python.expression(step, [whole, *rest[: len(atoms)]], self.library)
            del rest[: len(atoms)]
        *index, value = rest
        (at,) = grouped((parts.layout,), iter(index), python.group)
        is_adding = op.primitive.name == "core.scatter_add"
        if is_adding and self.top.target == "numba":
            if self.overlaps(op):
                value = python.method(value, "copy")
            return numba.add_at(op, whole, at, value, self.library)
        # NumPy itself copies what it adds
        is_sum = is_adding or op.primitive.name == "core.scatter"
        if self.top.target == "python" and not is_sum and self.mixing.may_mix(op):
            value = python.method(value, "copy")
        add = self.library("numpy.add") if is_adding else value
        node = lists.store(op.primitive.name, whole, at, value, add)
        if self.top.target == "numba" and isinstance(node, ast.AugAssign) and self.overlaps(op):
            return numba.spelled_out(node)
        return node

    def overlaps(self, op: Apply) -> bool:
        """Is what is added to a part of an array perhaps a part of the same array?"""
        value = op.args[-1]
        made = self.definitions.get(value) if isinstance(value, Value) else None
        added = [value]
        if is_put(op.primitive) and isinstance(made, Apply):
            added = list(made.args[1:])  # `y[i] = y[i] + v` is written `y[i] += v`
        elif isinstance(made, Apply) and made.primitive.name == "operator.neg":
            added = list(made.args)
        return any(
            isinstance(each.type, Array) and self.objects.changes(op, each)
            for each in added
            if isinstance(each, Value)
        )

    def settle_lists(self, changes: list[Apply]) -> None:
        """Write what waits and reads a list that `changes` are about to change."""
        for value, part in list(self.pending.items()):
            if value in self.pending and self.meets(changes, part.reads):
                self.assign_pending(value)

    # Loops

    def loop(self, op: For | While) -> None:
        params = carried_params(op)
        inside = [op.body] if isinstance(op, For) else [op.test, op.body]
        read = {value for block in inside for value in free_values(block)}
        effects = any(
            isinstance(inner, Apply) and inner.primitive.effect
            for block in inside
            for inner in walk(block)
        )
        changes = any(map(changes_in, inside))
        head = self.head(op) if isinstance(op, For) else None
        self.settle_lists(self.changes_inside(*inside))
        for value, part in list(self.pending.items()):
            if value in read or ((effects or changes) and part.raises):
                self.assign_pending(value)
        self.start(op.carried, params)
        for result, param in zip(op.results, params, strict=True):
            self.canon[result] = param
        slots = Slots(params, op.body.outputs[1:])
        if isinstance(op, For):
            assert head is not None
            self.for_loop(op, head, slots)
        else:
            self.while_loop(op, params, slots)

    def start(self, carried: tuple[Atom, ...], params: tuple[Value, ...]) -> None:
        """Give the carried variables their first values."""
        moves: list[Move] = []
        for atom, param in zip(carried, params, strict=True):
            if isinstance(atom, Const) and isinstance(atom.value, Undefined):
                self.lines.append(self.unassigned(param))
                continue
            moves.append(self.move(param, atom))
        if moves:
            self.lines.append(Moves(moves))

    def head(self, op: For) -> _Head:
        """The head of a `for` statement."""
        index = op.body.params[0]
        made = self.ranges.get(op.iterable) if isinstance(op.iterable, Value) else None
        if made is not None:
            over = self.over_lists(op, made, index)
            if over is not None:
                return over
        iterable = self.read(op.iterable)
        is_read = any(atom is index for atom in reads(op.body))
        if not is_read:
            unread = ast.Name(self.top.unread, ast.Store())
            return _Head(unread, iterable.node, (), iterable.reads, frozenset())
        target = ast.Name(self.placeholders.of(index), ast.Store())
        return _Head(target, iterable.node, (index,), iterable.reads, frozenset())

    def over_lists(self, op: For, made: Apply, index: Value) -> _Head | None:
        """`for x, y in zip(xs, ys)` instead of a loop over their indices."""
        start, stop, step = made.args
        if not (_is(start, 0) and _is(step, 1) and isinstance(stop, Value)):
            return None
        found = lengths_of(stop, self.definitions)
        if not found:
            return None
        changed = {
            self.variable(inner.args[0])
            for inner in changes_in(op.body)
            if isinstance(inner.args[0], Value)
        }
        carried = {self.variable(atom) for atom in op.carried if isinstance(atom, Value)}
        items: list[Apply] = []
        found = list(dict.fromkeys(found))
        for whole in found:
            if self.variable(whole) in changed | carried or not self.is_named(whole):
                return None
            item = next((found_ for found_ in _items(op.body, whole, index)), None)
            if item is None:
                return None
            items.append(item)
        rest = sum(1 for atom in reads(op.body) if atom is index) - len(items)
        targets: list[ast.expr] = []
        defines: list[Value] = []
        done: list[Apply] = list(items)
        for item in items:
            (value,) = item.results
            unpacked = self.unpacking.get(value)
            parts = unpacked.results if unpacked is not None else (value,)
            if unpacked is not None:
                done.append(unpacked)
            names: list[ast.expr] = [
                ast.Name(self.placeholders.of(part), ast.Store()) for part in parts
            ]
            targets.append(ast.Tuple(names, ast.Store()) if unpacked is not None else names[0])
            defines += parts
        nodes = [self.read(whole) for whole in found]
        used = tuple(value for part in nodes for value in part.reads)
        over = nodes[0].node if len(nodes) == 1 else lists.call("zip", *(n.node for n in nodes))
        target = targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())
        if rest:
            over = lists.call("enumerate", over)
            target = ast.Tuple(
                [ast.Name(self.placeholders.of(index), ast.Store()), target], ast.Store()
            )
            defines.append(index)
        self.skipped[made] = self.skipped.get(made, 0) + 1
        if self.uses.get(made.results[0]) == self.skipped[made]:
            self.pending.pop(stop, None)
        return _Head(target, over, tuple(defines), used, frozenset(done))

    def is_named(self, whole: Value) -> bool:
        return whole not in self.pending and whole not in self.ranges

    def for_loop(self, op: For, head: _Head, slots: Slots) -> None:
        self.written |= head.done
        with self.nested() as body:
            self.tail(op.body.ops, slots, op.body.outputs[0], op.body)
        node = ast.For(head.target, head.over, [], [])
        self.lines.append(Loop(Line(node, head.defines, head.reads, op.span), body))

    def while_loop(self, op: While, params: tuple[Value, ...], slots: Slots) -> None:
        for param, other in zip(params, op.test.params, strict=True):
            self.canon[other] = param
        with self.nested() as body:
            self.block(op.test)
            test = self.read(op.test.outputs[0])
            if self.lines:
                stop = Line(ast.Expr(negated(test.node)), (), test.reads, op.span)
                self.lines.append(Branch(stop, [Line(ast.Break())], []))
                test = Expression(ast.Constant(True))
            self.tail(op.body.ops, slots, op.body.outputs[0], op.body)
        head = Line(ast.While(test.node, [], []), (), test.reads, op.span)
        self.lines.append(Loop(head, body))

    def tail(self, ops: tuple[object, ...], slots: Slots, stop: Atom, block: Block) -> None:
        """The end of a turn: the last branch may leave the loop on one of its sides."""
        last = ops[-1] if ops else None
        is_branch = isinstance(last, If) and not caught(last)
        if isinstance(last, If) and is_branch and self.ends_with(last, slots, stop):
            for op in ops[:-1]:
                self.op(op, block)  # type: ignore[arg-type]
            self.last_branch(last, slots, stop)
            return
        for op in ops:
            self.op(op, block)  # type: ignore[arg-type]
        if isinstance(stop, Const):
            self.finish(slots)
            if stop.value:
                self.lines.append(Line(ast.Break()))
            return
        self.settle_shared((*slots.outputs, stop))
        self.finish_before_test(stop, self.read(stop), slots)

    def finish(self, slots: Slots) -> None:
        """The end of a turn: the carried variables get what the turn leaves."""
        for _, atom in slots.pairs():
            if isinstance(atom, Value) and atom in self.sums and atom in self.pending:
                self.settle_sum(atom, self.pending[atom].node)
        self.settle_shared(slots.outputs)
        moves = [self.move(target, atom) for target, atom in slots.pairs()]
        if moves:
            self.lines.append(Moves(moves))

    def settle_shared(self, outputs: tuple[Atom, ...]) -> None:
        """Write what several of `outputs` are, which a side of a branch gives once."""
        for atom in outputs:
            if isinstance(atom, Value) and atom in self.pending and outputs.count(atom) > 1:
                self.assign_pending(atom)

    def finish_before_test(self, stop: Atom, test: Expression, slots: Slots) -> None:
        """`if test: break` after the turn's results are assigned; the test is read before."""
        moves = [self.move(target, atom) for target, atom in slots.pairs()]
        assert isinstance(stop, Value)
        if {move.target for move in moves} & set(test.reads):
            name = self.placeholders.of(stop)
            node = ast.Assign([ast.Name(name, ast.Store())], test.node)
            self.lines.append(Line(node, (stop,), test.reads))
            test = Expression(ast.Name(name, ast.Load()), (stop,), 4)
        if moves:
            self.lines.append(Moves(moves))
        line = Line(ast.Expr(test.node), (), test.reads, None)
        self.lines.append(Branch(line, [Line(ast.Break())], []))

    def ends_with(self, last: If, slots: Slots, stop: Atom) -> bool:
        """Does the turn end with this branch, whose results go nowhere else, each to one variable?"""
        outputs = [*slots.outputs, stop]
        return bool(last.results) and all(
            self.uses.get(result, 0) == outputs.count(result) <= 1 for result in last.results
        )

    def last_branch(self, last: If, slots: Slots, stop: Atom) -> None:
        """A branch at the end of a turn: each side assigns the carried variables itself."""
        self.settle_for(last)
        for atom in slots.outputs:
            if isinstance(atom, Value) and atom in self.pending:
                self.assign_pending(atom)
        test = self.read(last.test)
        written: list[list[Item]] = []
        for side in (last.then, last.orelse):
            left = dict(zip(last.results, side.outputs, strict=True))
            mine = Slots(slots.targets, tuple(_through(o, left) for o in slots.outputs))
            with self.nested() as done:
                self.tail(side.ops, mine, _through(stop, left), side)
            written.append(done)
        then, orelse = written
        line = Line(ast.Expr(test.node), (), test.reads, last.span)
        opposite = Line(ast.Expr(negated(test.node)), (), test.reads, last.span)
        if _leaves(then):
            self.lines += [Branch(line, then, []), *orelse]
        elif _leaves(orelse):
            self.lines += [Branch(opposite, orelse, []), *then]
        elif not then and not orelse:
            return
        elif not then:
            self.lines.append(Branch(opposite, orelse, []))
        else:
            self.lines.append(Branch(line, then, orelse))


def _leaves(items: list[Item]) -> bool:
    last = items[-1] if items else None
    return isinstance(last, Line) and isinstance(last.node, ast.Break)


def _through(atom: Atom, table: dict[Value, Atom]) -> Atom:
    return table.get(atom, atom) if isinstance(atom, Value) else atom


def _is(atom: Atom, number: int) -> bool:
    return isinstance(atom, Const) and type(atom.value) is int and atom.value == number


def _items(body: Block, whole: Value, index: Value) -> list[Apply]:
    """Where the body itself reads the item of `whole` at `index`."""
    return [
        op
        for op in body.ops
        if isinstance(op, Apply) and op.primitive is ITEM and op.args == (whole, index)
    ]
