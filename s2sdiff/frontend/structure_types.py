"""Types of structures with names: of the arguments of a call, and of classes in annotations."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, ForwardRef, TypeAlias

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.meanings import RecordClass, RecordValue, Scope, python_value
from s2sdiff.frontend.modules import attribute_of
from s2sdiff.frontend.names import meaning_of
from s2sdiff.frontend.records import field_names, is_record, live_record, record_type
from s2sdiff.ir.types import FLOAT, INT, Dict, Record, Type

# An int in a field that is declared to be a float, or not declared, is a float: it has a derivative.
_FLOATS = (float, "float", ForwardRef("float"))

TypeOf: TypeAlias = Callable[[object, str], Type]


def type_of_structure(value: object, name: str, type_of_part: TypeOf) -> Type | None:
    """The type of a dict, a dataclass instance or a namedtuple; None for anything else.

    Raises S2S403 for a dict with keys that are not plain constants.
    """
    if isinstance(value, RecordValue):  # a default, which is no object yet
        types = (type_of_part(python_value(item), name) for item in value.items.values())
        return record_type(value.form, tuple(types))
    kind: Any = type(value)
    if kind is dict:
        assert isinstance(value, dict)
        for key in value:
            if type(key) not in (str, int, float, bool, type(None)):
                fail(
                    "S2S403",
                    f"the dict {name} has the key {key!r}",
                    None,
                    "use strings or numbers as keys",
                )
        items = ((key, type_of_part(item, f"{name}[{key!r}]")) for key, item in value.items())
        return Dict(tuple(items))
    if not is_record(value):
        return None
    form = live_record(kind, meaning_of)
    assert form is not None
    found: list[Type] = []
    for field in field_names(kind):
        if not hasattr(value, field):
            fail("S2S403", f"{name}.{field} is not set", None, "set all fields")
        inner = type_of_part(getattr(value, field), f"{name}.{field}")
        annotated = form.annotations.get(field, "float")
        found.append(FLOAT if inner == INT and annotated in _FLOATS else inner)
    return record_type(form, tuple(found))


def class_named(node: ast.expr, scope: Scope | None) -> RecordClass | None:
    """The class that an annotation names, if it is one with known fields."""
    found = _meaning(node, scope) if scope is not None else None
    return found if isinstance(found, RecordClass) else None


def _meaning(node: ast.expr, scope: Scope) -> Any:
    match node:
        case ast.Name(id=name):
            return scope.lookup(name, [])
        case ast.Attribute(value=owner, attr=name):
            return attribute_of(_meaning(owner, scope), name, [])
    return None


def type_of_class(
    form: RecordClass, span: Span | None, type_of_annotation: Callable[[object], Type]
) -> Record | Dict:
    """The type of an object of this class, by the annotations of its fields. Raises S2S405.

    A field of a namedtuple without annotation is a float.
    """
    types: list[Type] = []
    for field in form.fields:
        annotation = form.annotations.get(field, "float")
        types.append(type_of_annotation(annotation))
    if form.kind == "typeddict":
        return Dict(tuple(zip(form.fields, types, strict=True)))
    return record_type(form, tuple(types))
