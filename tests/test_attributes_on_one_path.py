"""Objects and dicts that have other attributes or keys on another path, and globals that change inside."""

import pytest

from s2sdiff import S2SDiffError, grad, value_and_grad


class Scaled:
    scale = 2.0

    def __init__(self, k):
        self.k = k


def set_in_each_turn(x, n):
    p = Scaled(x)
    for _ in range(n):
        p.scale = p.scale * x
    return p.k * p.scale


def set_in_some_turns(x, n):
    p = Scaled(x)
    for _ in range(n):
        if n > 1:
            p.scale = p.scale * x
    return p.k * p.scale


def set_on_one_path(x, n):
    p = Scaled(x)
    if n > 1:
        p.scale = x
    return p.scale * x


def new_in_each_turn(x, n):
    p = Scaled(x)
    for _ in range(n):
        p.z = p.k * x
    return p.k * p.z


def key_on_one_path(x, n):
    d = {"a": x}
    if n > 1:
        d["b"] = x
    return len(d) * x


@pytest.mark.parametrize(
    "f", [set_in_each_turn, set_in_some_turns, set_on_one_path, new_in_each_turn, key_on_one_path]
)
def test_refused(f):
    with pytest.raises(S2SDiffError, match=r"S2S30[56] .*(other attributes|different kinds)"):
        grad(f)(1.5, 3)


def set_before(x, n):
    p = Scaled(x)
    p.scale = x
    for _ in range(n):
        p.scale = p.scale * x
    return p.k * p.scale


def test_set_before():
    assert value_and_grad(set_before)(1.5, 3) == (1.5**5, pytest.approx(5 * 1.5**4))


RATES = (1.0, [2.0])


def rated(x):
    return x * RATES[1][0]


def test_a_list_in_a_tuple_is_watched():
    derivative = grad(rated)
    assert derivative(1.0) == 2.0
    RATES[1][0] = 9.0
    try:
        assert derivative(1.0) == 9.0
    finally:
        RATES[1][0] = 2.0


def counted(xs: list[float]):
    return sum(xs) * len(xs)


def test_gradients_are_floats():
    (value, slopes) = value_and_grad(counted)([1.0, 2.0])
    assert value == 6.0 and slopes == [2.0, 2.0]
    assert all(type(slope) is float for slope in slopes)
