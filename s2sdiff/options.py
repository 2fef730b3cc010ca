"""What can be asked for: which operator, with respect to what, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, final

Operator: TypeAlias = Literal["grad", "value_and_grad", "vjp", "jvp", "jacobian", "hessian", "hvp"]
Target: TypeAlias = Literal["python", "numba"]  # what the emitted text is for
Wrt: TypeAlias = "int | str | tuple[int | str, ...]"


@final
@dataclass(frozen=True, slots=True)
class Step:
    """One operator, and what it differentiates with respect to: indices or names of parameters."""

    operator: Operator
    wrt: Wrt = 0


Plan: TypeAlias = tuple[Step, ...]
