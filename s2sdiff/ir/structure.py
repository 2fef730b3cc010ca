"""Primitives that belong to the language itself and not to a library. Lists are in `ir/lists.py`.

`pack` and `unpack` build and open tuples at the borders of functions. These are run for their effect:

    section     a heading in the emitted text
    keep        a value computed only because computing it may raise
    bound       a variable that may be unassigned where it is read
    assertion   a user's `assert`; also `raise` and `print`
    require     a static argument must be the one compiled for
    changed     a list of the caller's was changed in place (no text stands for it)
    mark        where the reverse of a primal block starts, while it is being built
    separate    arrays of the caller's that share no memory, because the first is changed
    alone       an array is changed in place here: nothing else may show it (while lowering only)
    tried       a value computed inside `try`: computing it may raise, and lead to the handler

`defined(y, z)` is y, and its derivative is that of z, which is the same.
`stop` is the identity without a derivative; `text` formats an f-string. `sure` is the identity as well: a
variable that may be unassigned, where it is known to be assigned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard, final

from s2sdiff.ir.core import Apply, Atom, Call, Const, If, Op, Primitive
from s2sdiff.ir.infer import always_bool, nothing, packed, same_number, unpacked
from s2sdiff.ir.types import Opaque, Type


def _same(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    return (args[0].type,)


def _formatted(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    return (Opaque("text"),)


@final
@dataclass(frozen=True, slots=True)
class Thrown:
    """How an exception is made: its class, as `module` binds it, of `size` arguments; the last of them
    go by `keywords`. `cause` is what stands behind `from`: another exception, made of the arguments
    that follow, or None for `from None`; `has_cause` says whether there is a `from`."""

    module: str
    name: str
    size: int
    keywords: tuple[str, ...] = ()
    has_cause: bool = False
    cause: Thrown | None = None

    def __repr__(self) -> str:
        behind = f" from {self.cause}" if self.has_cause else ""
        return f"{self.name}{behind}"


# `raise` in a handler: the exception that was caught.
VALUE_ERROR = Thrown("builtins", "ValueError", 1)
AGAIN = Thrown("", "", 0)


@final
@dataclass(frozen=True, slots=True)
class Caught:
    """The test of an attempt: what its handler is for, each class as a module and the name it binds."""

    classes: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return f"raised({', '.join(name for _, name in self.classes)})"


def caught(op: Op) -> Caught | None:
    """What is caught, if `op` is an attempt; see the grammar."""
    if isinstance(op, If) and isinstance(op.test, Const) and isinstance(op.test.value, Caught):
        return op.test.value
    return None


PACK = Primitive("core.pack", packed)
UNPACK = Primitive("core.unpack", unpacked, raises=True)
SECTION = Primitive("core.section", nothing, effect=True)
BOUND = Primitive("core.bound", nothing, effect=True, raises=True)
KEEP = Primitive("core.keep", nothing, effect=True)
ASSERTION = Primitive("core.assertion", nothing, effect=True, raises=True)
RAISE = Primitive("core.raise", nothing, effect=True, raises=True)
PRINT = Primitive("core.print", nothing, effect=True, raises=True)
REQUIRE = Primitive("core.require", nothing, effect=True, raises=True)
CHANGED = Primitive("core.changed", nothing, effect=True)
SHAPED = Primitive("core.shaped", nothing, effect=True, raises=True)
DISTINCT = Primitive("core.distinct", nothing, effect=True, raises=True)
SEPARATE = Primitive("core.separate", nothing, effect=True, raises=True)
MARK = Primitive("core.mark", nothing, effect=True)
TRIED = Primitive("core.tried", nothing, effect=True)
ALONE = Primitive("core.alone", nothing, effect=True)
STOP = Primitive("core.stop", same_number)
DEFINED = Primitive("core.defined", _same)
SURE = Primitive("core.sure", _same)
TEXT = Primitive("core.text", _formatted)
AND = Primitive("core.and", always_bool)
OR = Primitive("core.or", always_bool)


def may_raise(op: Op) -> bool:
    """Can running `op` itself raise an exception, its nested blocks left out?"""
    if isinstance(op, Apply):
        return op.primitive.raises
    return isinstance(op, Call)


def is_section(op: Op) -> TypeGuard[Apply]:
    """Does a sweep begin here?"""
    return isinstance(op, Apply) and op.primitive is SECTION


def reverse_begins(ops: Sequence[Op]) -> int:
    """At which of the ops of a body the reverse sweep begins; their number if there is none."""
    return next((at for at, op in enumerate(ops) if begins_reverse(op)), len(ops))


def begins_reverse(op: Op) -> bool:
    """Does the reverse sweep begin here?"""
    if not is_section(op):
        return False
    title = op.args[0]
    return isinstance(title, Const) and title.value != "forward sweep"
