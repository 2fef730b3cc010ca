"""`copy=` and `order=`: what they say of copies and views holds, or they are refused."""

import numpy as np
import pytest

from s2sdiff import S2SDiffError, value_and_grad

X = np.random.default_rng(1).normal(size=(3, 3))
WEIGHTS = np.arange(9.0).reshape(3, 3)
LAYOUTS = {
    "C": np.copy,
    "F": np.asfortranarray,
    "strided": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
}

ACCEPTED = [
    "np.array(x, copy=True)",
    "np.array(x, order='C')",
    "np.array(x, order='K')",
    "np.asarray(x, copy=None)",
    "np.asarray(x, order='K')",
    "np.asarray(x, order=None)",
    "np.asanyarray(x, copy=None)",
    "x.astype(float, copy=True)",
    "x.astype(float, order='C')",
    "x.flatten(order='C').reshape(3, 3)",
    "np.transpose(x, axes=None)",
    "x.transpose(1, 0)",
]
# Views of what lies in memory row by row only.
OF_ROWS = ["np.reshape(x, (3, 3), copy=None)", "x.reshape(3, 3)", "np.ascontiguousarray(x)"]
REFUSED = [
    "np.array(x, copy=None)",
    "np.array(x, copy=False)",
    "np.array(x, copy=None, order='C')",
    "np.array(x, float, copy=None)",
    "np.array(x, copy=0)",
    "np.array(x, order='F')",
    "np.asarray(x, copy=True)",
    "np.asarray(x, copy=False)",
    "np.asarray(x, order='C')",
    "np.asarray(x.T, order='C')",
    "np.asarray(x, order='F')",
    "np.asarray(x, float, 'C')",
    "np.asanyarray(x, copy=True)",
    "x.astype(float, copy=None)",
    "x.astype(float, copy=False)",
    "x.copy(order='F')",
    "x.flatten(order='K').reshape(3, 3)",
    "x.ravel(order='F').reshape(3, 3)",
    "np.reshape(x, (3, 3), 'C')",
    "np.reshape(x, (3, 3), copy=True)",
    "np.nan_to_num(x, copy=None)",
    "np.nan_to_num(x, copy=False)",
]


def function_of(expression, path):
    path.write_text(
        f"import numpy as np\n\n\ndef f(x, w):\n    g = {expression}\n    g[0] = g[1] * 2.0\n"
        "    return np.sum(x**2 * w) + np.sum(g[0])\n"
    )
    scope = {"__name__": "program"}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    return scope["f"]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("expression", ACCEPTED + OF_ROWS)
def test_right(expression, layout, tmp_path):
    function = function_of(expression, tmp_path / "program.py")
    laid = LAYOUTS[layout]
    given, left = laid(X.copy()), laid(X.copy())
    wanted = function(left, WEIGHTS)
    if expression in OF_ROWS and layout != "C":
        with pytest.raises(ValueError, match="must be C-contiguous"):
            value_and_grad(function)(given, WEIGHTS)
        return
    value, gradient = value_and_grad(function)(given, WEIGHTS)
    assert value == pytest.approx(wanted, rel=1e-13)
    np.testing.assert_array_equal(given, left)
    slopes = np.zeros((3, 3))
    for at in np.ndindex(3, 3):
        for sign in (1.0, -1.0):
            moved = X.copy()
            moved[at] += sign * 1e-3
            slopes[at] += sign * function(laid(moved), WEIGHTS) / 2e-3
    np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("expression", REFUSED)
def test_refused(expression, tmp_path):
    function = function_of(expression, tmp_path / "program.py")
    with pytest.raises(S2SDiffError) as caught:
        value_and_grad(function)(X.copy(), WEIGHTS)
    assert caught.value.code in ("S2S202", "S2S404")
