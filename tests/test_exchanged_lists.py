"""Lists that change places in a loop: changed in place where they are apart, right in any case."""

import pytest

from s2sdiff import S2SDiffError, grad, jvp, value_and_grad


def exchanged(x, n: int):
    a, b = [x, 2 * x], [x * x, 1.0]
    for k in range(n):
        a[0] = b[1] * x + k
        b[1] = a[1] * b[0]
        a, b = b, a
    return a[0] * b[1] + sum(a)


def rotated(x, n: int):
    a, b, c = [x], [x * x], [3 * x]
    for _ in range(n):
        a[0] = b[0] * c[0]
        a, b, c = b, c, a
    return a[0] + 2 * b[0] + 3 * c[0]


def exchanged_in_some_turns(x, n: int):
    a, b = [x, 2 * x], [x * x, 1.0]
    for k in range(n):
        if k % 2 == 0:
            a, b = b, a
        a[0] = b[1] * x
        b[0] = a[0] + a[1]
    return a[0] * b[0]


def made_anew(x, n: int):
    a, b = [x, 2 * x], [x * x, 1.0]
    for _ in range(n):
        c = [a[0] * b[1], a[1] + b[0]]
        a, b = b, c
        a[0] = b[0] * x
    return sum(a) * sum(b)


def late(x, n: int):
    a, b, c = [x], [2 * x], [3 * x]
    for _ in range(n):
        c[0] = a[0] * b[0]
        a[0] = c[0] + x
        c, a, b = a, b, c
        c[0] = c[0] * 1.5
    return a[0] + b[0] * c[0]


def in_a_while_loop(x, n: int):
    a, b = [x, 2 * x], [x * x, 1.0]
    k = 0
    while k < n:
        a[k % 2] = b[0] * x
        a, b = b, a
        k += 1
        if a[0] > 50:
            break
    return a[0] * b[1]


ACCEPTED = (exchanged, rotated, late, in_a_while_loop)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
@pytest.mark.parametrize("f", ACCEPTED)
def test_exchanged(f, n):
    value, slope = value_and_grad(f)(0.7, n)
    assert value == pytest.approx(f(0.7, n), rel=1e-14)
    assert slope == pytest.approx((f(0.7 + 1e-6, n) - f(0.7 - 1e-6, n)) / 2e-6, rel=1e-6)
    assert jvp(f)(0.7, n, 1.0)[1] == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize("f", [exchanged, rotated, in_a_while_loop])
def test_no_copy_is_made(f):
    derivative = value_and_grad(f)
    derivative(0.7, 2)
    assert "copy" not in derivative.source


def became_one(x, n: int):
    a, b = [x, 2 * x], [x * x, 1.0]
    for k in range(n):
        a[0] = b[1] * x + k
        b = a
        a = [x * k, b[0]]
        b[1] = a[1] + x
    return a[0] * b[1]


def same_from_the_start(x, n: int):
    a = [x, 2 * x]
    b = a
    for k in range(n):
        a[0] = b[1] * x + k
        a, b = b, a
    return a[0] * b[1]


def follows(x, n: int):
    a, b, c = [x], [2 * x], [3 * x]
    for _ in range(n):
        a[0] = b[0] * c[0]
        c = b
        b = a
        a = [x]
    return a[0] + b[0] + c[0]


@pytest.mark.parametrize("n", [0, 1, 2, 5])
@pytest.mark.parametrize(
    "f", [became_one, same_from_the_start, follows, exchanged_in_some_turns, made_anew]
)
def test_lists_that_may_be_one_are_right_or_refused(f, n):
    try:
        slope = grad(f)(0.7, n)
    except S2SDiffError as refused:
        assert refused.code in ("S2S307", "S2S305")
        return
    assert slope == pytest.approx((f(0.7 + 1e-6, n) - f(0.7 - 1e-6, n)) / 2e-6, rel=1e-6)
