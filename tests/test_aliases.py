"""Several names for one list: seen under all of them, or refused, or found out at run time."""

import copy
import math

import pytest

from s2sdiff import S2SDiffError, grad, hvp, jvp, value_and_grad


def both_names_rebound(x, xs):
    a, b = [x], [0.3]
    if x > 0.3:
        a = [x * x]
        b = a
    a[0] += x
    return b[0]


def both_names_rebound_in_turns(x, xs):
    a, b = [x], [x]
    for _ in range(2):
        a = [a[0] * x]
        b = a
    b[0] = x * 5
    return a[0]


def argument_rebound_to_another(x, xs):
    ys = [x, x * 2, x * x]
    if x > 0.1:
        ys = ys[1:]
        xs = ys
    xs[0] = x
    return ys[0] * xs[0]


def dict_kept_in_one_turn(x, xs):
    p, snap = {"k": x}, {"k": x}
    for i in range(3):
        p = {"k": p["k"] * x}
        if i == 1:
            snap = p
    p["k"] = 7 * x
    return snap["k"]


REFUSED = (
    both_names_rebound,
    both_names_rebound_in_turns,
    argument_rebound_to_another,
    dict_kept_in_one_turn,
)


@pytest.mark.parametrize("f", REFUSED)
@pytest.mark.parametrize("derivative", [value_and_grad, jvp])
def test_refused_where_two_names_became_one(f, derivative):
    seeds = (1.0,) if derivative is jvp else ()
    with pytest.raises(S2SDiffError, match="S2S307"):
        derivative(f)(0.5, [0.3, 0.4], *seeds)


def made_on_two_paths(x, xs):
    def make(n):
        ys = [x]
        if n > 1:
            ys = [x, x * 2]
            return ys  # noqa: RET504
        return ys

    r = make(len(xs))
    r.append(x * x)
    return sum(r)


def rebound_to_new_items(x, xs):
    for _ in range(3):
        xs = [v * x for v in xs]
    return sum(xs)


def swapped_in_turns(x, xs):
    a, b = [x], [x * 2]
    for _ in range(3):
        a, b = b, a
    return a[0] * b[0] * b[0]


def changed_and_rebound(x, xs):
    for _ in range(2):
        xs.append(x)
        xs = xs[1:]
    return x


def rebound_on_one_path_and_changed(x, xs):
    if x > 10:
        xs = xs[1:]
    xs.append(x * 2)
    return x


def changed_in_finally(x, xs):
    try:
        xs[0] = x
        y = math.log(-x)
    finally:
        xs.append(7.0)
    return y


def changed_before_raising(x, xs):
    if x > 0:
        xs.append(x)
        raise ValueError("no")
    return x


ACCEPTED = (
    made_on_two_paths,
    rebound_to_new_items,
    swapped_in_turns,
    changed_and_rebound,
    rebound_on_one_path_and_changed,
    changed_in_finally,
    changed_before_raising,
)


def outcome(f, *args):
    """What is returned or raised, and the list left behind."""
    x, xs, *rest = args
    given = copy.copy(xs)
    try:
        return f(x, given, *rest), given
    except ValueError as problem:
        return (type(problem), str(problem)), given


@pytest.mark.parametrize("f", ACCEPTED)
@pytest.mark.parametrize("x", [0.5, 20.0, -0.5])
def test_the_argument_is_left_as_the_function_leaves_it(f, x):
    xs = [0.3, 0.4]
    wanted, left = outcome(f, x, xs)
    for derivative, seeds in ((value_and_grad, ()), (grad, ()), (jvp, (1.0,)), (hvp, (1.0,))):
        found, kept = outcome(derivative(f), x, xs, *seeds)
        assert kept == left
        if isinstance(wanted, tuple):
            assert found == wanted
        elif derivative in (value_and_grad, jvp):
            slope = (f(x + 1e-6, copy.copy(xs)) - f(x - 1e-6, copy.copy(xs))) / 2e-6
            assert found == pytest.approx((wanted, slope))


def appended_to(x, xs: list[float], ys: list[float]):
    xs.append(x)
    return sum(ys) * x


def row_changed(x, d: list[list[float]], ys: list[float]):
    d[0][0] = x * ys[0]
    return d[-1][0]


def read_in_a_tuple(x, ys: list[float], t: tuple[list[float], float]):
    ys[0] = x * t[1]
    return t[0][0] * ys[0]


ONE = [0.3, 0.4]


@pytest.mark.parametrize(
    "f, different, same",
    [
        (appended_to, ([0.3], [0.4]), (ONE, ONE)),
        (row_changed, ([[0.3], [0.4]], [0.5]), ([ONE, [0.4]], ONE)),
        (row_changed, ([[0.3], [0.4]], [0.5]), ([ONE, ONE], [0.5])),
        (read_in_a_tuple, ([0.3], ([0.4], 2.0)), (ONE, (ONE, 2.0))),
    ],
)
@pytest.mark.parametrize("derivative", [value_and_grad, lambda f: grad(grad(f)), jvp])
def test_one_list_passed_twice_is_found_out_where_it_is_changed(f, different, same, derivative):
    made, seeds = derivative(f), (1.0,) if derivative is jvp else ()
    made(0.5, *copy.deepcopy(different), *seeds)
    before = copy.deepcopy(same)
    with pytest.raises(ValueError, match="must be different"):
        made(0.5, *same, *seeds)
    assert same == before


def only_read(x, xs: list[float], ys: list[float]):
    return sum(xs) * ys[0] * x


def test_one_list_may_be_passed_twice_where_it_is_only_read():
    assert grad(only_read)(0.5, ONE, ONE) == pytest.approx(0.7 * 0.3)


def builtin_names(x, xs: list[float], len, id):
    map = x * len
    xs[0] = map * id
    return sum(xs) * xs[0]


def test_variables_with_names_of_builtins():
    value, slope = value_and_grad(builtin_names)(0.5, [1.0, 2.0], 2.0, 3.0)
    assert (value, slope) == pytest.approx((15.0, 48.0))
