"""Python expressions as LaTeX formulas.

Each piece comes with how tightly it binds; where something tighter is needed it gets parentheses.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from enum import IntEnum
from typing import TypeAlias, final

from s2sdiff.errors import internal
from s2sdiff.show.symbols import latex_names, latex_number, operator_name


class Binding(IntEnum):
    """How tightly a formula holds together, loosest first."""

    CONDITION = 0
    LOGIC = 1
    COMPARISON = 2
    SUM = 3
    PRODUCT = 4
    FACTOR = 5
    BASE = 6


Piece: TypeAlias = tuple[str, Binding]

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: r"\le",
    ast.Gt: ">",
    ast.GtE: r"\ge",
    ast.Eq: "=",
    ast.NotEq: r"\ne",
}
_OWN_COMMANDS = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "max", "min", "gcd")
_FUNCTIONS = {
    **{name: f"\\{name}" for name in _OWN_COMMANDS},
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "arcsin": r"\arcsin",
    "arccos": r"\arccos",
    "arctan": r"\arctan",
    "maximum": r"\max",
    "minimum": r"\min",
    "gamma": r"\Gamma",
    "log2": r"\log_{2}",
    "log10": r"\log_{10}",
    "digamma": r"\psi",
}
_AROUND = {
    "sqrt": (r"\sqrt{", "}"),
    "cbrt": (r"\sqrt[3]{", "}"),
    **dict.fromkeys(("abs", "fabs", "absolute"), (r"\left|", r"\right|")),
    "floor": (r"\left\lfloor ", r" \right\rfloor"),
    "ceil": (r"\left\lceil ", r" \right\rceil"),
}
_POWERS = frozenset({"pow", "power", "float_power"})
_CONSTANTS = {"pi": r"\pi", "tau": r"\tau", "e": r"\mathrm{e}", "inf": r"\infty"}


@final
class Typesetter:
    """Sets expressions whose names have the symbols given."""

    def __init__(self, symbols: Mapping[str, str]) -> None:
        self.symbols = symbols

    def formula(self, node: ast.expr) -> str:
        return self.at_least(node, Binding.CONDITION)

    def factor(self, node: ast.expr) -> str:
        """`node` fit to be multiplied."""
        return self.at_least(node, Binding.FACTOR)

    def at_least(self, node: ast.expr, needed: Binding) -> str:
        """`node` in parentheses if it binds less; a condition that is a number in brackets."""
        text, binding = self.piece(node)
        if binding >= needed:
            return text
        is_condition = binding in (Binding.LOGIC, Binding.COMPARISON) and needed >= Binding.SUM
        return f"\\left[{text}\\right]" if is_condition else f"\\left({text}\\right)"

    def piece(self, node: ast.expr) -> Piece:
        match node:
            case ast.Name(id=name):
                return self.name(name), Binding.BASE
            case ast.Constant(value=value):
                text = latex_number(value)
                return text, Binding.PRODUCT if r"\cdot" in text else Binding.BASE
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"-{self.at_least(operand, Binding.PRODUCT)}", Binding.SUM
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return f"+{self.at_least(operand, Binding.PRODUCT)}", Binding.SUM
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return rf"\lnot {self.at_least(operand, Binding.BASE)}", Binding.LOGIC
            case ast.BinOp():
                return self.operation(node)
            case ast.Compare(left=left, ops=ops, comparators=others):
                text = self.at_least(left, Binding.SUM)
                for op, other in zip(ops, others, strict=True):
                    text += f" {_COMPARISONS[type(op)]} {self.at_least(other, Binding.SUM)}"
                return text, Binding.COMPARISON
            case ast.BoolOp(op=op, values=values):
                sign = r" \land " if isinstance(op, ast.And) else r" \lor "
                parts = [self.at_least(value, Binding.COMPARISON) for value in values]
                return sign.join(parts), Binding.LOGIC
            case ast.IfExp():
                return self.cases(node), Binding.CONDITION
            case ast.Call(func=ast.Name(id=name), args=args):
                return self.call(name, args)
            case ast.Tuple(elts=items):
                return f"\\left({', '.join(map(self.formula, items))}\\right)", Binding.BASE
        raise internal("show", f"{ast.dump(node)} has no LaTeX")

    def name(self, name: str) -> str:
        """The symbol of a value, or of a constant."""
        return self.symbols.get(name) or _CONSTANTS.get(name) or latex_names([name])[name]

    def operation(self, node: ast.BinOp) -> Piece:
        match node:
            case ast.BinOp(
                left=ast.UnaryOp(op=ast.USub(), operand=inner),
                op=ast.Mult() | ast.Div() as op,
                right=right,
            ):
                return self.piece(ast.UnaryOp(ast.USub(), ast.BinOp(inner, op, right)))
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
                sign = "+" if isinstance(op, ast.Add) else "-"
                first = self.at_least(left, Binding.SUM)
                return f"{first} {sign} {self.at_least(right, Binding.PRODUCT)}", Binding.SUM
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return self.product(left, right), Binding.PRODUCT
            case ast.BinOp(left=above, op=ast.Div(), right=below):
                return self.fraction(above, below), Binding.FACTOR
            case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
                return self.power(base, exponent)
            case ast.BinOp(left=above, op=ast.FloorDiv(), right=below):
                return f"\\left\\lfloor {self.fraction(above, below)} \\right\\rfloor", Binding.BASE
            case ast.BinOp(left=left, op=ast.Mod(), right=right):
                first = self.at_least(left, Binding.FACTOR)
                return f"{first} \\bmod {self.at_least(right, Binding.FACTOR)}", Binding.PRODUCT
        raise internal("show", f"{ast.dump(node.op)} has no LaTeX")

    def product(self, left: ast.expr, right: ast.expr) -> str:
        """`2 x` for a number and something else, `a \\cdot b` for the rest."""
        first = self.at_least(left, Binding.PRODUCT)
        second = self.at_least(right, Binding.FACTOR)
        close = (
            isinstance(left, ast.Constant) and not second[0].isdigit() and second[:5] != r"\frac"
        )
        return f"{first} {second}" if close else f"{first} \\cdot {second}"

    def fraction(self, above: ast.expr, below: ast.expr) -> str:
        top, bottom = (self.at_least(part, Binding.SUM) for part in (above, below))
        return f"\\frac{{{top}}}{{{bottom}}}"

    def power(self, base: ast.expr, exponent: ast.expr) -> Piece:
        return f"{self.at_least(base, Binding.BASE)}^{{{self.formula(exponent)}}}", Binding.FACTOR

    def cases(self, node: ast.IfExp) -> str:
        """A conditional expression, with one line for each test."""
        lines: list[str] = []
        rest: ast.expr = node
        while isinstance(rest, ast.IfExp):
            test = self.formula(rest.test)
            lines.append(f"{self.formula(rest.body)} & \\text{{if }} {test}")
            rest = rest.orelse
        lines.append(f"{self.formula(rest)} & \\text{{otherwise}}")
        return "\\begin{cases} " + " \\\\ ".join(lines) + " \\end{cases}"

    def call(self, name: str, args: list[ast.expr]) -> Piece:
        items = [
            item
            for arg in args
            for item in (arg.elts if isinstance(arg, ast.Tuple) and len(args) == 1 else [arg])
        ]
        match name, items:
            case _, [argument] if name in _AROUND:
                opening, closing = _AROUND[name]
                return f"{opening}{self.formula(argument)}{closing}", Binding.BASE
            case _, [base, exponent] if name in _POWERS:
                return self.power(base, exponent)
            case "square", [base]:
                return self.power(base, ast.Constant(2))
            case "log", [argument, base]:
                return rf"\log_{{{self.formula(base)}}}{self.arguments([argument])}", Binding.FACTOR
        symbol = _FUNCTIONS.get(name) or f"\\operatorname{{{operator_name(name)}}}"
        return symbol + self.arguments(items), Binding.FACTOR

    def arguments(self, items: list[ast.expr]) -> str:
        inside = ", ".join(self.at_least(item, Binding.SUM) for item in items)
        plain = all(isinstance(item, ast.Name | ast.Constant) for item in items)
        return f"({inside})" if plain else f"\\left({inside}\\right)"
