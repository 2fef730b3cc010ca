"""Formulas as Python expressions, for printing and typesetting.

`textbook` writes a partial as a book would:

    0.5 / sqrt(c)     ->   1 / (2 * sqrt(c))
    x * x             ->   x**2
    3 * x**1          ->   3 * x
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import assert_never

from s2sdiff.emit.numbers import number_node
from s2sdiff.emit.source import print_expression
from s2sdiff.emit.targets import python
from s2sdiff.errors import internal
from s2sdiff.ir.core import Apply, Atom, Block, Call, Const, For, If, Value, While

_LARGEST = 1e16


def expressions(formula: Block, names: Mapping[Value, str]) -> list[ast.expr]:
    """One expression for each output of `formula`; what it computes on the way is written inside."""
    return _block(formula, names, {})


def _block(
    block: Block, names: Mapping[Value, str], outer: dict[Value, ast.expr]
) -> list[ast.expr]:
    inner = dict(outer)

    def read(atom: Atom) -> ast.expr:
        if isinstance(atom, Const):
            return _constant(atom)
        return inner.get(atom) or ast.Name(names[atom], ast.Load())

    for op in block.ops:
        match op:
            case Apply(results=(result,)):
                args = [read(arg) for arg in op.args]
                inner[result] = python.expression(op.primitive, args, _library)
            case If():
                then, orelse = (_block(side, names, inner) for side in (op.then, op.orelse))
                for result, yes, no in zip(op.results, then, orelse, strict=True):
                    inner[result] = ast.IfExp(read(op.test), yes, no)
            case Apply() | For() | While() | Call():
                raise internal("show", f"{op} cannot be written as an expression")
            case _:
                assert_never(op)
    return [read(output) for output in block.outputs]


def _library(name: str) -> ast.expr:
    """Functions and constants go by their last name: `sqrt`, not `math.sqrt`."""
    return ast.Name(name.rpartition(".")[2], ast.Load())


def _constant(const: Const) -> ast.expr:
    if const.name is not None:
        return _library(const.name)
    value = const.value
    if isinstance(value, float) and value.is_integer() and 0 < abs(value) < _LARGEST:
        value = int(value)
    return number_node(0 if repr(value) == "0.0" else value, _library)


def textbook(node: ast.expr) -> ast.expr:
    """`node` as a book would write it."""
    found = _Textbook().visit(node)
    assert isinstance(found, ast.expr)
    return found


class _Textbook(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left, right = self.visit(node.left), self.visit(node.right)
        match left, node.op, right:
            case base, ast.Pow(), ast.Constant(value=1):
                return _expression(base)
            case ast.Constant(value=float(part)), ast.Div(), below if _is_unit_fraction(part):
                twice = ast.BinOp(ast.Constant(round(1 / part)), ast.Mult(), below)
                return ast.BinOp(ast.Constant(1), ast.Div(), twice)
            case ast.UnaryOp(op=ast.USub(), operand=one), ast.Mult(), other if _equal(one, other):
                return ast.UnaryOp(ast.USub(), _square(one))
            case one, ast.Mult(), other if _equal(one, other):
                return _square(one)
        return ast.BinOp(left, node.op, right)


def _expression(node: ast.AST) -> ast.expr:
    assert isinstance(node, ast.expr)
    return node


def _is_unit_fraction(number: float) -> bool:
    return 0 < number < 1 and (1 / number).is_integer() and 1 / (1 / number) == number


def _equal(one: ast.AST, other: ast.AST) -> bool:
    return not isinstance(one, ast.Constant) and ast.dump(one) == ast.dump(other)


def _square(base: ast.AST) -> ast.expr:
    return ast.BinOp(_expression(base), ast.Pow(), ast.Constant(2))


def is_simple(node: ast.expr) -> bool:
    """Does `node` need no parentheses as a factor?"""
    match node:
        case ast.Name() | ast.Call():
            return True
        case ast.Constant(value=value):
            return not isinstance(value, tuple)
        case ast.BinOp(op=ast.Pow()):
            return True
    return False


def text_of(node: ast.expr) -> str:
    """`node` as Python."""
    return print_expression(node)


def factor_text(node: ast.expr) -> str:
    """`node` as Python, fit to be multiplied: `(a + b)`, `(-sin(c))`."""
    return text_of(node) if is_simple(node) else f"({text_of(node).strip()})"
