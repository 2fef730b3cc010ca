"""Names resolve to objects, not to spellings. Two resolvers with one interface.

*Live*: `LiveScope` looks names up in a function object's closure, globals and builtins, and notes what
it found as a `Capture`, so that a gradient is compiled anew when a global changes.
*Static*: `StaticModule` looks them up in the tree of a file that is never executed. There a name must
have exactly one unconditional binding.
"""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, TypeGuard, final

from s2sdiff.errors import SourceUnavailable, fail
from s2sdiff.frontend.calls import give
from s2sdiff.frontend.meanings import (
    Capture,
    Instance,
    LibraryFunction,
    Mapping,
    Meaning,
    Module,
    Partial,
    RecordValue,
    Sequence,
    Transformed,
    Unknown,
    UserFunction,
    rebuilt,
)
from s2sdiff.frontend.records import (
    is_constant_record,
    is_namedtuple,
    live_exception,
    live_plain_class,
    live_record,
    live_value,
)
from s2sdiff.frontend.source import find_live, span_of
from s2sdiff.ir.core import Const, constant
from s2sdiff.rules.constants import CONSTANTS
from s2sdiff.rules.helpers import helper_of, is_helper_name
from s2sdiff.rules.registry import RULES, Library, library_name, name_of_object
from s2sdiff.rules.signatures import STATIC


def library_member(module: str) -> Callable[[str, list[Capture]], Meaning | None]:
    """What attributes of a library module mean, by name alone."""

    def member(attribute: str, captures: list[Capture]) -> Meaning | None:
        return library_meaning(f"{module}.{attribute}")

    return member


def library_meaning(qualified: str) -> Meaning:
    """The meaning of a qualified name of a library: a constant, or a function that may have a rule."""
    if qualified in CONSTANTS:
        return constant(CONSTANTS[qualified], qualified)
    return LibraryFunction(qualified)


def library_module(name: str) -> Module:
    return Module(name, library_member(name))


def python_number(value: object) -> object:
    """NumPy's scalars as Python's; everything else as it is."""
    kind = type(value)
    if kind.__module__ == "numpy" and isinstance(getattr(value, "shape", None), tuple):
        item: Callable[[], object] | None = getattr(value, "item", None)
        if item is not None and getattr(value, "shape", None) == ():
            return item()
    if isinstance(value, float) and kind is not float:
        return float(value)
    return value


def meaning_of(value: object, name: str, captures: list[Capture]) -> Meaning:
    """What a live object means. `name` is how the user calls it."""
    library = _library_constant(value)
    if library is not None:
        return constant(CONSTANTS[library], library)
    value = python_number(value)
    match value:
        case bool() | int() | float():
            return constant(value, name.rpartition(".")[2])
        case str() | bytes() | None:
            return constant(value)
        case slice() if all(each is None or type(each) is int for each in bounds(value)):
            return constant(value)
        case Library():
            return library_module(library_name(value))
        case ModuleType():
            return _live_module(value)
        case tuple() if is_namedtuple(value) and is_constant_record(value):
            return live_value(value, name, captures, meaning_of)
        case tuple() | list():
            items = tuple(
                meaning_of(item, f"{name}_{index}", captures) for index, item in enumerate(value)
            )
            return Sequence(items, type(value).__name__)
        case dict() if all(isinstance(key, str) for key in value):
            return Mapping(
                {key: meaning_of(item, f"{name}_{key}", captures) for key, item in value.items()}
            )
        case functools.partial():
            return Partial(
                meaning_of(value.func, f"{name}.func", captures),
                tuple(meaning_of(arg, f"{name}_{i}", captures) for i, arg in enumerate(value.args)),
                {k: meaning_of(v, k, captures) for k, v in value.keywords.items()},
            )
    if is_constant_record(value):
        return live_value(value, name, captures, meaning_of)
    if callable(value):
        return _callable_meaning(value, name, captures)
    return Instance(value, name)


def bounds(each: slice) -> tuple[object, object, object]:
    return each.start, each.stop, each.step


def _library_constant(value: object) -> str | None:
    """The qualified name of the constant that `value` is: the very object that a library has."""
    if type(value) is not float:
        return None
    for qualified in CONSTANTS:
        module, _, name = qualified.rpartition(".")
        if module in sys.modules and sys.modules[module].__dict__.get(name) is value:
            return qualified
    return None


def _callable_meaning(value: Any, name: str, captures: list[Capture]) -> Meaning:
    registered = name_of_object(value)
    if registered is not None and not _has_source(value):
        return LibraryFunction(registered)
    if (getattr(value, "__module__", "") or "").startswith("numba.") and name.endswith("prange"):
        return LibraryFunction("numba.prange")
    if isinstance(value, type) and value.__module__ not in ("builtins", "functools", "numpy"):
        if issubclass(value, BaseException):
            exception = live_exception(value)
            return exception if exception is not None else Instance(value, name)
        found = live_record(value, meaning_of) or live_plain_class(value, meaning_of)
        return found or Instance(value, name)
    match value:
        case FunctionType() if value.__module__ == "s2sdiff.api":
            return LibraryFunction(f"s2sdiff.{value.__name__}")
        case FunctionType() if STATIC.get(f"{value.__module__}.{value.__name__}") is value:
            return LibraryFunction(f"{value.__module__}.{value.__name__}")
        case FunctionType() if (value.__module__ or "").partition(".")[0] in ("numpy", "scipy"):
            return LibraryFunction(_library_name(value) or f"{value.__module__}.{value.__name__}")
        case FunctionType() if value.__module__ in ("copy", "dataclasses"):
            return LibraryFunction(f"{value.__module__}.{value.__name__}")
        case FunctionType():
            helper = _live_helper(value)
            return user_function(value) if helper is None else LibraryFunction(helper)
        case MethodType():
            bound = meaning_of(value.__self__, name.rpartition(".")[0] or name, captures)
            function = meaning_of(value.__func__, name, captures)
            return Partial(function, (bound,), {})
    distribution = _distribution(value)
    if distribution is not None:
        return LibraryFunction(distribution)
    if type(value).__module__ == "s2sdiff.api" and hasattr(value, "plan"):
        return Transformed(value._function(), value.plan)
    compiled = _python_of(value)
    if compiled is not None:
        return meaning_of(compiled, name, captures)
    if isinstance(value, functools._lru_cache_wrapper):
        return meaning_of(value.__wrapped__, name, captures)
    library = _library_name(value)
    if library is not None:
        return LibraryFunction(library)
    return Instance(value, name)


def _python_of(value: object) -> FunctionType | None:
    """The Python function that numba compiles."""
    found = getattr(value, "py_func", None)
    is_compiled = type(value).__module__.startswith("numba.") and isinstance(found, FunctionType)
    return found if is_compiled else None


def _distribution(value: object) -> str | None:
    """The qualified name of a distribution of SciPy, whose methods have rules."""
    if not type(value).__module__.startswith("scipy.stats"):
        return None
    members = sys.modules["scipy.stats"].__dict__.items() if "scipy.stats" in sys.modules else ()
    return next((f"scipy.stats.{name}" for name, each in members if each is value), None)


def _has_source(value: object) -> bool:
    if not isinstance(value, FunctionType):
        return False
    try:
        find_live(value, None)
    except SourceUnavailable:
        return False
    return True


def _live_helper(function: FunctionType) -> str | None:
    """The helper of emitted code that this function is, if any."""
    if not is_helper_name(function.__name__):
        return None
    node, _ = find_live(function, None)
    return helper_of(node) if isinstance(node, ast.FunctionDef) else None


def _library_name(value: Any) -> str | None:
    """The qualified name of a function of a library, if that name still leads to it."""
    short = getattr(value, "__name__", None)
    if not isinstance(short, str):
        return None
    home = getattr(value, "__module__", None)
    if home in ("_operator", "_functools"):
        home = home[1:]
    is_private = isinstance(home, str) and "._" in home
    for module in (None if is_private else home, "builtins", "math", "operator", "numpy"):
        if module in sys.modules and sys.modules[module].__dict__.get(short) is value:
            return f"{module}.{short}"
    for qualified in RULES:
        module, _, attribute = qualified.rpartition(".")
        found = sys.modules.get(module)
        if found is not None and found.__dict__.get(attribute) is value:
            return qualified
    return f"{home}.{short}" if isinstance(value, BuiltinFunctionType | type) or home else None


FIXED = ("numpy", "scipy")  # libraries whose functions stay what they are


def _live_module(module: ModuleType) -> Module:
    def member(attribute: str, captures: list[Capture]) -> Meaning | None:
        if not hasattr(module, attribute):
            return None
        qualified = f"{module.__name__}.{attribute}"
        value = getattr(module, attribute)
        if qualified in CONSTANTS:
            return constant(CONSTANTS[qualified], qualified)
        if module.__name__.partition(".")[0] not in FIXED:
            note(captures, qualified, lambda: getattr(module, attribute), value)
        return meaning_of(value, qualified, captures)

    return Module(module.__name__, member)


def note(captures: list[Capture], name: str, read: Callable[[], object], value: object) -> None:
    """Remember that `value` was relied on, unless it cannot change what is compiled."""
    if isinstance(value, ModuleType | Library | BuiltinFunctionType | type):
        return
    if _can_change(value):
        frozen = _frozen(value)
        captures.append(Capture(name, lambda: _frozen(read()), frozen, None, read))
        return
    captures.append(Capture(name, read, value))


def note_name(
    captures: list[Capture],
    name: str,
    read: Callable[[], object],
    value: object,
    home: dict[str, Any] | None = None,
) -> None:
    """Remember what a name outside the function was bound to: it may be bound to anything else later."""
    if _can_change(value):
        note(captures, name, read, value)
    elif not any(each.name == name and each.home is home is not None for each in captures):
        captures.append(Capture(name, read, value, home))


def _can_change(value: object) -> bool:
    """Is it a list or a dict, or a tuple with one in it?"""
    return (
        isinstance(value, list | dict)
        or is_numpy_array(value)
        or (isinstance(value, tuple) and any(map(_can_change, value)))
    )


def _frozen(value: object) -> object:
    """A tuple that changes when a list or dict does."""
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return tuple((key, _frozen(item)) for key, item in value.items())
    if is_numpy_array(value):
        return (value.dtype.str, value.shape, value.tobytes())
    return value


def is_numpy_array(value: object) -> TypeGuard[Any]:
    """Is it an array, and no subclass with laws of its own?"""
    return type(value).__module__ == "numpy" and type(value).__name__ == "ndarray"


@final
@dataclass(frozen=True, slots=True)
class LiveScope:
    """Free names of a function object: closure, globals, builtins."""

    function: FunctionType

    def lookup(self, name: str, captures: list[Capture]) -> Meaning | None:
        code = self.function.__code__
        if name in code.co_freevars and self.function.__closure__ is not None:
            cell = self.function.__closure__[code.co_freevars.index(name)]
            try:
                value = cell.cell_contents
            except ValueError:
                return None
            note_name(captures, name, lambda: cell.cell_contents, value)
            return meaning_of(value, name, captures)
        module = self.function.__globals__
        if name in module:
            note_name(captures, name, lambda: module[name], module[name], module)
            return meaning_of(module[name], name, captures)
        if hasattr(builtins, name):
            return meaning_of(getattr(builtins, name), name, captures)
        return None

    def imported(self, name: str, node: ast.Import | ast.ImportFrom) -> Meaning:
        """Import as the function itself would: its own module is loaded already."""
        package = self.function.__globals__.get("__package__") or ""
        if isinstance(node, ast.Import):
            alias = next(a for a in node.names if name in (a.asname, a.name.partition(".")[0]))
            module = importlib.import_module(alias.name)
            top = module if alias.asname else sys.modules[name]
            return meaning_of(top, name, [])
        original = next(a.name for a in node.names if (a.asname or a.name) == name)
        source = importlib.import_module("." * node.level + (node.module or ""), package)
        return _live_module(source).member(original, []) or Unknown("cannot be imported")


def user_function(function: FunctionType, text: str | None = None) -> UserFunction:
    """The text and scope of a function object. Raises S2S101, S2S102, S2S105."""
    node, source = find_live(function, text)
    arguments = node.args
    captures: list[Capture] = []
    defaults: dict[str, Meaning] = {}
    positional = [*arguments.posonlyargs, *arguments.args]
    values = function.__defaults__ or ()
    for parameter, value in zip(positional[len(positional) - len(values) :], values, strict=True):
        defaults[parameter.arg] = meaning_of(value, parameter.arg, captures)
    for key, value in (function.__kwdefaults__ or {}).items():
        defaults[key] = meaning_of(value, key, captures)
    statements: tuple[ast.stmt, ...]
    if isinstance(node, ast.Lambda):
        returned = ast.copy_location(ast.Return(node.body), node.body)
        statements = (returned,)
    else:
        statements = tuple(node.body)
    name = "f" if isinstance(node, ast.Lambda) else node.name
    home = name_of_object(function) or ""
    return UserFunction(
        name,
        arguments,
        statements,
        source,
        LiveScope(function),
        span_of(node, source),
        {key: plain_default(value) for key, value in defaults.items()},
        rule=RULES.get(home),
        home=home,
    )


def plain_default(meaning: Meaning) -> Meaning:
    """A default value, with the name of its parameter taken off again."""
    if isinstance(meaning, Const) and meaning.name is not None and "." not in meaning.name:
        return Const(meaning.value, meaning.type)
    if isinstance(meaning, Sequence):
        return Sequence(tuple(map(plain_default, meaning.items)), meaning.kind)
    if isinstance(meaning, Mapping | RecordValue):
        return rebuilt(meaning, tuple(map(plain_default, meaning.items.values())))
    return meaning


def entry_function(target: Any, text: str | None = None) -> UserFunction:
    """The function that a user wants to differentiate: also a method, a partial, a callable object.

    Raises S2S101 for functions that have no Python source.
    """
    if isinstance(target, FunctionType):
        function = user_function(target, text)
        wrapped = getattr(target, "__wrapped__", None)
        if isinstance(wrapped, FunctionType):
            return wrapper_function(function, user_function(wrapped))
        return function
    name = getattr(target, "__name__", type(target).__name__)
    meaning = meaning_of(target, name, [])
    is_object = isinstance(meaning, Instance | RecordValue)
    if is_object and callable(target) and not isinstance(target, type):
        meaning = meaning_of(target.__call__, name, [])
    args: tuple[Meaning, ...] = ()
    keywords: dict[str, Meaning] = {}
    while isinstance(meaning, Partial):
        args, keywords = meaning.args + args, {**meaning.keywords, **keywords}
        meaning = meaning.function
    if isinstance(meaning, UserFunction):
        return give(meaning, args, keywords) if args or keywords else meaning
    fail(
        "S2S101",
        f"the source text of {name} is not available",
        None,
        "differentiate a Python function that calls it",
    )


@final
@dataclass(frozen=True, slots=True, eq=False)
class _WrapperScope:
    """The scope of a call of a wrapper: it holds nothing else."""

    wrapper: UserFunction

    def lookup(self, name: str, captures: list[Capture]) -> Meaning | None:
        return self.wrapper

    def imported(self, name: str, node: ast.Import | ast.ImportFrom) -> Meaning:
        return Unknown("is not imported here")


def wrapper_function(wrapper: UserFunction, wrapped: UserFunction) -> UserFunction:
    """A decorator's wrapper under the parameters of the function that it wraps.

    It is the wrapper that is called and differentiated; `functools.wraps` says that it takes the
    same arguments.
    """
    arguments = wrapped.parameters
    call = ast.Call(ast.Name("wrapper", ast.Load()), [], [])
    for argument in (*arguments.posonlyargs, *arguments.args):
        call.args.append(ast.Name(argument.arg, ast.Load()))
    if arguments.vararg is not None:
        call.args.append(ast.Starred(ast.Name(arguments.vararg.arg, ast.Load()), ast.Load()))
    for argument in arguments.kwonlyargs:
        call.keywords.append(ast.keyword(argument.arg, ast.Name(argument.arg, ast.Load())))
    returned = ast.fix_missing_locations(ast.Return(call))
    return replace(wrapped, statements=(returned,), scope=_WrapperScope(wrapper))
