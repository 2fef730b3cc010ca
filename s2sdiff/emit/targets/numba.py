"""What numba compiles: another form of what it does not know, or a refusal.

    np.sum(x, axis=0, keepdims=True)      np.expand_dims(np.sum(x, axis=0), 0)
    np.mean(x, axis=1)                    np.sum(x, axis=1) / x.shape[1]
    np.add.at(x, i, v)                    a loop, in a function of its own

What is refused here would raise a page of types at the first call. What is not known here is seen when
numba compiles it: `emit/jit.py` says then which line of the user's it is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NoReturn

from s2sdiff.emit.targets import python
from s2sdiff.errors import Span, fail
from s2sdiff.ir.core import Apply, Const
from s2sdiff.ir.types import Array, Scalar, axes_of

REMEDY = "write it with loops or with other functions, or do without numba"
_NONE = """
    einsum tensordot squeeze tile pad heaviside vecdot matvec vecmat permute_dims block insert
    trapezoid average cov corrcoef median quantile percentile nanmedian
"""
UNKNOWN = frozenset(f"numpy.{name}" for name in _NONE.split())
# Reductions that numba knows of whole arrays only.
WHOLE = frozenset(
    f"{home}.{name}"
    for home in ("numpy", "s2sdiff.array")
    for name in ("max", "min", "prod", "var", "std", "ptp", "any", "all", "median", "amax", "amin")
)
SUMS = ("numpy.sum", "s2sdiff.array.sum")
MEANS = ("numpy.mean", "s2sdiff.array.mean")


def expression(
    op: Apply, args: list[ast.expr], library: Callable[[str], ast.expr]
) -> ast.expr | None:
    """An application in another form; None where numba knows it as it is. Raises S2S601."""
    name = op.primitive.name
    if name in UNKNOWN or name.startswith(("scipy.", "numpy.fft.")) or name == "core.rank":
        refuse(name, op.span)
    words = dict(zip(op.primitive.keywords[::-1], op.args[::-1], strict=False))
    axis, keeps = words.get("axis"), words.get("keepdims")
    if name in WHOLE and ("axis" in words or len(op.args) > 1):
        refuse(f"{name} along an axis", op.span)
    if name in SUMS and isinstance(keeps, Const) and keeps.value is True and axis is not None:
        return _kept(op, args, library)
    if name in MEANS and axis is not None:
        return _mean(op, args, library)
    if name == "s2sdiff.runtime.unbroadcast":
        return _unbroadcast(op, args, library)
    if name == "operator.matmul" and any(
        isinstance(arg.type, Array) and len(axes_of(arg.type) or ()) > 2 for arg in op.args
    ):
        refuse("@ of arrays of more than two axes", op.span)
    return None


def _axes(op: Apply) -> list[int]:
    words = dict(zip(op.primitive.keywords[::-1], op.args[::-1], strict=False))
    axis = words["axis"]
    whole = op.args[0].type
    rank = len(axes_of(whole) or ()) if isinstance(whole, Array) else 0
    if not isinstance(axis, Const) or not isinstance(axis.value, int) or not rank:
        refuse("a sum along several axes, or along one that is known at run time only", op.span)
    return [axis.value % rank]


def _kept(op: Apply, args: list[ast.expr], library: Callable[[str], ast.expr]) -> ast.expr:
    (axis,) = _axes(op)
    total = _sum(args[0], axis, library)
    return ast.Call(library("numpy.expand_dims"), [total, ast.Constant(axis)], [])


def _sum(whole: ast.expr, axis: int, library: Callable[[str], ast.expr]) -> ast.expr:
    return ast.Call(library("numpy.sum"), [whole], [ast.keyword("axis", ast.Constant(axis))])


def _mean(op: Apply, args: list[ast.expr], library: Callable[[str], ast.expr]) -> ast.expr:
    (axis,) = _axes(op)
    shape = ast.Attribute(args[0], "shape", ast.Load())
    length = ast.Subscript(shape, ast.Constant(axis), ast.Load())
    return ast.BinOp(_sum(args[0], axis, library), ast.Div(), length)


def _unbroadcast(
    op: Apply, args: list[ast.expr], library: Callable[[str], ast.expr]
) -> ast.expr | None:
    """The sum over the axes that were added, and what is left to do where the rest has as many."""
    ranks = [
        len(axes_of(arg.type) or ()) if isinstance(arg.type, Array | Scalar) else 0
        for arg in op.args
    ]
    mine, wanted = ranks
    if wanted > 2 or mine < wanted:
        return None
    total = args[0]
    for _ in range(mine - wanted):
        total = _sum(total, 0, library)
    if not wanted:
        return total
    short = "line" if wanted == 1 else "table"
    return ast.Call(library(f"s2sdiff.runtime.unbroadcast_{short}"), [total, args[1]], [])


def spelled_out(node: ast.AugAssign) -> ast.stmt:
    """`y[1:] = y[1:] + y[:-1]` for `y[1:] += y[:-1]`, of which numba reads what it has written."""
    target = node.target
    whole: ast.expr = ast.Subscript(target, ast.Slice(None, None, None), ast.Store())
    if isinstance(target, ast.Subscript):
        whole = target
    return ast.Assign([whole], ast.BinOp(_loaded(target), node.op, node.value))


def _loaded(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    assert isinstance(target, ast.Name)
    return ast.Name(target.id, ast.Load())


def add_at(
    op: Apply,
    whole: ast.expr,
    index: ast.expr,
    value: ast.expr,
    library: Callable[[str], ast.expr],
) -> ast.stmt:
    """`np.add.at(x, index, v)` of one array of indices. Raises S2S601 for other ones."""
    atoms = op.args[1:-1]
    of_value = op.args[-1].type
    is_plain = len(atoms) == 1 and isinstance(atoms[0].type, Array)
    if not is_plain or len(axes_of(atoms[0].type) or ()) != 1:  # type: ignore[arg-type]
        refuse("a sum over several arrays of indices", op.span)
    if not isinstance(of_value, Array):
        value = ast.Call(library("numpy.full"), [python.length_of(index), value], [])
    function = library("s2sdiff.runtime.add_at")
    return ast.Expr(ast.Call(function, [whole, index, value], []))


def refuse(what: str, span: Span | None) -> NoReturn:
    """Raise S2S601."""
    shown = what.replace("numpy.", "np.").replace("s2sdiff.array.", "np.")
    shown = {"core.rank": "the rank of an array, where it is known at run time only,"}.get(
        shown, shown
    )
    fail("S2S601", f"numba does not compile {shown}", span, REMEDY)
