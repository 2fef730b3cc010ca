"""What `emit --explain` says about each loop: what is recorded and why, what is computed again, how much.

line 7, for _ in range(n):
  records x: it is overwritten in every turn, and nothing computes it again
  computes again: sin(x) of line 8
  tape: n entries of 1 number
"""

from __future__ import annotations

from s2sdiff.analysis.recording import Plan, recompute_price
from s2sdiff.differentiate.tape import TICKS
from s2sdiff.errors import Span
from s2sdiff.ir.core import Apply, Atom, Block, Const, For, If, Op, Value, While
from s2sdiff.ir.lists import LENGTH, RANGE
from s2sdiff.ir.traverse import defining_ops

Definitions = dict[Value, Apply]


def line_of(text: str) -> int:
    """The line that a remark is about."""
    return int(text.partition(",")[0].removeprefix("line "))


def name_of(atom: Atom) -> str:
    """What a reader calls a value."""
    if isinstance(atom, Const):
        return atom.name or repr(atom.value)
    return atom.hint.strip("<>") if isinstance(atom.hint, str) else "an intermediate variable"


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
    start, stop, step = (_bound(atom, definitions) for atom in made.args)
    if step == "1":
        return stop if start == "0" else f"{stop} - {start}"
    return f"len(range({start}, {stop}, {step}))"


def _bound(atom: Atom, definitions: Definitions) -> str:
    op = definitions.get(atom) if isinstance(atom, Value) else None
    if op is not None and op.primitive is LENGTH:
        return f"len({name_of(op.args[0])})"
    return name_of(atom)


def _line(span: Span | None) -> int:
    return span.line if span is not None else 0


def remark(
    op: For | While,
    straight: Block,
    chosen: Plan,
    stops: bool,
    around: list[tuple[For | While, bool]],
    definitions: Definitions,
) -> str:
    """The sentences about one loop. `around` are the loops around it, each with whether it may stop."""
    head = op.span.text() if op.span is not None else "a loop"
    lines = [f"line {_line(op.span)}, {head}"]
    made = defining_ops(straight)
    recorded = [value for values in chosen.recorded.values() for value in values]
    for value in recorded:
        lines.append(f"  records {name_of(value)}: {_reason(value, straight, made)}")
    again = [each for ops in chosen.recomputed.values() for each in ops]
    for each in again:
        lines.append(f"  computes again: {_operation(each)}")
    if not recorded:
        lines.append("  records nothing: " + _nothing(again))
        return "\n".join(lines)
    counts = [turns_text(loop, may_stop, definitions) for loop, may_stop in (*around, (op, stops))]
    factors = [f"({each})" if " " in each and len(counts) > 1 else each for each in counts]
    size = "1 number" if len(recorded) == 1 else f"{len(recorded)} numbers"
    some = " at most" if set(chosen.recorded) - {straight} else ""
    lines.append(f"  tape:{some} {' x '.join(factors)} entries of {size}")
    return "\n".join(lines)


def _nothing(again: list[Op]) -> str:
    if again:
        return "what the reverse sweep reads is cheaper to compute again"
    return "the reverse sweep reads none of its values, or they still stand"


def _reason(value: Value, straight: Block, made: dict[Value, Op]) -> str:
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
    return "to compute it again costs more than to record it"


def _operation(op: Op) -> str:
    where = f"line {_line(op.span)}"
    if isinstance(op, Apply) and op.results:
        found = op.results[0]
        if isinstance(found.hint, str):
            return f"{name_of(found)} ({where})"
        return f"{op.primitive.name.rpartition('.')[2]} of {', '.join(map(name_of, op.args))} ({where})"
    return f"a branch ({where})"
