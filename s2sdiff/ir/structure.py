"""Primitives that belong to the language itself and not to a library.

`pack` and `unpack` build and open tuples at the borders of functions. `section`, `keep` and
`assertion` are run for their effect: a heading in the emitted text, a value computed only because
computing it may raise, a user's `assert`,
a static argument that must be the one compiled for (`require`). `text` formats an f-string.
"""

from __future__ import annotations

from s2sdiff.ir.core import Atom, Primitive
from s2sdiff.ir.infer import always_bool, nothing, packed, unpacked
from s2sdiff.ir.types import Opaque, Type


def _formatted(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    return (Opaque("text"),)


PACK = Primitive("core.pack", packed)
UNPACK = Primitive("core.unpack", unpacked, raises=True)
SECTION = Primitive("core.section", nothing, effect=True)
KEEP = Primitive("core.keep", nothing, effect=True)
ASSERTION = Primitive("core.assertion", nothing, effect=True, raises=True)
REQUIRE = Primitive("core.require", nothing, effect=True, raises=True)
TEXT = Primitive("core.text", _formatted)
AND = Primitive("core.and", always_bool)
OR = Primitive("core.or", always_bool)
