"""Gradients of float32 arrays are float32 arrays.

    y = np.log(2.0) * x      x_bar = y_bar * np.log(2.0)     NumPy's scalar is float64, and so is x_bar
                         ->  x_bar = (y_bar * np.log(2.0)).astype(np.float32)

Python's own numbers do not widen an array; NumPy's scalars do. Where a cotangent may be wider than what
it is the cotangent of, it is converted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import final

from s2sdiff.differentiate.arrays import converted
from s2sdiff.ir.arrays import VIEWS
from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Apply, Atom, Block, Const, For, Function, If, Op, Value, While
from s2sdiff.ir.evaluate import library
from s2sdiff.ir.forms import Tree
from s2sdiff.ir.structure import PACK
from s2sdiff.ir.traverse import blocks, carried_params, defining_ops, walk
from s2sdiff.ir.types import Array, Scalar, Static, Structure, Type, parts

# Functions whose result is as wide as their first argument, whatever else they are given.
_LIKE_THE_FIRST = ("numpy.full_like", "numpy.zeros_like", "numpy.ones_like", "s2sdiff.array.astype")
# Functions that make arrays of numbers first.
_OF_ARRAYS = ("numpy.einsum", "numpy.outer", "numpy.kron", "numpy.concatenate", "numpy.stack")
# Functions that are no ufuncs and give what is as wide as their arguments.
_NAMES = """
    sum mean max min prod cumsum cumprod where tril triu diag outer dot tensordot concatenate stack roll
    repeat tile take take_along_axis sort copy linalg.inv linalg.solve linalg.cholesky
"""
_AS_WIDE = VIEWS | {f"numpy.{name}" for name in _NAMES.split()}
# What gives Python's own numbers.
_PYTHON = ("math.", "builtins.", "core.axis", "core.size", "core.rank", "core.length")


def narrowed(
    builder: Builder,
    tree: Tree,
    primal: Type,
    seed: Value | None = None,
    output: Atom | None = None,
) -> Tree:
    """`tree`, where it is the derivative of float32 arrays and may be wider, converted to float32.

    `seed` is the cotangent of `output`, and as wide as that.
    """
    if isinstance(tree, list):
        assert isinstance(primal, Structure)
        types = parts(primal)
        return [
            narrowed(builder, part, type_, seed, output)
            for part, type_ in zip(tree, types, strict=True)
        ]
    if not isinstance(primal, Array) or primal.kind != "float32":
        return tree
    if not isinstance(tree, Value) or not isinstance(tree.type, Array):
        return tree
    widths = _Widths(builder)
    if seed is not None and output is not None:
        widths.known[seed] = widths.is_single(output)
    if widths.is_single(tree):
        return tree
    return converted(builder, tree, "float32", tree.hint)


def always_narrowed(function: Function, with_value: bool) -> Function:
    """`function`, where the float32 arrays that it gives are converted once more; `with_value` says that it
    gives a value and derivatives, of which the derivatives are."""
    made = defining_ops(function.body)
    builder = Builder()

    def converted_in(atom: Atom, first: int = 0) -> Atom:
        op = made.get(atom) if isinstance(atom, Value) else None
        if isinstance(op, Apply) and op.primitive is PACK:
            items = tuple(map(converted_in, op.args[first:]))
            if all(one is two for one, two in zip(items, op.args[first:], strict=True)):
                return atom
            return builder.apply(PACK, *op.args[:first], *items)
        if first or not isinstance(atom.type, Array) or atom.type.kind != "float32":
            return atom
        if not isinstance(atom, Value) or (
            isinstance(op, Apply) and op.primitive.name in _LIKE_THE_FIRST
        ):
            return atom
        return converted(builder, atom, "float32", atom.hint)

    body = function.body
    with builder.block() as ops:
        output = converted_in(function.output, 1 if with_value else 0)
    return replace(function, body=Block(body.params, (*body.ops, *ops), (output,)))


@final
class _Widths:
    """What is surely no wider than float32; the values of loops are, unless something shows otherwise."""

    def __init__(self, builder: Builder) -> None:
        self.made: dict[Value, Op] = {}
        self.flows: dict[Value, list[Atom]] = {}
        for top in builder.ops:
            for op in walk_from(top):
                self.made.update(dict.fromkeys(op.results, op))
                match op:
                    case If(then=then, orelse=orelse, results=results):
                        for at, result in enumerate(results):
                            self.flows[result] = [then.outputs[at], orelse.outputs[at]]
                    case For(carried=carried, body=body) | While(carried=carried, body=body):
                        rows = zip(
                            op.results, carried_params(op), carried, body.outputs[1:], strict=True
                        )
                        for result, param, start, output in rows:
                            self.flows[result] = self.flows[param] = [start, output]
        self.known: dict[Value, bool] = {}

    def is_single(self, atom: Atom) -> bool:
        """Is it no wider than float32 beside an array of such?"""
        if not isinstance(atom, Value):
            return True
        if atom not in self.known:
            self.known[atom] = True
            self.known[atom] = self.find(atom)
        return self.known[atom]

    def find(self, value: Value) -> bool:
        if isinstance(value.type, Array) and value.type.kind not in ("float32", "bool"):
            return False
        if value in self.flows:
            return all(map(self.is_single, self.flows[value]))
        op = self.made.get(value)
        if op is None:
            return not isinstance(value.type, Scalar)
        if not isinstance(op, Apply):
            return False
        name = op.primitive.name
        if isinstance(value.type, Scalar):
            if name.startswith(_PYTHON):
                return True
            return name.startswith("operator.") and all(map(self.is_weak, op.args))
        if name in _LIKE_THE_FIRST:
            return self.is_single(op.args[0]) or name.endswith("astype")
        is_ours = name.startswith(("operator.", "core.", "s2sdiff."))
        is_ufunc = name.startswith(("numpy.", "scipy.")) and hasattr(library(name), "nin")
        if not (is_ours or is_ufunc or name in _AS_WIDE):
            return False
        numbers = [a for a in op.args if not isinstance(a.type, Static)]
        if name in _OF_ARRAYS and any(isinstance(each.type, Scalar) for each in numbers):
            return False
        return all(isinstance(n, Const) or self.is_single(n) for n in numbers)

    def is_weak(self, atom: Atom) -> bool:
        return isinstance(atom, Const) or (isinstance(atom.type, Scalar) and self.is_single(atom))


def walk_from(op: Op) -> list[Op]:
    """An op and those in its blocks."""
    return [op, *(inner for block in blocks(op) for inner in walk(block))]
