"""One question after the other, asked of every rule."""

from __future__ import annotations

import itertools
import math
import warnings

import black
import pytest

from s2sdiff.ir.core import Apply
from s2sdiff.ir.traverse import walk
from s2sdiff.rules.registry import RULES, primitive
from tests.rules.samples import (
    NAMES,
    SMOOTH,
    alone,
    call,
    derivative,
    derived,
    floats,
    primal,
    samples,
    text,
)

CASES = [(name, args) for name in NAMES for args in samples(name)]
SMOOTH_CASES = [(name, args) for name, args in CASES if name in SMOOTH]
PLAIN = {"bool": bool, "int": int, "float": float}
GRID = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, math.inf, -math.inf, math.nan)
# Partials that are the same everywhere: at NaN too.
LINEAR = {
    "operator.neg operator.pos numpy.negative numpy.positive builtins.float math.degrees",
    "math.radians numpy.degrees numpy.rad2deg numpy.radians numpy.deg2rad",
    "s2sdiff.runtime.fractional_part s2sdiff.runtime.mantissa",
}
LINEAR = {name for line in LINEAR for name in line.split()}


def exception(function, *args):
    try:
        return None, function(*args)
    except (ArithmeticError, ValueError) as problem:
        return (type(problem), str(problem)), None


def close(one, two, tolerance=1e-11):
    return math.isclose(one, two, rel_tol=tolerance, abs_tol=tolerance)


def plain(value):
    """NumPy's scalars as Python's."""
    return value.item() if hasattr(value, "item") else value


@pytest.mark.parametrize(("name", "args"), CASES)
def test_value_and_type(name, args):
    value = plain(call(name, args))
    kinds = tuple(map(type, args))
    (op,) = primal(name, kinds).body.ops
    assert type(value) is PLAIN[op.results[0].type.kind]
    product, _ = derivative(name, args, "value_and_grad", 0, times=True)(*args)
    assert product == value * args[0]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("name", "args"), CASES)
def test_ints_have_float_derivatives(name, args):
    integers = tuple(map(math.ceil, args))
    same = tuple(type(arg)(whole) for arg, whole in zip(args, integers, strict=True))
    times = primal(name, tuple(map(type, args))).output.type.kind == "bool"
    raised, expected = exception(derivative(name, args, "grad", 0, times), *same)
    again, found = exception(derivative(name, integers, "grad", 0, times), *integers)
    primal_raised, _ = exception(call, name, integers)
    if raised is None and primal_raised is None and name != "numpy.reciprocal":
        assert again is None
        # int**int has no type of its own: an int at run time where the exponent is not negative
        assert type(plain(found)) is float or "pow" in name
        assert close(found, expected) or found == expected


def differences(function, args, at, step=1e-3):
    """The derivative by a difference quotient of fourth order."""

    def value(offset):
        moved = [*args]
        moved[at] += offset
        return function(tuple(moved))

    near, far = value(step) - value(-step), value(2 * step) - value(-2 * step)
    return (8 * near - far) / (12 * step)


@pytest.mark.parametrize(("name", "args"), SMOOTH_CASES)
def test_pullback_against_differences(name, args):
    wrt = floats(name, args)
    found = derivative(name, args, "grad", wrt)(*args)
    for at, partial in zip(wrt, found, strict=True):
        assert close(partial, differences(lambda a: call(name, a), args, at), 1e-7)


@pytest.mark.parametrize(("name", "args"), CASES)
def test_zero_derivatives_are_zero(name, args):
    if RULES[name].form != "zero_derivative":
        return
    gradient = derivative(name, args, "grad", 0, times=True)(*args)
    assert gradient == call(name, args)


@pytest.mark.parametrize(("name", "args"), SMOOTH_CASES)
def test_forward_against_reverse(name, args):
    wrt = floats(name, args)
    tangents = [0.7, -1.1, 0.3, 1.9][: len(wrt)]
    _, pushed = derivative(name, args, "jvp", wrt)(*args, *tangents)
    _, pulled = derivative(name, args, "vjp", wrt)(*args, 1.6)
    assert close(1.6 * pushed, sum(t * p for t, p in zip(tangents, pulled, strict=True)))


@pytest.mark.parametrize(("name", "args"), SMOOTH_CASES)
def test_second_order(name, args):
    wrt = floats(name, args)
    grad = derivative(name, args, "grad", wrt)
    rows = derivative(name, args, "hessian", wrt)(*args)
    for row, one in enumerate(wrt):
        nested = alone(text(name, tuple(map(type, args)), ("grad", "grad"), one))(*args)
        assert close(nested, rows[row][row], 1e-10)
        for column, other in enumerate(wrt):
            expected = differences(lambda a, row=row: grad(*a)[row], args, other)
            assert close(rows[row][column], expected, 1e-6)


@pytest.mark.parametrize("name", SMOOTH)
def test_closed(name):
    """What a rule calls has a rule; the text is laid out as Black would, and stands alone."""
    for args in samples(name):
        kinds, wrt = tuple(map(type, args)), floats(name, args)
        for operators in (("grad",), ("jvp",), ("hessian",)):
            for op in walk(derived(name, kinds, operators, wrt).body):
                if isinstance(op, Apply) and not op.primitive.name.startswith("core."):
                    assert op.primitive.name in RULES
                    assert op.primitive is primitive(op.primitive.name)
    source = text(name, kinds, ("grad",), wrt[0])
    assert black.format_str(source, mode=black.Mode()) == source


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", NAMES)
def test_raises_what_the_function_raises(name):
    """On a grid of arguments inside and outside of the domain, at infinities and NaN."""
    first = samples(name)[0]
    wrt = floats(name, first) or (0,)
    values = [GRID if at in floats(name, first) else (0, 1, 3, 5) for at in range(len(first))]
    times = primal(name, tuple(map(type, first))).output.type.kind == "bool"
    for args in itertools.product(*(v[: 10 if len(first) < 3 else 4] for v in values)):
        raised, value = exception(call, name, args)
        overflow = raised is not None and raised[0] is OverflowError
        if raised is None or (overflow and name in SMOOTH):
            continue
        for operator in ("grad", "value_and_grad"):
            for some in (wrt, *wrt):
                found, _ = exception(derivative(name, first, operator, some, times), *args)
                assert found == raised, (operator, some, args)
        assert value is None


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", [name for name in SMOOTH if len(samples(name)[0]) == 1])
def test_nan_and_infinity(name):
    """NaN gives NaN; at infinity the derivative is its limit, or no number."""
    grad = derivative(name, (1.0,), "grad", 0)
    if name not in LINEAR:
        assert math.isnan(grad(math.nan))
    for sign in (1.0, -1.0):
        raised, found = exception(grad, sign * math.inf)
        if raised is None and math.isfinite(found) and "mantissa" not in name:
            assert abs(found - grad(sign * 1e14)) < 1e-6


WIDE = [
    ("math.tanh", (1000.0,), (0.0,)),
    ("math.atan", (1e200,), (0.0,)),
    ("math.asinh", (1e200,), (1e-200,)),
    ("math.asinh", (-1e-200,), (1.0,)),
    ("math.acosh", (1e200,), (1e-200,)),
    ("math.acosh", (1 + 2**-30,), (23170.475000525993,)),
    ("math.asin", (1 - 2**-30,), (23170.475011315586,)),
    ("math.acos", (2**-30 - 1,), (-23170.475011315586,)),
    ("math.atanh", (1 - 2**-30,), (536870912.25,)),
    ("math.log1p", (-1 + 2**-30,), (2.0**30,)),
    ("math.expm1", (-40.0,), (4.248354255291589e-18,)),
    ("math.erf", (30.0,), (0.0,)),
    ("math.hypot", (3e200, 4e200), (0.6, 0.8)),
    ("math.hypot", (3e-200, 4e-200), (0.6, 0.8)),
    ("math.atan2", (3e200, 4e200), (0.16e-200, -0.12e-200)),
    ("math.atan2", (3e-200, 4e-200), (0.16e200, -0.12e200)),
    ("math.dist", (3e200, 0.0), (1.0, -1.0)),
    ("operator.truediv", (1e-200, 1e200), (1e-200, 0.0)),
    ("math.fmod", (1e18, 3.0), (1.0, -333333333333333333.0)),
    ("math.lgamma", (1e300,), (690.7755278982137,)),
]


@pytest.mark.parametrize(("name", "args", "expected"), WIDE)
def test_large_and_small_arguments(name, args, expected):
    found = derivative(name, args, "grad", tuple(range(len(args))))(*args)
    for partial, known in zip(found, expected, strict=True):
        assert math.isclose(partial, known, rel_tol=1e-13)


def test_numpy_floats():
    np = pytest.importorskip("numpy")
    for name, args in SMOOTH_CASES:
        wrt = floats(name, args)
        given = [np.float64(a) if isinstance(a, float) else a for a in args]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = derivative(name, args, "grad", wrt)(*given)
        assert all(map(close, found, derivative(name, args, "grad", wrt)(*args)))
