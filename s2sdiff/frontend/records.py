"""Dataclasses, namedtuples and typed dicts: what is known about a class without calling it.

Here from the class object; `static_records` reads the `class` statement. A class whose constructor does
more than store its fields, or that the generated text could not import, has a `problem`: its fields can
be read, but no object of it can be made.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeAlias, is_typeddict

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.meanings import (
    Capture,
    ExceptionClass,
    LibraryFunction,
    Mapping,
    Meaning,
    Partial,
    Property,
    RecordClass,
    RecordValue,
    Sequence,
    Unknown,
)
from s2sdiff.frontend.subset import UNUSUAL
from s2sdiff.ir.core import Const, Value
from s2sdiff.ir.types import Dict, Record, Structure, Tuple, Type, labels, parts

MeaningOf: TypeAlias = Callable[[object, str, list[Capture]], Meaning]
NAMEDTUPLE_METHODS = ("_replace", "_asdict")


def is_namedtuple(value: object) -> bool:
    return isinstance(value, tuple) and hasattr(type(value), "_fields")


def is_record(value: object) -> bool:
    """A dataclass instance or a namedtuple."""
    return is_namedtuple(value) or bool(field_names(type(value)))


def _field_names(cls: Any) -> tuple[str, ...]:
    names: tuple[str, ...] | None = getattr(cls, "_fields", None)
    if names is not None and issubclass(cls, tuple):
        return names
    return tuple(f.name for f in dataclasses.fields(cls)) if dataclasses.is_dataclass(cls) else ()


# The fields of a dataclass or of a class of namedtuples; none for another class.
field_names: Callable[[type], tuple[str, ...]] = functools.lru_cache(maxsize=1024)(_field_names)


def pattern_of(value: object, pattern: Callable[[object], object]) -> object:
    """What of a structure decides which compiled function serves it; the bare type of anything else."""
    kind = type(value)
    if kind is dict:
        assert isinstance(value, dict)
        return (kind, tuple((key, pattern(item)) for key, item in value.items()))
    if kind is list:
        assert isinstance(value, list)
        return (kind, tuple(map(pattern, value)))
    names = field_names(kind)
    return (kind, *[pattern(getattr(value, name, None)) for name in names]) if names else kind


def record_type(form: RecordClass, types: tuple[Type, ...]) -> Record:
    """The type of an object of this class with fields of these types."""
    fields = tuple(zip(form.fields, types, strict=True))
    if form.kind == "namedtuple":
        return Record(form.name, fields, form.module, "namedtuple", origin=form)
    return Record(form.name, fields, form.module, origin=form)


def form_of(type_: Record) -> RecordClass:
    """The class of a record type."""
    assert isinstance(type_.origin, RecordClass)
    return type_.origin


def structure_meaning(
    type_: Structure, items: tuple[Meaning, ...], origin: Value | None = None
) -> Sequence | Mapping | RecordValue:
    """A structure of this type that holds `items`; a dict may have an `origin`."""
    match type_:
        case Tuple(kind=kind):
            return Sequence(items, kind)
        case Dict():
            return Mapping(dict(zip(labels(type_), items, strict=True)), origin)
        case Record():
            form = form_of(type_)
            return RecordValue(form, dict(zip(form.fields, items, strict=True)))


def problem_of(type_: Type) -> tuple[str, str] | None:
    """The first class inside `type_` of which no object can be made, and why."""
    if isinstance(type_, Record) and form_of(type_).problem:
        return type_.name, form_of(type_).problem
    if isinstance(type_, Structure):
        return next((found for part in parts(type_) if (found := problem_of(part))), None)
    return None


def construct(
    form: RecordClass, args: tuple[Meaning, ...], keywords: dict[str, Meaning], span: Span | None
) -> dict[str, Meaning]:
    """The fields of a new object. Raises S2S306, S2S404."""
    if form.problem:
        fail(
            "S2S306",
            f"an object of class {form.name} is made, and {form.problem}",
            span,
            "use a plain dataclass or namedtuple",
        )
    kinds = inspect.Parameter
    parameters = [
        inspect.Parameter(
            name,
            kinds.KEYWORD_ONLY if name in form.keyword_only else kinds.POSITIONAL_OR_KEYWORD,
            default=form.defaults.get(name, kinds.empty),
        )
        for name in sorted(form.fields, key=form.keyword_only.__contains__)
    ]
    try:
        bound = inspect.Signature(parameters).bind(*args, **keywords)
    except (TypeError, ValueError) as problem:
        fail(
            "S2S404",
            f"{form.name}() cannot be called like this: {problem}",
            span,
            f"its fields are {', '.join(form.fields) or 'none'}",
        )
    bound.apply_defaults()
    return {name: bound.arguments[name] for name in form.fields}


# Live


def live_exception(cls: type[BaseException]) -> ExceptionClass | None:
    """A class of exceptions that can be imported; None for others."""
    name = _global_name(cls)
    return ExceptionClass(cls.__module__, name) if name else None


def live_record(cls: type, meaning_of: MeaningOf) -> RecordClass | None:
    """What a class object means; None for a class that is no dataclass and has no named fields."""
    if is_typeddict(cls):
        return _live_typeddict(cls, meaning_of)
    namedtuple = issubclass(cls, tuple) and hasattr(cls, "_fields")
    if not namedtuple and not dataclasses.is_dataclass(cls):
        return None
    module, name = cls.__module__, _global_name(cls)
    defaults: dict[str, Meaning] = {}
    keyword_only: frozenset[str] = frozenset()
    problem = "" if name else "the generated text cannot import it: it has no name in its module"
    frozen = namedtuple
    if namedtuple:
        given = cls.__dict__.get("_field_defaults", getattr(cls, "_field_defaults", {}))
        defaults = {key: without_name(meaning_of(item, key, [])) for key, item in given.items()}
        own = [c for c in cls.__mro__ if "_fields" in c.__dict__]
        if any("__new__" in c.__dict__ for c in cls.__mro__[: cls.__mro__.index(own[-1])]):
            problem = problem or "its constructor does more than store the fields"
    else:
        fields = dataclasses.fields(cls)
        defaults = {
            f.name: without_name(meaning_of(f.default, f.name, []))
            for f in fields
            if f.default is not dataclasses.MISSING
        }
        made = {f.name: empty(getattr(f.default_factory, "__name__", "")) for f in fields}
        defaults.update({name: value for name, value in made.items() if value is not None})
        keyword_only = frozenset(f.name for f in fields if f.kw_only)
        problem = problem or _dataclass_problem(cls, fields)
        frozen = bool(cls.__dataclass_params__.frozen)  # type: ignore[attr-defined]

    def member(attribute: str, captures: list[Capture]) -> Meaning | None:
        return _live_member(form, cls, attribute, captures, meaning_of)

    annotations: dict[str, object] = {}
    for base in reversed(cls.__mro__):
        annotations.update(inspect.get_annotations(base))
    form = RecordClass(
        module,
        name or cls.__name__,
        "namedtuple" if namedtuple else "dataclass",
        field_names(cls),
        defaults,
        annotations,
        _ModuleScope(module, meaning_of),
        member,
        keyword_only,
        frozen,
        problem,
    )
    return form


def live_plain_class(cls: type, meaning_of: MeaningOf) -> RecordClass | None:
    """A class whose objects are what its methods store into them; None for any other."""
    own = [base for base in cls.__mro__ if base is not object]
    if type(cls) is not type or any(UNUSUAL & vars(base).keys() for base in own):
        return None
    if any(base.__module__.partition(".")[0] in sys.stdlib_module_names for base in own):
        return None
    begins = [vars(base)["__init__"] for base in own if "__init__" in vars(base)]
    if not all(isinstance(begin, FunctionType) for begin in begins):
        return None

    def member(attribute: str, captures: list[Capture]) -> Meaning | None:
        return _live_member(form, cls, attribute, captures, meaning_of)

    scope = _ModuleScope(cls.__module__, meaning_of)
    name = _global_name(cls) or cls.__name__
    form = RecordClass(cls.__module__, name, "object", (), {}, {}, scope, member, frozen=False)
    return form


def _live_typeddict(cls: Any, meaning_of: MeaningOf) -> RecordClass | None:
    def member(attribute: str, captures: list[Capture]) -> Meaning | None:
        return None

    annotations: dict[str, object] = dict(inspect.get_annotations(cls))
    if cls.__optional_keys__:
        return None
    scope = _ModuleScope(cls.__module__, meaning_of)
    names = tuple(annotations)
    return RecordClass(
        cls.__module__, cls.__name__, "typeddict", names, {}, annotations, scope, member
    )


def live_value(value: object, name: str, captures: list[Capture], meaning_of: MeaningOf) -> Meaning:
    """A namedtuple, or a frozen dataclass instance, whose fields are constants."""
    form = live_record(type(value), meaning_of)
    assert form is not None
    return RecordValue(
        form,
        {
            field: meaning_of(getattr(value, field), f"{name}_{field}", captures)
            for field in form.fields
        },
    )


def is_constant_record(value: object) -> bool:
    """A namedtuple or a frozen dataclass instance whose fields stay as they are."""
    if not is_record(value):
        return False
    try:
        hash(value)
    except TypeError:
        return False
    return is_namedtuple(value) or bool(type(value).__dataclass_params__.frozen)  # type: ignore[attr-defined]


def empty(factory: str) -> Meaning | None:
    """What the default factories `list`, `dict` and `tuple` make."""
    if factory == "dict":
        return Mapping({})
    return Sequence((), factory) if factory in ("list", "tuple") else None


def _dataclass_problem(cls: type, fields: tuple[dataclasses.Field[Any], ...]) -> str:
    if hasattr(cls, "__post_init__"):
        return "it has a __post_init__"
    made: Any = inspect.getattr_static(cls, "__init__")
    code = getattr(made, "__code__", None)
    new = inspect.getattr_static(cls, "__new__")
    if code is None or code.co_filename != "<string>" or new is not vars(object)["__new__"]:
        return "its constructor does more than store the fields"
    if any(not f.init for f in fields):
        return "it has a field with init=False"
    every: dict[str, Any] = vars(cls)["__dataclass_fields__"]
    known = [each._field_type.name for each in every.values()]
    return "it has an InitVar" if "_FIELD_INITVAR" in known else ""


def _global_name(cls: type) -> str:
    """The name under which the class stands in its module, or an empty text."""
    module = sys.modules.get(cls.__module__)
    found: Any = module
    for part in cls.__qualname__.split("."):
        found = getattr(found, part, None)
    if found is cls:
        return str(cls.__qualname__)
    names = vars(module).items() if module is not None else ()
    return next((name for name, value in names if value is cls), "")


def _live_member(
    form: RecordClass, cls: type, name: str, captures: list[Capture], meaning_of: MeaningOf
) -> Meaning | None:
    for base in cls.__mro__:
        if base in (object, tuple) or name not in base.__dict__:
            continue
        value = base.__dict__[name]
        path = f"{cls.__name__}.{name}"
        captures.append(Capture(path, lambda: inspect.getattr_static(cls, name), value))
        match value:
            case property() if value.fget is not None:
                return Property(meaning_of(value.fget, path, captures))
            case functools.cached_property():
                return Property(meaning_of(value.func, path, captures))
            case staticmethod():
                return Partial(meaning_of(value.__func__, path, captures), (), {})
            case classmethod():
                return Partial(meaning_of(value.__func__, path, captures), (form,), {})
            case FunctionType() if value.__code__.co_filename == "<string>":
                return None  # made by dataclass() or namedtuple()
        return meaning_of(value, path, captures)
    return None


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _ModuleScope:
    """The names of an imported module, for annotations that are texts."""

    module: str
    meaning_of: MeaningOf

    def lookup(self, name: str, captures: list[Capture]) -> Meaning | None:
        known = vars(sys.modules[self.module]) if self.module in sys.modules else {}
        if name in known:
            return self.meaning_of(known[name], name, captures)
        return (
            LibraryFunction(f"builtins.{name}") if name in vars(sys.modules["builtins"]) else None
        )

    def imported(self, name: str, node: ast.Import | ast.ImportFrom) -> Meaning:
        return Unknown("is not imported here")


def without_name(meaning: Meaning) -> Meaning:
    """A default value, with the name of its field taken off again."""
    if isinstance(meaning, Const) and meaning.name is not None and "." not in meaning.name:
        return Const(meaning.value, meaning.type)
    return meaning
