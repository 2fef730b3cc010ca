"""Classes in a file that is never executed: dataclasses, namedtuples and typed dicts, from their syntax."""

from __future__ import annotations

import ast
import builtins
import collections
from typing import Any, Protocol

from s2sdiff.errors import SourceFile
from s2sdiff.frontend.meanings import (
    Capture,
    ExceptionClass,
    LibraryFunction,
    Meaning,
    Partial,
    Property,
    RecordClass,
    Scope,
    Unknown,
    UserFunction,
)
from s2sdiff.frontend.records import empty, without_name
from s2sdiff.frontend.subset import UNUSUAL


class ClassScope(Scope, Protocol):
    """The file in which a class stands."""

    source: SourceFile

    @property
    def dotted(self) -> str:
        """The name under which the file is imported."""

    def reference(self, node: ast.expr) -> Meaning | None: ...

    def value(self, name: str, node: ast.expr) -> Meaning: ...

    def user_function(
        self, name: str, arguments: ast.arguments, body: tuple[ast.stmt, ...], node: ast.AST
    ) -> UserFunction: ...

    def believed_attribute(self, name: str, meaning: Meaning) -> Meaning: ...


_TUPLES = LibraryFunction("typing.NamedTuple")
_DICTS = (LibraryFunction("typing.TypedDict"), LibraryFunction("typing_extensions.TypedDict"))
_DATACLASS = LibraryFunction("dataclasses.dataclass")
_FIELD = LibraryFunction("dataclasses.field")
_CLASS_VARIABLES = (LibraryFunction("typing.ClassVar"),)
_KW_ONLY = LibraryFunction("dataclasses.KW_ONLY")
FACTORIES = (LibraryFunction("collections.namedtuple"), _TUPLES)


def static_record(scope: ClassScope, node: ast.ClassDef) -> Meaning:
    """What a `class` statement means: a record class, or `Unknown` with the reason."""
    bases = [_base(scope, node.name, base) for base in node.bases]
    if any(map(is_exception, bases)) and not node.decorator_list:
        return ExceptionClass(scope.dotted, node.name)
    marks = [_called(mark) for mark in node.decorator_list]
    options: dict[str, object] = {}
    kind: Any
    inherited: list[RecordClass] = []
    if _TUPLES in bases and not marks:
        kind = "namedtuple"
    elif [getattr(base, "kind", None) for base in bases] == ["namedtuple"] and not marks:
        kind = "namedtuple"
        inherited = [base for base in bases if isinstance(base, RecordClass)]
    elif len(bases) == 1 and bases[0] in _DICTS and not marks and not node.keywords:
        kind = "typeddict"
    elif [scope.reference(mark) for mark, _ in marks] == [_DATACLASS]:
        options = marks[0][1]
        inherited = [base for base in bases if isinstance(base, RecordClass)]
        kind = "dataclass"
        if len(inherited) != len(bases) or len(bases) > 1:
            return Unknown(f"is a class with bases that are not followed (line {node.lineno})")
    elif is_plain(scope, node, bases):
        kind = "object"
        inherited = [base for base in bases if isinstance(base, RecordClass)]
    else:
        return Unknown(f"is a class that does more than have methods (line {node.lineno})")
    if any(base.kind != kind for base in inherited):
        return Unknown(f"is a class with bases of another kind (line {node.lineno})")
    return _Static(scope, node, kind, inherited[0] if inherited else None, options).form()


def names_bound_again(node: ast.ClassDef) -> dict[str, int]:
    """Names that the body of a class binds more than once, or not plainly, with the line."""
    bound: set[str] = set()
    found: dict[str, int] = {}

    def bind(name: str, line: int) -> None:
        if name in bound:
            found[name] = line
        bound.add(name)

    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                bind(name, statement.lineno)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                bind(name, statement.lineno)
            case _:
                for inner in ast.walk(statement):
                    match inner:
                        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                            found[name] = inner.lineno
                        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                            found[name] = inner.lineno
                        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                            found[name] = inner.lineno
    return found


def is_plain(scope: ClassScope, node: ast.ClassDef, bases: list[Meaning | None]) -> bool:
    """Is it a class whose objects are what its methods store into them?"""
    names = {getattr(statement, "name", "") for statement in node.body}
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    plain_bases = all(
        base == LibraryFunction("builtins.object")
        or (isinstance(base, RecordClass) and base.kind == "object")
        for base in bases
    )
    marked = bool(node.decorator_list or node.keywords)
    return plain_bases and len(bases) <= 1 and not marked and not names & UNUSUAL


def is_exception(meaning: Meaning | None) -> bool:
    """A class of exceptions: the user's own, or one of Python's."""
    if isinstance(meaning, LibraryFunction) and meaning.name.startswith("builtins."):
        found = getattr(builtins, meaning.name[9:], None)
        return isinstance(found, type) and issubclass(found, BaseException)
    return isinstance(meaning, ExceptionClass)


def _base(scope: ClassScope, name: str, node: ast.expr) -> Meaning | None:
    """What a base class means; `namedtuple(...)` is written there too."""
    if isinstance(node, ast.Call) and scope.reference(node.func) in FACTORIES:
        return static_namedtuple(scope, name, node)
    return scope.reference(node)


def static_namedtuple(scope: ClassScope, name: str, node: ast.Call) -> Meaning:
    """What `name = namedtuple("Name", "x y", defaults=(...))` means."""
    fields = ast.List([], ast.Load()) if len(node.args) < 2 else node.args[1]
    annotations: dict[str, object] = {}
    match fields:
        case ast.Constant(value=str(text)):
            names = text.replace(",", " ").split()
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            names = []
            for part in parts:
                match part:
                    case ast.Constant(value=str(text)):
                        names.append(text)
                    case ast.Tuple(elts=[ast.Constant(value=str(text)), annotation]):
                        names.append(text)
                        annotations[text] = annotation
        case _:
            names = []
    given: list[ast.expr] = []
    for keyword in node.keywords:
        if keyword.arg != "defaults" or not isinstance(keyword.value, ast.Tuple | ast.List):
            return Unknown(f"is a namedtuple with options (line {node.lineno})")
        given = keyword.value.elts
    try:
        collections.namedtuple(name, names)
    except (TypeError, ValueError) as problem:
        return Unknown(f"is no namedtuple: {problem}")
    last = names[len(names) - len(given) :]
    defaults = {f: without_name(scope.value(f, n)) for f, n in zip(last, given, strict=True)}

    def member(attribute: str, captures: list[Capture]) -> Meaning | None:
        return None

    return RecordClass(
        scope.dotted, name, "namedtuple", tuple(names), defaults, annotations, scope, member
    )


def _called(mark: ast.expr) -> tuple[ast.expr, dict[str, object]]:
    """A decorator and its keywords; one that is not a constant is None."""
    if not isinstance(mark, ast.Call):
        return mark, {}
    return mark.func, {
        str(keyword.arg): keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        for keyword in mark.keywords
    }


class _Static:
    """Reads one `class` statement."""

    def __init__(
        self,
        scope: ClassScope,
        node: ast.ClassDef,
        kind: Any,
        base: RecordClass | None,
        options: dict[str, object],
    ) -> None:
        self.scope, self.node, self.kind, self.base = scope, node, kind, base
        self.fields: dict[str, None] = dict.fromkeys(base.fields if base else ())
        self.defaults: dict[str, Meaning] = dict(base.defaults if base else {})
        self.annotations: dict[str, object] = dict(base.annotations if base else {})
        self.keyword_only: set[str] = set(base.keyword_only if base else ())
        self.problem = base.problem if base else ""
        self.all_by_keyword = options.get("kw_only", False) is not False
        self.frozen = kind == "namedtuple" or options.get("frozen") is True
        self.members: dict[str, ast.stmt] = {}
        self.doubtful = names_bound_again(node)
        if options.get("init", True) is not True:
            self.problem = "it has no constructor"

    def form(self) -> RecordClass:
        for statement in self.node.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                    self.annotated(name, annotation, value, statement)
                case ast.Assign(targets=[ast.Name(id=name)]):
                    self.members[name] = statement
                case ast.FunctionDef(name=name):
                    self.members[name] = statement
        for name in self.fields:
            if name in self.doubtful:
                self.problem = f"its field {name} is bound more than once"
        for name in ("__init__", "__new__", "__post_init__"):
            if name in self.members and self.kind not in ("typeddict", "object"):
                self.problem = f"it has {'an' if name == '__init__' else 'a'} {name}"
        form = RecordClass(
            self.scope.dotted,
            self.node.name,
            self.kind,
            tuple(self.fields),
            self.defaults,
            self.annotations,
            self.scope,
            lambda name, captures: self.member(form, name, captures),
            frozenset(self.keyword_only),
            self.frozen,
            self.problem,
        )
        return form

    def annotated(
        self, name: str, annotation: ast.expr, value: ast.expr | None, statement: ast.stmt
    ) -> None:
        whole = annotation.value if isinstance(annotation, ast.Subscript) else annotation
        marker = self.scope.reference(whole)
        if marker in _CLASS_VARIABLES:
            self.members[name] = statement
            return
        if marker == _KW_ONLY:
            self.all_by_keyword = True
            return
        if marker == LibraryFunction("dataclasses.InitVar"):
            self.problem = "it has an InitVar"
        if (self.kind == "namedtuple" and self.base is not None) or self.kind == "object":
            self.members[name] = statement
            return
        self.fields[name] = None
        self.annotations[name] = annotation
        self.defaults.pop(name, None)
        if self.all_by_keyword:
            self.keyword_only.add(name)
        if isinstance(value, ast.Call) and self.scope.reference(value.func) == _FIELD:
            self.field_options(name, value)
        elif value is not None:
            self.defaults[name] = without_name(self.scope.value(name, value))

    def field_options(self, name: str, call: ast.Call) -> None:
        for keyword in call.keywords:
            off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
            if keyword.arg == "default":
                self.defaults[name] = without_name(self.scope.value(name, keyword.value))
            elif keyword.arg == "default_factory":
                factory = self.scope.reference(keyword.value)
                known = isinstance(factory, LibraryFunction) and empty(factory.name[9:])
                if known:
                    self.defaults[name] = known
            elif keyword.arg == "init" and off:
                self.problem = "it has a field with init=False"
            elif keyword.arg == "kw_only":
                (self.keyword_only.discard if off else self.keyword_only.add)(name)

    def member(self, form: RecordClass, name: str, captures: list[Capture]) -> Meaning | None:
        if name in self.doubtful:
            return Unknown(f"is bound more than once in its class (line {self.doubtful[name]})")
        match self.members.get(name):
            case ast.Assign(value=ast.Name(id=alias)) if alias in self.members and alias != name:
                return self.member(form, alias, captures)
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                return self.scope.believed_attribute(name, self.scope.value(name, value))
            case ast.FunctionDef() as node:
                return self.scope.believed_attribute(name, self.method(form, node))
        return self.base.member(name, captures) if self.base is not None else None

    def method(self, form: RecordClass, node: ast.FunctionDef) -> Meaning:
        function = self.scope.user_function(node.name, node.args, tuple(node.body), node)
        marks = [self.scope.reference(mark) for mark in node.decorator_list]
        match marks:
            case []:
                return function
            case [LibraryFunction(name="builtins.property" | "functools.cached_property")]:
                return Property(function)
            case [LibraryFunction(name="builtins.staticmethod")]:
                return Partial(function, (), {})
            case [LibraryFunction(name="builtins.classmethod")]:
                return Partial(function, (form,), {})
        return Unknown(f"is decorated (line {node.lineno})")
