"""Derivatives taken inside differentiated functions: in both modes, to any order, never confused."""

import importlib
import math

import pytest

import s2sdiff
from s2sdiff import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from s2sdiff.errors import S2SDiffError
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.signatures import types_from_annotations
from s2sdiff.frontend.targets import find_target
from s2sdiff.pipeline import Step, compile_text


def inner(x, y):
    return x * x * y + math.sin(x * y)


def by_hand(x, y):
    """x times the partial of `inner` by x."""
    return x * (2.0 * x * y + y * math.cos(x * y))


def outer(x, y):
    return x * grad(inner, 0)(x, y)


def difference(function, at, step=1e-5):
    return (function(at + step) - function(at - step)) / (2.0 * step)


def test_gradient_of_a_gradient():
    value, slopes = value_and_grad(outer, (0, 1))(0.7, 1.3)
    assert value == pytest.approx(by_hand(0.7, 1.3), rel=1e-14)
    assert slopes[0] == pytest.approx(difference(lambda x: by_hand(x, 1.3), 0.7), rel=1e-8)
    assert slopes[1] == pytest.approx(difference(lambda y: by_hand(0.7, y), 1.3), rel=1e-8)
    tangent = jvp(outer, (0, 1))(0.7, 1.3, 0.3, -0.2)[1]
    assert tangent == pytest.approx(0.3 * slopes[0] - 0.2 * slopes[1], rel=1e-12)


def test_second_order_outside():
    found = hessian(outer, (0, 1))(0.7, 1.3)
    slope = grad(outer, 0)
    assert found[0][0] == pytest.approx(difference(lambda x: slope(x, 1.3), 0.7), rel=1e-7)
    assert found[0][1] == pytest.approx(difference(lambda y: slope(0.7, y), 1.3), rel=1e-7)


def test_perturbations_are_not_confused():
    """d/dx (x * d/dy (x + y)) is 1, and the sum of both would be 2."""

    def classic(x):
        return x * grad(lambda y: x + y)(1.0)

    def product(x):
        return x * grad(lambda y: x * y)(x)

    assert grad(classic)(3.0) == 1.0
    assert jvp(classic)(3.0, 1.0)[1] == 1.0
    assert grad(product)(3.0) == pytest.approx(6.0)
    assert grad(grad(product))(3.0) == pytest.approx(2.0)


def test_newton_by_its_own_derivative():
    def residual(x, a):
        return x * x * x - a

    def root(a):
        x = 1.0
        for _ in range(20):
            value, slope = value_and_grad(residual)(x, a)
            x = x - value / slope
        return x

    assert root(2.0) == pytest.approx(2.0 ** (1 / 3))
    found = value_and_grad(root)(2.0)
    assert found[0] == pytest.approx(2.0 ** (1 / 3), rel=1e-12)
    assert found[1] == pytest.approx(2.0 ** (-2 / 3) / 3.0, rel=1e-9)


OPERATORS = {
    "jvp": (lambda x: jvp(inner)(x, x, 2.0)[1], lambda x: 2.0 * grad(inner)(x, x)),
    "vjp": (lambda x: vjp(inner, 1)(x, 2.0, x)[1], lambda x: x * grad(inner, 1)(x, 2.0)),
    "hvp": (lambda x: hvp(inner)(x, 2.0, x), lambda x: x * grad(grad(inner))(x, 2.0)),
    "jacobian": (lambda x: jacobian(inner, (0, 1))(x, x)[1], lambda x: grad(inner, 1)(x, x)),
    "hessian": (lambda x: hessian(inner)(x, 1.5), lambda x: grad(grad(inner))(x, 1.5)),
    "nested": (lambda x: grad(grad(inner), 1)(x, x), lambda x: hessian(inner, (0, 1))(x, x)[0][1]),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operators(name):
    function, plain = OPERATORS[name]
    assert value_and_grad(function)(0.6)[0] == pytest.approx(plain(0.6), rel=1e-13)
    assert grad(function)(0.6) == pytest.approx(difference(plain, 0.6), rel=1e-7)
    assert jvp(function)(0.6, 1.0)[1] == pytest.approx(grad(function)(0.6), rel=1e-12)


slope_of_inner = grad(inner)


@s2sdiff.grad
def decorated(x):
    return x * x * x


def test_made_outside():
    def f(x):
        return slope_of_inner(x, 2.0) + decorated(x)

    def plain(x):
        return 4.0 * x + 2.0 * math.cos(2.0 * x) + 3.0 * x * x

    assert value_and_grad(f)(0.4)[0] == pytest.approx(plain(0.4), rel=1e-14)
    assert grad(f)(0.4) == pytest.approx(difference(plain, 0.4), rel=1e-8)


def test_decorated_inside():
    def f(x):
        @grad
        def slope(y):
            return y * y * x

        return slope(x) * x

    assert grad(f)(1.5) == pytest.approx(6.0 * 1.5**2)


def test_structures_and_loops_inside():
    def energy(p, n):
        total = 0.0
        for i in range(n):
            total = total + p["a"] * p["b"] ** 2 * i
        return total

    def f(a, b):
        slopes = grad(energy)({"a": a, "b": b}, 4)
        return slopes["a"] * slopes["b"]

    value, slopes = value_and_grad(f, (0, 1))(2.0, 3.0)  # of 72 a b**3
    assert value == pytest.approx(72.0 * 2.0 * 27.0)
    assert slopes == pytest.approx((72.0 * 27.0, 216.0 * 2.0 * 9.0))


STATIC = """
import math
import s2sdiff
from s2sdiff import grad as slope_of


def inner(x, y):
    return x * x * y + math.sin(x * y)


first = slope_of(inner, wrt=1)


@s2sdiff.grad
def cube(x):
    return x * x * x


def f(x):
    return first(x, 2.0) * x + cube(x) + s2sdiff.grad(lambda y: y * x)(x)
"""


def test_static_use(tmp_path, monkeypatch):
    (tmp_path / "nested_primal.py").write_text(STATIC)
    monkeypatch.syspath_prepend(str(tmp_path))
    primal_module = importlib.import_module("nested_primal")
    module = module_from_text("nested.py", STATIC)
    function = find_target(module, "f")
    primal = lower(function, types_from_annotations(function, {})).function
    text = compile_text(primal, (Step("value_and_grad", 0),)).source
    assert "import s2sdiff" not in text and "from s2sdiff" not in text
    own = {}
    exec(text, own)
    value, slope = own["f_value_and_grad"](0.7)
    assert value == pytest.approx(primal_module.f(0.7), rel=1e-13)
    assert slope == pytest.approx(difference(primal_module.f, 0.7), rel=1e-7)


REFUSED = {
    "a library function": (lambda x: grad(math.sin)(x), "S2S306 grad of the function math.sin"),
    "a computed wrt": (lambda x: grad(inner, int(x))(x, x), "S2S302 wrt is not constant"),
    "too few arguments": (lambda x: jvp(inner)(x, x), "S2S404 inner() cannot be called like this"),
    "two results": (lambda x: grad(lambda y: (y, x))(x), "S2S402 grad needs one float"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    function, message = REFUSED[name]
    with pytest.raises(S2SDiffError) as caught:
        grad(function)(1.0)
    assert str(caught.value).startswith(message)
