"""Arrays whose lengths, or whose number of axes, are known at run time only."""

import itertools

import numpy as np
import pytest

from s2sdiff import value_and_grad
from s2sdiff.emit.load import load
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.pipeline import Step, compile_text

BODIES = {
    "product": "np.sum(x * y)",
    "sum": "np.sum(x + y)",
    "quotient": "np.sum(np.sin(x) / (2.0 + np.cos(y)))",
    "masked": "np.sum(np.where(x > 0, y, 2.0 * x))",
    "mean": "np.mean((x - y) ** 2)",
    "larger": "np.sum(np.maximum(x, y) ** 3)",
    "named": "np.sum(x[1:] * y + x[:-1])",
}


def compiled(body, types):
    text = f"import numpy as np\n\n\ndef f(x, y):\n    return {body}\n"
    function = find_target(module_from_text("<f>", text), "f")
    primal = lower(function, types_from_annotations(function, types)).function
    return load(compile_text(primal, (Step("value_and_grad", (0, 1)),)))


def live(body):
    text = f"def f(x, y):\n    return {body}\n"
    scope = {"np": np}
    exec(text, scope)
    return value_and_grad(scope["f"], (0, 1), source=text)


SHAPES = [(), (1,), (3,), (2, 1), (1, 3), (2, 3), (4, 2, 3), (1, 1)]


def fits(*shapes):
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        return None


@pytest.mark.parametrize("body", [b for b in BODIES.values() if "[" not in b])
def test_unknown_rank(body):
    function, known = compiled(body, {"x": "ndarray", "y": "ndarray"}), live(body)
    draw = np.random.default_rng(0)
    for one, two in itertools.product(SHAPES, SHAPES):
        if fits(one, two) is None:
            continue
        x, y = draw.normal(size=one), draw.normal(size=two)
        value, (x_bar, y_bar) = function(x, y)
        expected, (x_known, y_known) = known(x, y)
        np.testing.assert_allclose(value, expected)
        assert np.shape(x_bar) == one and np.shape(y_bar) == two
        np.testing.assert_allclose(x_bar, x_known)
        np.testing.assert_allclose(y_bar, y_known)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_unknown_lengths(body):
    draw = np.random.default_rng(1)
    function = compiled(body, {"x": "f8[n]", "y": "f8[m]"})
    known = live(body)
    for n, m in [(4, 3), (2, 3), (3, 3), (3, 1), (1, 3), (4, 1), (2, 1), (1, 1), (0, 1), (2, 5)]:
        if not n and "mean" in body:
            continue  # the mean of nothing is NaN
        x, y = draw.normal(size=n), draw.normal(size=m)
        try:
            expected, bars = known(x, y)
        except ValueError:
            with pytest.raises(ValueError):
                function(x, y)
            continue
        value, found = function(x, y)
        np.testing.assert_allclose(value, expected)
        for bar, wanted, arg in zip(found, bars, (x, y), strict=True):
            assert bar.shape == arg.shape
            np.testing.assert_allclose(bar, wanted)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_same_derivative_for_other_lengths(body):
    """What was compiled for one pattern of lengths is not used for another one."""
    known = live(body)
    draw = np.random.default_rng(2)
    for n, m in [(4, 3), (4, 1), (2, 1), (2, 3), (1, 1), (6, 5), (0, 1)]:
        if not n and "mean" in body:
            continue
        x, y = draw.normal(size=n), draw.normal(size=m)
        whole = fits((max(0, n - 1) if "[" in body else n,), (m,))
        if whole is None:
            continue
        _, bars = known(x, y)
        for at, arg in enumerate((x, y)):
            for place in range(arg.size):
                args = [[x.copy(), y.copy()] for _ in range(2)]
                args[0][at][place] += 1e-6
                args[1][at][place] -= 1e-6
                slope = (known(*args[0])[0] - known(*args[1])[0]) / 2e-6
                assert abs(bars[at][place] - slope) < 1e-6
