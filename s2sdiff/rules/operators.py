"""Python's operators, and the functions of `operator`, `math` and `numpy` that are the same."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.infer import (
    always_bool,
    always_float,
    always_int,
    bits,
    divided,
    joined,
    powered,
    shifted,
)
from s2sdiff.rules.registry import (
    INFINITY,
    INTEGERS,
    LINE,
    Library,
    elementwise,
    expanded,
    unsupported,
    zero_derivative,
)

math = Library("math")
np = Library("numpy")
operator = Library("operator")
builtins = Library("builtins")


@elementwise(
    operator.add, operator.iadd, np.add, symbolic="x1 + x2", type_rule=joined, raises=False
)
def add(x1: Any, x2: Any, y: Any) -> Any:
    return 1.0, 1.0


@elementwise(
    operator.sub, operator.isub, np.subtract, symbolic="x1 - x2", type_rule=joined, raises=False
)
def subtract(x1: Any, x2: Any, y: Any) -> Any:
    return 1.0, -1.0


@elementwise(
    operator.mul, operator.imul, np.multiply, symbolic="x1 * x2", type_rule=joined, raises=False
)
def multiply(x1: Any, x2: Any, y: Any) -> Any:
    return x2, x1


@elementwise(
    operator.truediv,
    operator.itruediv,
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


# The partial with respect to the exponent is 0 at x = 0, as it is on the way there for n > 0.
@elementwise(
    operator.pow,
    operator.ipow,
    np.power,
    np.pow,
    symbolic="x**n",
    domain=((0, INFINITY), LINE),
    type_rule=powered,
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
    operator.imod,
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


@elementwise(np.reciprocal, symbolic="1 / x", domain=(0, INFINITY), type_rule=joined, raises=False)
def reciprocal(x: Any, y: Any) -> Any:
    return -y * y


zero_derivative(
    operator.floordiv,
    operator.ifloordiv,
    np.floor_divide,
    symbolic="floor(x1 / x2)",
    parameters="x1, x2",
    domain=(LINE, (0, INFINITY)),
    type_rule=joined,
)
expanded(builtins.divmod, operator.floordiv, operator.mod)
expanded(np.divmod, np.floor_divide, np.mod)
zero_derivative(
    operator.lt,
    np.less,
    symbolic="Lt",
    parameters="x1, x2",
    type_rule=always_bool,
    raises=False,
)
zero_derivative(
    operator.le,
    np.less_equal,
    symbolic="Le",
    parameters="x1, x2",
    type_rule=always_bool,
    raises=False,
)
zero_derivative(
    operator.gt,
    np.greater,
    symbolic="Gt",
    parameters="x1, x2",
    type_rule=always_bool,
    raises=False,
)
zero_derivative(
    operator.ge,
    np.greater_equal,
    symbolic="Ge",
    parameters="x1, x2",
    type_rule=always_bool,
    raises=False,
)
zero_derivative(
    operator.eq,
    np.equal,
    symbolic="Eq",
    parameters="x1, x2",
    type_rule=always_bool,
    raises=False,
)
zero_derivative(
    operator.ne,
    np.not_equal,
    symbolic="Ne",
    parameters="x1, x2",
    type_rule=always_bool,
    raises=False,
)
zero_derivative(
    operator.not_, np.logical_not, symbolic="Eq(x, 0)", type_rule=always_bool, raises=False
)
zero_derivative(
    operator.and_,
    operator.iand,
    operator.or_,
    operator.ior,
    operator.xor,
    operator.ixor,
    parameters="x1, x2",
    domain=INTEGERS,
    type_rule=bits,
    raises=False,
)
zero_derivative(
    operator.lshift,
    operator.ilshift,
    operator.rshift,
    operator.irshift,
    parameters="x1, x2",
    domain=INTEGERS,
    type_rule=shifted,
)
zero_derivative(operator.invert, operator.inv, domain=INTEGERS, type_rule=shifted, raises=False)
zero_derivative(operator.index, symbolic="x", domain=INTEGERS, type_rule=always_int)
unsupported(
    "it works on sequences; index, slice or add tuples instead",
    operator.concat,
    operator.iconcat,
    operator.contains,
    operator.countOf,
    operator.indexOf,
    operator.setitem,
    operator.delitem,
    operator.length_hint,
)
unsupported(
    "it makes or calls a function; write the call itself",
    operator.attrgetter,
    operator.itemgetter,
    operator.methodcaller,
    operator.call,
)
unsupported(
    "identity is not about numbers; compare with ==",
    operator.is_,
    operator.is_not,
    operator.is_none,
    operator.is_not_none,
)
