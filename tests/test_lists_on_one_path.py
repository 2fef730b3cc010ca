"""Lists that one path assigns: their cotangents are zeros on that path, and nothing on the other."""

import copy
import math

import pytest

from s2sdiff import S2SDiffError, grad, hvp, jvp, value_and_grad


def read_behind_a_branch(x, n: int):
    if x > 0.0:
        ys = [x] * n
        ys[0] = x * x
    z = math.sin(x)
    if x > 0.0:
        z = z * ys[n - 1]
    return z


def read_in_a_loop(x, n: int):
    if x > 0.0:
        ys = [x] * n
        ys[0] = x * x
    z = math.sin(x)
    for i in range(n):
        if x > 0.0:
            z = z * ys[i] + i
    return z


def changed_in_a_loop_behind(x, n: int):
    if x > 0.0:
        ys = [x] * n
        ys[0] = x * x
    z = math.sin(x)
    for i in range(n):
        if x > 0.0:
            ys.append(z * x)
            z = z * ys[i] + i
    return z


def inserted(x, xs: list, n: int):
    if n == 1:
        xs.insert(n, x)
        x = x * xs[n] + x
    return x


def made_in_a_branch(x, n: int):
    if n > 1:
        ys = [x * i for i in range(n)]
        x = x * ys[n - 1] + x
    return x * x


def made_in_a_loop(x, n: int):
    for k in range(3):
        if k + n > 2:
            ys = [x * i for i in range(n)]
            x = x * ys[n - 1] + x
    return x * x


def changed_in_a_branch(x, n: int):
    if n > 1:
        ys = [x * i for i in range(n)]
        for i in range(n):
            ys[i] = ys[i] * x
        x = x * ys[n - 1] + x
    return x * x


def central(f, x, *rest, h=1e-6):
    return (f(x + h, *copy.deepcopy(rest)) - f(x - h, *copy.deepcopy(rest))) / (2 * h)


@pytest.mark.parametrize(
    ("f", "rest"),
    [
        (read_behind_a_branch, (3,)),
        (read_in_a_loop, (3,)),
        (inserted, ([1.0, 2.0], 0)),
        (inserted, ([1.0, 2.0], 1)),
        (made_in_a_branch, (0,)),
        (made_in_a_branch, (3,)),
        (made_in_a_loop, (0,)),
        (made_in_a_loop, (3,)),
        (changed_in_a_branch, (3,)),
    ],
)
@pytest.mark.parametrize("x", [0.5, -0.4])
def test_both_orders(f, rest, x):
    value, slope = value_and_grad(f)(x, *copy.deepcopy(rest))
    assert value == f(x, *copy.deepcopy(rest))
    assert slope == pytest.approx(central(f, x, *rest), rel=1e-6, abs=1e-8)
    second = grad(grad(f))(x, *copy.deepcopy(rest))
    assert second == pytest.approx(central(grad(f), x, *rest), rel=1e-5, abs=1e-6)


def test_refused_where_nothing_tells_the_paths_apart():
    with pytest.raises(S2SDiffError, match="S2S305 ys may be unassigned here"):
        grad(changed_in_a_loop_behind)(0.5, 3)


def appended_on_one_path(x, xs: list[float], n: int):
    if x > 0:
        xs.append(x)
        x = x * xs[n]
    return x


@pytest.mark.parametrize("x", [0.5, -0.4])
def test_forward_mode_of_a_list_that_one_path_changes(x):
    def slope(t):
        return grad(appended_on_one_path)(t, [1.0, 2.0], 2)

    assert jvp(appended_on_one_path)(x, [1.0, 2.0], 2, 1.0)[1] == slope(x)
    curvature = (slope(x + 1e-6) - slope(x - 1e-6)) / 2e-6
    assert hvp(appended_on_one_path)(x, [1.0, 2.0], 2, 1.0) == pytest.approx(curvature)
