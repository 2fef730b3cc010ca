"""Tapes: where a loop records what its reverse reads, one list for each block that records.

While the sweeps are being built, recording is a mark in the primal block and replaying one in the reverse
block; `thread` then makes lists of them that are carried through branches and loops.

    for i in range(n):                      for i in range(n) carrying (tape):
      push T (x)                     ->       tape_2 = append(tape_1, x)
    for i in range(n - 1, -1, -1):          for i in range(n - 1, -1, -1) carrying (tape):
      x = replay T                   ->       tape_4, x = replay(tape_3)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias, final

from s2sdiff.errors import fail
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Op,
    Primitive,
    Value,
    While,
    constant,
)
from s2sdiff.ir.infer import nothing
from s2sdiff.ir.lists import APPEND, ITEM, LENGTH, MAKE, REPLAY
from s2sdiff.ir.structure import PACK, UNPACK, caught
from s2sdiff.ir.traverse import blocks, operands, substitute, walk, with_parts
from s2sdiff.ir.types import INT, List, Tuple, Type
from s2sdiff.rules.registry import primitive


@final
@dataclass(frozen=True, eq=False)
class Tape:
    """A tape, by what is recorded on it in each turn."""

    hint: str
    types: tuple[Type, ...]

    def __repr__(self) -> str:
        return f"<{self.hint}>"

    @property
    def item(self) -> Type:
        return self.types[0] if len(self.types) == 1 else Tuple(self.types)


def _replayed(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    tape = _tape(args)
    return tape.types


def _counted(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    return (INT,)


PUSH = Primitive("tape.push", nothing, effect=True)
REPLAYED = Primitive("tape.replay", _replayed, effect=True)
TURNS = Primitive("tape.turns", _counted, effect=True)
AT = Primitive("tape.at", _replayed)
MARKS = (PUSH, REPLAYED, TURNS, AT)


@final
@dataclass(frozen=True, eq=False)
class Counter:
    """How many turns a loop made, where nothing else says it."""

    hint: str = "<turns>"

    def __repr__(self) -> str:
        return f"<{self.hint}>"


Variable: TypeAlias = Tape | Counter
RESET = Primitive("counter.reset", nothing, effect=True)
TICK = Primitive("counter.tick", nothing, effect=True)
TICKS = Primitive("counter.ticks", _counted, effect=True)
COUNTERS = (RESET, TICK, TICKS)
ADD = primitive("operator.add")


def _variable(op: Apply) -> Variable:
    first = op.args[0]
    assert isinstance(first, Const) and isinstance(first.value, Tape | Counter)
    return first.value


def _tape(args: tuple[Atom, ...]) -> Tape:
    first = args[0]
    assert isinstance(first, Const) and isinstance(first.value, Tape)
    return first.value


def tape_for(values: list[Value]) -> Tape:
    """A new tape for these values."""
    names = [value.hint for value in values if isinstance(value.hint, str)]
    name = names[0].strip("<>") if names else ""
    return Tape(f"{name}_tape" if name else "tape", tuple(value.type for value in values))


def push(tape: Tape, values: list[Value]) -> Apply:
    """The mark that records `values`."""
    return Apply(PUSH, (constant(tape), *values), ())


def replay(tape: Tape, values: list[Value]) -> Apply:
    """The mark that gives `values` back."""
    return Apply(REPLAYED, (constant(tape),), tuple(values))


def read_at(tape: Tape, index: Value, values: list[Value]) -> Apply:
    """The mark that gives back the `values` of turn `index`; they stay on the tape."""
    return Apply(AT, (constant(tape), index), tuple(values))


def turns(builder: Builder, tape: Tape) -> Value:
    """How often something was recorded on `tape`."""
    return builder.apply(TURNS, constant(tape), hint=None)


def thread(function: Function) -> Function:
    """`function` with values that are carried instead of marks."""
    if not _variables(function.body):
        return function
    builder = Builder()
    with builder.block() as ops:
        run = Thread(builder)
        for op in function.body.ops:
            run.open(op)
            run.op(op)
    body = replace(function.body, ops=tuple(ops))
    return replace(function, body=substitute(body, run.read))


def records(ops: tuple[Op, ...]) -> bool:
    """Is anything recorded or counted by `ops`?"""
    return bool(_variables(Block((), ops, ())))


def _variables(block: Block) -> list[Variable]:
    """What the marks in `block` are about."""
    found = [
        _variable(op)
        for op in walk(block)
        if isinstance(op, Apply) and op.primitive in (*MARKS, *COUNTERS) and op.primitive is not AT
    ]
    return list(dict.fromkeys(found))


def _reads_tape(op: Op) -> bool:
    return any(isinstance(o, Apply) and o.primitive is AT for b in blocks(op) for o in walk(b))


def thread_ops(
    ops: tuple[Op, ...], start: dict[Variable, Atom]
) -> tuple[tuple[Op, ...], dict[Variable, Atom], dict[Value, Atom]]:
    """`ops` with their marks threaded, given what the marks stand for before them.

    What they stand for behind them, and a table of the counts that were read.
    """
    builder = Builder()
    with builder.block() as found:
        run = Thread(builder)
        run.current.update(start)
        for op in ops:
            run.open(op)
            run.op(op)
    return tuple(found), run.current, run.read


class Thread:
    """Appends ops to the builder; `current` has the value that stands for each mark now."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self.current: dict[Variable, Atom] = {}
        self.read: dict[Value, Atom] = {}
        self.loops = 0  # around

    def open(self, op: Op) -> None:
        """Make the tapes that `op` is the first to use."""
        for variable in _variables(Block((), (op,), ())):
            if variable not in self.current:
                self.current[variable] = (
                    self.builder.apply(MAKE, hint=variable.hint)
                    if isinstance(variable, Tape)
                    else constant(0)
                )

    def op(self, op: Op) -> None:
        used = _variables(Block((), (op,), ()))
        with self.builder.at(op.span):
            match op:
                case Apply(primitive=primitive) if primitive in COUNTERS:
                    self.count(op)
                case Apply(primitive=primitive) if primitive in MARKS:
                    self.mark(op)
                case _ if not used and _reads_tape(op):
                    self.inside(op)
                case If() if used:
                    self.branch(op, used)
                case For() | While() if used:
                    self.loop(op, used)
                case _:
                    self.builder.append(op)

    def inside(self, op: Op) -> None:
        """An op whose blocks read tapes by index, and change none."""
        nested = tuple(self.block(each, self.current)[0] for each in blocks(op))
        self.builder.append(with_parts(op, operands(op), nested))

    def count(self, op: Apply) -> None:
        counter = _variable(op)
        if op.primitive is RESET:
            self.current[counter] = constant(0)
        elif op.primitive is TICK:
            one = constant(1)
            self.current[counter] = self.builder.apply(
                ADD, self.current[counter], one, hint=counter.hint
            )
        else:
            self.read[op.results[0]] = self.current[counter]

    def mark(self, op: Apply) -> None:
        tape = _tape(op.args)
        now = self.current[tape]
        if op.primitive is PUSH:
            values = op.args[1:]
            item = values[0] if len(values) == 1 else self.builder.apply(PACK, *values)
            self.current[tape] = self.builder.apply(APPEND, now, item, hint=tape.hint)
        elif op.primitive is TURNS:
            self.builder.append(Apply(LENGTH, (now,), op.results, op.span))
        elif op.primitive is AT and len(op.results) == 1:
            self.builder.append(Apply(ITEM, (now, op.args[1]), op.results, op.span))
        elif op.primitive is AT:
            item = self.builder.apply(ITEM, now, op.args[1])
            self.builder.append(Apply(UNPACK, (item,), op.results, op.span))
        elif len(op.results) == 1:
            rest = Value(tape.hint, now.type)
            self.builder.append(Apply(REPLAY, (now,), (rest, *op.results), op.span))
            self.current[tape] = rest
        else:
            rest, item = self.builder.apply_many(REPLAY, (now,), (tape.hint,))
            self.builder.append(Apply(UNPACK, (item,), op.results, op.span))
            self.current[tape] = rest

    def block(
        self, block: Block, start: dict[Variable, Atom]
    ) -> tuple[Block, dict[Variable, Atom]]:
        """`block` with its marks threaded, and what they stand for at its end."""
        outer = self.current
        self.current = dict(start)
        with self.builder.block() as ops:
            for op in block.ops:
                self.op(op)
        end, self.current = self.current, outer
        return replace(block, ops=tuple(ops)), end

    def branch(self, op: If, used: list[Variable]) -> None:
        if caught(op) is not None and self.loops:
            _refuse_half_recorded(op)
        then, then_end = self.block(op.then, self.current)
        orelse, else_end = self.block(op.orelse, self.current)
        results = self.fresh(used)
        self.builder.append(
            replace(
                op,
                then=replace(then, outputs=(*then.outputs, *(then_end[v] for v in used))),
                orelse=replace(orelse, outputs=(*orelse.outputs, *(else_end[v] for v in used))),
                results=(*op.results, *results),
            )
        )
        self.current.update(zip(used, results, strict=True))

    def loop(self, op: For | While, used: list[Variable]) -> None:
        params = self.fresh(used)
        start = {**self.current, **dict(zip(used, params, strict=True))}
        self.loops += 1
        body, end = self.block(op.body, start)
        self.loops -= 1
        body = Block(
            (*body.params, *params), body.ops, (*body.outputs, *(end[each] for each in used))
        )
        results = self.fresh(used)
        carried = (*op.carried, *(self.current[each] for each in used))
        changed: For | While
        if isinstance(op, For):
            changed = replace(op, carried=carried, body=body, results=(*op.results, *results))
        else:
            test = replace(op.test, params=(*op.test.params, *self.fresh(used)))
            changed = replace(
                op, carried=carried, test=test, body=body, results=(*op.results, *results)
            )
        self.builder.append(changed)
        self.current.update(zip(used, results, strict=True))

    def fresh(self, used: list[Variable]) -> tuple[Value, ...]:
        return tuple(
            Value(
                each.hint,
                List(each.item) if isinstance(each, Tape) else INT,
                self.builder.span,
            )
            for each in used
        )


def _refuse_half_recorded(op: If) -> None:
    """Raise S2S301 where an exception could leave behind what a part of the body recorded."""
    for inner in op.orelse.ops:
        if blocks(inner) and _variables(Block((), (inner,), ())):
            fail(
                "S2S301",
                "a try statement in a loop, around another loop or a branch whose values are recorded",
                op.span,
                "put only what may raise into the try statement",
            )
