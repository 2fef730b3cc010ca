"""A whole file: imports, constants, helpers, the function. The same input gives the same bytes."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass, replace
from typing import TypeVar, final

from s2sdiff.emit import facts
from s2sdiff.emit.comments import comment_for
from s2sdiff.emit.lines import (
    Attempt,
    Branch,
    Heading,
    Item,
    Line,
    Loop,
    Move,
    Moves,
    Placed,
    Placeholders,
    origins_of,
)
from s2sdiff.emit.loops import LoopWriter
from s2sdiff.emit.numbers import number_node
from s2sdiff.emit.result import name_result
from s2sdiff.emit.source import (
    condition,
    definition,
    layout,
    print_element,
    print_expression,
    print_statement,
)
from s2sdiff.emit.storage import Storage, wished_name
from s2sdiff.emit.targets import numba
from s2sdiff.emit.targets.python import negated
from s2sdiff.emit.top import Globals, free_of
from s2sdiff.emit.write import write
from s2sdiff.errors import Span, fail
from s2sdiff.ir.alone import sums_in_place
from s2sdiff.ir.core import Const, Function, Parameter, Value
from s2sdiff.ir.traverse import definitions, reads
from s2sdiff.ir.types import Array, List
from s2sdiff.options import Target

MOST_LEVELS = 100  # Python reads no text that is indented more often


@final
@dataclass(frozen=True, slots=True)
class Emitted:
    """Source text that stands alone, and the name of the function in it; where its lines come from.

    `left_out` are the defaults that its signature cannot have: the place and the name of the parameter.
    """

    source: str
    name: str
    remarks: tuple[str, ...] = ()
    origins: tuple[tuple[int, Span], ...] = ()
    left_out: tuple[tuple[int, str, object], ...] = ()


def check_depth(lines: list[str], span: Span | None) -> None:
    """Raise S2S304 where Python would not read the text, because it is indented too deeply."""
    if any(line.startswith(" " * 4 * MOST_LEVELS) for line in lines):
        what = (
            f"the derivative has branches and loops more than {MOST_LEVELS - 2} deep in each other"
        )
        fail("S2S304", what, span, "split the function, or test in a loop")


def emit(
    function: Function,
    result: str | None,
    header: tuple[str, ...] = (),
    target: Target = "python",
) -> Emitted:
    """The file for `function`. `result` names the scalar whose gradient it is, for the comments."""
    asked = function.parameters
    if target == "numba":
        numba.check_parameters(function)
        function = replace(function, parameters=numba.plain_parameters(asked))
    functions = [*(helper.function for helper in function.helpers), function]
    user_names = frozenset(name for each in functions for name in _user_names(each))
    constant_names = frozenset(name for each in functions for name in _constant_names(each))
    read = frozenset(name for each in functions for name in _read_names(each))
    unread = free_of(read | constant_names, "_", "_unused")
    top = Globals(user_names, constant_names, unread, target)
    written = [
        write(LoopWriter, name_result(each, result) if each is function else each, top)
        for each in functions
    ]
    for items, _, _ in written:
        top.keep_builtins(items)
    signatures = [_parameters(each.parameters, top) for each in functions]
    reserved = frozenset(top.reserved()) | {helper.callee.name for helper in function.helpers}
    bodies: list[list[str]] = []
    for given, (items, writer, each) in zip(functions, written, strict=True):
        pairs = zip(each.parameters, each.body.params, strict=True)
        parameters = {value: parameter.name for parameter, value in pairs}
        names = Storage(parameters, reserved, top.user_names)
        placeholders = writer.placeholders
        doubted, unsure = (
            frozenset(map(writer.variable, found))
            for found in (facts.doubted(each.body), facts.unsure(each.body))
        )
        names.run(items, placeholders.values, doubted, unsure)
        shown = result if given is function else None
        bodies.append(_Printer(names, placeholders, shown, each, target).items(items, 4))
    for body in bodies:
        check_depth(body, function.span)
    lines = [f"# {line}" for line in (*_origin(function), *header)]
    before = top.lines()
    if before:
        lines += [*before] if not lines else ["", *before]
    for each, signature, body in zip(functions, signatures, bodies, strict=True):
        head = [*top.decorators(), *definition(each.name, signature)]
        lines += ["", "", *head, *_docstring(each), *body]
    while not lines[0]:
        del lines[0]
    left_out = tuple(
        (at, parameter.name, parameter.default.value)
        for at, parameter in enumerate(asked)
        if parameter.default is not None and function.parameters[at].default is None
    )
    text = "\n".join(lines) + "\n"
    return Emitted(text, function.name, function.remarks, origins_of(lines), left_out)


def _origin(function: Function) -> tuple[str, ...]:
    if function.span is None:
        return ("Written by s2sdiff.",)
    path = os.path.basename(function.span.source.path)
    return (f"Written by s2sdiff from {path}, line {function.span.line}.",)


def _user_names(function: Function) -> frozenset[str]:
    names = {parameter.name for parameter in function.parameters} | {function.name}
    for value in definitions(function.body):
        name = wished_name(value)
        if name is not None and not name.isupper():
            names.add(name)
    return frozenset(names)


def _read_names(function: Function) -> frozenset[str]:
    """The names of the function, of its parameters, and of the variables that are read."""
    read = (wished_name(atom) for atom in reads(function.body) if isinstance(atom, Value))
    names = {name for name in read if name is not None}
    return frozenset(names | {each.name for each in function.parameters} | {function.name})


def _constant_names(function: Function) -> frozenset[str]:
    """The names of the user's constants; those of libraries are qualified."""
    named = (atom.name for atom in reads(function.body) if isinstance(atom, Const))
    return frozenset(name for name in named if name is not None and "." not in name)


def _docstring(function: Function) -> list[str]:
    if not function.notes:
        return []
    first, *rest = function.notes
    if not rest:
        return [f'    """{first}"""']
    return [f'    """{first}', "", *(f"    {note}" for note in rest), '    """']


def _parameters(parameters: tuple[Parameter, ...], top: Globals) -> list[str]:
    """The parameter list of the `def` line."""
    parts: list[str] = []
    kinds = [parameter.kind for parameter in parameters]
    for index, parameter in enumerate(parameters):
        text = parameter.name
        if parameter.default is not None:
            shown = print_element(number_node(parameter.default.value, top.library))
            text = f"{parameter.name}={shown}"
        if parameter.kind == "var_positional":
            text = f"*{parameter.name}"
        if (
            parameter.kind == "keyword_only"
            and "var_positional" not in kinds
            and kinds.index("keyword_only") == index
        ):
            parts.append("*")
        parts.append(text)
        if parameter.kind == "positional_only" and kinds[index + 1 : index + 2] != [
            "positional_only"
        ]:
            parts.append("/")
    return parts


def is_ours(value: Value) -> bool:
    hint = value.hint
    return hint.startswith("<") if isinstance(hint, str) else hint is not None


def augmented(node: ast.Assign) -> ast.stmt:
    """`x_bar += y` for `x_bar = x_bar + y`."""
    match node:
        case ast.Assign(
            targets=[ast.Name(id=name) as target],
            value=ast.BinOp(left=ast.Name(id=left), op=ast.Add() | ast.Sub() as sign, right=right),
        ) if name == left:
            return ast.AugAssign(target, sign, right)
    return node


def _is_one_statement(lines: list[str], indent: int) -> bool:
    """Do the lines form a single `if` statement?"""
    starts = [line for line in lines if len(line) - len(line.lstrip()) == indent]
    return (
        all(line.strip().startswith(("el", "if ")) for line in starts)
        and sum(line.strip().startswith("if ") for line in starts) == 1
    )


Node = TypeVar("Node", ast.expr, ast.stmt)


class _Printer:
    """Lines to text, names filled in."""

    def __init__(
        self,
        names: Storage,
        placeholders: Placeholders,
        result: str | None,
        function: Function,
        dialect: Target,
    ) -> None:
        self.names = names
        self.dialect = dialect
        self.placeholders = placeholders
        self.result = result
        self.function = function
        self.in_place = sums_in_place(function.body)

    def items(self, items: list[Item], indent: int, in_loop: bool = False) -> list[str]:
        lines: list[str] = []
        pad = " " * indent
        for item in items:
            match item:
                case Heading(text=text):
                    lines.append(f"{pad}# {text}")
                case Line():
                    texts = self.line(item, indent, in_loop)
                    lines += [Placed(text, item.span) for text in texts]
                case Moves(moves=moves):
                    lines += [pad + text for text in self.moves(moves, commented=not in_loop)]
                case Branch():
                    lines += self.branch(item, indent, in_loop)
                case Attempt(kinds=kinds, body=body, handler=handler):
                    lines += [
                        f"{pad}try:",
                        *(self.items(body, indent + 4, in_loop) or [f"{pad}    pass"]),
                    ]
                    shown = print_expression(kinds)
                    several = isinstance(kinds, ast.Tuple)
                    lines.append(f"{pad}except ({shown}):" if several else f"{pad}except {shown}:")
                    lines += self.items(handler, indent + 4, in_loop) or [f"{pad}    pass"]
                case Loop(head=head, body=body):
                    lines.append(f"{pad}{self.head(head)}")
                    lines += self.items(body, indent + 4, True) or [f"{pad}    pass"]
        return lines

    def branch(self, branch: Branch, indent: int, in_loop: bool) -> list[str]:
        pad = " " * indent
        assert isinstance(branch.test.node, ast.Expr)
        then = self.items(branch.then, indent + 4, in_loop)
        orelse = self.items(branch.orelse, indent + 4, in_loop)
        test = self.filled(branch.test.node.value)
        if orelse and not then:
            return [f"{pad}if {print_expression(negated(test))}:", *orelse]
        if not then:
            return []
        lines = [f"{pad}if {print_expression(test)}:", *then]
        if not orelse:
            return lines
        if orelse[0].startswith(f"{pad}    if ") and _is_one_statement(orelse, indent + 4):
            return [*lines, f"{pad}el{orelse[0].strip()}", *(line[4:] for line in orelse[1:])]
        return [*lines, f"{pad}else:", *orelse]

    def head(self, head: Line) -> str:
        """The first line of a loop."""
        node = self.filled(head.node)
        if isinstance(node, ast.While):
            return f"while {print_expression(node.test)}:"
        assert isinstance(node, ast.For)
        target = print_expression(node.target)
        if isinstance(node.target, ast.Tuple):
            target = ", ".join(print_element(part) for part in node.target.elts)
        return f"for {target} in {print_expression(node.iter)}:"

    def moves(self, moves: list[Move], commented: bool) -> list[str]:
        """Moves as assignments, in an order in which nothing is overwritten that is still read."""
        waiting = [
            move
            for move in moves
            if not (move.is_default and self.names.chosen.get(move.target) not in self.names.needed)
            and (
                move.source is None
                or self.names.chosen[move.source] != self.names.chosen[move.target]
            )
        ]
        lines: list[str] = []
        while waiting:
            free = [
                move
                for move in waiting
                if not any(
                    self.names.chosen[move.target] in self.names_in(other)
                    for other in waiting
                    if other is not move
                )
            ]
            if not free:
                targets: list[ast.expr] = [self.target(move) for move in waiting]
                values = [self.filled(move.node) for move in waiting]
                node = ast.Assign([ast.Tuple(targets, ast.Store())], ast.Tuple(values, ast.Load()))
                return [*lines, print_statement(node)]
            move = free[0]
            waiting.remove(move)
            node = ast.Assign([self.target(move)], self.filled(move.node))
            grows = self.grows(move.target, move.made, node.value)
            comment = self.move_comment(move) if commented else ""
            lines.append(print_statement(augmented(node) if grows else node) + comment)
        return lines

    def grows(self, value: Value, made: Value | None, given: ast.expr) -> bool:
        """Is it a derivative or a counter of ours, and not a variable of the user's?

        A list never is: `+=` would change the object, which may have other names. An array is where it has
        no other name; under numba, if what is added to it is surely no part of it.
        """
        if isinstance(value.type, Array):
            right = given.right if isinstance(given, ast.BinOp) else None
            is_new = isinstance(right, ast.BinOp | ast.UnaryOp)
            if made not in self.in_place or (self.dialect == "numba" and not is_new):
                return False
        return not isinstance(value.type, List) and any(
            is_ours(each) for each in self.names.group(value)
        )

    def move_comment(self, move: Move) -> str:
        line = Line(ast.Pass(), (move.target,))
        if isinstance(move.node, ast.Constant):
            return ""
        comment = comment_for(line, self.result, self.name_of, self.function.span)
        return f"  # {comment}" if comment else ""

    def target(self, move: Move) -> ast.expr:
        return ast.Name(self.names.chosen[move.target], ast.Store())

    def names_in(self, move: Move) -> set[str]:
        return {self.names.chosen[value] for value in move.reads}

    def line(self, line: Line, indent: int, in_loop: bool) -> list[str]:
        node = self.filled(line.node)
        first = line.defines[0] if line.defines else None
        if isinstance(node, ast.Assign) and first and self.grows(first, line.made, node.value):
            node = augmented(node)
        if isinstance(node, ast.If):
            inner = [
                text
                for statement in node.body
                for text in layout(print_statement(statement), statement, indent + 4)
            ]
            return [*condition(node.test, indent), *inner]
        comment = line.note if in_loop else ""
        if not in_loop:
            comment = comment_for(line, self.result, self.name_of, self.function.span)
        return layout(print_statement(node), node, indent, comment)

    def name_of(self, value: Value) -> str | None:
        return self.names.chosen.get(value)

    def filled(self, node: Node) -> Node:
        """`node` with placeholders replaced by names; parameters of lambdas keep clear of them."""
        chosen, values = self.names.chosen, self.placeholders.values
        for inner in ast.walk(node):
            if isinstance(inner, ast.Lambda):
                _rename_parameter(inner, {chosen[values[n]] for n in _loaded(inner) if n in values})
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id in values:
                inner.id = chosen[values[inner.id]]
        return node


def _loaded(node: ast.AST) -> list[str]:
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]


def _rename_parameter(function: ast.Lambda, taken: set[str]) -> None:
    """Give the parameter of a lambda another name where its body reads a variable of that name."""
    (parameter,) = function.args.args
    name = parameter.arg
    while parameter.arg in taken:
        parameter.arg += "_"
    for inner in ast.walk(function.body):
        if isinstance(inner, ast.Name) and inner.id == name:
            inner.id = parameter.arg
