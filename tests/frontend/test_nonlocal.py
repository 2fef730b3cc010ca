"""`nonlocal`, `global` and `del`: variables of functions around, wherever they are assigned to."""

import pytest

import s2sdiff
from s2sdiff.errors import S2SDiffError

STEP = 0.5


def in_branches(x, n):
    total, count = 0, 0

    def add(y):
        nonlocal total
        total = total + y
        return total

    def note():
        nonlocal count
        count += 1
        return 0.0

    for i in range(n):
        if add(x * i) > 1.0:
            add(x)
        else:
            note()
    items = [add(x) * count + note() + total for _ in range(3)]
    more = sum(add(x) * count + note() for _ in range(n))
    values = [x, x]
    values[0] += note() + count * x
    return total * count + sum(items) + more + values[0]


def factory(start):
    value = start

    def step(by):
        def deep():
            nonlocal value
            value = value * by
            return value

        return deep() + deep()

    return step


def after_return(x, n):
    step, other = factory(x), factory(2.0)
    s = 0.0
    for i in range(n):
        if i % 2:
            s = s + step(x)
        inner = factory(s)
        s = s + inner(0.5) * other(1.0 + x / 10)
    return s + step(1.0)


def in_while(x, n):
    left = n

    def go_on():
        nonlocal left
        left -= 1
        return left >= 0

    s = x
    while go_on():
        s = s * x + left
    return s


def while_popping(x, n):
    items = [x * i for i in range(n + 2)]
    s = x
    while items.pop() > x:
        s = s * x + len(items)
    return s + items[0] + len(items)


def walrus(x, n):
    y = 0.0

    def keep(z):
        nonlocal y
        return (y := z * z)

    for _ in range(n):
        keep(x + y / 4)
    return y


def deleted(x, n):
    s = 0.0
    for i in range(n):
        t = x * i
        s = s + t * t
        del t
    t = s * s
    del s
    return t


def reads_global(x, n):
    global STEP
    return x * STEP * n


CASES = (in_branches, after_return, in_while, while_popping, walrus, deleted, reads_global)


@pytest.mark.parametrize("function", CASES, ids=lambda function: function.__name__)
@pytest.mark.parametrize("args", [(0.7, 4), (1.3, 3), (0.4, 1)])
def test_derivatives(function, args):
    x, n = args
    step = 1e-6
    slope = (function(x + step, n) - function(x - step, n)) / (2 * step)
    value, gradient = s2sdiff.value_and_grad(function)(x, n)
    assert value == pytest.approx(function(x, n), rel=1e-14)
    assert gradient == pytest.approx(slope, rel=1e-7, abs=1e-8)
    assert s2sdiff.jvp(function)(x, n, 1.0) == pytest.approx((value, gradient), rel=1e-12)


def counter():
    count = 0

    def f(x):
        nonlocal count
        count += 1
        return count * x

    return f


def shadowing(x):
    STEP = x

    def inner():
        global STEP
        return STEP

    return inner() * STEP


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (counter(), "S2S307 count is assigned to, a variable of a function that returned before"),
        (shadowing, "S2S301 STEP is declared global, and a function around has a variable STEP"),
    ],
)
def test_refused(function, message):
    with pytest.raises(S2SDiffError, match=message):
        s2sdiff.grad(function)(1.0)
