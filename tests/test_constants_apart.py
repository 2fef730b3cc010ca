"""Constants of the user's that are called like a function or a constant of a library."""

import math
from math import pi as PI

import pytest

from s2sdiff import value_and_grad

pi, e, sin, cos, exp, sqrt, inf, gamma = 3.0, 3.5, 2.0, 3.0, 1.5, 0.5, 100.0, 1.25
len, range, enumerate, sum, max = 2.0, 2.5, 3.0, 2.75, 1.75
math_pi, np, SQRT_PI = 7.0, 2.0, 5.0


def beside_a_constant_of_the_derivative(x):
    return math.erf(x) * pi * SQRT_PI


def beside_constants_of_math(x):
    return x * x * pi + x * math.pi * math_pi + x * e + math.e * x + min(math.inf, x * inf)


def under_another_name(x):
    return math.sin(x * PI / pi)


def beside_functions(x):
    return sin * math.sin(x) + cos * math.sin(x) + exp * math.exp(x) + gamma * math.gamma(x)


def beside_functions_of_the_derivative(x):
    return cos * math.sin(x) * sqrt * math.asin(x) * np


def beside_builtins(x):
    xs = []
    for v in (x, x * x):
        xs.append(v * len)
    total, i = 0.0, 0
    while i < 2:
        total += xs[i] * range * enumerate
        i += 1
    return total * sum * max


class Wave:
    pi, sin = 3.0, 2.0

    def __init__(self):
        self.cos = 4.0

    def at(self, x):
        return self.pi * math.pi * x * self.cos * math.sin(x) * self.sin


def of_a_class(x):
    return wave(x)


wave = Wave().at


@pytest.mark.parametrize(
    "f",
    [
        beside_a_constant_of_the_derivative,
        beside_constants_of_math,
        under_another_name,
        beside_functions,
        beside_functions_of_the_derivative,
        beside_builtins,
        of_a_class,
    ],
)
def test_constants_keep_their_values(f):
    value, slope = value_and_grad(f)(0.7)
    assert value == pytest.approx(f(0.7), rel=1e-15)
    assert slope == pytest.approx((f(0.7 + 1e-6) - f(0.7 - 1e-6)) / 2e-6, rel=1e-7)
