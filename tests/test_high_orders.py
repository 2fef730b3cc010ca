"""Derivatives of derivatives of loops and lists: each of these was once an internal error."""

import math

import pytest

from s2sdiff import grad


def squared_until_large(x, c):
    if c > 1:
        while x < 3:
            x = x * x + 0.3
    return x


def taken_off_in_a_branch(x, xs: list[float]):
    if len(xs) > 1:
        while len(xs) > 1:
            x = xs.pop() * x * x
    return x * x


def cube(t):
    s = 1.0
    for _ in range(3):
        s = s * t
    return s


def descent(x, c):
    for _ in range(3):
        x = x - 0.1 * grad(cube)(x)
    return x


def new_list_in_each_turn(x, n):
    ys = [x]
    for _ in range(int(n)):
        ys = [math.sin(x + j) for j in range(3)]
        x = x * ys[1]
    return ys[0]


def energy(xs):
    s = 0.0
    for v in xs:
        s += v * v * v
    return s


def descent_of_a_list(x, n):
    xs = [x * i for i in range(int(n))]
    for _ in range(2):
        g = grad(energy)(xs)
        xs = [a - 0.1 * b for a, b in zip(xs, g)]  # noqa: B905
    return energy(xs)


@pytest.mark.parametrize(
    "f, args, order",
    [
        (squared_until_large, (1.1, 3.0), 3),
        (taken_off_in_a_branch, (0.7, [1.1, 0.9, 1.2]), 2),
        (descent, (1.1, 0.0), 2),
        (new_list_in_each_turn, (0.5, 3.0), 2),
        (descent_of_a_list, (0.3, 3.0), 2),
    ],
)
def test_against_differences_of_the_order_below(f, args, order):
    lower = f
    for _ in range(order - 1):
        lower = grad(lower)
    x, *rest = args

    def at(x):
        return lower(x, *(r.copy() if isinstance(r, list) else r for r in rest))

    wanted = (at(x + 1e-6) - at(x - 1e-6)) / 2e-6
    found = grad(lower)(x, *(r.copy() if isinstance(r, list) else r for r in rest))
    assert found == pytest.approx(wanted, rel=1e-6)
