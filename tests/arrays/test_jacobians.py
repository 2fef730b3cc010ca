"""Jacobians and Hessians of functions of arrays, against differences entry by entry."""

import numpy as np
import pytest

from s2sdiff import S2SDiffError, hessian, jacobian

DRAW = np.random.default_rng(5)
W = DRAW.normal(size=(3, 4))
X = DRAW.normal(size=(2, 4))
V = DRAW.normal(size=4)


def layer(x, w):
    return np.tanh(w @ x)


def squeezed(x, w):
    return np.tanh(x @ w.T)[0]


def curve(s):
    return np.array([s, s**2, np.sin(s)])


def energy(x, w):
    return np.sum(np.tanh(w @ x) ** 2)


def iterated(x):
    y = x
    for _ in range(3):
        y = np.sin(y) * x
    return y


def recorded(x):
    y = x
    s = 0.0
    while np.sum(y * y) > 0.5:
        y = y / 2.0
        s = s + y[0] * y[1]
    return y * s


def entries(function, args, at, step=1e-6):
    """The Jacobian by central differences."""
    value = np.asarray(function(*args), dtype=float)
    arg = np.asarray(args[at], dtype=float)
    found = np.zeros(value.shape + arg.shape)
    for place in np.ndindex(arg.shape):
        moved = []
        for by in (step, -step):
            changed = arg.copy()
            changed[place] += by
            given = changed if arg.shape else float(changed)
            moved.append(np.asarray(function(*args[:at], given, *args[at + 1 :])))
        found[(..., *place)] = (moved[0] - moved[1]) / (2 * step)
    return found


CASES = [
    (layer, (V, W)),
    (layer, (V, W[:, :1] * np.ones(4))),
    (squeezed, (X, W)),
    (curve, (0.3,)),
    (energy, (V, W)),
    (iterated, (V,)),
    (iterated, (X,)),
    (recorded, (V,)),
]


@pytest.mark.parametrize(("function", "args"), CASES)
def test_jacobian(function, args):
    for at in range(len(args)):
        found = jacobian(function, at)(*args)
        np.testing.assert_allclose(found, entries(function, args, at), rtol=1e-6, atol=1e-8)
    both = jacobian(function, tuple(range(len(args))))(*args)
    assert len(both) == len(args)
    for at, found in enumerate(both):
        np.testing.assert_allclose(found, entries(function, args, at), rtol=1e-6, atol=1e-8)


def gradient(function, args, at):
    return lambda *point: entries(function, point, at, 1e-4)


def test_hessian():
    args = (V, W)
    blocks = hessian(energy, (0, 1))(*args)
    for one, two in np.ndindex(2, 2):
        expected = entries(gradient(energy, args, one), args, two, 1e-4)
        np.testing.assert_allclose(blocks[one][two], expected, rtol=1e-4, atol=1e-5)
    single = hessian(energy)(*args)
    np.testing.assert_allclose(single, blocks[0][0])
    np.testing.assert_allclose(single, single.T, atol=1e-12)


def test_the_mode_is_said():
    made = jacobian(layer)
    made(V, W)
    assert "5.121" in made.source and "5.120" in made.source


def test_structures_are_refused():
    def pair(x):
        return x, x[0]

    with pytest.raises(S2SDiffError, match="S2S40"):
        jacobian(pair)(V)


def scaled(x, y):
    return x + y * y


def test_empty():
    assert jacobian(scaled)(np.ones((0, 2)), np.ones(2)).shape == (0, 2, 0, 2)
    assert jacobian(scaled, 1)(np.ones((0, 2)), np.ones(2)).shape == (0, 2, 2)
    assert hessian(lambda x: np.sum(x**3))(np.ones((2, 0))).shape == (2, 0, 2, 0)


def test_single_precision():
    x = np.ones((2, 3), np.float32)
    assert jacobian(scaled, 1)(x, x[0]).dtype == np.float32
    assert jacobian(scaled)(x[0], x).dtype == np.float32
    assert hessian(lambda x: np.sum(x**3))(x).dtype == np.float32
