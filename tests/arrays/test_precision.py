"""float32 stays float32: values as NumPy has them, gradients as wide as what they are gradients of."""

import ast

import numpy as np
import pytest
from scipy import special

from s2sdiff import S2SDiffError, grad, jvp, value_and_grad, vjp
from tests.arrays.cases import CASES, _scope

TEXTS = {case.text: case for case in CASES if any(np.ndim(v) for v in case.values)}
X = np.array([0.3, 0.1, 0.2], np.float32)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("text", TEXTS)
def test_every_rule(text):
    case = TEXTS[text]
    args = tuple(
        v.astype(np.float32) if isinstance(v, np.ndarray) and v.dtype == float else v
        for v in case.args()
    )
    names = ", ".join("abcd"[: len(args)])
    source = f"def f({names}):\n    return weighed({text})\n"
    scope = dict(_scope())
    exec(compile(source, "<case>", "exec"), scope)
    wrt = tuple(range(len(args)))
    try:
        value, bars = value_and_grad(scope["f"], wrt, source=source)(*args)
    except S2SDiffError as refusal:
        assert refusal.code != "S2S900", refusal
        pytest.skip(str(refusal))
    assert np.allclose(value, scope["f"](*args), rtol=1e-4, atol=1e-5, equal_nan=True)
    for arg, bar in zip(args, bars, strict=True):
        if isinstance(arg, np.ndarray) and arg.dtype.kind == "f":
            assert bar.dtype == arg.dtype, ast.unparse(ast.parse(source))


def by_a_scalar(x):
    return np.sum(np.log(2.0) * x * x) + (x > 0).sum() * x[0]


def by_a_number(x):
    return np.sum(np.tanh(x) * 3.0 + x**2) / x.shape[0]


def in_a_wider_state(x):
    h = np.zeros(3)
    for _ in range(3):
        h = np.tanh(h + x)
    return np.sum(h)


def by_a_wide_function(x):
    return np.sum(special.erf(x))


@pytest.mark.parametrize(
    "program", [by_a_scalar, by_a_number, in_a_wider_state, by_a_wide_function]
)
def test_gradient_is_as_wide_as_its_argument(program):
    found = grad(program)(X)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, grad(program)(X.astype(float)), rtol=1e-5)


def test_nothing_is_converted_without_need():
    text = grad(by_a_number).compiled_for((X,))[1].source
    assert "astype" not in text and "float32" not in text


def test_integers_have_float_cotangents():
    bar = grad(lambda n, x: np.sum(n * n * x))(np.array([1, 2, 3]), np.ones(3))
    assert bar.dtype == float
    np.testing.assert_array_equal(bar, [2.0, 4.0, 6.0])


def test_numpy_scalars_are_numbers():
    _, bar = vjp(lambda x: x * np.ones(2))(np.float64(3.0), np.ones(2))
    assert isinstance(bar, float) and bar == 2.0


def test_seeds_are_as_wide_as_values():
    _, bar = vjp(lambda a, x: a - x, 1)(np.float64(0.3), X, np.ones(3))
    assert bar.dtype == np.float32
    _, bars = vjp(lambda a, p: {"y": a * p[0]}, 1)(np.ones(3), [X], {"y": np.ones(3)})
    assert bars[0].dtype == np.float32


def test_padded():
    _, dot = jvp(lambda x: np.pad(x, 1) * np.pad(x, 1, mode="edge"))(X, X)
    assert dot.dtype == np.float32
