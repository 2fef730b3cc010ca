"""Constants of libraries that emitted code refers to by name."""

from __future__ import annotations

import math

CONSTANTS: dict[str, float] = {
    "math.pi": math.pi,
    "math.e": math.e,
    "math.tau": math.tau,
    "math.inf": math.inf,
    "math.nan": math.nan,
    "numpy.pi": math.pi,
    "numpy.e": math.e,
    "numpy.inf": math.inf,
    "numpy.nan": math.nan,
    "numpy.euler_gamma": 0.5772156649015329,
}
