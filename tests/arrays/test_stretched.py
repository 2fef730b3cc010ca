"""Axes that are stretched, in every mode; their lengths are known while compiling, or not."""

import itertools

import numpy as np
import pytest

from s2sdiff import S2SDiffError, grad, hessian, hvp, jacobian, jvp, vjp
from s2sdiff.emit.load import load
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.pipeline import Step, compile_text

NUMBERS = {
    "difference": "np.sum((x - y) ** 2)",
    "negative": "1.0 - np.max(x) - np.sum(np.max(x - y, axis=0)) ** 2",
    "products": "np.sum(x * y - x) ** 2 + np.sum(y * y * x)",
    "powers": "np.sum((2.0 + np.sin(x)) ** y)",
    "quotients": "np.mean(np.exp(x / (3.0 + np.cos(y))))",
    "chosen": "np.sum(np.where(x > 0.2, x, y) ** 2)",
    "named": "np.sum((x[:1] - y) ** 2 + x[-1:] * y)",
    "rows": "np.sum((x[:, :1] * y + x[:, None, 0] * y) ** 2)",
    "spread": "np.sum(np.std(x * y, axis=0)) + np.var(x - y)",
    "full": "np.sum(np.full((2, *x.shape), x[0]) * (x * y) ** 2)",
    "repeated": "np.sum(np.broadcast_to(x[:1], x.shape) * np.tanh(x * y))",
}
ARRAYS = {
    "difference": "x - y",
    "sum": "(2.0 * x + y, x)",
    "products": "np.tanh(x * y) - x",
    "chosen": "np.where(x > 0.2, x, np.maximum(x, y))",
    "first": "x[:1] - y",
    "both": "x[:1] + y[:1]",
}
TYPES = (
    {"x": "f8[n,m]", "y": "f8[p,q]"},
    {"x": "f8[n,m]", "y": "f8[n,m]"},
    {"x": "f8[n,m]", "y": "f8[n,1]"},
    {"x": "f8[n,m]", "y": "f8[m]"},
    {"x": "ndarray", "y": "ndarray"},
)
SHAPES = ((1, 1), (1, 2), (3, 1), (3, 2), (2,), (1,))
draw = np.random.default_rng(3)
START = draw.bit_generator.state


@pytest.fixture(autouse=True)
def seeded():
    """Each test draws the same numbers, whatever runs before it."""
    draw.bit_generator.state = START


def text_of(body):
    return f"import numpy as np\n\n\ndef f(x, y):\n    return {body}\n"


def live(body):
    scope = {"np": np}
    exec(text_of(body), scope)
    return scope["f"]


def from_file(body, types):
    """The derivative `operator` of the function, compiled for these types."""
    function = find_target(module_from_text("<f>", text_of(body)), "f")
    try:
        primal = lower(function, types_from_annotations(function, types)).function
    except S2SDiffError as refusal:
        if "ndarray" in types.values() and "known at run time only" in str(refusal):
            pytest.skip("the rank has to be known")
        raise

    def derived(operator, wrt):
        return load(compile_text(primal, (Step(operator, wrt),)))

    return derived


def from_arguments(body):
    """The same, compiled for the arguments of the first call."""
    operators = {"vjp": vjp, "jvp": jvp, "hvp": hvp, "hessian": hessian, "grad": grad}
    function, source = live(body), text_of(body)
    return lambda operator, wrt: {**operators, "jacobian": jacobian}[operator](
        function, wrt, source=source
    )


def pairs(body, types):
    function = live(body)
    for one, two in itertools.product(SHAPES, SHAPES):
        try:
            function(np.ones(one), np.ones(two))
        except (ValueError, IndexError):
            continue
        if types is None or (fits(types["x"], one, {}) and fits_both(types, one, two)):
            yield draw.normal(size=one), draw.normal(size=two)


def fits_both(types, one, two):
    lengths = {}
    return fits(types["x"], one, lengths) and fits(types["y"], two, lengths)


def fits(text, shape, lengths):
    if text == "ndarray":
        return len(shape) == 2
    names = text[3:-1].split(",")
    return len(names) == len(shape) and all(
        int(name) == length if name.isdigit() else lengths.setdefault(name, length) == length
        for name, length in zip(names, shape, strict=True)
    )


def slope(function, step=1e-4):
    return (8 * (function(step) - function(-step)) - (function(2 * step) - function(-2 * step))) / (
        12 * step
    )


@pytest.mark.parametrize("wrt", [(0,), (1,), (0, 1)])
@pytest.mark.parametrize("types", [None, *TYPES], ids=str)
@pytest.mark.parametrize("body", NUMBERS.values(), ids=NUMBERS)
def test_numbers(body, types, wrt):
    function = live(body)
    derived = from_arguments(body) if types is None else from_file(body, types)
    gradient = derived("grad", wrt)
    product = derived("hvp", wrt)
    # blocks of the Hessian: of both arguments, where one is compiled for each pair of shapes
    ranked = wrt == (0, 1) if types is None else "ndarray" not in types.values()
    matrix = derived("hessian", wrt) if ranked else None
    for args in pairs(body, types):
        if not kinks_are_far(body, args):
            continue
        dots = [draw.normal(size=args[at].shape) for at in wrt]

        def moved(by, args=args, dots=dots):
            new = list(args)
            for at, dot in zip(wrt, dots, strict=True):
                new[at] = args[at] + by * dot
            return new

        bars = gradient(*args)
        assert [bar.shape for bar in bars] == [args[at].shape for at in wrt]
        found = sum(np.sum(bar * dot) for bar, dot in zip(bars, dots, strict=True))
        np.testing.assert_allclose(
            found, slope(lambda by: function(*moved(by))), rtol=1e-6, atol=1e-7
        )
        seconds = product(*args, *dots)
        for place, second in enumerate(seconds):
            wanted = slope(lambda by, place=place: gradient(*moved(by))[place])
            np.testing.assert_allclose(second, wanted, rtol=1e-5, atol=1e-6)
        if matrix is None:
            continue
        for row, second in zip(matrix(*args), seconds, strict=True):
            total = sum(
                np.tensordot(block, dot, axes=dot.ndim)
                for block, dot in zip(row, dots, strict=True)
            )
            np.testing.assert_allclose(total, second, rtol=1e-9, atol=1e-11)


def kinks_are_far(body, args):
    """Is a difference quotient to be trusted at this point?"""
    x, y = args
    values = np.sort(np.ravel(np.broadcast_arrays(x - y, x)[0]))
    gaps = np.concatenate([np.diff(values), np.abs(values), np.ravel(np.abs(x - 0.2))])
    near = np.min(gaps) < 0.01
    return not (near and ("max" in body or "where" in body))


@pytest.mark.parametrize("wrt", [(0,), (1,), (0, 1)])
@pytest.mark.parametrize("types", [None, *TYPES], ids=str)
@pytest.mark.parametrize("body", ARRAYS.values(), ids=ARRAYS)
def test_arrays(body, types, wrt):
    function = live(body)
    derived = from_arguments(body) if types is None else from_file(body, types)
    push, pull = derived("jvp", wrt), derived("vjp", wrt)
    is_one = not body.startswith("(")
    ranked = types is None or "ndarray" not in types.values()
    whole = derived("jacobian", wrt) if is_one and ranked else None
    for args in pairs(body, types):
        if not kinks_are_far(body, args):
            continue
        dots = [draw.normal(size=args[at].shape) for at in wrt]
        _, tangent = push(*args, *dots)
        wanted = function(*args)
        values, tangents = ([wanted], [tangent]) if is_one else (wanted, tangent)
        assert [t.shape for t in tangents] == [v.shape for v in values]
        seeds = [draw.normal(size=v.shape) for v in values]
        _, bars = pull(*args, seeds[0] if is_one else tuple(seeds))
        one = sum(np.sum(seed * t) for seed, t in zip(seeds, tangents, strict=True))
        two = sum(np.sum(bar * dot) for bar, dot in zip(bars, dots, strict=True))
        np.testing.assert_allclose(one, two, rtol=1e-9, atol=1e-11)

        def moved(by, args=args, dots=dots, seeds=seeds):
            new = list(args)
            for at, dot in zip(wrt, dots, strict=True):
                new[at] = args[at] + by * dot
            found = function(*new)
            return sum(
                np.sum(seed * v)
                for seed, v in zip(seeds, [found] if is_one else found, strict=True)
            )

        np.testing.assert_allclose(two, slope(moved), rtol=1e-6, atol=1e-7)
        if whole is not None:
            total = sum(
                np.tensordot(block, dot, axes=dot.ndim)
                for block, dot in zip(whole(*args), dots, strict=True)
            )
            np.testing.assert_allclose(total, tangent, rtol=1e-9, atol=1e-11)
