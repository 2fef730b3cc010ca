"""Arrays in the user's code: calls of functions of arrays, attributes and methods.

    x.sum(axis=0)     ->     numpy.sum(x, axis=0)
    x.shape[0]        ->     core.axis(x, 0)

Methods and operators are functions here. Their arguments are laid out flat; a `Layout` says how they are
grouped.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from s2sdiff.errors import S2SDiffError, Span, fail
from s2sdiff.frontend.array_arguments import (
    KINDS,
    as_taken,
    depends_on_rank,
    dtype_of,
    ranked,
    spelled_out,
)
from s2sdiff.frontend.array_checks import blamed_on, check_array_call
from s2sdiff.frontend.array_shapes import rank, shape, size
from s2sdiff.frontend.meanings import (
    LibraryFunction,
    Meaning,
    Partial,
    Sequence,
    UserFunction,
    describe,
)
from s2sdiff.frontend.names import user_function
from s2sdiff.frontend.operations import OperationLowerer
from s2sdiff.ir.arrays import shape_of
from s2sdiff.ir.core import (
    Apply,
    Atom,
    Const,
    Group,
    Hint,
    Layout,
    Primitive,
    Value,
    constant,
    grouped,
)
from s2sdiff.ir.types import COMPLEX, FLOAT, Array, Scalar, Tuple, Type, axes_of, rank_of
from s2sdiff.rules.registry import Rule, called_primitive, defined_primitive
from s2sdiff.rules.signatures import STATIC, UNUSED, Slot, bound_slots

# Methods that are functions of NumPy under the same name.
_METHODS = """
    all any argmax argmin argsort clip conj copy cumprod cumsum diagonal dot max mean min prod ptp
    ravel repeat reshape round squeeze std sum swapaxes take trace transpose var
"""
METHODS = frozenset(_METHODS.split())
RENAMED = {
    "conjugate": "numpy.conj",
    "flatten": "s2sdiff.array.flatten",
    "astype": "s2sdiff.array.astype",
    "item": "s2sdiff.array.item",
}
INSTEAD = {  # of attributes
    "tolist": "make lists of its rows: [row.tolist() for row in a]",
    "flat": "use a.reshape(-1)",
    "view": "write a[...]",
}
STORING = ("fill", "sort")  # methods that change the array
CHANGING = frozenset(["itemset", "partition", "put", "resize", "setflags", "setfield"])


def is_array(meaning: Meaning) -> bool:
    return isinstance(meaning, Value | Const) and isinstance(meaning.type, Array)


def is_complex(meaning: Meaning) -> bool:
    """Is it a complex number?"""
    return isinstance(meaning, Value | Const) and meaning.type == COMPLEX


def array_call(
    low: OperationLowerer,
    rule: Rule,
    name: str,
    args: tuple[Meaning, ...],
    keywords: dict[str, Meaning],
    hint: Hint,
    span: Span,
) -> Meaning:
    """Call a function of arrays. Raises S2S202, S2S306, S2S404."""
    assert rule.call is not None
    atoms: list[Atom] = []
    args, keywords = as_taken(low, rule, name, args, keywords, span)
    check_array_call(low, name, args, span)
    other = spelled_out(low, name, args, keywords, hint, span)
    if other is not None:
        return other
    is_spread = len(args) > 2 and not isinstance(low.now(args[1]), Sequence)
    if name in ("numpy.reshape", "numpy.transpose") and is_spread:
        args = (args[0], Sequence(args[1:]))  # x.reshape(2, 3)
    if name == "numpy.where" and len(args) == 1 and not keywords:
        return low.call_library("numpy.nonzero", args, {}, hint, span)
    if name == "numpy.clip" and len(args) == 2 and not keywords:
        args = (*args, constant(None))  # x.clip(0)
    keywords = _without_defaults(rule, keywords, not low.names_values)
    layouts = [laid_out(low, each, atoms, span) for each in (*args, *keywords.values())]
    return apply_call(low, rule, name, tuple(layouts), tuple(keywords), atoms, hint, span)


def _without_defaults(
    rule: Rule, keywords: dict[str, Meaning], is_rule: bool
) -> dict[str, Meaning]:
    """Keywords without those that say what holds anyway: `dtype=None`; in rules `keepdims=False`."""
    assert rule.call is not None
    parameters = rule.call.parameters.parameters
    kept: dict[str, Meaning] = {}
    for word, meaning in keywords.items():
        known = meaning.value if isinstance(meaning, Const) else meaning
        if word not in parameters and known is None:
            continue
        if is_rule and word in parameters and isinstance(meaning, Const):
            default = parameters[word].default
            if type(default) is type(known) and default == known:
                continue
        kept[word] = meaning
    return kept


def apply_call(
    low: OperationLowerer,
    rule: Rule,
    name: str,
    layouts: tuple[Layout, ...],
    words: tuple[str, ...],
    atoms: list[Atom],
    hint: Hint,
    span: Span,
) -> Meaning:
    """Append the call of a function whose arguments are laid out."""
    assert rule.call is not None
    if rule.form == "definition":
        made = defined_primitive(name, layouts, words, FLOAT)
    else:
        made = called_primitive(name, rule.call, layouts, words)
    try:
        bound_slots(made, rule.call)
    except TypeError as problem:
        unknown = next((word for word in words if word in UNUSED), None)
        short = name.removeprefix("operator.").replace("numpy.", "np.")
        if unknown is not None:
            remedy = "assign the result" if unknown == "out" else "leave it out, or use astype()"
            fail("S2S202", f"{short}() with {unknown}= is not accepted", span, remedy)
        parameters = ", ".join(rule.call.parameters.parameters)
        fail("S2S404", f"{short}(): {problem}", span, f"its parameters are {parameters}")
    if _needs_rank(low, rule, made, atoms, span):
        atoms = [ranked(low, atom, span) for atom in atoms]
    constants: tuple[Meaning, ...] = ()
    if rule.form == "definition":
        with low.builder.block():
            computed = low.now(run_definition(low, rule, made, tuple(atoms), span))
            outcome = low.pack_argument(computed, span)
            constants = computed.items if isinstance(computed, Sequence) else ()
        if isinstance(outcome, Const) and not isinstance(outcome.type, Scalar):
            return outcome
        made = defined_primitive(name, layouts, words, outcome.type)
    found = low.builder.apply(made, *atoms, hint=None if _opens(made.infer, atoms) else hint)
    if isinstance(found.type, Tuple):
        called = hint if isinstance(hint, str) else rule.family
        parts = low.open_result(found, called)
        low.note_parts(parts, made, atoms)
        return _with_constants(parts, constants)
    low.note_parts(found, made, atoms)
    return found


def _needs_rank(
    low: OperationLowerer, rule: Rule, made: Primitive, atoms: list[Atom], span: Span
) -> bool:
    """Can the function be called only where the ranks of these arrays are known?"""
    if not any(isinstance(a.type, Array) and a.type.axes is None and a.type.likely for a in atoms):
        return False
    try:
        if rule.form == "definition":
            with low.builder.block():
                run_definition(low, rule, made, tuple(atoms), span)
        else:
            made.infer(tuple(atoms))
    except (TypeError, S2SDiffError) as problem:
        return depends_on_rank(problem)
    return False


def _with_constants(found: Meaning, computed: tuple[Meaning, ...]) -> Meaning:
    """What a function gives, its parts that are known while compiling as constants."""
    if not isinstance(found, Sequence) or len(found.items) != len(computed):
        return found
    pairs = zip(found.items, computed, strict=True)
    items = tuple(known if isinstance(known, Const) else part for part, known in pairs)
    return Sequence(items, found.kind)


def run_definition(
    low: OperationLowerer, rule: Rule, made: Primitive, atoms: tuple[Atom, ...], span: Span
) -> Meaning:
    """What the definition of a function gives for these arguments."""
    assert rule.call is not None and isinstance(rule.definition, FunctionType)
    args: list[Meaning] = []
    keywords: dict[str, Meaning] = {}
    for name, slot in bound_slots(made, rule.call).items():
        if isinstance(slot, tuple):
            args += [slot_meaning(low, each, atoms) for each in slot]
        else:
            keywords[name] = slot_meaning(low, slot, atoms)
    if args:
        parameters = rule.call.parameters.parameters
        variable = [p.kind for p in parameters.values()].index(inspect.Parameter.VAR_POSITIONAL)
        args = [*(keywords.pop(name) for name in list(parameters)[:variable]), *args]
    before, low.names_values = low.names_values, False
    try:
        with low.builder.only_at(span), blamed_on(made.name, span):
            function = definition_function(rule.definition)
            return low.call_function(function, tuple(args), keywords, None, span)
    finally:
        low.names_values = before


@functools.cache
def definition_function(body: FunctionType) -> UserFunction:
    return user_function(body)


def slot_meaning(low: OperationLowerer, slot: Slot, atoms: tuple[Atom, ...]) -> Meaning:
    """The arguments of one parameter as one meaning."""

    def opened(atom: Atom) -> Meaning:
        if isinstance(atom, Value):
            return low.open_result(atom, atom.hint if isinstance(atom.hint, str) else "a")
        return atom

    flat: Iterator[Meaning] = map(opened, slot.of(atoms))
    (found,) = grouped((slot.layout,), flat, together)
    return found


def together(group: Group, items: list[Meaning]) -> Meaning:
    """Arguments that are passed as one."""
    if group.kind == "slice":
        values = [item.value if isinstance(item, Const) else item for item in items]
        return constant(slice(*values))
    return Sequence(tuple(items), group.kind)


def _opens(infer: Callable[[tuple[Atom, ...]], tuple[Type, ...]], atoms: list[Atom]) -> bool:
    try:
        return isinstance(infer(tuple(atoms))[0], Tuple)
    except TypeError:
        return False


def laid_out(low: OperationLowerer, meaning: Meaning, atoms: list[Atom], span: Span) -> Layout:
    """Append the atoms of an argument; how they are grouped."""
    now = low.now(meaning)
    match now:
        case Value() | Const():
            atoms.append(_known(low, now))
            return None
        case Sequence(items=items, kind=kind):
            whole = low.shape_values.get(now) if kind == "tuple" else None
            if whole is not None:
                atoms.append(shape_of(low.builder, whole))
                return None
            parts = tuple(laid_out(low, item, atoms, span) for item in items)
            return Group("list" if kind == "list" else "tuple", parts)
        case LibraryFunction(name=name) if name in KINDS:
            atoms.append(dtype_of(name))
            return None
    fail(
        "S2S306",
        f"{describe(now)} is passed to a function of arrays",
        span,
        "pass numbers or arrays",
    )


def _known(low: OperationLowerer, atom: Atom) -> Atom:
    """`-np.inf` as a constant."""
    last = low.builder.ops[-1] if low.builder.ops else None
    if (
        isinstance(last, Apply)
        and last.results == (atom,)
        and last.primitive.name == "operator.neg"
    ):
        (arg,) = last.args
        if isinstance(arg, Const) and isinstance(arg.value, float):
            return constant(-arg.value)
    return atom


# Attributes


FLAGS = "s2sdiff.array.flags"


def attribute(low: OperationLowerer, owner: Meaning, name: str, span: Span) -> Meaning:
    """An attribute or a method of an array. Raises S2S306, S2S307."""
    whole = low.atom(owner, span)
    type_ = whole.type
    assert isinstance(type_, Array | Scalar)
    if isinstance(type_, Scalar) and name not in ("real", "imag", "conjugate"):
        fail("S2S306", f"attribute {name} of a number is not accepted", span, "use functions")
    match name:
        case "T" | "mT":
            if name == "mT":
                return low.call_library("numpy.matrix_transpose", (owner,), {}, None, span)
            if len(axes_of(type_) or (1, 1)) < 2:
                return owner
            return low.call_library("numpy.transpose", (owner,), {}, None, span)
        case "shape":
            return shape(low, whole, span)
        case "size":
            return size(low, whole)
        case "ndim":
            return rank(low, whole)
        case "flags":
            return Partial(LibraryFunction(FLAGS), (owner,), {})
        case "real" | "imag":
            return low.call_library(f"numpy.{name}", (owner,), {}, None, span)
        case "dtype":
            names = {"float": "numpy.float64", "int": "numpy.int64", "bool": "numpy.bool_"}
            known = {**names, "float32": "numpy.float32", "complex": "numpy.complex128"}
            return LibraryFunction(known[type_.kind])
    if name in CHANGING:
        remedy = "use np.partition()" if name == "partition" else "store with an index"
        fail("S2S307", f"{name}() changes an array", span, remedy)
    if name in STORING:
        return Partial(LibraryFunction(f"s2sdiff.array.{name}"), (owner,), {})
    qualified = RENAMED.get(name) or (f"numpy.{name}" if name in METHODS else None)
    if name == "tolist" and len(axes_of(type_) or ()) == 1:
        qualified = "builtins.list"
    if qualified is None:
        remedy = INSTEAD.get(name, "use functions")
        fail("S2S306", f"attribute {name} of an array is not accepted", span, remedy)
    return Partial(LibraryFunction(qualified), (owner,), {})


# Helpers of rules


def run_static(low: OperationLowerer, name: str, args: tuple[Meaning, ...], span: Span) -> Meaning:
    """Run a helper of rules; what it gives is known while compiling."""
    try:
        return meaning_of_static(STATIC[name](*(static_value(low, arg) for arg in args)))
    except TypeError as problem:
        fail("S2S306", str(problem), span, "see the documentation of the function")


def static_value(low: OperationLowerer, meaning: Meaning) -> Any:
    """A value that is known, or the type of one that is not."""
    now = low.now(meaning)
    match now:
        case Const(value=value):
            return value
        case Value(type=type_):
            return type_
        case Sequence(items=items, kind=kind):
            values = [static_value(low, each) for each in items]
            return values if kind == "list" else tuple(values)
    raise AssertionError(f"a helper of a rule is given {describe(now)}")


def meaning_of_static(value: object) -> Meaning:
    if isinstance(value, tuple | list):
        return Sequence(tuple(map(meaning_of_static, value)), type(value).__name__)
    return constant(value)


# Functions that are answered while compiling, or by an attribute


def static_array_function(
    low: OperationLowerer, name: str, args: tuple[Meaning, ...], span: Span
) -> Meaning | None:
    """`np.ndim(x)` and its like; None for what has to be computed."""
    if len(args) != 1:
        return None
    whole = low.now(args[0])
    if isinstance(whole, Sequence) and all(map(_is_number, map(low.now, whole.items))):
        length = constant(len(whole.items))
        answers: dict[str, Meaning] = {
            "numpy.ndim": constant(1),
            "numpy.size": length,
            "numpy.shape": Sequence((length,)),
        }
        return answers.get(name)
    if isinstance(whole, Sequence) and name == "numpy.ndim":
        items = [low.now(each) for each in whole.items]
        types = [each.type for each in items if isinstance(each, Value)]
        ranks = {rank_of(type_) if isinstance(type_, Array) else 0 for type_ in types}
        inside = ranks.pop() if len(ranks) == 1 and len(types) == len(items) else None
        return None if inside is None else constant(1 + inside)
    if not (isinstance(whole, Value | Const) and isinstance(whole.type, Array | Scalar)):
        return None
    match name:
        case "numpy.ndim":
            return rank(low, whole)
        case "numpy.shape":
            return shape(low, whole, span)
        case "numpy.size":
            return size(low, whole)
    return None


def _is_number(meaning: Meaning) -> bool:
    return isinstance(meaning, Value | Const) and isinstance(meaning.type, Scalar)
