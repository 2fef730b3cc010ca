# ruff: noqa: B007, C417
"""Iterators compute when they are run through, not when they are made."""

import pytest

from s2sdiff import S2SDiffError, value_and_grad


def view_changed(x, y):
    d = {"a": x, "b": y}
    s = 0.0
    for v in (w * 2 for w in d.values()):
        d["b"] = x * y * 5
        s += v
    return s


def list_changed(x, y):
    xs = [x, y]
    s = 0.0
    for v in (w * 2 for w in xs):
        xs[1] = x * y * 5
        s += v
    return s


def run_time_list_changed(x, y, n=3):
    xs = [x * k for k in range(n)]
    s = 0.0
    for v in (w * 2 for w in xs):
        xs[1] = x * y * 5
        s += v
    return s


def mapped_run_time_list_changed(x, y, n=3):
    xs = [x * k for k in range(n)]
    s = 0.0
    for v in map(lambda w: w * 2 + y, xs):
        xs[1] = x * y * 5
        s += v
    return s


def variable_changed(x, y, n=3):
    c = 1.0
    s = 0.0
    for v in (w * c for w in [x, y, x * y]):
        c = c * x
        s += v
    return s


def variable_of_a_lambda_changed(x, y, n=3):
    c = 1.0
    s = 0.0
    for v in map(lambda w: w * c, [x, y, x * y]):
        c = c * x
        s += v
    return s


def enumerated(x, y, n=3):
    c = 1.0
    s = 0.0
    for i, v in enumerate(w * c for w in [x, y, x * y]):
        c = c * x
        s += v
    return s


def filtered_list_changed(x, y, n=3):
    xs = [x, y]
    s = 0.0
    for v in filter(lambda w: w > 0.5, xs):
        xs[1] = x * 5
        s += v
    return s


def reversed_list_changed(x, y, n=3):
    xs = [x, y]
    s = 0.0
    for i, v in enumerate(reversed(xs)):
        xs[0] = x * 5
        s += v * i
    return s


def variable_of_a_function_changed(x, y, n=3):
    xs = [x, y]
    s = 0.0
    c = 2.0

    def f(w):
        return w * c

    for v in map(f, xs):
        c = c * y
        s += v
    return s


def variable_changed_over_a_run_time_list(x, y, n=3):
    xs = [x * k for k in range(n)]
    c = 2.0
    s = 0.0
    for v in (w * c for w in xs):
        c = c * y
        s += v
    return s


def filter_over_a_run_time_list(x, y, n=3):
    xs = [x * k + 0.1 for k in range(n)]
    c = 2.0
    s = 0.0
    for v in filter(lambda w: w * c > 0.5, xs):
        c = c * y
        s += v
    return s


def stored_and_changed(x, y):
    xs = [x, y]
    pairs = zip(xs, [y, x], strict=True)
    xs[0] = x * y
    s = 0.0
    for a, b in pairs:
        s += a * b
    return s


def does_something(x, y):
    s = [x]

    def grow(v):
        s.append(v)
        return v * y

    t = 0.0
    for v in (grow(w) for w in [x, y]):
        t += v * len(s)
    return t


def does_something_at_once(x, y):
    s = [x]

    def grow(v):
        s.append(v)
        return v * y

    return sum(grow(w) for w in [x, y]) * len(s) * sum(map(grow, s[:1]))


def read_and_left_alone(x, y):
    c, s = 2.0, 0.0
    xs = [x, y]
    for v in (w * c for w in xs):
        s += v
        t = s * c
    return s * t


ACCEPTED = (
    mapped_run_time_list_changed,
    reversed_list_changed,
    does_something_at_once,
    read_and_left_alone,
)
REFUSED = (
    view_changed,
    list_changed,
    run_time_list_changed,
    variable_changed,
    variable_of_a_lambda_changed,
    enumerated,
    filtered_list_changed,
    variable_of_a_function_changed,
    variable_changed_over_a_run_time_list,
    filter_over_a_run_time_list,
    stored_and_changed,
    does_something,
)


@pytest.mark.parametrize("y", [0.3, 2.0])
@pytest.mark.parametrize("f", ACCEPTED)
def test_right(f, y):
    value, (one, two) = value_and_grad(f, (0, 1))(0.7, y)
    assert value == pytest.approx(f(0.7, y), rel=1e-15)
    assert one == pytest.approx((f(0.7 + 1e-6, y) - f(0.7 - 1e-6, y)) / 2e-6, rel=1e-6)
    assert two == pytest.approx((f(0.7, y + 1e-6) - f(0.7, y - 1e-6)) / 2e-6, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("f", REFUSED)
def test_refused(f):
    with pytest.raises(S2SDiffError, match=r"S2S302|S2S307"):
        value_and_grad(f, (0, 1))(0.7, 0.3)
