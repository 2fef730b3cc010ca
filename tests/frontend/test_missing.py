"""What is missing raises as in the primal: variables that a path does not assign, items that do not exist.

Each program runs at every argument in ARGUMENTS: the derivatives raise what the primal raises, or agree
with its differences.
"""

# ruff: noqa: B018, F841

import math
import re

import pytest

from s2sdiff import S2SDiffError, grad, jvp, value_and_grad


def read_on_one_path(x, b):
    if x > 0:
        q = x * 2
    if b > 0:
        r = q * x
    else:
        r = x
    return r


def copied(x, b):
    if x > 0:
        q = x * 2
    y = q
    return y * x if b > 0 else x


def copied_and_not_read(x, b):
    if x > 0:
        q = x * 2
    y = q
    return x * b


def assigned_by_turns(x, b):
    for i in range(int(b)):
        q = x * i
    if x > 0:
        return q * q
    return x


def copied_on_one_path(x, b):
    if x > 0:
        q = x * 2
    if b > 0:
        w = q
    else:
        w = x
    return w * w * w


def in_a_conditional_expression(x, b):
    if x > 0:
        q = x * 2
    z = q if b > 0 else x
    z = z * z
    if b > 0:
        z = z * q * q
    return z


def in_a_closure(x, b):
    if x > 0:
        q = x * 2

    def h():
        return q * x

    return h() if b > 0 else x


def a_list(x, b):
    if x > 0:
        q = [x, x * 2]
    return q[0] * q[1] if b > 0 else x


def a_tuple(x, b):
    if x > 0:
        q = (x, x * 2)
    if b > 0:
        x, y = q
        return x * y
    return x


def read_for_nothing(x, b):
    if x > 0:
        q = x * 2
    if b > 0:
        q
    return x * x


def read_by_and(x, b):
    if x > 0:
        q = x * 2
    if b > 0 and q > 1.0:
        x = x * 3
    return x * x


UNASSIGNED = (
    read_on_one_path,
    copied,
    copied_and_not_read,
    assigned_by_turns,
    copied_on_one_path,
    in_a_conditional_expression,
    in_a_closure,
    a_list,
    a_tuple,
    read_for_nothing,
    read_by_and,
)


def item_for_nothing(x, b):
    xs = [x * i for i in range(int(b) + 1)]
    xs[1]
    return x * x


def item_in_a_sum(x, b):
    xs = [float(i) for i in range(int(b) + 1)]
    return x * x + xs[1]


def item_rounded(x, b):
    xs = [x * i for i in range(int(b) + 1)]
    return x * x + math.floor(xs[1])


def largest_of_none(x, b):
    xs = [x * i for i in range(int(b))]
    m = max(xs)
    return x * x


def popped_from_nothing(x, b):
    xs = [x * i for i in range(int(b))]
    xs.pop()
    return x * x


def popped_and_added(x, b):
    xs = [x * i for i in range(int(b))]
    return x + xs.pop()


def deleted_from_nothing(x, b):
    xs = [x * i for i in range(int(b))]
    del xs[0]
    return x * x


def stored_nowhere(x, b):
    xs = [x * i for i in range(int(b))]
    xs[1] = x
    return x * x


def stored_and_changed(x, b):
    xs = [x * i for i in range(int(b))]
    xs[1] = x
    xs.append(x)
    return x * x


def dropped_in_a_loop(x, b):
    xs = [x * i for i in range(int(b))]
    t = 0.0
    for _ in range(2):
        t = xs[0]
        xs.pop()
    return x * x


def on_one_path(x, b):
    xs = [x * i for i in range(int(b))]
    if x > 0:
        t = xs[1] * x
    else:
        t = x
    return x * x


ITEMS = (
    item_for_nothing,
    item_in_a_sum,
    item_rounded,
    largest_of_none,
    popped_from_nothing,
    popped_and_added,
    deleted_from_nothing,
    stored_nowhere,
    stored_and_changed,
    dropped_in_a_loop,
    on_one_path,
)

ARGUMENTS = [
    (1.1, 0.7),
    (-1.1, 0.7),
    (1.1, -0.7),
    (-1.1, -0.7),
    (0.2, 3.2),
    (-0.2, 3.2),
    (0.2, 1.2),
]


def outcome(function, *args):
    """The type of what `function` raises, with its text, or its value."""
    try:
        return function(*args)
    except Exception as raised:
        text = re.sub("'(.*?)(_[0-9]+)?'", r"'\1'", str(raised))
        return type(raised), text


def central(function, x, h=1e-6):
    return (function(x + h) - function(x - h)) / (2 * h)


def is_raised(found):
    return isinstance(found, tuple) and isinstance(found[0], type)


@pytest.mark.parametrize("x, b", ARGUMENTS)
@pytest.mark.parametrize("f", UNASSIGNED + ITEMS)
def test_the_derivatives_raise_what_the_primal_raises(f, x, b):
    wanted = outcome(f, x, b)
    both = outcome(value_and_grad(f), x, b)
    alone = outcome(grad(f), x, b)
    forward = outcome(jvp(f), x, b, 1.0)
    if is_raised(wanted):
        if f is in_a_closure:
            wanted = (UnboundLocalError, alone[1])
        assert [both, alone, forward] == [wanted] * 3
        return
    slope = central(lambda t: f(t, b), x)
    assert both == pytest.approx((wanted, slope))
    assert alone == pytest.approx(slope)
    assert forward == pytest.approx((wanted, slope))


def test_each_program_raises_somewhere_and_is_right_elsewhere():
    for f in UNASSIGNED + ITEMS:
        assert {is_raised(outcome(f, *args)) for args in ARGUMENTS} == {False, True}, f


def last_of(u, n):
    while n > 0:
        a = u * 2
        n -= 1
    return a


def second_call(x, b):
    y = last_of(x, 2) * x
    return last_of(5.0, int(b)) * x + y


def name_of_around(x, b):
    a = x * x
    y = last_of(a, int(b))
    return y * x


@pytest.mark.parametrize("x, b", ARGUMENTS)
@pytest.mark.parametrize("f", [second_call, name_of_around])
def test_a_variable_that_may_be_unassigned_shares_its_name_with_nothing(f, x, b):
    wanted = outcome(f, x, b)
    found = [outcome(derivative(f), x, b) for derivative in (value_and_grad, grad)]
    found.append(outcome(jvp(f), x, b, 1.0))
    if is_raised(wanted):
        assert [each[0] for each in found] == [UnboundLocalError] * 3
    else:
        slope = central(lambda t: f(t, b), x)
        assert found == [pytest.approx(w) for w in ((wanted, slope), slope, (wanted, slope))]


def called_in_each_turn(x, b):
    s = 0.0
    for i in range(int(b) + 3):
        s += last_of(x, 2 - i)
    return s


@pytest.mark.parametrize("derivative", [grad, value_and_grad])
def test_what_one_turn_assigns_and_another_misses_is_refused(derivative):
    with pytest.raises(S2SDiffError, match="S2S305 a may be unassigned here in one turn"):
        derivative(called_in_each_turn)(1.0, 1.0)


def carried_unassigned(x, b):
    if x > 0:
        q = x * 2
    for _ in range(2):
        if b > 0:
            x = x * q
        q = x + b
    return x


@pytest.mark.parametrize("x", [1.0, 0.2])
def test_what_the_turn_before_assigned_is_recorded_where_it_is_read(x):
    assert grad(carried_unassigned)(x, 2.0) == pytest.approx(
        central(lambda t: carried_unassigned(t, 2.0), x)
    )
    with pytest.raises(UnboundLocalError):
        grad(carried_unassigned)(-1.0, 2.0)
