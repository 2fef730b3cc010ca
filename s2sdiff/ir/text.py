"""The IR as text, for tests and for eyes. The same Function gives the same text.

f(x: float):
  %1: float = operator.pow(x, 2)
  %2: float = math.exp(%1)
  -> %2
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Call,
    Const,
    Cotangent,
    For,
    Function,
    If,
    Op,
    Program,
    Tangent,
    Value,
    While,
)


def program_text(program: Program) -> str:
    return "\n".join(function_text(function) for function in program.functions)


def function_text(function: Function) -> str:
    """The whole of `function`, one op a line."""
    printer = _Printer()
    params = ", ".join(printer.define(value) for value in function.body.params)
    lines = [f"{function.name}({params}):", *printer.block(function.body, "  ")]
    own = "\n".join(lines) + "\n"
    return own + "".join(function_text(helper.function) for helper in function.helpers)


class _Printer:
    def __init__(self) -> None:
        self.names: dict[Value, str] = {}
        self.taken: set[str] = set()
        self.unnamed = 0

    def base(self, value: Value) -> str:
        match value.hint:
            case str(name):
                return name
            case Cotangent(of=primal):
                return f"{self.name(primal)}_bar"
            case Tangent(of=primal):
                return f"{self.name(primal)}_dot"
            case None:
                return ""
            case _:
                assert_never(value.hint)

    def name(self, value: Value) -> str:
        if value not in self.names:
            base = self.base(value)
            if not base:
                self.unnamed += 1
            name, count = base or f"%{self.unnamed}", 1
            while name in self.taken:
                count += 1
                name = f"{base}%{count}"
            self.taken.add(name)
            self.names[value] = name
        return self.names[value]

    def define(self, value: Value) -> str:
        return f"{self.name(value)}: {value.type}"

    def atom(self, atom: Atom) -> str:
        if isinstance(atom, Value):
            return self.name(atom)
        return atom.name if isinstance(atom, Const) and atom.name else repr(atom.value)

    def atoms(self, atoms: tuple[Atom, ...]) -> str:
        return ", ".join(map(self.atom, atoms))

    def block(self, block: Block, indent: str) -> Iterator[str]:
        for op in block.ops:
            yield from self.op(op, indent)
        yield f"{indent}-> {self.atoms(block.outputs)}"

    def nested(self, title: str, block: Block, indent: str) -> Iterator[str]:
        params = ", ".join(self.define(value) for value in block.params)
        yield f"{indent}{title}({params}):" if params else f"{indent}{title}:"
        yield from self.block(block, indent + "  ")

    def op(self, op: Op, indent: str) -> Iterator[str]:
        inner = indent + "  "
        results = ", ".join(self.define(value) for value in op.results)
        left = f"{indent}{results} = " if results else indent
        match op:
            case Apply(primitive=primitive, args=args):
                yield f"{left}{primitive.name}({self.atoms(args)})"
            case If(test=test, then=then, orelse=orelse):
                yield f"{left}if {self.atom(test)}"
                yield from self.nested("then", then, inner)
                yield from self.nested("else", orelse, inner)
            case For(iterable=iterable, carried=carried, body=body):
                yield f"{left}for {self.atom(iterable)} carrying ({self.atoms(carried)})"
                yield from self.nested("body", body, inner)
            case While(carried=carried, test=test_block, body=body):
                yield f"{left}while carrying ({self.atoms(carried)})"
                yield from self.nested("test", test_block, inner)
                yield from self.nested("body", body, inner)
            case Call(callee=callee, args=args):
                yield f"{left}{callee.name}({self.atoms(args)})"
            case _:
                assert_never(op)
