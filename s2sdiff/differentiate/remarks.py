"""What `emit --explain` says about each loop: what is recorded and why, what is computed again, how much.

line 7, for _ in range(n):
  records x: it is overwritten in every turn, and nothing computes it again
  computes again: sin(x) (line 8)
  tape: n entries of 1 number
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from s2sdiff.analysis.recording import RECORD, Plan, recompute_price
from s2sdiff.differentiate.tape import TICKS
from s2sdiff.errors import Span
from s2sdiff.ir.arrays import AXIS, is_store, parts_of_store
from s2sdiff.ir.core import Apply, Atom, Block, Const, For, If, Layout, Op, Value, While
from s2sdiff.ir.lists import ITEM, RANGE, SLICE
from s2sdiff.ir.traverse import defining_ops
from s2sdiff.ir.traverse import definitions as own_definitions
from s2sdiff.ir.types import Array, List

Definitions = dict[Value, Apply]
GETITEM = "operator.getitem"


def line_of(text: str) -> int:
    """The line that a remark is about."""
    return int(text.partition(",")[0].removeprefix("line "))


OPERATORS = {
    "add": "+", "sub": "-", "mul": "*", "floordiv": "//", "mod": "%", "truediv": "/", "pow": "**",
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=", "and": "and", "or": "or",
}  # fmt: skip


def name_of(atom: Atom) -> str:
    """What a reader calls a value."""
    if isinstance(atom, Const):
        return atom.name or repr(atom.value)
    return atom.hint.strip("<>") if isinstance(atom.hint, str) else "an intermediate variable"


def expression(atom: Atom, definitions: Mapping[Value, Op]) -> str:
    """A value in the user's names: `len(xs) - 1`."""
    op = definitions.get(atom) if isinstance(atom, Value) else None
    if not isinstance(op, Apply) or (isinstance(atom, Value) and isinstance(atom.hint, str)):
        return name_of(atom)
    return operation(op, definitions)


def operation(op: Apply, definitions: Mapping[Value, Op]) -> str:
    """What an op computes, in the user's names."""
    args = [expression(arg, definitions) for arg in op.args]
    short = op.primitive.name.rpartition(".")[2]
    if op.primitive is ITEM:
        return args[0] + "".join(f"[{index}]" for index in args[1:])
    if op.primitive.name == GETITEM and op.primitive.layout is not None:
        return args[0] + _index(op.primitive.layout[1], iter(args[1:]))
    if op.primitive is AXIS:
        return f"len({args[0]})" if args[1] == "0" else f"{args[0]}.shape[{args[1]}]"
    if op.primitive is RANGE:
        shown = args[1:2] if args[0] == "0" and args[2] == "1" else args
        return f"range({', '.join(shown[:2] if args[2] == '1' else shown)})"
    if op.primitive is SLICE:
        bounds = ["" if each == "None" else each for each in args[1:]]
        return f"{args[0]}[{':'.join(bounds[:2] if not bounds[2] else bounds)}]"
    if short in OPERATORS and len(args) == 2:
        loose = short in ("add", "sub")
        tight = (not loose, not loose or short == "sub")
        sides = [
            f"({each})" if is_tight and _is_compound(each) else each
            for each, is_tight in zip(args, tight, strict=True)
        ]
        return f"{sides[0]} {OPERATORS[short]} {sides[1]}"
    names = {"length": "len", "neg": "-", "not_": "not ", "pos": "+"}
    if short in ("neg", "not_", "pos"):
        return f"{names[short]}({args[0]})" if _is_compound(args[0]) else f"{names[short]}{args[0]}"
    return f"{names.get(short, short)}({', '.join(args)})"


def _is_compound(text: str) -> bool:
    """Does it need parentheses where it is an operand?"""
    return " " in re.sub(r"\[[^\[\]]*\]|\([^()]*\)", "", text)


def _index(layout: Layout, args: Iterator[str]) -> str:
    """The index of an array: `[i, 1:]`."""

    def part(each: Layout) -> str:
        if each is None:
            return next(args)
        inside = [part(p) for p in each.parts]
        if each.kind == "slice":
            start, stop, step = ("" if p == "None" else p for p in inside)
            return f"{start}:{stop}" + (f":{step}" if step else "")
        return ", ".join(inside) if each.kind == "tuple" else f"[{', '.join(inside)}]"

    return f"[{part(layout)}]"


def turns_text(op: For | While, stops: bool, definitions: Definitions) -> str:
    """How many turns a loop makes, in the user's names."""
    most = _most_turns(op, definitions)
    if stops or most is None:
        made = f"the turns made in line {_line(op.span)}"
        return made if most is None else f"{made}, at most {most}"
    return most


def _most_turns(op: For | While, definitions: Definitions) -> str | None:
    if isinstance(op, While) or not isinstance(op.iterable, Value):
        return None
    made = definitions.get(op.iterable)
    if made is None or made.primitive is not RANGE:
        return None
    start, stop, step = (expression(atom, definitions) for atom in made.args)
    if step == "1":
        return stop if start == "0" else f"{stop} - {start}"
    return f"len(range({start}, {stop}, {step}))"


def _varies(
    op: For | While, stops: bool, around: list[tuple[For | While, bool]], definitions: Definitions
) -> bool:
    """Does the number of turns depend on the turns of the loops around?"""
    if stops or isinstance(op, While):
        return True
    made = definitions.get(op.iterable) if isinstance(op.iterable, Value) else None
    inside = {value for loop, _ in around for value in own_definitions(loop.body)}
    return made is None or any(_depends(arg, inside, definitions) for arg in made.args)


def _depends(atom: Atom, inside: set[Value], definitions: Definitions) -> bool:
    """Is it computed from what differs from turn to turn? `inside` are the values of the turns."""
    if not isinstance(atom, Value) or atom not in inside:
        return False
    made = definitions.get(atom)
    return made is None or any(_depends(arg, inside, definitions) for arg in made.args)


def entries_text(
    op: For | While, stops: bool, around: list[tuple[For | While, bool]], definitions: Definitions
) -> str:
    """How often a turn of the loop is made in all: a product, or a sum where turns are not alike."""
    total = ""
    for at, (loop, may_stop) in enumerate((*around, (op, stops))):
        count = turns_text(loop, may_stop, definitions)
        if not total:
            total = count
        elif _varies(loop, may_stop, around[:at], definitions):
            total = f"the sum of {_closed(count)} over {_closed(total)} turns,"
        else:
            total = f"{_closed(total)} x {_closed(count)}"
    return total


def _closed(text: str) -> str:
    return f"({text.rstrip(',')})" if " " in text and not text.startswith("len(range(") else text


def _line(span: Span | None) -> int:
    return span.line if span is not None else 0


def remark(
    op: For | While,
    straight: Block,
    chosen: Plan,
    stops: bool,
    around: list[tuple[For | While, bool]],
    definitions: Definitions,
    inside_branch: bool,
) -> str:
    """The sentences about one loop. `around` are the loops around it, each with whether it may stop.

    `inside_branch`: not every turn of these comes here.
    """
    head = op.span.text() if op.span is not None else "a loop"
    lines = [f"line {_line(op.span)}, {head}"]
    made = defining_ops(straight)
    recorded = [value for values in chosen.recorded.values() for value in values]
    again = [each for ops in chosen.recomputed.values() for each in ops]
    put_back = frozenset(op.args[-1] for op in again if is_store(op))
    for value in recorded:
        lines.append(
            f"  records {_described(value, made)}: {_reason(value, straight, made, put_back)}"
        )
    for each in again:
        does = "puts back" if is_store(each) else "computes again"
        lines.append(f"  {does}: {_operation(each, made)}")
    if not recorded:
        lines.append("  records nothing: " + _nothing(again))
        return "\n".join(lines)
    some = " at most" if inside_branch or set(chosen.recorded) - {straight} else ""
    total = entries_text(op, stops, around, definitions)
    lines.append(f"  tape:{some} {total} entries of {_size(recorded)}")
    return "\n".join(lines)


def _size(recorded: list[Value]) -> str:
    """What one entry has."""
    lists = sum(isinstance(value.type, List) for value in recorded)
    arrays = sum(isinstance(value.type, Array) for value in recorded)
    numbers = len(recorded) - lists - arrays
    parts = [(numbers, "number"), (lists, "whole list"), (arrays, "array")]
    return " and ".join(f"{many} {what}{'s' * (many > 1)}" for many, what in parts if many)


def _nothing(again: list[Op]) -> str:
    if again:
        return "what the reverse sweep reads is cheaper to compute again"
    return "the reverse sweep reads none of its values, or they still stand"


def _reason(value: Value, straight: Block, made: dict[Value, Op], put_back: frozenset[Atom]) -> str:
    op = made.get(value)
    if isinstance(op, Apply) and op.primitive is TICKS:
        return "how many turns the loop inside made is not known otherwise"
    if value in straight.params or op is None:
        return "it is overwritten in every turn, and nothing computes it again"
    if isinstance(op, For | While):
        return f"the loop in line {_line(op.span)} computes it, which is not run again"
    if isinstance(op, If):
        return f"it depends on the path taken in line {_line(op.span)}"
    if recompute_price(op) >= 10**6:
        return f"what computes it in line {_line(op.span)} cannot be run again"
    if isinstance(op, Apply) and op.primitive is ITEM:
        return "the list that it is read from is changed, and would have to be recorded instead"
    if value in put_back:
        return "it is overwritten here, and put back"
    if isinstance(op, Apply) and op.primitive.name == GETITEM and not isinstance(value.type, Array):
        return "the array that it is read from is changed, and would have to be recorded instead"
    if recompute_price(op) < RECORD:
        return "what it is computed from would have to be recorded instead"
    return "to compute it again costs more than to record it"


def _described(value: Value, made: dict[Value, Op]) -> str:
    """The name of what is recorded, or how it is computed."""
    op = made.get(value)
    return name_of(value) if isinstance(value.hint, str) or op is None else _operation(op, made)


def _operation(op: Op, made: dict[Value, Op]) -> str:
    where = f"line {_line(op.span)}"
    if is_store(op):
        parts = parts_of_store(op)
        index = _index(parts.layout, (expression(atom, made) for atom in parts.index))
        return f"{name_of(op.args[0])}{index} ({where})"
    if isinstance(op, Apply) and op.results:
        found = op.results[0]
        if isinstance(found.hint, str):
            return f"{name_of(found)} ({where})"
        return f"{operation(op, made)} ({where})"
    return f"a branch ({where})"
