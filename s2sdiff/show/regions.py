"""The trace of a function with loops, lists or kept functions: indented regions, partials beside them.

    s = 1.0; for i in range(n): s = s * x          f(x, n):
                                                     for i in range(n), carrying s from 1.0:
                                                       s_2 = s * x        ds_2/ds = x, ds_2/dx = s
                                                       next s = s_2
                                                     f = s after the last turn

No chain rule is written out: a loop has one for every number of turns. The code that `emit` writes
applies these partials from the last turn back to the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import assert_never

from s2sdiff.analysis.activity import varied_values
from s2sdiff.differentiate.operators import listed
from s2sdiff.errors import S2SDiffError
from s2sdiff.ir.core import Apply, Atom, Block, Call, Const, For, Function, If, Op, Value, While
from s2sdiff.ir.structure import PACK, TRIED, UNPACK, caught
from s2sdiff.ir.traverse import definitions, walk
from s2sdiff.ir.types import List, Scalar
from s2sdiff.show.formulas import expressions, text_of, textbook
from s2sdiff.show.letters import LETTERS
from s2sdiff.show.rows import Variable
from s2sdiff.show.variables import is_list_op, partials_of, prepared

COLUMN = 36


def has_regions(primal: Function) -> bool:
    """Does it take regions to show the function: are there loops, run-time lists, kept functions?"""
    params = any(isinstance(param.type, List) for param in primal.body.params)
    return params or any(
        isinstance(op, For | While | Call)
        or caught(op) is not None
        or (isinstance(op, Apply) and is_list_op(op))
        for op in walk(prepared(primal).body)
    )


def render_regions(primal: Function, wrt: tuple[int, ...]) -> str:
    """The regions as text, the kept functions below the function itself."""
    function = prepared(primal)
    inputs = listed([function.parameters[index].name for index in wrt])
    title = f"The trace of {function.name} with respect to {inputs}; partials beside each line\n"
    parts = [_Text(function, wrt).text()]
    for helper in function.helpers:
        everything = tuple(range(len(helper.function.body.params)))
        parts.append(_Text(helper.function, everything).text())
    return "\n".join([title, *parts])


@dataclass(slots=True, eq=False)
class Names:
    """A name of its own for every value: the user's, `s_2` where that is taken, else a letter."""

    function: Function
    chosen: dict[Value, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        body = self.function.body
        names = [parameter.name for parameter in self.function.parameters]
        self.chosen.update(zip(body.params, names, strict=False))
        values = list(dict.fromkeys(definitions(body)))
        taken = {*names, *(value.hint for value in values if isinstance(value.hint, str))}
        used = set(names)
        letters = (f"{a}{n or ''}" for n in range(10_000) for a in LETTERS)
        for value in values:
            if value in self.chosen:
                continue
            if not isinstance(value.hint, str):
                name = next(letter for letter in letters if letter not in taken)
            elif value.hint not in used:
                name = value.hint
            else:
                count = 2
                while f"{value.hint}_{count}" in taken | used:
                    count += 1
                name = f"{value.hint}_{count}"
            used.add(name)
            self.chosen[value] = name

    def atom(self, atom: Atom) -> str:
        if isinstance(atom, Value):
            return self.chosen[atom]
        return text_of(expressions(Block((), (), (atom,)), self.chosen)[0])

    def test(self, op: If) -> str:
        """The test of a branch; of an attempt, what is caught."""
        kinds = caught(op)
        if kinds is None:
            return self.atom(op.test)
        return f"it raises {' or '.join(name for _, name in kinds.classes)}"

    def atoms(self, atoms: Iterable[Atom]) -> str:
        return ", ".join(map(self.atom, atoms))

    def formula(self, op: Apply) -> str:
        """What `op` computes, as Python; ops of the IR itself as calls of their names."""
        if not op.primitive.name.startswith("core.") and not is_list_op(op):
            try:
                (formula,) = expressions(Block((), (op,), op.results), self.chosen)
                return text_of(formula)
            except S2SDiffError:
                pass
        if op.primitive is PACK:
            return f"({self.atoms(op.args)})"
        if op.primitive is UNPACK:
            return self.atoms(op.args)
        return f"{op.primitive.name.rpartition('.')[2]}({self.atoms(op.args)})"


class _Text:
    def __init__(self, function: Function, wrt: tuple[int, ...]) -> None:
        self.function = function
        self.names = Names(function)
        params = [function.body.params[index] for index in wrt]
        self.varied = varied_values(function.body, params)

    def text(self) -> str:
        params = ", ".join(self.names.atom(param) for param in self.function.body.params)
        lines = [f"{self.function.name}({params}):", *self.block(self.function.body, "  ")]
        lines.append(f"  return {self.names.atoms(self.function.body.outputs)}")
        return "\n".join(lines) + "\n"

    def block(self, block: Block, indent: str) -> Iterator[str]:
        for op in block.ops:
            yield from self.op(op, indent)

    def op(self, op: Op, indent: str) -> Iterator[str]:
        names, inner = self.names, indent + "  "
        results = names.atoms(op.results)
        match op:
            case Apply() if op.primitive is TRIED:
                pass
            case Apply():
                left = f"{indent}{results} = " if results else indent
                yield _beside(left + names.formula(op), self.partials(op))
            case Call(callee=callee, args=args):
                yield f"{indent}{results} = {callee.name}({names.atoms(args)})"
            case If(then=then, orelse=orelse) if caught(op) is not None:
                yield f"{indent}try:"
                yield from self.block(orelse, inner)
                yield from self.given(inner, "", op.results, orelse.outputs)
                yield f"{indent}if {names.test(op)}:"
                yield from self.block(then, inner)
                yield from self.given(inner, "", op.results, then.outputs)
            case If(then=then, orelse=orelse):
                yield f"{indent}if {names.test(op)}:"
                yield from self.block(then, inner)
                yield from self.given(inner, "", op.results, then.outputs)
                yield f"{indent}else:"
                yield from self.block(orelse, inner)
                yield from self.given(inner, "", op.results, orelse.outputs)
            case For(carried=carried, body=body):
                item, *state = body.params
                head = f"for {names.atom(item)} in {names.atom(op.iterable)}"
                yield f"{indent}{head}{self.carrying(state, carried)}:"
                yield from self.turn(body, state, inner)
                yield from self.after(indent, op.results, state)
            case While(carried=carried, test=tested, body=body):
                yield f"{indent}while{self.carrying(tested.params, carried).lstrip(',')}:"
                yield f"{inner}test:"
                yield from self.block(tested, inner + "  ")
                yield f"{inner}  go on if {names.atoms(tested.outputs)}"
                yield f"{inner}body, carrying {names.atoms(body.params)}:"
                yield from self.turn(body, body.params, inner + "  ")
                yield from self.after(indent, op.results, body.params)
            case _:
                assert_never(op)

    def carrying(self, state: Iterable[Value], carried: Iterable[Atom]) -> str:
        pairs = [
            f"{self.names.atom(to)} from {self.names.atom(start)}"
            for to, start in zip(state, carried, strict=True)
        ]
        return f", carrying {', '.join(pairs)}" if pairs else ""

    def turn(self, body: Block, state: Iterable[Value], indent: str) -> Iterator[str]:
        """The ops of one turn, and what it hands to the next."""
        stop, *following = body.outputs
        yield from self.block(body, indent)
        yield from self.given(indent, "next ", state, following)
        if not (isinstance(stop, Const) and stop.value is False):
            yield f"{indent}stop if {self.names.atom(stop)}"

    def given(
        self, indent: str, word: str, ones: Iterable[Value], twos: Iterable[Atom]
    ) -> Iterator[str]:
        for one, two in zip(ones, twos, strict=True):
            yield f"{indent}{word}{self.names.atom(one)} = {self.names.atom(two)}"

    def after(self, indent: str, ones: Iterable[Value], twos: Iterable[Value]) -> Iterator[str]:
        for one, two in zip(ones, twos, strict=True):
            yield f"{indent}{self.names.atom(one)} = {self.names.atom(two)} after the last turn"

    def partials(self, op: Apply) -> str:
        """The rule's partials by the varied operands; none where a whole list is an operand."""
        if is_list_op(op) or op.primitive.name.startswith("core."):
            return ""
        if len(op.results) != 1 or not isinstance(op.results[0].type, Scalar):
            return ""
        row = Variable(op.results, Block((), (op,), op.results))
        of = self.names.atom(op.results[0])
        return ", ".join(
            f"d{of}/d{self.names.atom(partial.by)} = "
            + text_of(textbook(expressions(partial.formula, self.names.chosen)[0]))
            for partial in partials_of(row, self.varied)
        )


def _beside(line: str, note: str) -> str:
    return f"{line:<{COLUMN}}  {note}" if note else line
