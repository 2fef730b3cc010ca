"""s2sdiff: a source-to-source differentiation compiler for Python.

from s2sdiff import grad

@grad
def f(x):
    return math.sqrt(x**2 + math.exp(x**2))

f(0.7)          # the derivative
f.source        # the code that computed it
"""

from s2sdiff.api import (
    Derivative,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    stop_gradient,
    value_and_grad,
    vjp,
)
from s2sdiff.check.gradient import Report, check
from s2sdiff.errors import (
    BadArgument,
    InternalError,
    NoRule,
    OutputError,
    S2SDiffError,
    SourceUnavailable,
    Unsupported,
)
from s2sdiff.rules.general import linear, pullback, pushforward
from s2sdiff.rules.registry import elementwise, zero_derivative

__all__ = [
    "BadArgument",
    "Derivative",
    "InternalError",
    "NoRule",
    "OutputError",
    "Report",
    "S2SDiffError",
    "SourceUnavailable",
    "Unsupported",
    "check",
    "elementwise",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "linear",
    "pullback",
    "pushforward",
    "stop_gradient",
    "value_and_grad",
    "vjp",
    "zero_derivative",
]
__version__ = "0.1.0"
