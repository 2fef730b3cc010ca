# ruff: noqa: B007
"""Loops that are left behind something that records: the partial turn leaves nothing on a tape."""

import math

import pytest

from s2sdiff import jvp, value_and_grad


def behind_a_loop(x):
    s = x
    for k in range(5):
        t = s
        for _ in range(2):
            t = t * t
        if t > 20.0:
            break
        s = s + t
    return s


def behind_a_while_loop(x):
    s = x
    for k in range(5):
        t = s
        c = 0
        while t < 3 and t > 0.1 and c < 4:
            c += 1
            t = t * t + 0.2
        if t > 4.0:
            break
        s = s + t
    return s


def helper(x, n):
    for _ in range(n):
        x = x * x + 0.1
    return x


def behind_a_helper(x):
    s = x
    for k in range(6):
        t = helper(s, 2)
        if t > 20:
            break
        s = s + t * 0.5
    return s


def by_return_and_break(x):
    s = x
    for k in range(6):
        if k > 9:
            return s
        t = s * s
        if s > 1.2:
            for v in [s, t, 0.5]:
                t = t * v + math.sin(t)
        if t > 20:
            return s * 2
        if t < -5:
            break
        s = s + t * 0.5
    return s


def behind_a_branch(x):
    s = x
    for k in range(6):
        t = s
        if s > 1.0:
            q = math.sin(s * t)
            t = q * q * s
        if t > 0.9:
            break
        s = s + t * 0.5 + 0.1
    else:
        s = s * 3
    return s


def in_two_loops(x):
    s = x
    for i in range(4):
        for k in range(6):
            t = helper(s, 2)
            if t > 20:
                break
            s = s + t * 0.5
        if s > 3:
            break
        s = s * 1.1
    return s


def in_several_places(x):
    s = x
    k = 0
    while True:
        if k > 20:
            break
        t = helper(s, 2)
        if t > 20:
            break
        u = helper(t, 1)
        if u > 300:
            break
        s = s + u * 0.1
        k += 1
    return s


@pytest.mark.parametrize("x", [0.3, 0.92, 1.15, 2.0, -0.5])
@pytest.mark.parametrize(
    "f",
    [
        behind_a_loop,
        behind_a_while_loop,
        behind_a_helper,
        by_return_and_break,
        behind_a_branch,
        in_two_loops,
        in_several_places,
    ],
)
def test_left_early(f, x):
    value, slope = value_and_grad(f)(x)
    assert value == f(x)
    assert slope == pytest.approx((f(x + 1e-6) - f(x - 1e-6)) / 2e-6, rel=1e-5, abs=1e-7)
    assert jvp(f)(x, 1.0)[1] == pytest.approx(slope, rel=1e-12)
