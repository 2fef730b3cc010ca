"""What users call: `grad`, `value_and_grad`, `vjp`, `jvp`, `jacobian`, `hessian`, `hvp`.

Each takes a Python function and gives a `Derivative`: a callable that compiles at the first call for
each pattern of argument types, and keeps what it compiled. It runs exactly the text that
`s2sdiff emit` prints, and `.source` shows it.
"""

from __future__ import annotations

import functools
import importlib
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType, MethodType
from typing import Any, final, overload

from s2sdiff.emit.jit import check_numba, load_compiled
from s2sdiff.emit.load import load, note_origin
from s2sdiff.emit.module import Emitted
from s2sdiff.errors import fail
from s2sdiff.frontend.argument_keys import PLAIN, Key, has_shape, key_function, key_of_call
from s2sdiff.frontend.lower import Lowered, lower
from s2sdiff.frontend.meanings import Capture, UserFunction
from s2sdiff.frontend.names import entry_function
from s2sdiff.frontend.records import field_names
from s2sdiff.frontend.signatures import (
    is_array,
    types_from_annotations,
    types_from_call,
)
from s2sdiff.ir.core import Apply, Const, Function
from s2sdiff.ir.structure import CHANGED
from s2sdiff.ir.traverse import walk
from s2sdiff.ir.types import Scalar, Type
from s2sdiff.options import Target
from s2sdiff.pipeline import Operator, Plan, Step, Wrt, check_wrt, compile_text
from s2sdiff.rules.registry import declarations


@final
class Compiled:
    """One specialisation of a derivative: its text, its function, and what it relied on."""

    __slots__ = (
        "captures",
        "emitted",
        "function",
        "globals",
        "lists",
        "may_be_complex",
        "others",
        "rules",
    )

    def __init__(
        self,
        emitted: Emitted,
        captures: tuple[Capture, ...],
        changes: bool = False,
        may_be_complex: bool = True,
        jit: bool = False,
    ) -> None:
        self.may_be_complex = may_be_complex
        self.emitted = emitted
        self.captures = captures
        self.globals = tuple((c.home, c.name, c.value, c) for c in captures if c.home is not None)
        self.others = tuple(c for c in captures if c.home is None)
        self.lists = tuple(c for c in captures if c.live is not None) if changes else ()
        self.rules = declarations()
        self.function = load_compiled(emitted) if jit else load(emitted)

    def check_lists(self, args: tuple[Any, ...]) -> None:
        """Raise ValueError where a list or array read from around is passed as well, and is changed."""
        given = list(_lists_in(args))
        for capture in self.lists:
            assert capture.live is not None
            if any(
                _is_shared(each, other) for each in _lists_in(capture.live()) for other in given
            ):
                raise ValueError(
                    f"{capture.name} must not be passed: the function changes its arguments"
                )

    def holds(self) -> bool:
        """Are the globals that it was compiled with still the same?"""
        for home, name, value, capture in self.globals:
            if home.get(name) is not value and not capture.holds():
                return False
        return all(capture.holds() for capture in self.others)


def _is_shared(one: Any, two: Any) -> bool:
    """Are both the same list, or arrays that share memory?"""
    if is_array(one) and is_array(two):
        return bool(sys.modules["numpy"].shares_memory(one, two))
    return one is two


def _lists_in(value: object) -> Iterator[Any]:
    """All lists and arrays in a structure."""
    if isinstance(value, list) or is_array(value):
        yield value
    if isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _lists_in(part)


@final
class Derivative:
    """A derivative of a Python function; call it like the function.

    Attributes: `primal` is the function that was differentiated, `source` the generated text of the
    latest compilation (before the first call: for the annotated types), `plan` the operators applied.
    Raises `S2SDiffError` with code, place and remedy where the function cannot be differentiated;
    exceptions of the function itself come through unchanged.
    """

    def __init__(self, primal: Any, plan: Plan, text: str | None = None, jit: bool = False) -> None:
        self.primal = primal
        self.plan = plan
        self.jit = jit
        self._base: Any = primal._base if isinstance(primal, Derivative) else primal
        self._text: str | None = primal._text if isinstance(primal, Derivative) else text
        self._cache: dict[Key, Compiled] = {}
        self._latest: Compiled | None = None
        self._key_of: Callable[..., Any] | None = None
        self._last_key: object = None
        self._latest_called: Compiled | None = None
        self._bound: weakref.WeakKeyDictionary[object, Derivative] = weakref.WeakKeyDictionary()
        inner = getattr(primal, "__name__", type(primal).__name__)
        self.__name__ = f"{inner}_{plan[-1].operator}" if plan else inner
        self.__qualname__ = getattr(self._base, "__qualname__", self.__name__)
        self.__module__ = getattr(self._base, "__module__", __name__)
        self.__doc__ = getattr(self._base, "__doc__", None)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        if self._key_of is not None and not keywords:
            try:
                is_same = self._key_of(*args) == self._last_key
            except Exception:  # arguments of another form
                is_same = False
            compiled = self._latest_called
            if is_same and compiled is not None and compiled.rules == declarations():
                for home, name, value, _ in compiled.globals:
                    if home.get(name) is not value:
                        break
                else:
                    try:
                        return compiled.function(*args)
                    except Exception as problem:
                        note_origin(problem, compiled.function, compiled.emitted)
                        raise
        kinds = tuple(map(type, args))
        key: Key = (
            kinds if not keywords and PLAIN.issuperset(kinds) else key_of_call(args, keywords)
        )
        compiled = self._cache.get(key)
        if (
            compiled is None
            or compiled.rules != declarations()
            or (compiled.captures and not compiled.holds())
        ):
            compiled = self._compile(key, args, keywords)
        if compiled.lists:
            compiled.check_lists((*args, *keywords.values()))
        try:
            result = compiled.function(*args, **keywords)
        except Exception as problem:
            note_origin(problem, compiled.function, compiled.emitted)
            raise
        if not keywords and not compiled.may_be_complex:
            self._remember(compiled, args)
        if compiled.may_be_complex and type(result) is not float and _has_complex(result):
            fail(
                "S2S407",
                f"{self.__name__} met a complex value",
                None,
                "a negative float to a fractional power is complex; keep its base positive",
            )
        return result

    def _remember(self, compiled: Compiled, args: tuple[Any, ...]) -> None:
        """Calls with arguments like these go to `compiled` at once, if nothing else has to be looked at."""
        self._key_of = None
        if compiled.others or compiled.lists or not any(map(has_shape, args)):
            return
        key_of = key_function(args)
        if key_of is not None:
            self._key_of, self._last_key, self._latest_called = key_of, key_of(*args), compiled

    def _compile(self, key: Key, args: tuple[Any, ...], keywords: dict[str, Any]) -> Compiled:
        function = self._function()
        types = types_from_call(function, args, keywords, self._seeds())
        compiled = self._compile_for(function, types, args, keywords)
        self._cache[key] = compiled
        return compiled

    def _compile_for(
        self,
        function: UserFunction,
        types: dict[str, Type],
        args: tuple[Any, ...] = (),
        keywords: Mapping[str, Any] = MappingProxyType({}),
    ) -> Compiled:
        check_wrt(function.name, function.span, types, self.plan[0].wrt)
        lowered = lower(function, types)
        _check_numbers(lowered, args, keywords)
        changes = any(
            isinstance(op, Apply) and op.primitive is CHANGED for op in walk(lowered.function.body)
        )
        target: Target = "numba" if self.jit else "python"
        text = compile_text(lowered.function, self.plan, (), target)
        may_be_complex = not self.jit and has_power(lowered.function)
        compiled = Compiled(text, lowered.captures, changes, may_be_complex, self.jit)
        self._latest = compiled
        return compiled

    def compiled_for(self, args: tuple[Any, ...] | None) -> tuple[Function, Emitted]:
        """The trace of the function and the generated text, for arguments or annotated types."""
        function = self._function()
        if args is None:
            types = types_from_annotations(function, {})
        else:
            types = types_from_call(function, args, {})
        compiled = self._compile_for(function, types, args or ())
        return lower(function, types).function, compiled.emitted

    def call_base(self, args: tuple[Any, ...], function: Function) -> Any:
        """The differentiated function itself, called with one argument for each parameter."""
        given: list[Any] = []
        keywords: dict[str, Any] = {}
        for parameter, value in zip(function.parameters, args, strict=True):
            match parameter.kind:
                case "var_positional":
                    given.extend(value)
                case "keyword_only":
                    keywords[parameter.name] = value
                case _:
                    given.append(value)
        return self._base(*given, **keywords)

    def _seeds(self) -> int:
        """How many arguments the derivative takes behind those of the function."""
        count = 0
        for step in self.plan:
            if step.operator in ("jvp", "hvp"):
                count += len(step.wrt) if isinstance(step.wrt, tuple) else 1
            count += step.operator == "vjp"
        return count

    def _function(self) -> UserFunction:
        if isinstance(self._base, _Reference):
            self._base = self._base.resolve()
        return entry_function(self._base, self._text)

    @property
    def source(self) -> str:
        """The generated text."""
        return self._current().emitted.source

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        """The generated function; `inspect` shows its text and signature."""
        return self._current().function

    def _current(self) -> Compiled:
        if self._latest is None:
            function = self._function()
            self._compile_for(function, types_from_annotations(function, {}))
        assert self._latest is not None
        return self._latest

    def __get__(self, instance: object, owner: type | None = None) -> Derivative:
        """As a method: the derivative of the bound method."""
        if instance is None:
            return self
        try:
            if instance not in self._bound:
                bound = Derivative(
                    MethodType(self._base, instance), self.plan, self._text, self.jit
                )
                self._bound[instance] = bound
            return self._bound[instance]
        except TypeError:
            return Derivative(MethodType(self._base, instance), self.plan, self._text, self.jit)

    def __repr__(self) -> str:
        steps = ""
        for step in reversed(self.plan):
            steps += f"{step.operator} (wrt {step.wrt!r}) of "
        name = getattr(self._base, "__qualname__", repr(self._base))
        return f"<{steps}{name}>"

    def __copy__(self) -> Derivative:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Derivative:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by its text: the function itself need not be importable."""
        if not self._cache:
            self._current()
        texts = [(key, compiled.emitted) for key, compiled in self._cache.items()]
        latest = self._latest.emitted if self._latest is not None else None
        reference = (self.__module__, self.__qualname__)
        return (_restore, (reference, self.__name__, self.plan, texts, latest, self.jit))


def _restore(
    reference: tuple[str, str],
    name: str,
    plan: Plan,
    texts: list[tuple[Key, Emitted]],
    latest: Emitted | None,
    jit: bool = False,
) -> Derivative:
    """A derivative from its pickled text. Types not compiled before need the function itself."""
    restored = Derivative(_Reference(*reference), plan, None, jit)
    restored.__name__ = name
    restored._cache = {key: Compiled(emitted, (), jit=jit) for key, emitted in texts}
    restored._latest = Compiled(latest, (), jit=jit) if latest is not None else None
    return restored


@final
class _Reference:
    """A primal that is looked up by name when it is needed."""

    def __init__(self, module: str, qualname: str) -> None:
        self.__module__ = module
        self.__qualname__ = qualname
        self.__name__ = qualname.rpartition(".")[2]

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self.resolve()(*args, **keywords)

    def resolve(self) -> Any:
        found: Any = None
        try:
            found = importlib.import_module(self.__module__)
            for part in self.__qualname__.split("."):
                found = getattr(found, part)
        except (ImportError, AttributeError):
            fail(
                "S2S101",
                f"the function {self.__qualname__} is not available here",
                None,
                "call it with the types that it was compiled for before pickling",
            )
        while isinstance(found, Derivative):
            found = found._base
        return found


def has_power(function: Function) -> bool:
    """Is there a power that may be complex: of a number, to an exponent that is no int?"""
    bodies = [function.body, *(helper.function.body for helper in function.helpers)]
    return any(
        isinstance(op, Apply)
        and op.primitive.name.rpartition(".")[2] in ("pow", "ipow", "power")
        and isinstance(op.results[0].type, Scalar)
        and not (isinstance(op.args[1], Const) and isinstance(op.args[1].value, int))
        for body in bodies
        for op in walk(body)
    ) or any(
        isinstance(op, Apply) and not op.primitive.name.startswith(_KNOWN_ROOMS)
        for body in bodies
        for op in walk(body)
    )


# What functions of the user's that have rules give is not known.
_KNOWN_ROOMS = ("core.", "operator.", "builtins.", "math.", "numpy.", "scipy.", "s2sdiff.")


def _check_numbers(lowered: Lowered, args: tuple[Any, ...], keywords: Mapping[str, Any]) -> None:
    """Raise S2S306 for an array without axes where the function changes a number by `+=` and its like."""
    given = dict(zip((each.name for each in lowered.function.parameters), args, strict=False))
    for name, value in {**given, **keywords}.items():
        is_array = type(value).__name__ == "ndarray" and value.shape == ()
        if is_array and name in lowered.changed_numbers:
            what = f"{name} is an array without axes, which {lowered.function.name} changes"
            fail("S2S306", what, lowered.function.span, f"pass a number: float({name})")


def _has_complex(value: Any) -> bool:
    """Is there a complex number in a result, however deep?"""
    kind = type(value)
    if kind in PLAIN or kind is complex:
        return kind is complex
    if isinstance(value, tuple | list):
        return any(map(_has_complex, value))
    if isinstance(value, dict):
        return any(map(_has_complex, value.values()))
    return any(_has_complex(getattr(value, name)) for name in field_names(kind))


def derivative(
    function: Any,
    operator: Operator,
    wrt: Wrt = 0,
    source: str | None = None,
    jit: bool = False,
) -> Derivative:
    """The derivative of `function` that `operator` names."""
    step = Step(operator, wrt)
    if isinstance(function, Derivative):
        return Derivative(function, (*function.plan, step), None, jit or function.jit)
    if not callable(function):
        fail(
            "S2S404",
            f"{operator} needs a function, not {function!r}",
            None,
            f"write {operator}(f, wrt) or @{operator}",
        )
    return Derivative(function, (step,), source, jit)


class _Operator:
    """`grad` and its like: a function of a function, or a decorator with or without arguments."""

    def __init__(self, operator: Operator, doc: str) -> None:
        self._operator = operator
        self.__name__ = operator
        self.__qualname__ = operator
        self.__doc__ = doc

    @overload
    def __call__(
        self,
        function: Callable[..., Any],
        wrt: Wrt = ...,
        *,
        source: str | None = ...,
        jit: bool = ...,
    ) -> Derivative: ...

    @overload
    def __call__(
        self, *, wrt: Wrt = ..., source: str | None = ..., jit: bool = ...
    ) -> Callable[[Callable[..., Any]], Derivative]: ...

    def __call__(
        self,
        function: Callable[..., Any] | None = None,
        wrt: Wrt = 0,
        *,
        source: str | None = None,
        jit: bool = False,
    ) -> Any:
        if jit:
            check_numba()
        if function is None:
            return functools.partial(
                derivative, operator=self._operator, wrt=wrt, source=source, jit=jit
            )
        return derivative(function, self._operator, wrt, source, jit)

    def __repr__(self) -> str:
        return f"<operator s2sdiff.{self._operator}>"


_COMMON = """

    wrt: the index or name of a parameter, or a tuple of them (then the result is a tuple).
    source: the text of the function's file, where that cannot be found (code made by exec).
    jit: compile the generated text with numba, from a file that is kept. The first call raises S2S601 where
        numba does not know a construct; S2S602 is raised where numba is not installed.
    Use it as `{0}(f)`, `{0}(f, wrt)`, `@{0}` or `@{0}(wrt=...)`.
    """


def _operator(operator: Operator, sentence: str) -> _Operator:
    return _Operator(operator, sentence + _COMMON.format(operator))


grad = _operator("grad", "The gradient of a function with one float as its result.")
value_and_grad = _operator("value_and_grad", "The value and the gradient: `(f(x), df/dx)`.")
vjp = _operator(
    "vjp",
    "The value and the pullback: `vjp(f)(x, f_bar)` is `(f(x), f_bar * df/dx)`. The cotangent "
    "`f_bar` has the structure of the result.",
)
jvp = _operator(
    "jvp",
    "The value and the pushforward: `jvp(f)(x, x_dot)` is `(f(x), df/dx * x_dot)`. There is one "
    "tangent for each parameter of `wrt`.",
)
jacobian = _operator(
    "jacobian",
    "All partial derivatives: the structure of the result, each float in it replaced by its "
    "derivatives with respect to `wrt`. The cheaper mode is chosen; the generated text says which.",
)
hessian = _operator(
    "hessian",
    "All second partial derivatives of a function with one float as its result: the structure of "
    "`wrt`, each float in it replaced by that structure again.",
)
hvp = _operator(
    "hvp",
    "The product of the Hessian with a vector: `hvp(f)(x, x_dot)`, forward over reverse. There is "
    "one tangent for each parameter of `wrt`.",
)


def stop_gradient(x: Any) -> Any:
    """`x` itself, which a derivative takes for a constant. `x` is a number or a structure of numbers."""
    return x
