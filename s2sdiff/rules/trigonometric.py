"""Trigonometric and hyperbolic functions, their inverses, and angles."""

from __future__ import annotations

from typing import Any

from s2sdiff.rules.registry import INFINITY, LINE, Library, elementwise

math = Library("math")
np = Library("numpy")


@elementwise(np.sin, math.sin, symbolic="sin")
def sin(x: Any, y: Any) -> Any:
    return np.cos(x)


@elementwise(np.cos, math.cos, symbolic="cos")
def cos(x: Any, y: Any) -> Any:
    return -np.sin(x)


@elementwise(np.tan, math.tan, symbolic="tan")
def tan(x: Any, y: Any) -> Any:
    return 1.0 + y * y


# (1 - x) * (1 + x) is 1 - x * x without the cancellation near 1 and -1.
@elementwise(np.arcsin, np.asin, math.asin, symbolic="asin", domain=(-1, 1))
def arcsin(x: Any, y: Any) -> Any:
    return 1.0 / np.sqrt((1.0 - x) * (1.0 + x))


@elementwise(np.arccos, np.acos, math.acos, symbolic="acos", domain=(-1, 1))
def arccos(x: Any, y: Any) -> Any:
    return -1.0 / np.sqrt((1.0 - x) * (1.0 + x))


@elementwise(np.arctan, np.atan, math.atan, symbolic="atan")
def arctan(x: Any, y: Any) -> Any:
    return 1.0 / (1.0 + x * x)


# Not x2 / (x1 * x1 + x2 * x2): the squares overflow at 1e155 and vanish at 1e-163.
@elementwise(np.arctan2, np.atan2, math.atan2, symbolic="atan2", domain=(LINE, (0, INFINITY)))
def arctan2(x1: Any, x2: Any, y: Any) -> Any:
    radius = np.hypot(x1, x2)
    return x2 / radius / radius, -x1 / radius / radius


@elementwise(np.sinh, math.sinh, symbolic="sinh")
def sinh(x: Any, y: Any) -> Any:
    return np.cosh(x)


@elementwise(np.cosh, math.cosh, symbolic="cosh")
def cosh(x: Any, y: Any) -> Any:
    return np.sinh(x)


@elementwise(np.tanh, math.tanh, symbolic="tanh")
def tanh(x: Any, y: Any) -> Any:
    return 1.0 - y * y


@elementwise(np.arcsinh, np.asinh, math.asinh, symbolic="asinh")
def arcsinh(x: Any, y: Any) -> Any:
    return 1.0 / np.hypot(1.0, x)


# sqrt(x - 1) * sqrt(x + 1) is sqrt(x * x - 1) without the cancellation near 1.
@elementwise(np.arccosh, np.acosh, math.acosh, symbolic="acosh", domain=(1, INFINITY))
def arccosh(x: Any, y: Any) -> Any:
    return 1.0 / (np.sqrt(x - 1.0) * np.sqrt(x + 1.0))


@elementwise(np.arctanh, np.atanh, math.atanh, symbolic="atanh", domain=(-1, 1), guard=True)
def arctanh(x: Any, y: Any) -> Any:
    return 1.0 / ((1.0 - x) * (1.0 + x))


@elementwise(np.degrees, np.rad2deg, math.degrees, symbolic="x * 180 / pi", raises=False)
def degrees(x: Any, y: Any) -> Any:
    return 180.0 / math.pi


@elementwise(np.radians, np.deg2rad, math.radians, symbolic="x * pi / 180", raises=False)
def radians(x: Any, y: Any) -> Any:
    return math.pi / 180.0


# At the origin the length has no derivative; 0 is taken, as for abs.
@elementwise(np.hypot, math.hypot, symbolic="sqrt(sum(x**2 for x in xs))", kinks=(0.0,))
def hypot(*xs: Any, y: Any) -> Any:
    return tuple(x / y if y != 0.0 else 0.0 for x in xs)


@elementwise(
    math.dist,
    symbolic="sqrt(sum((p - q)**2 for p, q in zip(xs[: len(xs) // 2], xs[len(xs) // 2 :])))",
    calling="halves",
    kinks=(0.0,),
)
def dist(*xs: Any, y: Any) -> Any:
    half = len(xs) // 2
    pairs = zip(xs[:half], xs[half:], strict=True)
    steps = [(p - q) / y if y != 0.0 else 0.0 for p, q in pairs]
    return (*steps, *[-step for step in steps])
