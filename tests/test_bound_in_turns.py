"""Variables that one turn, an inner loop or a branch binds and another place reads; loops left by `return`.

Each program is compared with the function and its differences, in both modes and to the second order.
"""

# ruff: noqa: B007, F821, F841

import math

import pytest

from s2sdiff import S2SDiffError, grad, hvp, jvp, value_and_grad


def left_by_return(x):
    while True:
        x = x * 1.5
        if x > 2:
            return x * x


def left_by_return_in_turns(x):
    s = 0.0
    for i in range(3):
        s += left_by_return(x * (i + 1)) * x
    return s


def left_by_break_in_turns(x):
    s = 0.0
    for i in range(3):
        z = x * (i + 1)
        while True:
            z = z * 1.5
            if z > 2:
                y = z * z
                break
        s += y * x
    return s


def left_by_return_or_exception(x):
    while 1:
        x = x * 1.5
        assert x < 100
        if x > 9:
            raise ValueError("big")
        if x > 2:
            return x * x


def tried_again(x):
    while True:
        try:
            return math.log(x - 1.0) * x
        except ValueError:
            x = x + 1.0


def left_by_return_of_an_inner_loop(x):
    while True:
        x = x * 1.1
        for j in range(3):
            if j * x > 3:
                return x * j
            if j == 2:
                break


def first_large(t):
    for _ in range(3):
        if t > 1:
            return t
        t = t * 1.5
    return t


def first_large_in_turns(x):
    s = x
    for _ in range(2):
        s = s * first_large(s)
    return s


def two_results_of_loops(x):
    y = x * 1.2
    u = x * y
    s = 0.0
    if x > 5:
        return x
    if y > 5:
        return 1.0
    if x > 0:
        u, s = first_large(x), first_large(y)
    return u * s


def assigned_by_an_inner_loop(x, n=3):
    for _ in range(n):
        for _ in range(2):
            t = x * x
        x = t * t * 0.3
    return x


def assigned_by_an_inner_loop_or_its_else(x, n=3):
    for _ in range(n):
        for j in range(4):
            t = x * j + x
            if t > 2:
                break
        else:
            t = 2.0 * x
        x = t * t * 0.3
    return x


def assigned_where_a_test_holds(x, n=3):
    for _ in range(n):
        if x > 0:
            t = x * x
        if x > 0:
            x = t * t * 0.2
    return x


def variable_of_an_inner_loop(x, n=4):
    s = 0.0
    for i in range(n):
        t = s + x
        for j in range(i):
            t = t * x
        if i:
            s += t * t * j
    return s


def turn_before(x, n=4):
    s = 0.0
    for i in range(n):
        if i > 0:
            s += (x - prev) ** 2
        prev = x
        x = x * 0.9
    return s


def assigned_turn_by_turn(x, n=3):
    s = 0.0
    for i in range(n):
        if i == 0:
            m = x * x
        elif i == 1:
            w = m * x
        else:
            s = w * m
    return s


def assigned_in_the_first_turn(x, n=4):
    s = 0.0
    for i in range(n):
        if i == 0:
            m = x * x
        s += m * x * i
    return s


def turn_before_in_an_inner_loop(x, n=4):
    s = 0.0
    for i in range(n):
        for j in range(i):
            s += prev * j * x
        prev = x * i
    return s


def turn_before_in_a_test(x):
    i = 0
    while True:
        if i > 0 and abs(u) < 0.01:
            break
        u = x / (i + 1) ** 2
        x = x * 0.9
        i += 1
    return u * x


def behind_its_use(x, n=3):
    for i in range(n):
        if i > 0:
            x = x * q
        w = x * x
        q = w + x
    return x


def assigned_too_late(x, n=7):
    s = 0.0
    for i in range(n):
        if i >= 3:
            s += never * x
        if i > 5:
            never = x
        s += x * i
    return s


def constant_of_a_turn(x, n=2):
    for _ in range(n):
        k = 3.0
        x = x * k
    return x * k


def same_range_before_and_behind_an_exit(x):
    for k in range(3):
        for i in range(3, 0, -1):
            x = x * 0.5 + math.sin(x + i)
        if x > 2.0 + k:
            break
        for i in range(3, 0, -1):
            x = math.cos(x * i) + 1.1
    return x


def kept_twice(x):
    s, q, r = 1.0, 0.0, 0.0
    for k in range(3):
        if k > 0:
            s = 0.5 * x * s
        q = s
        r = s + q
    return s + q * r


def kept_twice_in_a_loop_without_a_turn(x):
    for i in range(2):
        m = i
    s = 1.0
    for k in range(m, 1):
        if m:
            s = 0.5 * x
        q = s
    s += q
    return x


def kept_twice_on_each_side(x):
    s, q = 1.0, 0.0
    for k in range(3):
        if x > 1.0:
            if k > 1:
                s = s * x
            else:
                s = x + k
        else:
            s = 0.25 * x
        q = s
    return s * q


def kept_twice_until_it_stops(x):
    s, q, stop, k = 1.0, 0.0, False, 0
    while not stop:
        k += 1
        if x > 1.0:
            s = s * x
            q = s
            stop = k > 3
        else:
            s = 0.25 * x
            q = s
            stop = True
    return s * q + q


def its_test_is_carried(x):
    go, last, s, k = True, False, x, 0
    while go:
        k += 1
        if s > 1.0:
            go = k < 4
        else:
            go = s > 0.6 and k < 3
        last = go
        s = s * x
    return s if last else s * s


PROGRAMS = (
    kept_twice,
    kept_twice_in_a_loop_without_a_turn,
    kept_twice_on_each_side,
    kept_twice_until_it_stops,
    its_test_is_carried,
    same_range_before_and_behind_an_exit,
    left_by_return,
    left_by_return_in_turns,
    left_by_break_in_turns,
    left_by_return_or_exception,
    tried_again,
    left_by_return_of_an_inner_loop,
    first_large_in_turns,
    two_results_of_loops,
    assigned_by_an_inner_loop,
    assigned_by_an_inner_loop_or_its_else,
    assigned_where_a_test_holds,
    variable_of_an_inner_loop,
    turn_before,
    assigned_turn_by_turn,
    assigned_in_the_first_turn,
    turn_before_in_an_inner_loop,
    turn_before_in_a_test,
    behind_its_use,
    assigned_too_late,
    constant_of_a_turn,
)


def result(f, *args, **keywords):
    try:
        return f(*args, **keywords)
    except Exception as problem:
        return type(problem)


@pytest.mark.parametrize("f", PROGRAMS)
@pytest.mark.parametrize("x", [0.7, 1.3])
def test_as_the_function(f, x):
    wanted = result(f, x)
    found = [
        result(value_and_grad(f), x),
        result(grad(f), x),
        result(jvp(f), x, x_dot=1.0),
        result(hvp(f), x, x_dot=1.0),
    ]
    if isinstance(wanted, type):
        assert found == [wanted] * 4
        return
    h, far = 1e-6, 1e-4
    slope = (f(x + h) - f(x - h)) / (2 * h)
    curvature = (f(x + far) - 2 * wanted + f(x - far)) / far**2
    assert found[0] == pytest.approx((wanted, slope), rel=1e-6, abs=1e-7)
    assert found[1] == pytest.approx(slope, rel=1e-6, abs=1e-7)
    assert found[2] == pytest.approx((wanted, slope), rel=1e-6, abs=1e-7)
    assert found[3] == pytest.approx(curvature, rel=1e-3, abs=1e-4)


def read_before_any_turn_assigns(x, n=2):
    for _ in range(n):
        x = x * z
        z = x
    return x


def assigned_by_its_own_use_only(x, n=2):
    for i in range(n):
        if i > 2:
            x = x * z
        x = x * 2
        if i > 100:
            z = z + x
    return x


@pytest.mark.parametrize("f", [read_before_any_turn_assigns, assigned_by_its_own_use_only])
def test_what_no_turn_assigns_first_is_refused(f):
    with pytest.raises(S2SDiffError, match="S2S305 z is not assigned yet where it is used"):
        grad(f)(1.0)
