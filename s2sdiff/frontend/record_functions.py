"""Methods of dicts and namedtuples, and the functions of `dataclasses`, answered while compiling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.iteration import keys_of
from s2sdiff.frontend.meanings import (
    Mapping,
    Meaning,
    RecordValue,
    Sequence,
    describe,
    is_structure,
    parts_of,
    rebuilt,
)
from s2sdiff.frontend.record_values import RecordLowerer
from s2sdiff.ir.core import Hint, constant

Arguments = tuple[Meaning, ...]
Keywords = dict[str, Meaning]
StructureFunction = Callable[[RecordLowerer, Arguments, Keywords, Hint, Span], Meaning | None]


def _mapping(args: Arguments, name: str, span: Span, *counts: int) -> Mapping:
    """The dict that a method is called on. Raises S2S404 for another number of arguments."""
    if not args or not isinstance(args[0], Mapping):
        fail("S2S306", f"dict.{name} is used without a dict", span, "call it as a method")
    if len(args) - 1 not in counts:
        fail("S2S404", f"{name}() of a dict takes other arguments", span, "see help(dict)")
    return args[0]


def items_of(whole: Mapping) -> tuple[Meaning, ...]:
    """The items of a dict: pairs of key and value."""
    return tuple(map(Sequence, zip(keys_of(whole), whole.items.values(), strict=True)))


def _keys(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    whole = _mapping(args, "keys", span, 0)
    low.open(whole, span)
    return low.view_of(whole, keys_of)


def _values(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    whole = _mapping(args, "values", span, 0)
    low.open(whole, span)
    return low.view_of(whole, lambda now: tuple(now.items.values()))


def _items(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    whole = _mapping(args, "items", span, 0)
    low.open(whole, span)
    return low.view_of(whole, items_of)


def _get(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    whole = _mapping(args, "get", span, 1, 2)
    default = args[2] if len(args) == 3 else constant(None)
    return whole.items.get(low.dict_key(args[1], span), default)


def _copy(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    whole = _mapping(args, "copy", span, 0)
    return Mapping(dict(whole.items), whole.origin)


def _fromkeys(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    if not 1 <= len(args) <= 2:
        fail("S2S404", "dict.fromkeys() takes keys and a value", span, "see help(dict.fromkeys)")
    value = args[1] if len(args) == 2 else constant(None)
    return Mapping({low.dict_key(key, span): value for key in low.open(args[0], span).items})


def _update(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    whole = _mapping(args, "update", span, 0, 1)
    added: dict[object, Meaning] = {}
    for other in args[1:]:
        if isinstance(other, Mapping):
            low.open(other, span)
            added.update(low.entries(other))
        else:
            added.update(low.mapping_of_pairs(list(low.open(other, span).items), span).items)
    added.update(keywords)
    for key, value in added.items():
        low.store_part(whole, key, value, span)
    return constant(None)


def _pop(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    whole = _mapping(args, "pop", span, 1, 2)
    key = low.dict_key(args[1], span)
    if len(args) == 3 and key not in low.entries(whole):
        return args[2]
    return low.take_key(whole, key, span)


def _setdefault(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    whole = _mapping(args, "setdefault", span, 1, 2)
    key = low.dict_key(args[1], span)
    if key not in low.entries(whole):
        low.store_part(whole, key, args[2] if len(args) == 3 else constant(None), span)
    return low.entries(whole)[key]


def _clear(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    whole = _mapping(args, "clear", span, 0)
    low.change(whole, replace(whole, items={}), span)
    return constant(None)


def _changes(name: str) -> StructureFunction:
    def refuse(
        low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
    ) -> Meaning:
        fail("S2S307", f"a dict is changed by {name}()", span, "use pop() with a constant key")

    return refuse


def _dict(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    entries: dict[object, Meaning] = {}
    if len(args) > 1:
        fail("S2S404", f"dict() takes one argument, not {len(args)}", span, "pass a dict or pairs")
    for arg in args:
        if isinstance(arg, Mapping):
            if not keywords:
                return Mapping(dict(arg.items), arg.origin)
            low.open(arg, span)
            entries.update(arg.items)
        else:
            entries.update(low.mapping_of_pairs(list(low.open(arg, span).items), span).items)
    return Mapping({**entries, **keywords})


def _replace(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    if len(args) != 1 or not isinstance(args[0], RecordValue):
        what = describe(args[0]) if args else "nothing"
        fail("S2S306", f"replace() of {what}", span, "pass a dataclass or a namedtuple")
    whole = args[0]
    return low.new_record(whole.form, (), {**whole.items, **keywords}, span)


def _asdict(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    whole = _record(args, keywords, "asdict", span)
    return Mapping({name: _deep(item, True) for name, item in whole.items.items()})


def _named_asdict(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    return Mapping(dict(_record(args, keywords, "_asdict", span).items))


def _astuple(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    whole = _record(args, keywords, "astuple", span)
    return Sequence(tuple(_deep(item, False) for item in whole.items.values()))


def _record(args: Arguments, keywords: Keywords, name: str, span: Span) -> RecordValue:
    if len(args) != 1 or keywords or not isinstance(args[0], RecordValue):
        fail("S2S306", f"{name}() is not called with one record", span, "pass a dataclass")
    return args[0]


def _deep(meaning: Meaning, as_dict: bool) -> Meaning:
    """`meaning` with the dataclasses inside it opened, as `asdict` and `astuple` do."""
    if isinstance(meaning, RecordValue) and meaning.form.kind == "dataclass":
        items = {name: _deep(item, as_dict) for name, item in meaning.items.items()}
        return Mapping(dict(items)) if as_dict else Sequence(tuple(items.values()))
    if not is_structure(meaning):
        return meaning
    return rebuilt(meaning, tuple(_deep(item, as_dict) for item in parts_of(meaning) or ()))


def _type(
    low: RecordLowerer, args: Arguments, keywords: Keywords, hint: Hint, span: Span
) -> Meaning:
    if len(args) == 1 and isinstance(args[0], RecordValue):
        return args[0].form
    fail("S2S302", "type() is not accepted", span, "write one function for each type")


CHANGES_A_DICT = frozenset(f"builtins.dict.{n}" for n in ("update", "pop", "setdefault", "clear"))

STRUCTURE_FUNCTIONS: dict[str, StructureFunction] = {
    "builtins.dict": _dict,
    "builtins.dict.keys": _keys,
    "builtins.dict.values": _values,
    "builtins.dict.items": _items,
    "builtins.dict.get": _get,
    "builtins.dict.copy": _copy,
    "builtins.dict.fromkeys": _fromkeys,
    **{
        f"builtins.dict.{name}": _changes(name)
        for name in ("popitem", "__setitem__", "__delitem__")
    },
    "builtins.dict.update": _update,
    "builtins.dict.pop": _pop,
    "builtins.dict.setdefault": _setdefault,
    "builtins.dict.clear": _clear,
    "builtins.type": _type,
    "collections.namedtuple._replace": _replace,
    "collections.namedtuple._asdict": _named_asdict,
    "copy.replace": _replace,
    "dataclasses.replace": _replace,
    "dataclasses.asdict": _asdict,
    "dataclasses.astuple": _astuple,
}
