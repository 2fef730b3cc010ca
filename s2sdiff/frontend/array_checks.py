"""Calls of functions of arrays that are refused whatever their rule says.

A result that is to be stored in an array which is given; complex numbers where the rule is one for real
numbers only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from s2sdiff.errors import S2SDiffError, Span, fail
from s2sdiff.frontend.meanings import LibraryFunction, Meaning, Partial, Sequence
from s2sdiff.frontend.operations import OperationLowerer
from s2sdiff.ir.core import Const, Value, constant
from s2sdiff.ir.evaluate import library
from s2sdiff.ir.types import Array, Scalar

RULES_FOLDER = Path(__file__).parent.parent / "rules"
_STARTING_WITH_I = "inv invert index indexOf is_ is_not"
NOT_IN_PLACE = frozenset(f"operator.{name}" for name in _STARTING_WITH_I.split())

# Functions with pullbacks for real numbers only. A test calls every rule with complex numbers and holds
# that each is right or listed here.
_REAL_ONLY = """
    numpy.var numpy.std numpy.nanvar numpy.nanstd numpy.cov numpy.corrcoef numpy.correlate numpy.gradient
    numpy.linspace numpy.logspace numpy.geomspace numpy.vdot numpy.vecdot numpy.vecmat numpy.maximum
    numpy.minimum numpy.fmax numpy.fmin numpy.clip numpy.linalg.vecdot numpy.linalg.norm
    numpy.linalg.vector_norm numpy.linalg.matrix_norm numpy.linalg.cholesky numpy.linalg.eigh
    numpy.linalg.eigvalsh numpy.linalg.svd numpy.linalg.svdvals numpy.linalg.qr numpy.linalg.pinv
    numpy.linalg.slogdet numpy.linalg.cond scipy.linalg.norm scipy.linalg.cholesky scipy.linalg.eigh
    scipy.linalg.eigvalsh scipy.linalg.svd scipy.linalg.svdvals scipy.linalg.pinv scipy.linalg.cho_solve
    scipy.linalg.cho_factor numpy.linalg.lstsq
"""
REAL_ONLY = frozenset(_REAL_ONLY.split())


def check_array_call(low: OperationLowerer, name: str, args: Iterable[Meaning], span: Span) -> None:
    """Raise S2S202, S2S306 or S2S307 where `name` is not to be called with these arguments."""
    now = [low.now(arg) for arg in args]
    short = name.replace("numpy.", "np.", 1).removeprefix("scipy.")
    if (name in REAL_ONLY or name.startswith("scipy.stats.")) and any(map(_is_complex, now)):
        what = f"{short}() has a derivative for real numbers only, and is given complex ones"
        fail("S2S306", what, span, "write it with np.abs(), np.real(), np.imag() and np.conj()")
    if not any(map(_is_array, now)):
        return
    if name.startswith("operator.i") and name not in NOT_IN_PLACE:
        fail("S2S307", f"{name}() changes an array", span, "make a new array")
    if name.startswith(("numpy.", "scipy.special.")):
        most = getattr(library(name), "nin", None)
        if most is not None and len(now) > most:
            fail("S2S202", f"{short}() with out= is not accepted", span, "assign the result")


@contextmanager
def blamed_on(name: str, span: Span | None) -> Iterator[None]:
    """What is refused inside the text of a rule is refused at the place of the call."""
    try:
        yield
    except S2SDiffError as refusal:
        if refusal.span is None or not _is_ours(refusal.span) or span is None or _is_ours(span):
            raise
        short = name.replace("numpy.", "np.", 1).removeprefix("operator.")
        what = f"{short}() cannot be differentiated like this: {refusal.sentence}"
        fail(refusal.code, what, span, "call it with other arguments")


def _is_ours(span: Span) -> bool:
    return Path(span.source.path).is_relative_to(RULES_FOLDER)


def attribute_of_number(owner: Meaning, name: str) -> Meaning | None:
    """An attribute that NumPy's scalars have as arrays have it; None for others."""
    if not isinstance(owner, Value) or not isinstance(owner.type, Scalar):
        return None
    match name:
        case "item" if owner.type.kind in ("float", "int", "bool"):
            return Partial(LibraryFunction(f"builtins.{owner.type.kind}"), (owner,), {})
        case "sum" | "mean" | "max" | "min" | "prod":
            return Partial(LibraryFunction(f"numpy.{name}"), (owner,), {})
        case "shape":
            return Sequence(())
        case "ndim" | "size":
            return constant(0 if name == "ndim" else 1)
        case "T":
            return owner
    return None


def _is_array(meaning: Meaning) -> bool:
    return isinstance(meaning, Value) and isinstance(meaning.type, Array)


def _is_complex(meaning: Meaning) -> bool:
    if isinstance(meaning, Sequence):
        return any(map(_is_complex, meaning.items))
    is_number = isinstance(meaning, Value | Const) and isinstance(meaning.type, Array | Scalar)
    return is_number and meaning.type.kind == "complex"  # type: ignore[union-attr]
