"""For each rule: arguments to try it at, and its function as a primal to differentiate."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from s2sdiff.ir.build import Builder
from s2sdiff.ir.core import Block, Function, Parameter, Value
from s2sdiff.ir.evaluate import library
from s2sdiff.ir.types import FLOAT, INT
from s2sdiff.pipeline import Operator, Step, compile_text, derive
from s2sdiff.rules.registry import INFINITY, INTEGERS, LINE, RULES, Interval, primitive

MODULES = ("math", "numpy", "operator", "builtins", "s2sdiff.runtime")
INSIDE: dict[Interval, tuple[float, ...]] = {
    LINE: (-1.3, 0.45, 2.1),
    (0, INFINITY): (0.37, 0.8, 2.6),
    (-1, INFINITY): (-0.6, 0.3, 2.2),
    (1, INFINITY): (1.1, 2.5, 7.0),
    (-1, 1): (-0.7, 0.2, 0.9),
    INTEGERS: (3, 1, 2),
}
ARITIES = {
    "math.log": (1, 2),
    "numpy.log": (1,),
    "math.perm": (1, 2),
    "builtins.round": (1, 2),
    "numpy.round": (1, 2),
    "numpy.around": (1, 2),
    "numpy.hypot": (2,),
    "numpy.gcd": (2,),
    "numpy.lcm": (2,),
    "math.dist": (2, 4),
    "math.sumprod": (4,),
    "builtins.max": (2, 3),
    "builtins.min": (2, 3),
}
SAMPLES: dict[str, tuple[tuple[float, ...], ...]] = {
    "math.comb": ((5, 2),),
    "math.perm": ((5,), (5, 2)),
}
MORE: dict[str, tuple[tuple[float, ...], ...]] = {
    "math.gamma": ((-0.5,), (-2.3,)),
    "math.lgamma": ((-0.5,), (-2.3,)),
    "s2sdiff.runtime.digamma": ((-1.7,),),
    "s2sdiff.runtime.polygamma": ((1, -1.7), (0, 2.5)),
    "operator.truediv": ((1.5, -2.0),),
    "math.atan2": ((1.0, -2.0), (-1.0, -0.5)),
    "operator.mod": ((2.1, -0.8), (-2.1, -0.8)),
    "math.fmod": ((2.1, -0.8), (-2.1, -0.8)),
    "math.remainder": ((2.1, -0.8),),
    "math.log": ((2.0, 10.0),),
    "math.prod": ((0.0, 2.0, 3.0),),
}


def available(name: str) -> bool:
    """Does this Python, or this NumPy, have the function?"""
    try:
        library(name)
    except (ImportError, AttributeError):
        return False
    return True


# Functions of numbers; those of arrays are in `test_array_rules.py`.
NAMES = [
    name
    for name, rule in RULES.items()
    if name.rpartition(".")[0] in MODULES and rule.call is None and available(name)
]
SMOOTH = [name for name in NAMES if RULES[name].form == "elementwise"]


def arities(name: str) -> tuple[int, ...]:
    """With how many arguments the function is tried."""
    parameters = RULES[name].parameters
    return ARITIES.get(name, (3,) if parameters == "*xs" else (parameters.count(",") + 1,))


def samples(name: str) -> list[tuple[float, ...]]:
    """Arguments inside the domain."""
    found = list(SAMPLES.get(name, ()))
    if not found:
        for arity in arities(name):
            inside = [INSIDE[RULES[name].domain_of(at)] for at in range(arity)]
            found += [tuple(v[(k + at) % 3] for at, v in enumerate(inside)) for k in range(3)]
    return [*found, *MORE.get(name, ())]


def call(name: str, args: tuple[Any, ...]) -> Any:
    """The function itself, called with flat arguments."""
    half = len(args) // 2
    calling = primitive(name).calling
    if calling == "sequence":
        return library(name)(args)
    return library(name)(args[:half], args[half:]) if calling == "halves" else library(name)(*args)


def floats(name: str, args: tuple[float, ...]) -> tuple[int, ...]:
    """Which arguments have a derivative."""
    return tuple(i for i in range(len(args)) if RULES[name].domain_of(i) != INTEGERS)


@functools.cache
def primal(name: str, kinds: tuple[type, ...], times: bool = False) -> Function:
    """`f(x0, x1, ...)`, which calls the function; times x0 if asked for."""
    builder = Builder()
    params = tuple(Value(f"x{at}", INT if kind is int else FLOAT) for at, kind in enumerate(kinds))
    with builder.block() as ops:
        result = builder.apply(primitive(name), *params, hint=None if times else "f")
        if times:
            result = builder.apply(primitive("operator.mul"), result, params[0], hint="f")
    parameters = tuple(Parameter(f"x{at}", "positional") for at in range(len(kinds)))
    return Function("f", parameters, Block(params, tuple(ops), (result,)))


def plan(operators: tuple[Operator, ...], wrt: Any) -> tuple[Step, ...]:
    return tuple(Step(operator, wrt) for operator in operators)


@functools.cache
def derived(
    name: str, kinds: tuple[type, ...], operators: tuple[Operator, ...], wrt: Any
) -> Function:
    """The derivative as IR."""
    return derive(primal(name, kinds), plan(operators, wrt))


@functools.cache
def text(
    name: str,
    kinds: tuple[type, ...],
    operators: tuple[Operator, ...],
    wrt: Any,
    times: bool = False,
) -> str:
    """The derivative as text."""
    return compile_text(primal(name, kinds, times), plan(operators, wrt)).source


def alone(source: str) -> Callable[..., Any]:
    """The last function of `source`, run where s2sdiff cannot be imported."""
    namespace: dict[str, Any] = {"__builtins__": _BUILTINS}
    exec(compile(source, "<emitted>", "exec"), namespace)
    return [v for k, v in namespace.items() if callable(v) and k.startswith("f_")][-1]


def _import(name: str, *args: Any) -> Any:
    if name.partition(".")[0] == "s2sdiff":
        raise ImportError("emitted text imports s2sdiff")
    return __import__(name, *args)


_BUILTINS = {**__builtins__, "__import__": _import}  # type: ignore[dict-item]


def derivative(
    name: str, args: tuple[float, ...], operator: Operator, wrt: Any, times: bool = False
) -> Callable[..., Any]:
    """The emitted derivative for arguments of these types."""
    return _run(text(name, tuple(map(type, args)), (operator,), wrt, times))


_run = functools.cache(alone)
