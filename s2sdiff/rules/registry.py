"""Rules: what is known about a library function, stated once.

    @elementwise(np.arccos, math.acos, symbolic="acos", domain=(-1, 1))
    def arccos(x, y):
        return -1 / np.sqrt(1 - x * x)

A rule's parameters are the function's arguments and then its result `y`; it returns the partial with
respect to each argument. Its body is never run here: the frontend lowers it and the derivative
inlines it, for both modes. In rule files `np`, `math`, ... are `Library` stand-ins: `np.arccos` is a
qualified name, so nothing is imported. A body that says `np.sqrt` gives `math.sqrt` in the
derivative of `math.acos`: names of one declaration are *twins*.

The SymPy twin
    `symbolic` is the name of a SymPy function that takes the same arguments, or an expression in the
    names of the arguments, read in SymPy's namespace and Python's builtins. The names are those of
    the rule's parameters without `y`; `zero_derivative`, which has no body, states them itself:
    `zero_derivative(operator.lt, symbolic="x1 < x2", parameters="x1, x2")`. `Rule.twin` gives both
    as the text of a lambda: `lambda x, m: x - floor(x / m) * m`.

Exceptions
    The derivative raises where the function raises. Mostly this comes by itself: the partial reads
    `y`, or it is a function that raises at the same arguments, the same way. Where it does not,
    `guard=True` makes the derivative run the function. This is about domain errors; where a function
    only overflows (`x**2` at 1e200) its derivative may be a number.

For users the same decorators take the functions themselves: `@s2sdiff.elementwise(special.erfcx)`.
Functions of other things than numbers have rules of the second tier, see `rules/general.py`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Literal, TypeVar, final

from s2sdiff.errors import fail
from s2sdiff.ir.core import Atom, Layout, Primitive
from s2sdiff.ir.infer import TypeRule, always_float
from s2sdiff.ir.types import Type
from s2sdiff.rules.signatures import Signature, TypesOf, signature_of_text, types_by

Body = TypeVar("Body", bound=Callable[..., Any])
Interval = tuple[float, float]
INFINITY = float("inf")
LINE: Interval = (-INFINITY, INFINITY)
INTEGERS: Interval = (0.0, 0.0)


class Library:
    """Stands for a module in rule files: attributes are qualified names, nothing is imported."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return Library(f"{self._name}.{attribute}")

    def __repr__(self) -> str:
        return self._name


def library_name(library: Library) -> str:
    """The qualified name that `library` stands for."""
    return repr(library)


@final
@dataclass(frozen=True, eq=False)
class Rule:
    """One declaration.

    `parameters` are the arguments as a lambda lists them: `"x, base=None"`. `domain` has an open
    interval for each argument (the last repeats for further ones): where the function is smooth,
    isolated points aside; `INTEGERS` marks an argument that is an int and has no derivative.
    `kinks` are values of the argument where the derivative is a convention (see `conventions`).
    `guard`: the partials can be computed outside the domain, where the function itself raises, so
    the derivative has to run it even if nobody reads its value. An elementwise rule without `partials`
    gets them from `symbolic`. `pullback`, `pushforward` and `transpose` are those of a general rule. A
    body is a function, or what the frontend has for one in a file that is not executed.

    A `definition` is a program that computes what the function computes: its derivative is taken instead.

    A function of arrays has a `call`. It `passes_numbers` on if a cotangent that is the same number
    everywhere can be given to its rule as that number; it `broadcasts` its data, and its rule gives
    cotangents of the shape of the result, which the driver sums.
    """

    family: str
    form: Literal["elementwise", "zero_derivative", "general", "definition"]
    primitives: tuple[Primitive, ...]
    parameters: str = "x"
    partials: object = None
    symbolic: str | None = None
    domain: tuple[Interval, ...] = (LINE,)
    kinks: tuple[float, ...] = ()
    guard: bool = False
    pullback: object = None
    pushforward: object = None
    transpose: object = None
    call: Signature | None = None
    definition: object = None
    passes_numbers: bool = False
    broadcasts: bool = False

    @property
    def twin(self) -> str | None:
        """The SymPy twin as the text of a lambda; None where there is none."""
        if self.symbolic is None:
            return None
        names = [part.partition("=")[0] for part in self.parameters.split(", ")]
        if self.symbolic.isidentifier() and self.symbolic not in names:
            return f"lambda {self.parameters}: {self.symbolic}({', '.join(names)})"
        return f"lambda {self.parameters}: {self.symbolic}"

    def domain_of(self, argument: int) -> Interval:
        """The interval for the argument with this index."""
        return self.domain[min(argument, len(self.domain) - 1)]


RULES: dict[str, Rule] = {}
UNSUPPORTED: dict[str, str] = {}
EXPANDED: dict[str, tuple[str, ...]] = {}
_OBJECTS: dict[int, tuple[object, str]] = {}
_OWN: dict[Primitive, Rule] = {}
_DECLARED: list[Rule] = []


def find_rule(primitive: Primitive) -> Rule | None:
    """The rule of a primitive, if it has one."""
    return _OWN.get(primitive) or RULES.get(primitive.name)


def rule_of(primitive: Primitive) -> Rule:
    """The rule of a primitive that has one."""
    return _OWN.get(primitive) or RULES[primitive.name]


def is_own(primitive: Primitive) -> bool:
    """Is it a function of the user's?"""
    return primitive in _OWN


def give_rule(primitive: Primitive, rule: Rule) -> None:
    """Say that this very primitive, a function of the user's, has `rule`."""
    _OWN[primitive] = rule


def primitive(name: str) -> Primitive:
    """The primitive with this qualified name; KeyError if there is no rule for it."""
    return next(found for found in RULES[name].primitives if found.name == name)


def twin(name: str, module: str) -> str:
    """The name of the same function in `module`, or `name` itself where there is none."""
    rule = RULES.get(name)
    if rule is None:
        return name
    for candidate in rule.primitives:
        if candidate.name.rpartition(".")[0] == module:
            return candidate.name
    return name


def name_of_object(value: object) -> str | None:
    """The qualified name under which a user registered this very object."""
    found = _OBJECTS.get(id(value))
    return found[1] if found is not None and found[0] is value else None


def qualified_name(function: object) -> str:
    """The qualified name of what a declaration is for; live objects are remembered by identity.

    Raises S2S203 for a function that cannot be imported by its name.
    """
    if isinstance(function, Library):
        return library_name(function)
    module = _home(function)
    if module is None:
        fail(
            "S2S203",
            f"a rule cannot be declared for {function!r}: no module has it under its own name",
            None,
            "define the function at the top level of a module, so that it can be imported",
        )
    qualified = f"{module}.{function.__name__}"  # type: ignore[attr-defined]
    _OBJECTS[id(function)] = (function, qualified)
    return qualified


def _home(function: object) -> str | None:
    """The module that `function` can be imported from; NumPy's and SciPy's ufuncs name none.

    A function that is being decorated is not in its module yet.
    """
    name = getattr(function, "__name__", None)
    stated = getattr(function, "__module__", None)
    modules = dict(sys.modules)
    if stated in modules and (_has(modules[stated], name, function) or _is_outermost(function)):
        return str(stated)
    found = [module for module in modules if _has(modules[module], name, function)]
    return min(found, key=_remoteness, default=None)


def _has(module: object, name: object, function: object) -> bool:
    return getattr(module, "__dict__", {}).get(name) is function


def _is_outermost(function: object) -> bool:
    """Is it a Python function that is defined at the top level of its module?"""
    if not isinstance(function, FunctionType) or function.__name__ != function.__qualname__:
        return False
    return function.__name__.isidentifier()


def _remoteness(module: str) -> tuple[int, bool, int, str]:
    """Orders the modules that have a function: public ones that list names in `__all__` come first."""
    parts = module.split(".")
    private = sum(part.startswith("_") for part in parts)
    return (private, not hasattr(sys.modules[module], "__all__"), len(parts), module)


def parameters_of(signature: inspect.Signature, but: tuple[str, ...] = ("y",)) -> str:
    """The parameters of a rule without `y`, as a lambda lists them."""
    parameters = signature.parameters.values()
    bare = (p.replace(annotation=inspect.Parameter.empty) for p in parameters if p.name not in but)
    return ", ".join(map(str, bare))


def intervals(domain: Interval | tuple[Interval, ...]) -> tuple[Interval, ...]:
    """One interval for each argument, also where only one is stated."""
    first = domain[0]
    if isinstance(first, tuple):
        return domain  # type: ignore[return-value]
    return (domain,)  # type: ignore[return-value]


def declarations() -> int:
    """How many declarations there were: a derivative that was compiled before the last is stale."""
    return len(_DECLARED)


def declare(rule: Rule) -> None:
    """Make `rule` the rule of its primitives."""
    _DECLARED.append(rule)
    for made in rule.primitives:
        RULES[made.name] = rule


def elementwise_rule(
    primitives: tuple[Primitive, ...],
    parameters: str,
    body: object,
    symbolic: str | None = None,
    domain: Interval | tuple[Interval, ...] = LINE,
    kinks: tuple[float, ...] = (),
    guard: bool = False,
) -> Rule:
    """The rule of functions whose partials `body` gives, or SymPy."""
    family = getattr(body, "__name__", None) or getattr(body, "name", None)
    family = family or primitives[0].name.rpartition(".")[2]
    return Rule(
        family.rstrip("_"),
        "elementwise",
        primitives,
        parameters,
        body,
        symbolic,
        intervals(domain),
        kinks,
        guard,
    )


def defined(*functions: Any, guard: bool = True) -> Callable[[Body], Body]:
    """Declare what functions of arrays compute, by a program of functions that have rules.

    Its parameters are those of the library's function. What it gives may differ from that in the last
    digits: it is what is differentiated, and not what is run for the value.
    """
    names = tuple(map(qualified_name, functions))

    def decorate(body: Body) -> Body:
        assert isinstance(body, FunctionType)
        signature = inspect.signature(body)
        plain = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
        parameters = inspect.Signature(plain)
        call = Signature(parameters, tuple(parameters.parameters), _no_type)
        for name in names:
            made = Primitive(name, always_float, raises=True)
            family = name.rpartition(".")[2]
            shown = parameters_of(signature, ())
            declare(
                Rule(family, "definition", (made,), shown, guard=guard, call=call, definition=body)
            )
        return body

    return decorate


def _no_type(**_: Any) -> Type:
    raise TypeError("its type is that of its definition")


def defined_primitive(
    name: str, layout: tuple[Layout, ...], keywords: tuple[str, ...], result: Type
) -> Primitive:
    """A function that has a definition, with a result of this type."""
    key = (name, layout, keywords, result)
    if key not in _CALLED:

        def infer(args: tuple[Atom, ...]) -> tuple[Type, ...]:
            return (result,)

        _CALLED[key] = Primitive(name, infer, raises=True, keywords=keywords, layout=layout)
    return _CALLED[key]


def called_primitive(
    name: str, signature: Signature, layout: tuple[Layout, ...], keywords: tuple[str, ...]
) -> Primitive:
    """A function of arrays, called with arguments of this layout: always the same object."""
    key = (name, layout, keywords, signature)
    if key not in _CALLED:

        def infer(args: tuple[Atom, ...]) -> tuple[Type, ...]:
            return (types_by(signature, _CALLED[key], args),)

        made_anew = name in _MADE_ANEW
        _CALLED[key] = Primitive(
            name, infer, raises=True, identity=made_anew, keywords=keywords, layout=layout
        )
    return _CALLED[key]


def getting(layout: Layout) -> Primitive:
    """The primitive that reads an array at an index of this layout."""
    signature = RULES["operator.getitem"].call
    assert signature is not None
    return called_primitive("operator.getitem", signature, (None, layout), ())


_CALLED: dict[object, Primitive] = {}
# Cotangents start with these, and are changed in place: two of them are not one.
_MADE_ANEW = frozenset(
    f"numpy.{name}"
    for name in ["zeros", "ones", "full", "empty", "zeros_like", "ones_like", "full_like", "copy"]
)


def without_derivative(*functions: Any, signature: str, types: TypesOf, guard: bool = True) -> None:
    """Declare functions of arrays whose results have no derivative: `np.zeros`, `np.argmax`.

    `signature` lists the parameters as a `def` does.
    """
    call = Signature(signature_of_text(signature), (), types)
    for function in functions:
        name = qualified_name(function)
        made = Primitive(name, always_float)
        family = name.rpartition(".")[2]
        declare(Rule(family, "zero_derivative", (made,), signature, guard=guard, call=call))


def zero_rule(
    primitive: Primitive,
    parameters: str = "x",
    symbolic: str | None = None,
    domain: Interval | tuple[Interval, ...] = LINE,
) -> Rule:
    """The rule of a function whose derivative is zero almost everywhere."""
    return Rule(
        primitive.name.rpartition(".")[2],
        "zero_derivative",
        (primitive,),
        parameters,
        None,
        symbolic,
        intervals(domain),
        guard=True,
    )


def elementwise(
    *functions: Any,
    symbolic: str | None = None,
    domain: Interval | tuple[Interval, ...] = LINE,
    kinks: tuple[float, ...] = (),
    guard: bool = False,
    raises: bool = True,
    type_rule: TypeRule = always_float,
    calling: Literal["arguments", "sequence", "halves"] = "arguments",
    parameters: str = "x",
) -> Callable[[Body], Body]:
    """Declare the partials of a function of numbers; the decorated function gives them.

    The decorated function takes the arguments and the result `y` (by keyword where its signature
    says so) and returns the partial with respect to each argument, as a tuple if there are several.
    It must lie in the accepted subset; it is read, not run.

    With `symbolic` the partials can be left to SymPy:

        s2sdiff.elementwise(special.expit, symbolic="1 / (1 + exp(-x))")

        @s2sdiff.elementwise(symbolic="log(1 + exp(x))")
        def softplus(x): ...

    In the first form `parameters` names the arguments; in the second the function's own names are used.
    Raises S2S203 for a function that cannot be imported by its name.
    """
    names = tuple(map(qualified_name, functions))

    def made(names: tuple[str, ...], parameters: str, body: object) -> Rule:
        primitives = tuple(Primitive(name, type_rule, calling, raises) for name in names)
        return elementwise_rule(primitives, parameters, body, symbolic, domain, kinks, guard)

    if names and symbolic is not None:
        declare(made(names, parameters, None))

    def decorate(body: Body) -> Body:
        if not isinstance(body, FunctionType):
            fail("S2S203", f"a rule must be a plain function, not {body!r}")
        own = parameters_of(inspect.signature(body), ("y",) if names else ())
        if names:
            declare(made(names, own, body))
        elif symbolic is not None:
            declare(made((qualified_name(body),), own, None))
        else:
            fail(
                "S2S203",
                f"@elementwise says nothing about {body.__name__}",
                None,
                "say which function the partials are of: @elementwise(f), or give symbolic=",
            )
        return body

    return decorate


def zero_derivative(
    *functions: Any,
    symbolic: str | None = None,
    domain: Interval | tuple[Interval, ...] = LINE,
    raises: bool = True,
    type_rule: TypeRule = always_float,
    calling: Literal["arguments", "sequence", "halves"] = "arguments",
    parameters: str = "x",
) -> Any:
    """Declare that the derivative of these functions is zero almost everywhere.

    Also a decorator: it gives its (first) function back. `parameters` names the arguments, for
    `symbolic`. Raises S2S203 as `elementwise` does.
    """
    for function in functions:
        name = qualified_name(function)
        declare(
            zero_rule(Primitive(name, type_rule, calling, raises), parameters, symbolic, domain)
        )
    return functions[0] if functions else None


def expanded(function: Library, *parts: Library) -> None:
    """Say which functions with rules give the results of one with several."""
    EXPANDED[library_name(function)] = tuple(map(library_name, parts))


def unsupported(reason: str, *functions: Library) -> None:
    """Say why these functions have no rule."""
    for function in functions:
        UNSUPPORTED[library_name(function)] = reason
