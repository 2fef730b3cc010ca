"""Arguments of functions of arrays, as their rules take them.

    np.concatenate(([0.0], x))        ->    np.concatenate((np.array([0.0]), x))
    np.sum(x, dtype=np.float64)       ->    np.sum(x.astype(np.float64))
    np.max(x, initial=0.0)            ->    np.maximum(np.max(x), 0.0)
    np.r_[x, 0.0]                     ->    np.concatenate((x, np.array([0.0])))

NumPy takes lists of numbers for arrays; rules are about arrays. Keywords that rules do not know are
spelled out with functions that have rules.
"""

from __future__ import annotations

import ast
from types import FunctionType

from s2sdiff.errors import Span, fail
from s2sdiff.frontend.array_checks import blamed_on
from s2sdiff.frontend.meanings import Instance, LibraryFunction, Meaning, Sequence
from s2sdiff.frontend.names import user_function
from s2sdiff.frontend.operations import Frame, OperationLowerer
from s2sdiff.ir.arrays import RANK, SIZE
from s2sdiff.ir.core import Atom, Const, Hint, Value, constant
from s2sdiff.ir.shapes import new_axes
from s2sdiff.ir.structure import REQUIRE
from s2sdiff.ir.sure import known_as
from s2sdiff.ir.types import Array, List, Scalar, Static
from s2sdiff.rules.registry import Rule
from s2sdiff.rules.spelled_out import SPELLED_OUT

# Functions whose first argument is a list of arrays, and those that take a list as it is.
_JOINING = "concatenate stack hstack vstack dstack column_stack"
JOINING = frozenset(f"numpy.{name}" for name in _JOINING.split())
_OF_LISTS = "array asarray asanyarray block select meshgrid ix_ linalg.multi_dot"
OF_LISTS = JOINING | {f"numpy.{name}" for name in _OF_LISTS.split()}
OF_LISTS |= {"scipy.linalg.cho_solve", "scipy.linalg.lu_solve"}
# Functions that are written with others, and which of their arguments are arrays.
ARRAYS_OF: dict[str, tuple[str, ...]] = {
    "numpy.append": ("arr", "values"),
    "numpy.interp": ("x", "xp", "fp"),
    "numpy.trapezoid": ("y", "x"),
    "numpy.cross": ("a", "b"),
    "numpy.diff": ("a", "prepend", "append"),
    "numpy.insert": ("arr", "values"),
    "numpy.median": ("a",),
    "numpy.linalg.norm": ("x",),
}
# Keywords about memory, and what they may say.
_ABOUT_MEMORY: dict[str, tuple[object, ...]] = {"copy": (True,), "order": ("C", "K")}
_COPYING = "numpy.array numpy.asarray numpy.ravel s2sdiff.array.astype s2sdiff.array.flatten"
COPYING = frozenset(_COPYING.split())
COPY_IS_NONE = ("numpy.asarray", "numpy.asanyarray", "numpy.reshape")  # if nothing is said
IN_A_ROW = ("numpy.ravel", "s2sdiff.array.flatten")

KINDS = {
    "builtins.float": "float",
    "builtins.int": "int",
    "builtins.bool": "bool",
    "builtins.complex": "complex",
    "numpy.float64": "float",
    "numpy.double": "float",
    "numpy.float32": "float32",
    "numpy.single": "float32",
    "numpy.int64": "int",
    "numpy.int32": "int",
    "numpy.intp": "int",
    "numpy.bool_": "bool",
    "numpy.bool": "bool",
    "numpy.complex128": "complex",
}
# The short names of types, as strings.
_NAMED = {
    "d": "float64",
    "f8": "float64",
    "f": "float32",
    "f4": "float32",
    "i8": "int64",
    "l": "int64",
}


def dtype_of(name: str) -> Const:
    """A type of NumPy's or Python's as the argument `dtype=`."""
    return Const(KINDS[name], Static(KINDS[name]), name)


def as_taken(
    low: OperationLowerer,
    rule: Rule,
    name: str,
    args: tuple[Meaning, ...],
    keywords: dict[str, Meaning],
    span: Span,
) -> tuple[tuple[Meaning, ...], dict[str, Meaning]]:
    """The arguments with arrays where lists of numbers are given."""
    assert rule.call is not None
    if name == "s2sdiff.array.astype" and len(args) == 2:
        args = (args[0], _dtype(args[1], span))
    where = keywords.get("where")
    if isinstance(where, Const) and where.value is None and low.names_values:
        fail("S2S306", "where=None is a mask that is false", span, "leave it out")
    if "dtype" in keywords:
        keywords = {**keywords, "dtype": _dtype(keywords["dtype"], span)}
    if not _copies(keywords.get("copy")) and name not in COPY_IS_NONE:
        short = name.replace("numpy.", "np.").replace("s2sdiff.array.", "")
        fail(
            "S2S202",
            f"{short}() with copy= is not accepted",
            span,
            "leave it out, or use np.asarray(x)",
        )
    if name in COPYING:
        keywords = {w: m for w, m in keywords.items() if not _is_about_memory(name, w, m)}
    if name in JOINING and args:
        joined = low.now(args[0])
        if isinstance(joined, Sequence):
            items = tuple(as_array(low, item, span) for item in joined.items)
            if any(one is not two for one, two in zip(items, joined.items, strict=True)):
                args = (Sequence(items, joined.kind), *args[1:])
    if name in OF_LISTS:
        return args, keywords
    if name == "numpy.clip":
        keywords = {{"min": "a_min", "max": "a_max"}.get(w, w): m for w, m in keywords.items()}
        for at, word in ((1, "a_min"), (2, "a_max")):
            if len(args) <= at and keywords:
                keywords.setdefault(word, constant(None))
    data = ARRAYS_OF.get(name, () if rule.form == "definition" else rule.call.data)
    names = list(rule.call.parameters.parameters)
    places = [at for at, parameter in enumerate(names) if parameter in data]
    args = tuple(as_array(low, a, span) if at in places else a for at, a in enumerate(args))
    keywords = {w: as_array(low, m, span) if w in data else m for w, m in keywords.items()}
    return args, keywords


def _dtype(meaning: Meaning, span: Span) -> Meaning:
    """`dtype="float32"` as `dtype=np.float32`."""
    if not isinstance(meaning, Const) or not isinstance(meaning.value, str) or meaning.name:
        return meaning
    name = _NAMED.get(meaning.value, meaning.value)
    for module in ("numpy", "builtins"):
        if f"{module}.{name}" in KINDS:
            return dtype_of(f"{module}.{name}")
    fail("S2S306", f"dtype={meaning.value!r} is not accepted", span, "use float, int or np.float32")


def _copies(copy: Meaning | None) -> bool:
    """Does `copy=` say that there is an array of its own? None says that there need not be."""
    return copy is None or not isinstance(copy, Const) or copy.value is True


def _is_about_memory(name: str, word: str, meaning: Meaning) -> bool:
    """Does this keyword say nothing about values, nor whether there is a copy?

    The order does where entries are put in a row, or where only what lies otherwise is copied.
    """
    if not isinstance(meaning, Const):
        return False
    if name == "numpy.asarray":
        return (word, meaning.value) in (("copy", None), ("order", None), ("order", "K"))
    if word == "order" and name in IN_A_ROW:
        return meaning.value == "C"
    return meaning.value in _ABOUT_MEMORY.get(word, ())


def as_array(low: OperationLowerer, meaning: Meaning, span: Span) -> Meaning:
    """A list of numbers, or a tuple of them, as an array; anything else as it is."""
    now = low.now(meaning)
    if isinstance(now, Sequence) and _is_of_numbers(low, now):
        return low.call_library("numpy.array", (meaning,), {}, None, span)
    listed = now.type if isinstance(now, Value) else None
    if isinstance(listed, List) and isinstance(listed.item, Scalar):
        return low.call_library("numpy.array", (meaning,), {}, None, span)
    return meaning


def _is_of_numbers(low: OperationLowerer, whole: Sequence) -> bool:
    if low.shape_values.get(whole) is not None:
        return False
    items = [low.now(item) for item in whole.items]
    inner = [item for item in items if isinstance(item, Sequence)]
    if inner:
        return len(inner) == len(items) and all(_is_of_numbers(low, each) for each in inner)
    if not items or not all(isinstance(item, Value | Const) for item in items):
        return False
    types = [item.type for item in items if isinstance(item, Value | Const)]
    if whole.kind == "list" and all(isinstance(type_, Scalar | Array) for type_ in types):
        return True
    if all(isinstance(type_, Array) for type_ in types):
        return True
    return all(isinstance(type_, Scalar) and type_.kind != "bool" for type_ in types)


def ranked(low: OperationLowerer, atom: Atom, span: Span) -> Atom:
    """An array that starts as a number, with the rank that it has then.

    out = 0.0                                 A loop that makes no turn leaves a number: the emitted text
    for k in range(n):                        checks that `out` has two axes where that matters.
        out = out + w[k] * x[k:k + 3, :3]
    """
    type_ = atom.type
    if not isinstance(atom, Value) or not isinstance(type_, Array) or type_.axes is not None:
        return atom
    if not type_.likely:
        return atom
    before = low.ranked.get(atom)
    if before is not None and before[0] is low.builder.ops:
        return before[1]
    name = atom.hint if isinstance(atom.hint, str) else "an array"
    found = low.builder.apply(RANK, atom)
    low.builder.run(REQUIRE, found, constant(type_.likely), constant(f"np.ndim({name})"))
    known = known_as(low.builder, atom, Array(type_.kind, new_axes(type_.likely)))
    low.ranked[atom] = (low.builder.ops, known)
    low.note_same(known, atom)
    return known


def depends_on_rank(problem: Exception) -> bool:
    """Was something refused because the rank of an array is not known?"""
    return "known at run time only" in str(problem)


def spelled_out(
    low: OperationLowerer,
    name: str,
    args: tuple[Meaning, ...],
    keywords: dict[str, Meaning],
    hint: Hint,
    span: Span,
) -> Meaning | None:
    """A call with keywords that the rule does not know, in terms of others; None for other calls."""
    if name == "numpy.prod" and len(args) == 1 and not keywords:
        shape = low.now(args[0])
        whole = low.shape_values.get(shape) if isinstance(shape, Sequence) else None
        return None if whole is None else low.builder.apply(SIZE, whole, hint=hint)
    found = SPELLED_OUT.get(name)
    if found is None:
        return None
    words, function = found
    given: dict[str, Meaning] = {}
    for word, meaning in keywords.items():
        meaning = _dtype(meaning, span) if word == "dtype" else meaning
        if isinstance(meaning, LibraryFunction) and meaning.name in KINDS:
            meaning = dtype_of(meaning.name)
        if not (isinstance(meaning, Const) and meaning.value is None):
            given[word] = meaning
    if words.isdisjoint(given):
        return None
    assert isinstance(function, FunctionType)
    before, low.names_values = low.names_values, False
    try:
        with low.builder.only_at(span), blamed_on(name, span):
            return low.call_function(user_function(function), args, given, hint, span)
    finally:
        low.names_values = before


def joins_by_index(meaning: Meaning) -> str | None:
    """The name of `np.r_` or `np.c_`, where `meaning` is one of them."""
    if isinstance(meaning, LibraryFunction) and meaning.name in ("numpy.r_", "numpy.c_"):
        return meaning.name
    if isinstance(meaning, Instance) and type(meaning.value).__module__.startswith("numpy"):
        return {"RClass": "numpy.r_", "CClass": "numpy.c_"}.get(type(meaning.value).__name__)
    return None


def joined_by_index(
    low: OperationLowerer, name: str, frame: Frame, index: ast.expr, hint: Hint, span: Span
) -> Meaning:
    """`np.r_[...]` and `np.c_[...]`. Raises S2S306."""
    short = name.replace("numpy.", "np.")
    nodes = index.elts if isinstance(index, ast.Tuple) else [index]
    parts: list[Meaning] = []
    for node in nodes:
        if isinstance(node, ast.Slice):
            bounds = [node.lower or ast.Constant(0), node.upper, node.step]
            values = tuple(low.expression(frame, each) for each in bounds if each is not None)
            if node.upper is None or _is_imaginary(node.step):
                what = f"a slice without an end, or of a number of steps, in {short}[]"
                fail("S2S306", what, span, "use np.arange() or np.linspace()")
            parts.append(low.call_library("numpy.arange", values, {}, None, span))
            continue
        part = as_array(low, low.expression(frame, node), span)
        now = low.now(part)
        if not isinstance(now, Value | Const) or not isinstance(now.type, Scalar | Array):
            fail("S2S306", f"{short}[] joins something else than numbers", span, "use concatenate")
        parts.append(part)
    arrays = [low.now(part) for part in parts]
    kinds = {a.type.kind for a in arrays if isinstance(a, Value) and isinstance(a.type, Array)}
    keywords: dict[str, Meaning] = {}
    if kinds == {"float32"}:  # a number has no say about precision
        keywords["dtype"] = dtype_of("numpy.float32")
    for at, now in enumerate(arrays):
        if isinstance(now, Value | Const) and isinstance(now.type, Scalar):
            single = Sequence((now,), "list")
            parts[at] = low.call_library("numpy.array", (single,), keywords, None, span)
    function = "numpy.column_stack" if name == "numpy.c_" else "numpy.concatenate"
    whole = Sequence(tuple(parts), "tuple")
    keywords = {}
    if function == "numpy.concatenate" and len(parts) > 1 and _rank(low, parts[0]) > 1:
        keywords["axis"] = constant(-1 if name == "numpy.c_" else 0)
    return low.call_library(function, (whole,), keywords, hint, span)


def _is_imaginary(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, complex)


def _rank(low: OperationLowerer, meaning: Meaning) -> int:
    now = low.now(meaning)
    axes = now.type.axes if isinstance(now, Value) and isinstance(now.type, Array) else ()
    return len(axes or ())
