"""How functions of arrays are called: which parameters hold data, and which say what is to be done.

    np.sum(x, axis=0)        x is data; axis is known while compiling

A function of arrays has one `Signature` in its rule. Its parameters stand in the order and under the
names of the library, so positional and keyword arguments are bound as there. `types` gives the type of
the result: it is called with the types of the data and with the values of everything else. What is
known at run time only (a length in a shape) is a type there too.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias, final

from s2sdiff.ir.arrays import LENGTHS
from s2sdiff.ir.core import Atom, Const, Group, Layout, Primitive, Value, grouped, size_of
from s2sdiff.ir.types import Array, List, Scalar, Size, Static, Tuple, Type

TypesOf: TypeAlias = Callable[..., Type]
STATIC: dict[str, Callable[..., Any]] = {}

# What changes how a function computes, and what is given in its signature only to be refused.
# Arguments that may be known at run time only.
DYNAMIC = frozenset(
    {"shape", "index", "indices", "condition", "where", "repeats", "n", "N", "M", "m", "num", "k"}
    | {"size", "start", "stop", "step", "shift", "a", "x", "v", "q", "d", "bins", "minlength"}
    | {"before", "behind", "args", "dtype", "ary", "a_min", "a_max", "kth"}
    | {"b", "a1", "a2", "element", "test_elements", "rtol", "atol"}
)
UNUSED = ("out", "order", "subok", "casting", "device", "like", "copy", "dtype")


@final
@dataclass(frozen=True, eq=False)
class Signature:
    """`data` are the parameters that can have a derivative."""

    parameters: inspect.Signature
    data: tuple[str, ...]
    types: TypesOf


@final
@dataclass(frozen=True, slots=True)
class Slot:
    """Where the flat arguments of one parameter are."""

    start: int
    layout: Layout

    def of(self, args: tuple[Atom, ...]) -> tuple[Atom, ...]:
        return args[self.start : self.start + size_of(self.layout)]


Slots: TypeAlias = "Mapping[str, Slot | tuple[Slot, ...]]"


def signature_of_body(
    signature: inspect.Signature, types: TypesOf, but: tuple[str, ...] = ("y", "y_bar")
) -> Signature:
    """The signature that the parameters of a rule's body state; those by keyword only are no data."""
    kinds = inspect.Parameter
    data: list[str] = []
    found: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        if name in but or name.endswith("_dot"):
            continue
        if parameter.kind is not kinds.KEYWORD_ONLY:
            data.append(name)
        plain = parameter.replace(annotation=kinds.empty)
        if parameter.kind is kinds.KEYWORD_ONLY:
            is_last = any(each.kind is kinds.VAR_POSITIONAL for each in found)
            plain = plain.replace(
                kind=kinds.KEYWORD_ONLY if is_last else kinds.POSITIONAL_OR_KEYWORD
            )
        found.append(plain)
    return Signature(inspect.Signature(_with_defaults(found)), tuple(data), types)


def signature_of_text(text: str) -> inspect.Signature:
    """The signature of a function with these parameters, as a `def` lists them."""
    scope: dict[str, Any] = {}
    exec(f"def called({text}): ...", scope)
    return inspect.signature(scope["called"])


def _with_defaults(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """Parameters of which those behind one with a default go by keyword, if they have none."""
    found: list[inspect.Parameter] = []
    for parameter in parameters:
        behind = any(each.default is not each.empty for each in found)
        is_plain = parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        if is_plain and behind and parameter.default is parameter.empty:
            parameter = parameter.replace(default=None)
        found.append(parameter)
    return found


@lru_cache(maxsize=4096)
def bound_slots(primitive: Primitive, signature: Signature) -> Slots:
    """The flat arguments of each parameter that is given. Raises TypeError."""
    assert primitive.layout is not None
    slots: list[Slot] = []
    start = 0
    for layout in primitive.layout:
        slots.append(Slot(start, layout))
        start += size_of(layout)
    first = len(slots) - len(primitive.keywords)
    keywords = dict(zip(primitive.keywords, slots[first:], strict=True))
    return MappingProxyType(signature.parameters.bind(*slots[:first], **keywords).arguments)


def types_by(signature: Signature, primitive: Primitive, args: tuple[Atom, ...]) -> Type:
    """The type of the result for these arguments. Raises TypeError."""
    given: dict[str, Any] = {}
    positional: list[Any] = []
    variable = [
        name
        for name, parameter in signature.parameters.parameters.items()
        if parameter.kind is parameter.VAR_POSITIONAL
    ]
    for name, slot in bound_slots(primitive, signature).items():
        look = _type_of if name in signature.data else _value_of
        flat = slot if isinstance(slot, tuple) else (slot,)
        values = [atom for each in flat for atom in each.of(args) if isinstance(atom, Value)]
        if values and name not in signature.data and name not in DYNAMIC:
            raise TypeError(f"{name}= has to be known while compiling")
        if isinstance(slot, tuple):
            positional = [_seen(each, args, look) for each in slot]
        else:
            given[name] = _seen(slot, args, look)
    if not variable:
        return signature.types(**given)
    names = list(signature.parameters.parameters)
    before = [given.pop(name) for name in names[: names.index(variable[0])] if name in given]
    return signature.types(*before, *positional, **given)


def _seen(slot: Slot, args: tuple[Atom, ...], look: Callable[[Atom], Any]) -> Any:
    flat: Iterator[Any] = map(look, slot.of(args))
    (found,) = grouped((slot.layout,), flat, _collected)
    return found


def _collected(group: Group, items: list[Any]) -> Any:
    match group.kind:
        case "list":
            return items
        case "tuple":
            return tuple(items)
        case "slice":
            return slice(*items)


def _type_of(atom: Atom) -> Any:
    """The type of data; what is left out (None) is None."""
    is_none = isinstance(atom, Const) and atom.value is None
    return None if is_none else atom.type


def _value_of(atom: Atom) -> Any:
    if isinstance(atom, Const):
        return atom.value
    return LENGTHS.get(atom, atom.type)


def is_known(value: object) -> bool:
    """Is the value of an argument known while compiling?"""
    if isinstance(value, tuple | list):
        return all(map(is_known, value))
    if isinstance(value, slice):
        return all(map(is_known, (value.start, value.stop, value.step)))
    return not isinstance(value, Scalar | Static | Size | Array | List | Tuple)


def static(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a helper of rules that is run while compiling: of values that are known, and of types of others.

    It gives numbers, strings, None, slices, or tuples and lists of them.
    """
    STATIC[f"{function.__module__}.{function.__name__}"] = function
    return function
