"""What numba has another form of, or none: functions of arrays, signatures, types."""

import copy
from dataclasses import dataclass

import numpy as np
import pytest

from s2sdiff import S2SDiffError, grad, hessian, hvp, jvp, value_and_grad, vjp

pytest.importorskip("numba")

X = np.array([1.1, 0.7, 1.3, 0.4])
M = np.outer(X, X) + np.eye(4)


def clipped(M):
    a = np.clip(M, 0.3, 0.9) + np.maximum(M, M.T) ** 2
    return np.sum(a * M) + np.minimum(M[0, 0], 1.2) + np.maximum(M[0, 1], M[1, 0])


def at_the_kink(x):
    return np.sum(np.maximum(x, 0.7) * x) + np.sum(np.clip(x, 0.4, 1.1) ** 2)


def sorted_line(x):
    y = np.sort(x)
    x.sort()
    return y[0] * x[1] ** 2 + np.median(y * y)


def taken(x):
    order = np.argsort(-x)
    return np.sum(np.take_along_axis(x, order, -1)[:2] ** 2)


def running(x):
    return np.prod(x) + np.sum(np.cumprod(x) ** 2) + np.sum(x.cumsum() ** 2)


def traces(M):
    inverse = np.linalg.inv(M)
    return np.trace(inverse @ M.T) + np.sum(np.diagonal(M) ** 2) + np.linalg.slogdet(M)[1]


def turned(M):
    a = np.flip(M, 0) + np.flip(M, axis=1) + np.flip(M[0])
    return np.sum(a * a * M)


def kinds_by_names_of_python(x):
    """numba itself knows neither `int` nor `bool` as a dtype."""
    order = np.zeros(len(x), dtype=int)
    large = np.zeros(len(x), bool)
    for i in range(len(x)):
        order[i] = len(x) - 1 - i
        large[i] = x[i] > 1.0
    y = np.where(large, x**2, x)
    y[large] *= 2.0
    return np.sum(y * x[order]) + np.sum(large.astype(int) * x)


PROGRAMS = [
    (kinds_by_names_of_python, X),
    (clipped, M),
    (at_the_kink, X),
    (sorted_line, X),
    (taken, X),
    (running, X),
    (traces, M),
    (turned, M),
]


@pytest.mark.parametrize(
    ("program", "arg"), PROGRAMS, ids=lambda each: getattr(each, "__name__", "")
)
def test_same_as_in_python(program, arg):
    value, bar = value_and_grad(program, jit=True)(arg.copy())
    expected, expected_bar = value_and_grad(program)(arg.copy())
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    np.testing.assert_allclose(bar, expected_bar, rtol=1e-11, atol=1e-13)


def test_a_step_keeps_nan():
    def f(x):
        return np.maximum(x[0], 0.5) + np.sum(np.maximum(x, 0.5))

    at = np.array([np.nan, 0.5, 1.0])
    np.testing.assert_array_equal(grad(f, jit=True)(at), grad(f)(at))


def scaled(x, a=2.0, *, k):
    return np.sum(x * x) * a * k


def powered(x, *, k=2.0):
    return np.sum(x**k)


@pytest.mark.parametrize(
    ("program", "args", "keywords"),
    [
        (scaled, (X,), {"k": 3.0}),
        (scaled, (X, 1.5), {"k": 3.0}),
        (scaled, (X,), {"a": 1.5, "k": 3.0}),
        (powered, (X,), {}),
        (powered, (X,), {"k": 3.0}),
    ],
)
def test_parameters_that_are_passed_by_name(program, args, keywords):
    expected = grad(program)(*args, **keywords)
    np.testing.assert_allclose(grad(program, jit=True)(*args, **keywords), expected)
    _, dot = jvp(program, jit=True)(*args, **keywords, x_dot=X)
    np.testing.assert_allclose(dot, np.sum(X * expected))


def test_what_is_passed_by_name_is_not_passed_by_place():
    for jit in (False, True):
        with pytest.raises(S2SDiffError, match=r"S2S404.*too many positional arguments"):
            grad(scaled, jit=jit)(X, 1.5, 3.0)


def single(x):
    for i in range(1, len(x)):
        x[i] *= x[i - 1] * 1.5
    return np.sum(np.exp(x) * 2.5)


def test_gradients_of_float32_arrays():
    x = X.astype(np.float32)

    def of(operator, *more, **keywords):
        return operator(single, **keywords)(x.copy(), *more)

    for operator, more in ((grad, ()), (hessian, ()), (hvp, (x,))):
        found = of(operator, *more, jit=True)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, of(operator, *more), rtol=2e-5)
    assert of(value_and_grad, jit=True)[1].dtype == np.float32
    assert of(vjp, 1.0, jit=True)[1].dtype == np.float32


@dataclass
class Pair:
    a: float
    b: float


def of_a_dict(p):
    return p["a"] * p["b"]


def of_a_record(p):
    return p.a * p.b


def printed(x):
    print(f"{x[0]:.2f}")
    return x[0] * x[1]


def sorted_rows(M):
    return np.sum(np.sort(M, axis=1)[:, 0])


def largest_of_rows(M):
    return np.sum(np.max(M, axis=1))


@pytest.mark.parametrize(
    ("program", "arg", "what", "at"),
    [
        (of_a_dict, {"a": 1.0, "b": 2.0}, "a dict, as which p is passed", "def of_a_dict"),
        (of_a_record, Pair(1.0, 2.0), "Pair, a dataclass, as which p is", "def of_a_record"),
        (printed, X, "a format in an f-string", "{x[0]:.2f}"),
        (sorted_rows, M, r"np.sort\(\), of more than one axis", "np.sort"),
        (largest_of_rows, M, "np.max along an axis", "np.max"),
    ],
)
def test_refused_with_its_place(program, arg, what, at):
    with pytest.raises(S2SDiffError, match=f"S2S601 numba does not compile {what}") as found:
        grad(program, jit=True)(copy.deepcopy(arg))
    assert at in found.value.span.text()


def masked_matrix(M):
    A = M.copy()
    A[A > 0.5] = 0.5
    return np.sum(A * A)


def test_what_numba_stumbles_over_is_refused_with_its_place():
    with pytest.raises(
        S2SDiffError, match=r"S2S601 numba cannot compile .*AssertionError"
    ) as found:
        grad(masked_matrix, jit=True)(M.copy())
    assert "A[A > 0.5] = 0.5" in found.value.span.text()
