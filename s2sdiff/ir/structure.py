"""Primitives that belong to the language itself and not to a library. Lists are in `ir/lists.py`.

`pack` and `unpack` build and open tuples at the borders of functions. These are run for their effect:

    section     a heading in the emitted text
    keep        a value computed only because computing it may raise
    bound       a variable that may be unassigned where it is read
    assertion   a user's `assert`; also `raise` and `print`
    require     a static argument must be the one compiled for
    changed     a list of the caller's was changed in place (no text stands for it)
    mark        where the reverse of a primal block starts, while it is being built

`stop` is the identity without a derivative; `text` formats an f-string.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from s2sdiff.ir.core import Atom, Primitive
from s2sdiff.ir.infer import always_bool, nothing, packed, same_number, unpacked
from s2sdiff.ir.types import Opaque, Type


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
MARK = Primitive("core.mark", nothing, effect=True)
STOP = Primitive("core.stop", same_number)
TEXT = Primitive("core.text", _formatted)
AND = Primitive("core.and", always_bool)
OR = Primitive("core.or", always_bool)
