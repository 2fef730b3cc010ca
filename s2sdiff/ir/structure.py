"""Primitives that belong to the language itself and not to a library. Lists are in `ir/lists.py`.

`pack` and `unpack` build and open tuples at the borders of functions. These are run for their effect:

    section     a heading in the emitted text
    keep        a value computed only because computing it may raise
    bound       a variable that may be unassigned where it is read
    assertion   a user's `assert`
    require     a static argument must be the one compiled for
    changed     a list of the caller's was changed in place (no text stands for it)
    mark        where the reverse of a primal block starts, while it is being built

`stop` is the identity without a derivative; `text` formats an f-string.
"""

from __future__ import annotations

from s2sdiff.ir.core import Atom, Primitive
from s2sdiff.ir.infer import always_bool, nothing, packed, same_number, unpacked
from s2sdiff.ir.types import Opaque, Type


def _formatted(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    return (Opaque("text"),)


PACK = Primitive("core.pack", packed)
UNPACK = Primitive("core.unpack", unpacked, raises=True)
SECTION = Primitive("core.section", nothing, effect=True)
BOUND = Primitive("core.bound", nothing, effect=True, raises=True)
KEEP = Primitive("core.keep", nothing, effect=True)
ASSERTION = Primitive("core.assertion", nothing, effect=True, raises=True)
REQUIRE = Primitive("core.require", nothing, effect=True, raises=True)
CHANGED = Primitive("core.changed", nothing, effect=True)
MARK = Primitive("core.mark", nothing, effect=True)
STOP = Primitive("core.stop", same_number)
TEXT = Primitive("core.text", _formatted)
AND = Primitive("core.and", always_bool)
OR = Primitive("core.or", always_bool)
