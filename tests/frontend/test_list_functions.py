# ruff: noqa: B905
"""Functions on lists of numbers: values, slopes, exceptions and the list left behind are the primal's."""

import math
import operator
from functools import reduce

import pytest

from s2sdiff import grad, jvp, value_and_grad


def filtered(x, a: list[float]):
    return sum(filter(lambda v: v * x > 1, a)) * x


def sorted_backwards(x, a: list[float]):
    b = sorted(a, reverse=True)
    return b[0] * x + b[-1]


def sorted_backwards_by_key(x, a: list[float]):
    b = sorted([x, a[0], x * a[-1], x + 1], key=lambda v: -v, reverse=True)
    return b[0] * x + b[1]


def any_of_a_tuple(x, a: list[float]):
    return x * 2 if any(t > 1 for t in (x, a[0] * 2)) else x * x


def any_stops_early(x, a: list[float]):
    return x * 2 if any(math.log(t) > -9 for t in (x, a[-1])) else x * x


def all_of_values(x, a: list[float]):
    return x * 2 if all((x, a[0] > 2, a[-1])) else x * x


def largest_or_default(x, a: list[float]):
    return max((v * x for v in a if v > 1.5), default=x * x) + max([x, a[0]], default=3.0)


def largest_by_key(x, a: list[float]):
    one = max([x, a[0], -a[-1]], key=lambda v: v * v)
    return one * x + min((x, 1), (a[0], 2), key=lambda p: p[0])[0]


def reduced(x, a: list[float]):
    one = reduce(lambda s, v: s * v + x, a, 1.0)
    return one + reduce(operator.mul, (x, a[0], 2.0))


def unpacked(x, a: list[float]):
    u, v = a
    p, *q = a
    return u * x + v * p * sum(q)


def unpacked_from_both_ends(x, a: list[float]):
    first, *rest, last = a
    return first * x + len(rest) * last


def unpacked_rows(x, a: list[float]):
    s = 0.0
    for u, v in [[x * k, k * k] for k in a]:
        s += u * v
    return s


def sorted_in_place(x, a: list[float]):
    b = a
    a.sort()
    return b[0] * x


def sorted_in_place_by_key(x, a: list[float]):
    a.sort(key=lambda v: -v * x)
    return a[0] * x


def emptied_by_a_test(x, a: list[float]):
    s = 0.0
    while a and a[-1] > 0:
        s += a.pop() * x
    return s


def nothing_in_it(x, a: list[float]):
    if not a:
        return x
    return a[0] * x


def looked_up(x, a: list[float]):
    return x * (a.index(1.3) + 1) if 1.3 in a else x * x * a.index(x)


def letters(x, a: list[float]):
    s = 0.0
    for c in "abcab":
        if c in "bc":
            s += x
        elif c in ("a",):
            s *= x
    return s


def listed_with_stars(x, a: list[float]):
    b = [x, *a, *(v * x for v in a), *a]
    return b[0] * b[-1] * sum(b)


FUNCTIONS = (
    filtered,
    sorted_backwards,
    sorted_backwards_by_key,
    any_of_a_tuple,
    any_stops_early,
    all_of_values,
    largest_or_default,
    largest_by_key,
    reduced,
    unpacked,
    unpacked_from_both_ends,
    unpacked_rows,
    sorted_in_place,
    sorted_in_place_by_key,
    emptied_by_a_test,
    nothing_in_it,
    looked_up,
    letters,
    listed_with_stars,
)
LISTS = ([1.3, -0.4], [2.0, 0.6], [], [1.0], [3.0, 1.0, 2.0])


def outcome(f, x, a, **seeds):
    left = list(a)
    try:
        return f(x, left, **seeds), left
    except (ValueError, IndexError) as problem:
        return type(problem), left


@pytest.mark.parametrize("f", FUNCTIONS)
@pytest.mark.parametrize("a", LISTS, ids=str)
@pytest.mark.parametrize("x", [0.7, 1.9])
def test_as_the_function(f, a, x):
    wanted, left = outcome(f, x, a)
    found = [
        outcome(value_and_grad(f), x, a),
        outcome(grad(f), x, a),
        outcome(jvp(f), x, a, x_dot=1.0),
    ]
    assert [each[1] for each in found] == [left] * 3
    results = [each[0] for each in found]
    if isinstance(wanted, type):
        assert results == [wanted] * 3
        return
    slope = (f(x + 1e-6, list(a)) - f(x - 1e-6, list(a))) / 2e-6
    assert results[0] == pytest.approx((wanted, slope), rel=1e-6, abs=1e-7)
    assert results[1] == pytest.approx(slope, rel=1e-6, abs=1e-7)
    assert results[2] == pytest.approx((wanted, slope), rel=1e-6, abs=1e-7)


def test_the_emitted_test_reads_as_one_would_write_it():
    derivative = value_and_grad(emptied_by_a_test)
    derivative(1.0, [1.0])
    assert "    while len(a) > 0 and a[-1] > 0:\n" in derivative.source


def sorted_pairs(x, xs: list[float], ys: list[float]):
    return sum(p * q * i for i, (p, q) in enumerate(sorted(zip(xs, ys)))) * x


def sorted_tuples(x, xs: list[float], ys: list[float]):
    s = sorted([(x, 1.0), (xs[0], 2.0), (ys[0], 3.0)])
    return s[0][0] * s[1][1] + s[2][0] * s[2][1]


@pytest.mark.parametrize("f", [sorted_pairs, sorted_tuples])
def test_tuples_are_sorted(f):
    args = (0.7, [1.0, 3.0, 2.0], [0.5, 0.1, 0.9])
    value, slope = value_and_grad(f)(*args)
    assert value == pytest.approx(f(*args))
    assert slope == pytest.approx((f(0.7 + 1e-6, *args[1:]) - f(0.7 - 1e-6, *args[1:])) / 2e-6)
