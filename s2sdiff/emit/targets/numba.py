"""What numba compiles: another form of what it does not know, or a refusal.

    np.sum(x, axis=0, keepdims=True)      np.expand_dims(np.sum(x, axis=0), 0)
    np.mean(x, axis=1)                    np.sum(x, axis=1) / x.shape[1]
    np.add.at(x, i, v)                    a loop, in a function of its own
    np.heaviside(x, 0.5)                  a function of its own
    np.take_along_axis(x, order, -1)      x[order], of one axis

What is refused here would raise a page of types at the first call. What is not known here is seen when
numba compiles it: `emit/jit.py` says then which line of the user's it is.
"""

from __future__ import annotations

import ast
import string
from collections.abc import Callable
from typing import NoReturn

from s2sdiff.emit.targets import python
from s2sdiff.errors import Span, fail
from s2sdiff.ir.build import number
from s2sdiff.ir.core import Apply, Atom, Const, Function, Parameter, Primitive
from s2sdiff.ir.structure import TEXT
from s2sdiff.ir.types import Array, Dict, Record, Scalar, Structure, Type, axes_of, parts

REMEDY = "write it with loops or with other functions, or do without numba"
_NONE = """
    einsum tensordot squeeze tile pad vecdot matvec vecmat permute_dims block insert
    trapezoid average cov corrcoef quantile percentile nanmedian put_along_axis shares_memory
"""
UNKNOWN = frozenset(f"numpy.{name}" for name in _NONE.split())
# Reductions that numba knows of whole arrays only.
WHOLE = frozenset(
    f"{home}.{name}"
    for home in ("numpy", "s2sdiff.array")
    for name in ("max", "min", "prod", "var", "std", "ptp", "any", "all", "median", "amax", "amin")
)
# What numba knows of one axis only.
ALONG = {
    "numpy.cumsum": "np.cumsum()",
    "numpy.cumprod": "np.cumprod()",
    "s2sdiff.array.cumsum": "np.cumsum()",
    "s2sdiff.array.cumprod": "np.cumprod()",
    "numpy.sort": "np.sort()",
    "numpy.argsort": "np.argsort()",
    "numpy.take_along_axis": "np.take_along_axis()",
    "s2sdiff.runtime.add_along_axis": "the derivative of sorting",
}
# Kinds of entries that numba knows by NumPy's names.
KINDS = {
    "builtins.int": "numpy.int64",
    "builtins.bool": "numpy.bool_",
    "builtins.complex": "numpy.complex128",
}
SUMS = ("numpy.sum", "s2sdiff.array.sum")
MEANS = ("numpy.mean", "s2sdiff.array.mean")


# What numba knows to be views.
VIEWS = ("operator.getitem", "numpy.transpose", "numpy.reshape", "numpy.ravel")


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
    if name == "operator.matmul" and any(_rank(arg) > 2 for arg in op.args):
        refuse("@ of arrays of more than two axes", op.span)
    if name == "numpy.roll" and (len(op.args) > 2 or _rank(op.args[0]) != 1):
        refuse("np.roll() of more than one axis", op.span)
    if name == "numpy.heaviside":
        short = "heaviside" if _rank(op.args[0]) else "step"
        return ast.Call(library(f"s2sdiff.runtime.{short}"), args, [])
    if name == "numpy.diagonal" and _rank(op.args[0]) == 2 and len(op.args) == 1:
        return ast.Call(library("numpy.diag"), args, [])
    if name == "numpy.flip":
        return _flipped(op, args)
    if name in ALONG:
        return _along(op, args, library)
    if op.primitive is TEXT and isinstance(op.args[0], Const):
        fields = string.Formatter().parse(str(op.args[0].value))
        if any(spec or conversion for _, _, spec, conversion in fields):
            refuse("a format in an f-string", op.span)
    for result in op.results:
        _check_type(result.type, "", op.span)
    return None


def plain_parameters(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """The parameters without what numba knows nothing of: those that are passed by name only come as
    others, and a default before a parameter without one is left out."""
    found: list[Parameter] = []
    for parameter in reversed(parameters):
        kind = parameter.kind if parameter.kind == "var_positional" else "positional"
        is_free = not found or found[-1].default is not None or found[-1].kind == "var_positional"
        default = parameter.default if is_free else None
        found.append(Parameter(parameter.name, kind, default))
    return tuple(reversed(found))


def check_parameters(function: Function) -> None:
    """Raise S2S601 for a parameter of a type that numba has no form of."""
    pairs = zip(function.parameters, function.body.params, strict=True)
    for parameter, value in pairs:
        _check_type(value.type, f", as which {parameter.name} is passed", function.span)


def _check_type(type_: Type, where: str, span: Span | None) -> None:
    if isinstance(type_, Dict):
        refuse(f"a dict{where}", span)
    if isinstance(type_, Record) and type_.kind == "dataclass":
        refuse(f"{type_.name}, a dataclass{where}", span)
    if isinstance(type_, Structure):
        for part in parts(type_):
            _check_type(part, where, span)


def _along(op: Apply, args: list[ast.expr], library: Callable[[str], ast.expr]) -> ast.expr | None:
    """Sorting, taking in an order, and running sums of one axis. Raises S2S601 for more."""
    name = op.primitive.name
    if name.endswith("cumprod") and _rank(op.args[0]) == 2 and number(op.args[1]) in (1, -1):
        return ast.Call(library("s2sdiff.runtime.products_along_rows"), args[:1], [])
    if _rank(op.args[0]) != 1:
        refuse(f"{ALONG[name]}, of more than one axis", op.span)
    if name == "numpy.take_along_axis":
        return ast.Subscript(args[0], args[1], ast.Load())
    if name == "s2sdiff.runtime.add_along_axis":
        return ast.Call(library("s2sdiff.runtime.added_at"), args[:3], [])
    return ast.Call(library(name.replace("s2sdiff.array.", "numpy.")), args[:1], [])


def _flipped(op: Apply, args: list[ast.expr]) -> ast.expr:
    """`x[::-1]`, or `x[:, ::-1]`. Raises S2S601 where the axis is known at run time only."""
    rank = _rank(op.args[0])
    axis = number(op.args[1]) if len(op.args) > 1 and rank != 1 else 0
    if not rank or axis is None:
        refuse("np.flip() along an axis that is known at run time only", op.span)
    every = ast.Slice(None, None, None)
    turned = ast.Slice(None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)))
    at: ast.expr = turned
    if axis % rank:
        at = ast.Tuple([*[every] * int(axis % rank), turned], ast.Load())
    return ast.Subscript(args[0], at, ast.Load())


def _rank(atom: Atom) -> int:
    return len(axes_of(atom.type) or ()) if isinstance(atom.type, Array | Scalar) else 0


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
    mine, wanted = map(_rank, op.args)
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
    """`np.add.at(x, index, v)` of one array of indices, or of one for each of two axes. Raises S2S601 for
    other ones."""
    atoms = [a for a in op.args[1:-1] if not (isinstance(a, Const) and a.value is ...)]
    is_first = len(atoms) == len(op.args) - 2 == 1
    of_one_axis = all(isinstance(each.type, Array) and _rank(each) == 1 for each in atoms)
    if not of_one_axis or not (is_first or 2 >= len(atoms) == _rank(op.args[0])):
        is_list = not all(isinstance(each.type, Array) for each in atoms)
        what = "what adds to entries by a list" if is_list else "a sum over several arrays"
        refuse(f"{what} of indices", op.span)
    indices = index.elts[-len(atoms) :] if isinstance(index, ast.Tuple) else [index]
    if isinstance(op.args[-1].type, Array) and _rank(op.args[-1]) != _rank(op.args[0]) + 1 - len(
        atoms
    ):
        refuse("np.add.at() of values that are broadcast along an axis", op.span)
    if not isinstance(op.args[-1].type, Array):
        value = ast.Call(library("numpy.full"), [python.length_of(indices[0]), value], [])
    function = library(
        "s2sdiff.runtime.add_at" if len(atoms) == 1 else "s2sdiff.runtime.add_at_pairs"
    )
    return ast.Expr(ast.Call(function, [whole, *indices, value], []))


def is_same_array(step: Primitive, atoms: tuple[Atom, ...], span: Span | None) -> bool:
    """Does a step on the way of a store give the array itself? Raises S2S601 where numba loses the store.

    It drops what is stored into what a function gives that it does not know to be a view, if nothing reads
    that, in functions with list comprehensions.
    """
    if step.name in ("numpy.asarray", "numpy.asanyarray") and not atoms:
        return True
    if step.name not in VIEWS:
        short = step.name.replace("numpy.", "np.")
        what = f"a store through {short}(), which it may lose"
        fail(
            "S2S601", f"numba does not compile {what}", span, "store through x.T, or with an index"
        )
    return False


def refuse(what: str, span: Span | None) -> NoReturn:
    """Raise S2S601."""
    shown = what.replace("numpy.", "np.").replace("s2sdiff.array.", "np.")
    shown = {"core.rank": "the rank of an array, where it is known at run time only,"}.get(
        shown, shown
    )
    fail("S2S601", f"numba does not compile {shown}", span, REMEDY)
