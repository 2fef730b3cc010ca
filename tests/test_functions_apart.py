"""Functions that are easily taken for one another: by name, by the order of arguments, by what is given.

Each program was once wrong. Value and gradient are compared with the function and its differences.
"""

import math
from functools import partial

import pytest

from s2sdiff import grad, jacobian, jvp, value_and_grad


def power(x, n):
    def go(k):
        return 1.0 if k == 0 else x * go(k - 1)

    return go(n)


def two_recursions_of_one_name(x, n=2):
    def go(k):
        if k == 0:
            return x
        return go(k - 1) + power(x, k)

    return go(n)


class Inner:
    def __init__(self, k):
        self.k = k

    def total(self, n):
        return self.k if n <= 0 else self.total(n - 1) * self.k


class Outer:
    def __init__(self, k):
        self.inner = Inner(k)

    def total(self, n):
        return 1.0 if n <= 0 else self.total(n - 1) + self.inner.total(n)


def two_methods_of_one_name(x, n=2):
    return Outer(x).total(n)


def keywords(n, **c):
    return c["a"] - c["b"] if n == 0 else keywords(n - 1, b=c["b"], a=c["a"])


def keywords_in_another_order(x, n=3):
    return keywords(n, a=x * x, b=5.0)


def product(t, u):
    return t * t * u


def partial_by_position(x):
    return grad(partial(product, x))(3.0)


def partial_by_keyword(x):
    return grad(partial(product, u=x))(3.0)


def partial_pushed_forward(x):
    return jvp(partial(product, x), 0)(3.0, 2.0)[1]


def partials_by_name_and_from_the_end(x):
    return grad(partial(product, u=x), "t")(3.0) * grad(partial(product, x), -1)(2.0)


def moded(mode, t, u):
    return t * t * u if mode == "a" else t + u


def index_behind_a_static_argument(x):
    return grad(moded, 1)("a", x, 3.0 * x)


def indices_behind_a_static_argument(x):
    return sum(grad(moded, (1, 2))("a", x, 3.0 * x))


def bilinear(x, y, n):
    return x * y if n == 0 else bilinear(x * y, y, n - 1) * x


def one_recursion_pushed_two_ways(x, n=2):
    one = jvp(bilinear, 0)(x, x * 2, n, 1.0)[1]
    return one + jvp(bilinear, 1)(x, x * 2, n, x)[1]


def repeated(x, n):
    return x if n == 0 else repeated(x * x, n - 1) * x


def finally_behind_a_return(x):
    s = x
    try:
        s += math.sqrt(x - 0.9)
    except ValueError:
        return s
    finally:
        s += x
    return s


def finally_behind_a_continue(x):
    s = 0.0
    for i in range(3):
        try:
            s += math.sqrt(x - 0.3 * i)
        except ValueError:
            continue
        finally:
            s += x * i
    return s


def assigned_behind_a_flag(x):
    ok = True
    try:
        s = math.sqrt(x - 0.9)
    except ValueError:
        ok = False
    s = x * x
    if ok:
        return s * 3.0
    return s


PROGRAMS = (
    two_recursions_of_one_name,
    two_methods_of_one_name,
    keywords_in_another_order,
    partial_by_position,
    partial_by_keyword,
    partial_pushed_forward,
    partials_by_name_and_from_the_end,
    partial(repeated, n=2),
    index_behind_a_static_argument,
    indices_behind_a_static_argument,
    one_recursion_pushed_two_ways,
    finally_behind_a_return,
    finally_behind_a_continue,
    assigned_behind_a_flag,
)


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: getattr(f, "__name__", "partial"))
@pytest.mark.parametrize("x", [0.7, 1.1])
def test_value_and_slope(f, x):
    slope = (f(x + 1e-6) - f(x - 1e-6)) / 2e-6
    assert value_and_grad(f)(x) == pytest.approx((f(x), slope), rel=1e-7)
    assert jvp(f)(x, x_dot=1.0) == pytest.approx((f(x), slope), rel=1e-7)


LIBRARY = math.sin


def by_a_global(x):
    return LIBRARY(x)


def test_a_global_that_was_bound_to_a_library_function_is_watched():
    global LIBRARY
    slope = grad(by_a_global)
    assert slope(0.5) == pytest.approx(math.cos(0.5))
    LIBRARY = math.cos
    try:
        assert slope(0.5) == pytest.approx(-math.sin(0.5))
    finally:
        LIBRARY = math.sin


def two_logarithms(x):
    return math.log(x) + math.log(x + 1)


def a_root_that_does_not_count(x):
    return x + math.sqrt(x) * 0.0


@pytest.mark.parametrize("f, x", [(two_logarithms, 0.0), (a_root_that_does_not_count, -1.0)])
@pytest.mark.parametrize("derivative", [grad, jacobian, lambda f: grad(grad(f))])
def test_the_exception_of_the_function_comes_first(f, x, derivative):
    with pytest.raises(ValueError, match="math domain error"):
        derivative(f)(x)
