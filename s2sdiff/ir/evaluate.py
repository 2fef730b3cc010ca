"""What the IR means: run a Function on floats, on arrays, or on SymPy symbols.

`evaluate(function, args)` calls the library functions that primitives name. To run on something
else than floats, pass `interpret`, which gives the Python callable for a primitive's name, and
`literal`, which turns a constant into a value; `decide` turns a test into a bool.
"""

from __future__ import annotations

import functools
import importlib
import operator
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, assert_never

from s2sdiff.errors import internal
from s2sdiff.ir.arrays import ITEM_STEP, WAYS, Way
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Block,
    Call,
    Callee,
    Const,
    For,
    Function,
    Group,
    If,
    Op,
    Undefined,
    Value,
    While,
    grouped,
)
from s2sdiff.ir.structure import AGAIN, Thrown, caught
from s2sdiff.ir.types import Dict, Record, Structure, Tuple, labels

Interpreter: TypeAlias = Callable[[str], Callable[..., Any]]


def _assertion(test: object, *message: object) -> tuple[()]:
    if not test:
        raise AssertionError(*message)
    return ()


class Raised(ValueError):
    """A `raise` of the program was reached; the class of the user's need not be importable here."""


def _raised_kind(problem: Raised) -> type:
    """The class that the program names, where it could be imported."""
    return type(problem).__bases__[-1]


def _raise(thrown: Thrown, *args: object) -> tuple[()]:
    if thrown == AGAIN:
        raise
    try:
        kind = type(thrown.name, (Raised, _member(thrown.module, thrown.name)), {})
    except (TypeError, ImportError, AttributeError):
        kind = Raised
    raise kind(f"{thrown.name} is raised", *args)


def _require(value: object, expected: object, name: str) -> tuple[()]:
    if value != expected:
        raise ValueError(f"compiled for {name} = {expected!r}, called with {value!r}")
    return ()


def _shaped(seed: Any, primal: Any, sentence: str) -> tuple[()]:
    if getattr(seed, "shape", ()) != primal.shape:
        raise ValueError(sentence)
    return ()


def _bound(value: object) -> tuple[()]:
    if isinstance(value, Undefined):
        raise UnboundLocalError("a variable is read before it is assigned")
    return ()


def _text(template: str, *values: object) -> str:
    try:
        return template.format(*values)
    except (TypeError, ValueError):
        return template  # a format for floats, evaluated on other numbers


def build_structure(form: Structure, *items: object) -> object:
    """A tuple, list or dict; an object of the user's class, which is imported."""
    match form:
        case Tuple(kind=kind):
            return list(items) if kind == "list" else items
        case Dict():
            return dict(zip(labels(form), items, strict=True))
        case Record(module=module, name=name):
            return _member(module, name)(**dict(zip(map(str, labels(form)), items, strict=True)))


def _member(module: str, name: str) -> Any:
    """What a module binds to a dotted name; imports the module."""
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _changed(method: str, gives: bool = False) -> Callable[..., Any]:
    """A method of lists as a function: the new version, and what the method gives if that is wanted."""

    def apply(whole: list[object], *args: object) -> Any:
        version = list(whole)
        outcome = getattr(version, method)(*args)
        return (version, outcome) if gives else version

    return apply


def _at(whole: Any, *path: int) -> Any:
    return functools.reduce(operator.getitem, path, whole)


def _stored(whole: list[Any], index: int, *rest: Any) -> list[Any]:
    version = list(whole)
    version[index] = rest[0] if len(rest) == 1 else _stored(whole[index], *rest)
    return version


def _added(whole: list[Any], *rest: Any) -> list[Any]:
    *path, more = rest
    return _stored(whole, *path, _sum(_at(whole, *path), more))


def _sum(one: Any, two: Any) -> Any:
    if isinstance(one, tuple | list):
        return type(one)(_sum(a, b) for a, b in zip(one, two, strict=True))
    return one + two


def _copy(whole: Any) -> Any:
    return whole.copy()


def _zeros(whole: Any) -> object:
    if isinstance(whole, tuple | list):
        return type(whole)(map(_zeros, whole))
    if not hasattr(whole, "shape"):
        return 0.0
    import numpy as np

    return np.zeros(whole.shape, np.result_type(whole.dtype, np.float32))


def _copied_arrays(whole: Any) -> Any:
    """A copy of an array, or of a list and the arrays in it."""
    import numpy as np

    return list(map(_copied_arrays, whole)) if isinstance(whole, list) else np.array(whole)


def _stored_through(name: str, way: Way, interpret: Interpreter) -> Callable[..., Any]:
    """A store into a copy of an array, through views, or of an array in a list."""

    def stored(whole: Any, *rest: Any) -> Any:
        import numpy as np

        version = part = _copied_arrays(whole)
        *steps, index, value = rest
        for step, args in zip(way, steps, strict=True):
            if step.name == ITEM_STEP:
                part = part[args[0]]
                continue
            first = len(args) - len(step.keywords)
            keywords = dict(zip(step.keywords, args[first:], strict=True))
            part = interpret(step.name)(part, *args[:first], **keywords)
        if name == "core.scatter_add":
            np.add.at(part, index, value)
        elif name == "core.scatter":
            part[index] += value
        else:
            part[index] = value
        return version

    return stored


_STRUCTURE: dict[str, Callable[..., Any]] = {
    "core.range": range,
    "core.make": lambda *items: list(items),
    "core.copy": _copy,
    "core.save": _copy,
    "core.deep_copy": list,
    "core.stop": lambda value: value,
    "core.defined": lambda value, definition: value,
    "core.sure": lambda value: value,
    "core.ranked": lambda value: value,
    "core.alone": lambda whole, new: (),
    "core.table": lambda table: table.array(),
    "core.axis": lambda whole, at: whole.shape[at],
    "core.shape": lambda whole: whole.shape,
    "core.size": lambda whole: whole.size,
    "core.contiguous": lambda whole: whole.flags.c_contiguous,
    "core.rank": lambda whole: whole.ndim,
    "core.close": lambda form, *items: items,
    "core.open": lambda form, whole: whole,
    "core.append": _changed("append"),
    "core.store": _stored,
    "core.add_at": _added,
    "core.insert": _changed("insert"),
    "core.delete": _changed("__delitem__"),
    "core.pop": _changed("pop", True),
    "core.pop_at": _changed("pop", True),
    "core.replay": _changed("pop", True),
    "core.reverse": _changed("reverse"),
    "core.extend": _changed("extend"),
    "core.replace": lambda whole, items: list(items),
    "core.item": _at,
    "core.length": len,
    "core.slice": lambda whole, *bounds: whole[slice(*bounds)],
    "core.concatenate": lambda one, two: one + two,
    "core.repeat": lambda whole, times: whole * times,
    "core.zeros_like": _zeros,
    "core.blank": lambda whole: [None] * len(whole),
    "core.add_lists": _sum,
    "core.total": sum,
    "core.largest": max,
    "core.smallest": min,
    "core.count": lambda whole, item: whole.count(item),
    "core.order": lambda keys, backwards: sorted(
        range(len(keys)), key=keys.__getitem__, reverse=backwards
    ),
    "core.contains": lambda whole, item: item in whole,
    "core.index": lambda whole, item: whole.index(item),
    "core.key": lambda whole, key: whole[key],
    "core.field": getattr,
    "core.build": build_structure,
    "core.list": list,
    "core.sorted": sorted,
    "core.pack": lambda *items: items,
    "core.unpack": lambda whole: tuple(whole),
    "core.section": lambda title: (),
    "core.keep": lambda value: (),
    "core.tried": lambda value: (),
    "core.bound": _bound,
    "core.changed": lambda value: (),
    "core.assertion": _assertion,
    "core.raise": _raise,
    "core.print": lambda keywords, *values: (),  # what is evaluated is the value
    "core.require": _require,
    "core.shaped": _shaped,
    "core.distinct": lambda *_: (),
    "core.separate": lambda *_: (),
    "core.text": _text,
    "core.and": lambda left, right: left and right,
    "core.or": lambda left, right: left or right,
}


_COMPARING = frozenset(
    f"core.{name}" for name in ("largest", "smallest", "order", "count", "contains", "index")
)


def _grouped(group: Group, items: list[object]) -> object:
    match group.kind:
        case "tuple":
            return tuple(items)
        case "list":
            return items
        case "slice":
            return slice(*items)


class TooManyTurns(ArithmeticError):
    """A program ran longer than it was given."""


@functools.cache
def library(name: str) -> Callable[..., Any]:
    """The library function with the qualified name `name`; imports its module."""
    module, _, attribute = name.rpartition(".")
    if module == "s2sdiff.array":
        return lambda whole, *args, **keywords: getattr(whole, attribute)(*args, **keywords)
    if module.startswith(("scipy.stats.", "numpy.")) and module not in sys.modules:
        found: Callable[..., Any] = getattr(library(module), attribute)
    else:
        found = getattr(importlib.import_module(module), attribute)
    return found


def evaluate(
    function: Function,
    args: Iterable[object],
    interpret: Interpreter = library,
    literal: Callable[[Const], object] = lambda const: const.value,
    decide: Callable[[object], bool] = bool,
    *,
    turns: int | None = None,
    ordered: bool = True,
) -> Any:
    """The output of `function` for `args` (one for each parameter, `*args` as a tuple).

    Raises TooManyTurns after so many `turns` of loops and calls, or where calls are too deep. The items of
    lists are compared by Python if they are `ordered`, else by what `interpret` gives for that.
    """
    helpers = {helper.callee: helper.function for helper in function.helpers}
    run = _Run(interpret, literal, decide, helpers, turns, ordered)
    try:
        (output,) = run.block(function.body, tuple(args), {})
    except RecursionError:
        raise TooManyTurns from None
    return output


class _Run:
    def __init__(
        self,
        interpret: Interpreter,
        literal: Callable[[Const], object],
        decide: Callable[[object], bool],
        helpers: dict[Callee, Function],
        turns: int | None,
        ordered: bool,
    ) -> None:
        self.turns = turns
        self.ordered = ordered
        self.helpers = helpers
        self.interpret = interpret
        self.literal = literal
        self.decide = decide

    def count(self) -> None:
        """One turn more."""
        if self.turns is not None:
            self.turns -= 1
            if self.turns < 0:
                raise TooManyTurns

    def read(self, atom: Atom, env: dict[Value, object]) -> object:
        return self.literal(atom) if isinstance(atom, Const) else env[atom]

    def block(
        self, block: Block, args: tuple[object, ...], env: dict[Value, object]
    ) -> tuple[object, ...]:
        env.update(zip(block.params, args, strict=True))
        for op in block.ops:
            env.update(zip(op.results, self.op(op, env), strict=True))
        return tuple(self.read(output, env) for output in block.outputs)

    def op(self, op: Op, env: dict[Value, object]) -> tuple[object, ...]:
        match op:
            case Apply():
                return self.apply(op, [self.read(arg, env) for arg in op.args])
            case If(then=then, orelse=orelse) if (classes := caught(op)) is not None:
                kinds = tuple(_member(module, name) for module, name in classes.classes)
                try:
                    return self.block(orelse, (), env)
                except kinds as problem:
                    if isinstance(problem, Raised) and not issubclass(_raised_kind(problem), kinds):
                        raise
                    return self.block(then, (), env)
            case If(test=test, then=then, orelse=orelse):
                taken = then if self.decide(self.read(test, env)) else orelse
                return self.block(taken, (), env)
            case For(iterable=iterable, carried=carried, body=body):
                state = tuple(self.read(atom, env) for atom in carried)
                items = self.read(iterable, env)
                assert isinstance(items, Iterable)
                for item in items:
                    self.count()
                    stop, *rest = self.block(body, (item, *state), env)
                    state = tuple(rest)
                    if stop:
                        break
                return state
            case While(carried=carried, test=test_block, body=body):
                state = tuple(self.read(atom, env) for atom in carried)
                while self.decide(self.block(test_block, state, env)[0]):
                    self.count()
                    stop, *rest = self.block(body, state, env)
                    state = tuple(rest)
                    if stop:
                        break
                return state
            case Call(callee=callee, args=args):
                self.count()
                inner: dict[Value, object] = {}
                body = self.helpers[callee].body
                return self.block(body, tuple(self.read(a, env) for a in args), inner)
            case _:
                assert_never(op)

    def apply(self, op: Apply, args: list[object]) -> tuple[object, ...]:
        primitive = op.primitive
        call = _STRUCTURE.get(primitive.name)
        if primitive in WAYS:
            call = _stored_through(primitive.name, WAYS[primitive], self.interpret)
        elif call is None or (primitive.name in _COMPARING and not self.ordered):
            call = self.interpret(primitive.name)
        layout = primitive.layout
        if layout is not None:
            args = grouped(layout, iter(args), _grouped)
        match primitive.calling:
            case "arguments":
                first = len(args) - len(primitive.keywords)
                outcome = call(
                    *args[:first], **dict(zip(primitive.keywords, args[first:], strict=True))
                )
            case "sequence":
                outcome = call(args)
            case "halves":
                middle = len(args) // 2
                outcome = call(args[:middle], args[middle:])
            case _:
                assert_never(primitive.calling)
        if len(op.results) == 1 and primitive.name not in ("core.unpack", "core.open"):
            return (outcome,)
        if len(outcome) != len(op.results):
            raise internal("evaluate", f"{primitive.name} gave {len(outcome)} results")
        return tuple(outcome)
