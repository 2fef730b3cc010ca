"""Functions that emitted code may need and no standard library has.

They are run from here in tests only: the emitter copies their text into the file that it writes,
so that the file stands alone. Each is a plain Python function that numba compiles.
"""

from __future__ import annotations

from math import floor, pi, tan


def digamma(x: float) -> float:
    """The derivative of log(gamma(x)) (Abramowitz and Stegun, 6.3.5, 6.3.7 and 6.3.18)."""
    raise NotImplementedError


_ = (floor, pi, tan)
