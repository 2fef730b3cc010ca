"""Python's operators, and the functions of `operator`, `math` and `numpy` that are the same."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.infer import always_bool, always_float, divided, joined, powered
from s2sdiff.rules.registry import (
    INFINITY,
    LINE,
    Library,
    elementwise,
    unsupported,
    zero_derivative,
)

math = Library("math")
np = Library("numpy")
operator = Library("operator")
builtins = Library("builtins")


@elementwise(operator.add, np.add, symbolic="x1 + x2", type_rule=joined, raises=False)
def add(x1: Any, x2: Any, y: Any) -> Any:
    return 1.0, 1.0


@elementwise(operator.sub, np.subtract, symbolic="x1 - x2", type_rule=joined, raises=False)
def subtract(x1: Any, x2: Any, y: Any) -> Any:
    return 1.0, -1.0


@elementwise(operator.mul, np.multiply, symbolic="x1 * x2", type_rule=joined, raises=False)
def multiply(x1: Any, x2: Any, y: Any) -> Any:
    return x2, x1


@elementwise(
    operator.truediv,
    np.divide,
    np.true_divide,
    symbolic="x1 / x2",
    domain=(LINE, (0, INFINITY)),
    type_rule=divided,
)
def divide(x1: Any, x2: Any, y: Any) -> Any:
    return 1.0 / x2, -y / x2


@elementwise(operator.neg, np.negative, symbolic="-x", type_rule=joined, raises=False)
def negative(x: Any, y: Any) -> Any:
    return -1.0


@elementwise(operator.pos, np.positive, symbolic="x", type_rule=joined, raises=False)
def positive(x: Any, y: Any) -> Any:
    return 1.0


# The partial with respect to the exponent is 0 at x = 0, the limit for n > 0.
@elementwise(
    operator.pow, np.power, symbolic="x**n", domain=((0, INFINITY), LINE), type_rule=powered
)
def power(x: Any, n: Any, y: Any) -> Any:
    return n * x ** (n - 1) if n != 0 else 0.0, y * np.log(x) if x != 0 else 0.0


@elementwise(
    math.pow, np.float_power, symbolic="x**n", domain=((0, INFINITY), LINE), type_rule=always_float
)
def float_power(x: Any, n: Any, y: Any) -> Any:
    return n * np.float_power(x, n - 1) if n != 0 else 0.0, y * np.log(x) if x != 0 else 0.0


# x % m = x - floor(x / m) * m
@elementwise(
    operator.mod,
    np.mod,
    np.remainder,
    symbolic="x - floor(x / m) * m",
    domain=(LINE, (0, INFINITY)),
    type_rule=joined,
    guard=True,
)
def mod(x: Any, m: Any, y: Any) -> Any:
    return 1.0, -(x // m)


@elementwise(np.square, symbolic="x**2", type_rule=joined, raises=False)
def square(x: Any, y: Any) -> Any:
    return 2.0 * x


@elementwise(np.reciprocal, symbolic="1 / x", domain=(0, INFINITY), guard=True)
def reciprocal(x: Any, y: Any) -> Any:
    return -y * y


zero_derivative(
    operator.floordiv,
    np.floor_divide,
    symbolic="floor(x1 / x2)",
    domain=(LINE, (0, INFINITY)),
    type_rule=joined,
)
zero_derivative(operator.lt, np.less, symbolic="Lt", type_rule=always_bool, raises=False)
zero_derivative(operator.le, np.less_equal, symbolic="Le", type_rule=always_bool, raises=False)
zero_derivative(operator.gt, np.greater, symbolic="Gt", type_rule=always_bool, raises=False)
zero_derivative(operator.ge, np.greater_equal, symbolic="Ge", type_rule=always_bool, raises=False)
zero_derivative(operator.eq, np.equal, symbolic="Eq", type_rule=always_bool, raises=False)
zero_derivative(operator.ne, np.not_equal, symbolic="Ne", type_rule=always_bool, raises=False)
zero_derivative(
    operator.not_, np.logical_not, symbolic="Not", type_rule=always_bool, raises=False
)
unsupported(
    "matrix products need arrays",
    operator.matmul,
)
unsupported(
    "bits of integers have no derivative",
    operator.and_,
    operator.or_,
    operator.xor,
    operator.lshift,
    operator.rshift,
    operator.invert,
)
