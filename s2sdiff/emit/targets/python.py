"""Plain Python: operators as operators, functions of `math` by name, of NumPy as `np.`."""

from __future__ import annotations

import ast
import string
from collections.abc import Callable

from s2sdiff.emit.numbers import number_node
from s2sdiff.errors import internal
from s2sdiff.ir.core import Group, Primitive, grouped
from s2sdiff.ir.types import Dict, Record, Tuple, Type, has_sign, labels

BINARY: dict[str, type[ast.operator]] = {
    "operator.add": ast.Add,
    "operator.sub": ast.Sub,
    "operator.mul": ast.Mult,
    "operator.truediv": ast.Div,
    "operator.floordiv": ast.FloorDiv,
    "operator.mod": ast.Mod,
    "operator.pow": ast.Pow,
    "operator.and_": ast.BitAnd,
    "operator.or_": ast.BitOr,
    "operator.xor": ast.BitXor,
    "operator.lshift": ast.LShift,
    "operator.rshift": ast.RShift,
}
# What an operation becomes where the sign of its right operand is taken off.
SIGNED: dict[str, type[ast.operator]] = {"operator.add": ast.Sub, "operator.sub": ast.Add}
UNARY: dict[str, type[ast.unaryop]] = {
    "operator.pos": ast.UAdd,
    "operator.not_": ast.Not,
    "operator.invert": ast.Invert,
    "operator.inv": ast.Invert,
}
COMPARE: dict[str, type[ast.cmpop]] = {
    "operator.lt": ast.Lt,
    "operator.le": ast.LtE,
    "operator.gt": ast.Gt,
    "operator.ge": ast.GtE,
    "operator.eq": ast.Eq,
    "operator.ne": ast.NotEq,
}
BOOLEAN: dict[str, type[ast.boolop]] = {"core.and": ast.And, "core.or": ast.Or}

# Aliases under which libraries are imported whole; functions of others are imported by name.
MODULE_ALIASES = {"numpy": "np", "sys": "sys"}
HELPERS = "s2sdiff.runtime"
METHODS_OF_ARRAYS = "s2sdiff.array."


def expression(
    primitive: Primitive, args: list[ast.expr], library: Callable[[str], ast.expr]
) -> ast.expr:
    """`primitive(*args)` as syntax."""
    name = primitive.name
    match args:
        case [left, right] if name in SIGNED and (positive := without_sign(right)) is not None:
            return ast.BinOp(left, SIGNED[name](), positive)
        case [ast.UnaryOp(op=ast.USub(), operand=inner), ast.Constant() as literal] if (
            name == "operator.mul" and is_smooth(inner) and not isinstance(inner, ast.Constant)
        ):
            return _product(inner, ast.Mult(), negative(literal), inner)
        case [left, right] if name in BINARY:
            return ast.BinOp(left, BINARY[name](), right)
        case [operand] if name == "operator.neg":
            return negative(operand)
        case [operand] if name in UNARY:
            return ast.UnaryOp(UNARY[name](), operand)
        case [left, right] if name in COMPARE:
            return ast.Compare(left, [COMPARE[name]()], [right])
        case [ast.Compare() as left, ast.Compare() as right] if name == "core.and" and _chains(
            left, right
        ):
            return ast.Compare(
                left.left, [*left.ops, *right.ops], [*left.comparators, *right.comparators]
            )
        case [left, right] if name in BOOLEAN:
            return ast.BoolOp(BOOLEAN[name](), [left, right])
    if primitive.layout is not None:
        return of_arrays(primitive, args, library)
    match name:
        case "core.axis":
            shape = ast.Attribute(args[0], "shape", ast.Load())
            return ast.Subscript(shape, args[1], ast.Load())
        case "core.rank":
            return ast.Call(library("numpy.ndim"), args, [])
        case "core.contiguous":
            flags = ast.Attribute(args[0], "flags", ast.Load())
            return ast.Attribute(flags, "c_contiguous", ast.Load())
        case "core.shape" | "core.size":
            attribute = {"core.shape": "shape", "core.size": "size"}[name]
            return ast.Attribute(args[0], attribute, ast.Load())
        case "core.stop":
            return args[0]
        case "core.pack":
            return ast.Tuple(args, ast.Load())
        case "core.text":
            return _text(args)
        case "core.key":
            return ast.Subscript(args[0], args[1], ast.Load())
        case "core.field":
            return ast.Attribute(args[0], attribute_name(args[1]), ast.Load())
        case "core.build":
            return structure(args[0], args[1:], library)
        case "core.list" | "core.sorted":
            return ast.Call(library(f"builtins.{name[5:]}"), args, [])
    if name.startswith("core."):
        raise internal("emit", f"{name} is no expression")
    first = len(args) - len(primitive.keywords)
    keywords = [
        ast.keyword(word, arg) for word, arg in zip(primitive.keywords, args[first:], strict=True)
    ]
    return ast.Call(library(name), _arguments(primitive, args[:first]), keywords)


def of_arrays(
    primitive: Primitive, args: list[ast.expr], library: Callable[[str], ast.expr]
) -> ast.expr:
    """A function of arrays: its arguments in groups; some are operators, attributes or methods."""
    assert primitive.layout is not None
    parts = grouped(primitive.layout, iter(args), group)
    match primitive.name, parts:
        case "operator.matmul" | "operator.imatmul", [left, right]:
            return ast.BinOp(left, ast.MatMult(), right)
        case "operator.getitem", [whole, index]:
            return ast.Subscript(whole, index, ast.Load())
        case "numpy.transpose", [whole]:
            return ast.Attribute(whole, "T", ast.Load())
        case "numpy.copy", [whole]:
            return method(whole, "copy")
    short = primitive.name.rpartition(".")[2]
    is_method = primitive.name.startswith(METHODS_OF_ARRAYS)
    if is_method and not primitive.keywords:
        return method(parts[0], short, *parts[1:])
    first = len(parts) - len(primitive.keywords)
    keywords = [
        ast.keyword(word, part)
        for word, part in zip(primitive.keywords, parts[first:], strict=True)
    ]
    if is_method and isinstance(parts[0], ast.Name):
        return ast.Call(ast.Attribute(parts[0], short, ast.Load()), parts[1:first], keywords)
    name = f"numpy.{short}" if is_method else primitive.name
    return ast.Call(library(name), parts[:first], keywords)


def group(of: Group, items: list[ast.expr]) -> ast.expr:
    """Arguments that are passed as one."""
    match of.kind:
        case "tuple":
            return ast.Tuple(items, ast.Load())
        case "list":
            return ast.List(items, ast.Load())
        case "slice":
            parts = [None if is_none(part) else part for part in items]
            return ast.Slice(*parts)


def is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def length_of(whole: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("len", ast.Load()), [whole], [])


def method(whole: ast.expr, name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(whole, name, ast.Load()), list(args), [])


def attribute_name(node: ast.expr) -> str:
    assert isinstance(node, ast.Constant)
    return str(node.value)


def structure(
    form: ast.expr, items: list[ast.expr], library: Callable[[str], ast.expr]
) -> ast.expr:
    """A list, a dict, or the call of the user's class. `form` holds the type of what is built."""
    assert isinstance(form, ast.Constant)
    type_: object = form.value
    match type_:
        case Tuple():
            return ast.List(items, ast.Load())
        case Dict():
            keys = [number_node(label, library) for label in labels(type_)]
            return ast.Dict(list(keys), items)
        case Record(module=module, name=name):
            first, *rest = name.split(".")
            function = library(f"{module}.{first}")
            for part in rest:
                function = ast.Attribute(function, part, ast.Load())
            names = map(str, labels(type_))
            keywords = [ast.keyword(n, item) for n, item in zip(names, items, strict=True)]
            return ast.Call(function, [], keywords)
    raise internal("emit", f"a structure of type {type_}")


def marked(node: ast.expr, type_: Type) -> ast.expr:
    """`node`, which computes a value of this type: a sign may be moved to a float."""
    return _smooth(node) if has_sign(type_) else node


def _smooth(node: ast.expr) -> ast.expr:
    node._is_smooth = True  # type: ignore[attr-defined]
    return node


def is_smooth(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float | complex)
    return getattr(node, "_is_smooth", False)


def without_sign(node: ast.expr) -> ast.expr | None:
    """x * y, where `node` is -x * y or x * -2.0; None where no factor has a sign."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return inner if is_smooth(inner) or isinstance(inner, ast.Constant) else None
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as operator, right=right):
            if isinstance(right, ast.UnaryOp) and isinstance(right.operand, ast.Constant):
                positive = without_sign(right)
                return None if positive is None else _product(left, operator, positive, node)
            positive = without_sign(left)
            return None if positive is None else _product(positive, operator, right, node)
    return None


def _product(left: ast.expr, operator: ast.operator, right: ast.expr, old: ast.expr) -> ast.expr:
    node = ast.BinOp(left, operator, right)
    return _smooth(node) if is_smooth(old) else node


def _chains(left: ast.Compare, right: ast.Compare) -> bool:
    """Is `left and right` of the form `a < b and b < c`, with a name or a number as b?"""
    middle = left.comparators[-1]
    return isinstance(middle, ast.Name | ast.Constant) and ast.dump(middle) == ast.dump(right.left)


def negative(node: ast.expr) -> ast.expr:
    """`-node`; the sign of a product goes to a literal factor, else to the first: `a * -2.0`, `-a * b`."""
    positive = without_sign(node)
    if positive is not None:
        return positive
    match node:
        case ast.BinOp(left=left, op=ast.Mult() | ast.Div() as operator, right=right):
            if isinstance(right, ast.Constant) and not _has_literal(left):
                if is_smooth(right) or is_smooth(left):
                    return _product(left, operator, negative(right), node)
            elif is_smooth(left):
                return _product(negative(left), operator, right, node)
    minus = ast.UnaryOp(ast.USub(), node)
    return _smooth(minus) if is_smooth(node) else minus


def negated(node: ast.expr) -> ast.expr:
    """The opposite of a test; `not x < y` stays so, because NaN is neither less nor not less."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return inner
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=others):
            return ast.Compare(left, [ast.NotEq()], others)
        case ast.Compare(left=left, ops=[ast.NotEq()], comparators=others):
            return ast.Compare(left, [ast.Eq()], others)
    return ast.UnaryOp(ast.Not(), node)


def _has_literal(node: ast.expr) -> bool:
    """Is there a literal among the factors of a product?"""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        return isinstance(node.right, ast.Constant) or _has_literal(node.left)
    return isinstance(node, ast.Constant)


def _arguments(primitive: Primitive, args: list[ast.expr]) -> list[ast.expr]:
    match primitive.calling:
        case "sequence":
            return [ast.Tuple(args, ast.Load())]
        case "halves":
            half = len(args) // 2
            return [ast.Tuple(args[:half], ast.Load()), ast.Tuple(args[half:], ast.Load())]
        case _:
            return args


def _text(args: list[ast.expr]) -> ast.expr:
    """An f-string from its template and the values in it."""
    first, *values = args
    if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
        raise internal("emit", "an f-string without a template")
    holder = ast.parse(f"f{first.value!r}", mode="eval") if not values else _template(first.value)
    node = holder.body
    remaining = iter(values)
    for part in ast.walk(node):
        if isinstance(part, ast.FormattedValue):
            part.value = next(remaining)
    return node


def _template(template: str) -> ast.Expression:
    """The template parsed as an f-string, with a stand-in for each value."""
    pieces = []
    for literal, field, spec, conversion in string.Formatter().parse(template):
        pieces.append(literal.replace("{", "{{").replace("}", "}}"))
        if field is not None:
            suffix = (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            pieces.append("{_" + suffix + "}")
    return ast.parse("f" + repr("".join(pieces)), mode="eval")
