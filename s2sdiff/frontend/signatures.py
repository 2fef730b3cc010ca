"""Types of a function's parameters: from the arguments of a call, or from annotations and text."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import partial
from typing import Any, ForwardRef, get_args, get_origin

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.calls import refuse_call, signature_of
from s2sdiff.frontend.meanings import RecordClass, RecordValue, Scope, UserFunction, python_value
from s2sdiff.frontend.names import meaning_of, python_number
from s2sdiff.frontend.records import is_namedtuple
from s2sdiff.frontend.source import span_of
from s2sdiff.frontend.structure_types import class_named, type_of_class, type_of_structure
from s2sdiff.ir.shapes import BOUND
from s2sdiff.ir.types import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    NOTHING,
    Array,
    Axis,
    Kind,
    List,
    Opaque,
    Size,
    Static,
    Tuple,
    Type,
    array,
    has_unknown_rank,
    holds_arrays,
    join,
    same_form,
)

_NAMES: dict[str, Type] = {"float": FLOAT, "int": INT, "bool": BOOL}
_DTYPES: dict[str, Kind] = {
    "f8": "float",
    "f4": "float32",
    "i8": "int",
    "i4": "int",
    "b1": "bool",
    "c16": "complex",
    "float64": "float",
    "float32": "float32",
    "int64": "int",
}


def type_of_value(value: object, name: str) -> Type:
    """The type of an argument. Raises S2S403 for what is neither a number nor a tuple of numbers.

    Strings, None and booleans are static: the function is compiled for that very value.
    """
    if is_array(value):
        return type_of_array(value, name)
    value = python_number(value)
    match value:
        case bool() | str() | None:
            return Static(value)
        case int():
            return INT
        case float():
            return FLOAT
        case complex():
            return COMPLEX
        case tuple() if not is_namedtuple(value):
            return Tuple(tuple(type_of_part(item, f"{name}[{i}]") for i, item in enumerate(value)))
        case list():
            return _list_type(value, name)
    structure = type_of_structure(value, name, type_of_part)
    if structure is not None:
        return structure
    fail(
        "S2S403",
        f"the argument {name} is {_article(type(value).__name__)}",
        None,
        "pass floats, ints or tuples of them; bind functions with functools.partial",
    )


def is_array(value: object) -> bool:
    """Is it an array of NumPy with at least one axis? Other classes of arrays have other arithmetic."""
    kind = type(value)
    return kind.__name__ == "ndarray" and kind.__module__ == "numpy" and value.shape != ()  # type: ignore[attr-defined]


def type_of_array(value: Any, name: str) -> Array:
    """The type of an array: its kind, and which axes have length 1. Raises S2S403."""
    return Array(
        kind_of_array(value.dtype, name),
        tuple(
            1 if length == 1 else Size(f"{name}.{at}", may_be_one=False)
            for at, length in enumerate(value.shape)
        ),
    )


def kind_of_array(dtype: Any, name: str) -> Kind:
    match dtype.kind, dtype.itemsize:
        case "b", _:
            return "bool"
        case "i" | "u", _:
            return "int"
        case "f", 4:
            return "float32"
        case "f", 8 | 12 | 16:
            return "float"
        case "c", _:
            return "complex"
    fail(
        "S2S403",
        f"the argument {name} is an array of dtype {dtype}",
        None,
        "pass an array of float64, float32, or of integers",
    )


def _list_type(items: list[object], name: str) -> Type:
    """Lists have items of one type; an empty one could hold floats.

    One that holds arrays of different ranks or kinds, or arrays and numbers, has a known length.
    """
    found: Type = NOTHING
    types = [
        BOOL if isinstance(item, bool) else type_of_value(item, f"{name}[{index}]")
        for index, item in enumerate(items)
    ]
    if any(map(holds_arrays, types)):
        types = with_bound_axes(types, [lengths_in(item) for item in items], name)
    for type_ in types:
        joined = join(found, type_)
        is_mixed = joined is None or has_unknown_rank(joined) or not same_form(found, type_)
        if found != NOTHING and is_mixed and (holds_arrays(found) or holds_arrays(type_)):
            return type_of_part(items, name)
        if joined is None or isinstance(type_, Static):
            fail(
                "S2S403",
                f"the list {name} holds values of different types",
                None,
                "pass a tuple, or a list of numbers",
            )
        found = joined
    return List(FLOAT if found == NOTHING else found)


def lengths_in(value: object) -> tuple[int, ...]:
    """The lengths of the axes of all arrays in a structure of tuples and lists."""
    if is_array(value):
        return tuple(value.shape)  # type: ignore[attr-defined]
    if isinstance(value, tuple | list):
        return tuple(length for part in value for length in lengths_in(part))
    return ()


def equal_lengths(lengths: list[tuple[int, ...]]) -> tuple[int, ...]:
    """For each axis of the items of a list the first one that is equally long in each item."""
    if len(set(map(len, lengths))) != 1:
        return ()
    columns = list(zip(*lengths, strict=True))
    return tuple(map(columns.index, columns))


def with_bound_axes(types: list[Type], lengths: list[tuple[int, ...]], name: str) -> list[Type]:
    """Types of the items of a list; axes that are equally long in each item have the same name."""
    if len(set(map(len, lengths))) != 1:
        return types
    columns = list(zip(*lengths, strict=True))
    names = [f"{BOUND}{name}.{columns.index(column)}" for column in columns]
    sizes = [
        Size(each, 0, any(length == 1 for length in column))
        for each, column in zip(names, columns, strict=True)
    ]
    return [_with_axes(type_, iter(sizes)) for type_ in types]


def _with_axes(type_: Type, sizes: Iterator[Size]) -> Type:
    match type_:
        case Array(axes=axes) if axes is not None:
            return Array(type_.kind, tuple(next(sizes) for _ in axes))
        case Tuple(items=items, kind=kind):
            return Tuple(tuple(_with_axes(item, sizes) for item in items), kind)
        case List(item=item):
            return type_ if not holds_arrays(item) else List(_with_axes(item, sizes))
    return type_


def type_of_part(value: object, name: str) -> Type:
    """The type of what a structure holds; the length of a list inside one is known."""
    if type(value) is list:
        items = (type_of_part(item, f"{name}[{i}]") for i, item in enumerate(value))
        return Tuple(tuple(items), "list")
    return type_of_value(value, name)


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiouAEIO' else 'a'} {noun}"


def types_from_call(
    function: UserFunction,
    args: tuple[object, ...],
    keywords: dict[str, object],
    seeds: int = 0,
) -> dict[str, Type]:
    """The type of each parameter in this call. Raises S2S403, S2S404.

    `seeds` is how many arguments the derivative takes behind those of the function; the generated
    function itself checks them.
    """
    signature = signature_of(function)
    kinds = [parameter.kind for parameter in signature.parameters.values()]
    if seeds:
        keywords = {key: value for key, value in keywords.items() if key in signature.parameters}
        if inspect.Parameter.VAR_POSITIONAL not in kinds and len(args) <= len(kinds) + seeds:
            args = args[: len(kinds)]
    try:
        bound = signature.bind(*args, **keywords)
    except TypeError as problem:
        refuse_call(function, signature, problem, function.span)
    types: dict[str, Type] = {}
    for name, parameter in signature.parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            _refuse_extra_keywords(function, name, bound.arguments.get(name, {}))
        elif name in bound.arguments:
            types[name] = type_of_value(bound.arguments[name], name)
        elif parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            types[name] = Tuple(())
        elif parameter.default is not inspect.Parameter.empty:
            types[name] = type_of_value(python_value(parameter.default), name)
    return types


def _refuse_extra_keywords(function: UserFunction, name: str, extra: dict[str, object]) -> None:
    if extra:
        word = next(iter(extra))
        fail(
            "S2S404",
            f"{word} would go into **{name} of {function.name}, which takes no derivative",
            function.span,
            "bind it with functools.partial",
        )


def types_from_annotations(function: UserFunction, given: dict[str, str]) -> dict[str, Type]:
    """The type of each parameter, from `given` (`--types`), its annotation, or its default.

    An unannotated parameter is a float; one whose default is a string, a bool or None is static.
    Raises S2S401 for a name that is no parameter, S2S405 for a type that is not understood.
    """
    signature = signature_of(function)
    for name in given:
        if name not in signature.parameters:
            fail(
                "S2S405",
                f"--types names {name}, which is no parameter of {function.name}",
                function.span,
                f"its parameters are {', '.join(signature.parameters) or 'none'}",
            )
    defaults = {name: python_value(meaning) for name, meaning in function.defaults.items()}
    types: dict[str, Type] = {}
    for node in _parameters(function.parameters):
        name = node.arg
        if name in function.given:
            continue
        variable = function.parameters.vararg is node
        if name in given:
            types[name] = parse_type(given[name], None, function.scope)
        elif variable:
            fail(
                "S2S405",
                f"the number of arguments in *{name} is not known",
                function.span,
                f'give it, for example --types "{name}: tuple[float, float]"',
            )
        elif isinstance(default := defaults.get(name), bool | str | tuple | dict | RecordValue) or (
            name in defaults and default is None
        ):
            types[name] = type_of_value(default, name)
        elif node.annotation is not None:
            span = span_of(node.annotation, function.source)
            types[name] = parse_annotation(node.annotation, span, function.scope)
        else:
            types[name] = FLOAT
    return types


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    found = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg is not None:
        found.append(arguments.vararg)
    return [*found, *arguments.kwonlyargs]


def parse_type(text: str, span: Span | None, scope: Scope | None = None) -> Type:
    """A type written as text: `float`, `int`, `bool`, `tuple[float, tuple[float, int]]`, or the name of
    a dataclass, a namedtuple or a typed dict."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        fail("S2S405", f"the type {text!r} is not understood", span, _KNOWN)
    return parse_annotation(node, span, scope)


_KNOWN = (
    "known types are float, int, bool, arrays such as f8[n,3], list[...] and tuple[...] of them, "
    "dataclasses and namedtuples"
)


def parse_annotation(node: ast.expr, span: Span | None, scope: Scope | None = None) -> Type:
    """The type that an annotation names; classes are looked up in `scope`. Raises S2S405."""
    match node:
        case ast.Constant(value=str(text)):
            return parse_type(text, span, scope)
        case ast.Name(id=name) if name in _NAMES:
            return _NAMES[name]
        case ast.Name() | ast.Attribute() if (form := class_named(node, scope)) is not None:
            return type_of_class(form, span, partial(type_of_annotation, form=form, span=span))
        case ast.Attribute(attr="float64"):
            return FLOAT
        case ast.Subscript(value=ast.Name(id=name), slice=inner) if name in _DTYPES:
            axes = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return Array(_DTYPES[name], tuple(parse_axis(axis, span) for axis in axes))
        case ast.Name(id=name) if name in _DTYPES:
            return array(_DTYPES[name], ())
        case ast.Attribute(attr="ndarray") | ast.Name(id="ndarray"):
            return Array("float", None)
        case ast.Subscript(value=ast.Name(id="list" | "List" | "Sequence"), slice=inner):
            return List(parse_annotation(inner, span))
        case ast.Name(id="list"):
            return List(FLOAT)
        case ast.Subscript(value=ast.Name(id="tuple" | "Tuple"), slice=inner):
            items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if not any(isinstance(item, ast.Constant) and item.value is ... for item in items):
                return Tuple(tuple(parse_annotation(item, span, scope) for item in items))
    fail("S2S405", f"the type {ast.unparse(node)} is not understood", span, _KNOWN)


def parse_axis(node: ast.expr, span: Span | None) -> Axis:
    """The length of an axis: a number, a name, or a name plus or minus a number. Raises S2S405."""
    match node:
        case ast.Constant(value=int(length)):
            return length
        case ast.Name(id=name):
            return Size(name)
        case ast.BinOp(ast.Name(id=name), ast.Add(), ast.Constant(value=int(by))):
            return Size(name, by)
        case ast.BinOp(ast.Name(id=name), ast.Sub(), ast.Constant(value=int(by))):
            return Size(name, -by)
    fail("S2S405", f"the length {ast.unparse(node)} is not understood", span, _KNOWN)


def type_of_annotation(annotation: object, form: RecordClass, span: Span | None) -> Type:
    """The type of a field: its annotation is syntax, a text, or an object."""
    match annotation:
        case ForwardRef(__forward_arg__=text):
            return parse_type(text, span, form.scope)
        case ast.Constant(value=None) | None:
            return Static(None)
        case ast.Name(id="str") | "str":
            return Opaque("text")
        case ast.expr():
            return parse_annotation(annotation, span, form.scope)
        case str():
            return parse_type(annotation, span, form.scope)
        case type():
            known = meaning_of(annotation, annotation.__name__, [])
            if annotation is str:
                return Opaque("text")
            if isinstance(known, RecordClass):
                inner = partial(type_of_annotation, form=known, span=span)
                return type_of_class(known, span, inner)
            return parse_type(annotation.__name__, span, form.scope)
    if get_origin(annotation) is tuple:
        items = (type_of_annotation(item, form, span) for item in get_args(annotation))
        return Tuple(tuple(items))
    return parse_type(str(annotation), span, form.scope)


def parse_types(text: str) -> dict[str, str]:
    """`--types "x: float, p: tuple[float, float]"` as a dict of texts. Raises S2S405."""
    entries: dict[str, str] = {}
    depth, part, parts = 0, "", []
    for char in text:
        depth += (char == "[") - (char == "]")
        if char == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += char
    for entry in (*parts, part):
        name, colon, type_ = entry.partition(":")
        if not colon or not name.strip().isidentifier():
            fail("S2S405", f"--types has {entry.strip()!r}", None, 'write "name: type, ..."')
        entries[name.strip()] = type_.strip()
    return entries
