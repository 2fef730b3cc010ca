"""What a function that is kept passes from its forward sweep to its reverse sweep.

The forward sweep closes what the reverse sweep reads into one value; the reverse sweep opens it again. In
the emitted text it is a tuple, with the tuples of the calls inside it: each call has its own.

    close(<residuals of f>, a, b) -> r          open(r) -> a, b
"""

from __future__ import annotations

from s2sdiff.ir.core import Atom, Const, Primitive
from s2sdiff.ir.types import Residuals, Type


def _closed(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    form = args[0]
    if not (isinstance(form, Const) and isinstance(form.value, Residuals)):
        raise TypeError("a form of residuals is needed")
    return (form.value,)


def _opened(args: tuple[Atom, ...]) -> tuple[Type, ...]:
    form, whole = args
    if not (isinstance(form, Const) and isinstance(form.value, tuple)):
        raise TypeError("the types of the residuals are needed")
    if not isinstance(whole.type, Residuals):
        raise TypeError(f"residuals are needed, not {whole.type}")
    return form.value


CLOSE = Primitive("core.close", _closed, identity=True)
OPEN = Primitive("core.open", _opened, identity=True)
