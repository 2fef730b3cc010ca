"""Which values depend on the inputs differentiated with respect to (*varied*).

    varied_values(block, seeds)    ->   the set of values that depend on `seeds` smoothly

A result of a function with zero derivative is not varied, whatever its arguments are. `useful_values`
are those that the output depends on smoothly. The reverse sweep itself needs no such table: it visits
only values that have a cotangent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import compress
from typing import assert_never

from s2sdiff.ir.calls import CLOSE, OPEN
from s2sdiff.ir.core import Apply, Atom, Block, Call, Const, For, If, Primitive, Value, While
from s2sdiff.ir.forms import BUILD, FIELD
from s2sdiff.ir.forms import ITEM as KEY
from s2sdiff.ir.lists import TAKING, smooth_arguments
from s2sdiff.ir.structure import DEFINED, PACK, SURE, UNPACK
from s2sdiff.ir.sure import RANKED
from s2sdiff.ir.traverse import defining_ops, walk
from s2sdiff.ir.types import INT, Array, List, Residuals, Scalar, Structure, Tuple, Type, parts
from s2sdiff.rules.registry import find_rule
from s2sdiff.rules.signatures import Signature, bound_slots

STRUCTURAL = (PACK, UNPACK, KEY, FIELD, BUILD)


def varied_values(block: Block, seeds: Iterable[Value]) -> frozenset[Value]:
    """Values of `block` and its nested blocks that depend on `seeds`, the seeds included."""
    counts = _counts(block)
    while True:
        varied = set(seeds)
        _visit(block, varied, frozenset(counts))
        right = {each: put for each, put in counts.items() if varied.isdisjoint(put)}
        if len(right) == len(counts):
            return frozenset(varied)
        counts = right


def _counts(block: Block) -> dict[Value, list[Atom]]:
    """Ints that come out of tuples in lists of this block, and what was put in their place.

    They do not depend on anything if none of what was put there does; the list as a whole may.
    """
    made = defining_ops(block)
    packs = [op for op in walk(block) if isinstance(op, Apply) and op.primitive is PACK]
    given = {_form(type_) for param in block.params for type_ in _tuples_in(param.type)}
    found: dict[Value, list[Atom]] = {}
    for op in made.values():
        if not isinstance(op, Apply) or op.primitive is not UNPACK:
            continue
        (whole,) = op.args
        by = made.get(whole) if isinstance(whole, Value) else None
        is_taken = isinstance(by, Apply) and by.primitive in TAKING
        form = _form(whole.type)
        if not is_taken or form in given:
            continue
        for at, result in enumerate(op.results):
            if _is_whole(result):
                same = (pack for pack in packs if _form(pack.results[0].type) == form)
                found[result] = [pack.args[at] for pack in same]
    return found


def _form(type_: Type) -> tuple[object, ...]:
    """The kinds of the items of a tuple."""
    items = type_.items if isinstance(type_, Tuple) else ()
    return tuple((type(each), getattr(each, "kind", None)) for each in items)


def _tuples_in(type_: Type) -> Iterator[Type]:
    if isinstance(type_, Tuple):
        yield type_
    for part in parts(type_) if isinstance(type_, Structure) else ():
        yield from _tuples_in(part)
    if isinstance(type_, List):
        yield from _tuples_in(type_.item)


def useful_values(block: Block) -> frozenset[Value]:
    """Values of `block` and its nested blocks that its outputs depend on smoothly."""
    useful = {atom for atom in block.outputs if isinstance(atom, Value)}
    _visit_back(block, useful)
    return frozenset(useful)


def _visit_back(block: Block, useful: set[Value]) -> None:
    for op in reversed(block.ops):
        wanted = [result in useful for result in op.results]
        if not any(wanted):
            continue
        match op:
            case Apply(primitive=primitive, args=args):
                _need(_without_zero_factors(primitive, args), useful)
            case If(then=then, orelse=orelse):
                for side in (then, orelse):
                    _need(compress(side.outputs, wanted), useful)
                    _visit_back(side, useful)
            case For(carried=carried, body=body) | While(carried=carried, body=body):
                params = body.params[len(body.params) - len(carried) :]
                before = -1
                while before != len(useful):
                    before = len(useful)
                    wanted = [
                        result in useful or param in useful
                        for result, param in zip(op.results, params, strict=True)
                    ]
                    _need(compress(body.outputs[1:], wanted), useful)
                    _visit_back(body, useful)
                _need(compress(carried, wanted), useful)
                if isinstance(op, For) and body.params[0] in useful:
                    _need((op.iterable,), useful)
            case Call(args=args):
                _need(args, useful)
            case _:
                assert_never(op)


def _without_zero_factors(primitive: Primitive, args: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """The arguments whose partials are not zero because of a constant: `x * 0.0`, `x ** 0`."""
    zeros = [isinstance(arg, Const) and arg.name is None and arg.value == 0 for arg in args]
    if primitive.name == "operator.mul" and any(zeros):
        return tuple(arg for arg, other in zip(args, reversed(zeros), strict=True) if not other)
    if primitive.name == "operator.pow" and zeros[1]:
        return ()
    return active_args(primitive, args)


def _need(atoms: Iterable[Atom], useful: set[Value]) -> None:
    useful.update(atom for atom in atoms if isinstance(atom, Value))


def _visit(block: Block, varied: set[Value], counts: frozenset[Value]) -> None:
    def is_varied(atom: Atom) -> bool:
        return isinstance(atom, Value) and atom in varied

    for op in block.ops:
        match op:
            case Apply(primitive=primitive, args=args, results=results):
                if primitive in (KEY, FIELD) or _opens_list(primitive, args):
                    results = tuple(result for result in results if result.type != INT)
                results = tuple(result for result in results if result not in counts)
                moving = [arg for arg in active_args(primitive, args) if is_varied(arg)]
                if converts(primitive) or (
                    find_rule(primitive) is not None and not any(map(_is_whole, moving))
                ):
                    results = tuple(result for result in results if not _is_whole(result))
                if moving:
                    varied.update(result for result in results if is_smooth(result.type))
            case If(then=then, orelse=orelse, results=results):
                _visit(then, varied, counts)
                _visit(orelse, varied, counts)
                for result, one, two in zip(results, then.outputs, orelse.outputs, strict=True):
                    if is_varied(one) or is_varied(two):
                        varied.add(result)
            case For(iterable=iterable, carried=carried, body=body, results=results):
                _loop(body, (iterable, *carried), results, varied, counts)
            case While(carried=carried, body=body, results=results):
                _loop(body, carried, results, varied, counts)
            case Call(args=args, results=results):
                if any(map(is_varied, args)):
                    varied.update(result for result in results if is_smooth(result.type))
            case _:
                assert_never(op)


def converts(primitive: Primitive) -> bool:
    """Is it a conversion to another kind of number? What is converted to ints jumps."""
    return primitive.name == "s2sdiff.array.astype" or "dtype" in primitive.keywords


def _is_whole(atom: Atom) -> bool:
    """Is it an int, or an array of such? What makes ints of floats jumps."""
    return isinstance(atom.type, Scalar | Array) and atom.type.kind == "int"


def _opens_list(primitive: Primitive, args: tuple[Atom, ...]) -> bool:
    """Ints in lists, dicts and records are counts; those in tuples are numbers as arguments are."""
    if primitive is not UNPACK:
        return False
    return isinstance(args[0].type, Tuple) and args[0].type.kind == "list"


def _loop(
    body: Block,
    inputs: tuple[Atom, ...],
    results: tuple[Value, ...],
    varied: set[Value],
    counts: frozenset[Value],
) -> None:
    """Carried values feed the next turn, so visit the body until nothing is added."""
    for param, atom in zip(body.params, inputs, strict=True):
        if isinstance(atom, Value) and atom in varied:
            varied.add(param)
    carried_params = body.params[len(body.params) - len(results) :]
    while True:
        before = len(varied)
        _visit(body, varied, counts)
        for param, output, result in zip(carried_params, body.outputs[1:], results, strict=True):
            if param in varied or (isinstance(output, Value) and output in varied):
                varied.update(value for value in (param, result) if is_smooth(value.type))
        if len(varied) == before:
            return


def active_args(primitive: Primitive, args: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """The arguments that the results of `primitive` depend on smoothly."""
    rule = find_rule(primitive)
    if rule is not None and rule.call is not None:
        return _data(primitive, rule.call, args) if rule.form != "zero_derivative" else ()
    if rule is not None:
        return args if rule.form != "zero_derivative" else ()
    if primitive is DEFINED:
        return args[1:]
    if primitive in STRUCTURAL or primitive.name in (SURE.name, RANKED):
        return args
    if primitive in (CLOSE, OPEN):
        return args[1:]
    return tuple(args[at] for at in smooth_arguments(primitive, len(args)))


def _data(primitive: Primitive, call: Signature, args: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """The arguments of a function of arrays that hold data."""
    found: list[Atom] = []
    for name, slot in bound_slots(primitive, call).items():
        if name in call.data:
            for each in slot if isinstance(slot, tuple) else (slot,):
                found += each.of(args)
    return tuple(found)


def is_smooth(type_: Type) -> bool:
    """Can a value of this type have a derivative? An int can: derivatives of ints are floats."""
    match type_:
        case Scalar(kind=kind) | Array(kind=kind):
            return kind != "bool"
        case List(item=item):
            return is_smooth(item)
        case Residuals():
            return True
    return isinstance(type_, Structure) and any(map(is_smooth, parts(type_)))
