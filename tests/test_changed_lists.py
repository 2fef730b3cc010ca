"""Lists that loops and branches change, share and rebind: each program here was once wrong."""

import copy
import math

import pytest

from s2sdiff import hvp, jvp, value_and_grad
from s2sdiff.errors import S2SDiffError

STEP = 1e-6


def check(function, x, xs):
    """Value, gradient, tangent and the list left behind are those of the primal."""
    left, given, pushed = (copy.copy(xs) for _ in range(3))
    wanted = function(x, left)
    value, (x_bar, xs_bar) = value_and_grad(function, wrt=(0, 1))(x, given)
    assert value == pytest.approx(wanted)
    assert given == pytest.approx(left)
    for at, found in enumerate([x_bar, *xs_bar]):
        sides = []
        for step in (STEP, -STEP):
            moved = [x, *xs]
            moved[at] += step
            sides.append(function(moved[0], moved[1:]))
        assert found == pytest.approx((sides[0] - sides[1]) / (2 * STEP), rel=1e-6, abs=1e-6)
    slope = jvp(function, wrt=(0, 1))(x, pushed, 1.0, [0.5] * len(xs))[1]
    assert slope == pytest.approx(x_bar + 0.5 * sum(xs_bar))


def unread(x, xs, ys):
    return x * sum(xs) + float(len(ys))


def test_hvp_of_a_list_that_is_not_read_is_zeros():
    product = hvp(unread, wrt=(0, 1, 2))(0.5, [1.0, 2.0], [3.0], 2.0, [0.25, 0.5], [1.0])
    assert product == (1.5 / 2, [2.0, 2.0], [0.0])


def lists_out(x, xs):
    return x * 2.0, [1.0 * i for i in range(len(xs))]


def test_jvp_of_a_list_that_does_not_vary_is_zeros():
    (_, tangents) = jvp(lists_out, wrt=0)(0.5, [1.0, 3.0], 1.0)
    assert tangents == (2.0, [0.0, 0.0])


def store_ahead(x, xs):
    s = 0.0
    for e in xs:
        xs[-1] = e * 2.0
        s += e * x
    return s


def store_ahead_of_known_length(x, xs):
    s = 0.0
    r = [x, xs[0], x * x]
    for i, e in enumerate(r):
        r[2] = e * 2.0
        s += e * x + i
    return s


def other_name_on_one_path(x, xs):
    if x < 0:
        r = xs
        r[0] = x
    return sum(xs) * x


def other_name_in_no_turn(x, xs):
    while x < -5.0:
        r = xs
        x += r[0]
    return sum(xs) * x


def rebound_in_each_turn(x, xs):
    q = [x]
    for e in xs:
        q = xs + [e * x]  # noqa: RUF005
    return q[0] * q[-1]


def changed_in_a_branch_and_a_loop(x, xs):
    if xs[0] < x:
        x = x * xs[0]
    else:
        xs[0] = xs[-1] * x
    n = 0
    while n < 3 and x > 0.1 * n:
        n += 1
        xs[-1] = x * xs[0]
    return sum(xs)


def conditional_added_to_an_item(x, xs):
    xs[0] -= x if x else 1.0
    xs[1] *= (y := x * x) if x > 0.0 else 2.0 * (y := x)
    return sum(xs) + y


def list_beside_itself(x, xs):
    return sum(a * b for a, b in zip(xs, xs, strict=False)) * x


def conditionals_in_a_dict(x, xs):
    found = {k: (x if x > 0.3 else k * x) for k in (1, 2)}
    return found[1] * found[2] + xs[0]


def read_back_in_a_branch(x, xs):
    if x > 0.0:
        xs[0] = xs[-1] * x
        y = x
        for _ in range(3):
            y = y * xs[0] + 1.0
    else:
        y = x
    xs += [x + 1.0]
    return y * sum(xs)


def numbered_before_it_grows(x, xs):
    turns = enumerate(xs)
    xs.append(x)
    return sum(i * e for i, e in turns) * x


def joined_in_each_turn(x, xs):
    r = xs
    for _ in range(len(xs)):
        r = r + xs
    return sum(r) * x


def left_in_the_first_turn(x, xs):
    for _ in reversed(range(len(xs))):
        x = 2.0 * math.tanh(math.exp(math.sin(x - xs[0])))
        break
    return x * xs[1]


def set_in_the_turn_that_leaves(x, xs):
    while True:
        x = math.sin(1.0)
        if x:
            break
    return x + sum(xs)


def raising_read_around_an_inner_loop(x, xs):
    for i in range(3):
        if xs[1] > x * 0.25 * i:
            n = 0
            while n < i and x < 2.0:
                n += 1
                u = x * xs[0]
                if u > 0.2:
                    for _ in range(2):
                        u = u * x
                x = 0.25 * u + x
            x = x + math.hypot(1.0, xs[1])
    return x


def other_items(x, xs):
    y = xs[0] * xs[1]
    xs[:] = [x * v for v in xs]
    return xs[0] * y + xs[-1] * x


def items_of_another_list(x, xs):
    ys = [x * v for v in xs]
    xs[:] = ys
    ys[0] = xs[1] * x
    xs[1] = ys[0] * ys[1]
    return xs[1] * xs[0] + sum(ys)


def its_own_items(x, xs):
    ys = xs
    xs[:] = xs
    ys[:] = [x, *xs, x * x]
    return sum(xs) * x + len(ys)


def cleared(x, xs):
    y = xs[1]
    xs.clear()
    return y * x


def cleared_and_filled(x, xs):
    ys = xs
    n = len(xs)
    xs.clear()
    for i in range(n):
        xs.append(x * i)
    return ys[1] * ys[2]


def cleared_on_one_path(x, xs):
    if x > 0:
        x = x * xs[2]
        xs.clear()
    xs.append(x * x)
    return xs[0] * xs[-1]


def replaced_in_each_turn(x, xs):
    for i in range(3):
        xs[:] = [v * x + i for v in xs]
    return sum(xs)


@pytest.mark.parametrize(
    "function",
    [
        other_items,
        items_of_another_list,
        its_own_items,
        cleared,
        cleared_and_filled,
        cleared_on_one_path,
        replaced_in_each_turn,
        joined_in_each_turn,
        left_in_the_first_turn,
        set_in_the_turn_that_leaves,
        raising_read_around_an_inner_loop,
        numbered_before_it_grows,
        read_back_in_a_branch,
        list_beside_itself,
        conditionals_in_a_dict,
        conditional_added_to_an_item,
        changed_in_a_branch_and_a_loop,
        store_ahead,
        store_ahead_of_known_length,
        other_name_on_one_path,
        other_name_in_no_turn,
        rebound_in_each_turn,
    ],
)
def test_changed_lists(function):
    check(function, 0.5, [1.0, 2.0, 4.0])
    check(function, -0.5, [1.0, 2.0, 4.0])


def shrinks(x, xs):
    for _ in xs:
        x += xs.pop()
    return x


def grows_in_a_branch(x, xs):
    for i, e in enumerate(xs):
        if i < 3:
            xs.append(e * x)
    return sum(xs)


def grows_though_known(x, xs):
    r = [x, x]
    for e in r:
        if x < 1.0:
            r.append(e * x)
    return sum(r)


def shrinks_in_a_comprehension(x, xs):
    r = [x, x * x, xs[0]]
    return sum([r.pop() for _ in r])


@pytest.mark.parametrize("function", [shrinks, grows_in_a_branch, grows_though_known])
def test_a_loop_over_a_list_whose_length_it_changes_is_refused(function):
    with pytest.raises(S2SDiffError, match="changes its length"):
        value_and_grad(function)(0.5, [1.0, 2.0])


def test_a_comprehension_over_a_list_that_it_changes_is_refused():
    with pytest.raises(S2SDiffError, match="is changed by it"):
        value_and_grad(shrinks_in_a_comprehension)(0.5, [1.0, 2.0])
