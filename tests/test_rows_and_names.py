"""Rows of lists under several names, exchanged, replaced and removed; and what a list's truth is."""

import copy
import math

import pytest

from s2sdiff import S2SDiffError, jvp, value_and_grad

TABLE = [1.0, 5.0]


def rows_entries_exchanged_by_a_name(x, xs, d):
    r = d[0]
    r[0], r[1] = r[1], r[0]
    return d[0][1] * x


def entries_exchanged(x, xs, d):
    d[0][0], d[0][1] = d[0][1], d[0][0] * x
    return d[0][0] * d[0][1]


def entries_of_own_rows_exchanged(x, xs, d):
    q = [[x, 2 * x] for _ in range(len(d))]
    q[0][0], q[0][1] = q[0][1], q[0][0]
    return q[0][0] + q[0][1] * 7


def exchanged_in_a_loop(x, xs, d):
    for i in range(2):
        d[i][0], d[i][1] = d[i][1], d[i][0]
    return d[0][0] * x


def rows_exchanged(x, xs, d):
    d[0], d[1] = d[1], d[0]
    return d[0][0] * d[1][1] ** 2 * x


def row_read_before_its_entry_changes(x, xs, d):
    s = 0.0
    b = [0.3, x]
    row = d[1]
    s += x * row[1]
    d[1][1] = b[0] - xs[0] * xs[0]
    return s + d[1][0]


def repeated_under_another_name(x, xs, d):
    ys = xs
    ys *= 2
    ys[0] = x * 3
    return xs[0] * x + xs[3]


def own_list_repeated(x, xs, d):
    ys = [x, x * x]
    zs = ys
    ys *= 3
    zs[5] = x
    return sum(ys) * zs[4]


def row_replaced_by_a_shorter(x, xs, d):
    d[0] = [x]
    return d[0][0] * d[1][0]


def row_replaced_by_a_longer(x, xs, d):
    d[0] = d[1] + [x]
    return sum(d[0]) * d[1][0]


def row_removed(x, xs, d):
    del d[0]
    return d[0][0] * x


def appended_in_finally(x, xs, d):
    try:
        y = math.log(x)
    except ValueError:
        y = x
    finally:
        xs.append(x)
    return y


def last_row_used_after_its_loop(x, xs, d):
    out = []
    for v in xs:
        row = []
        for k in range(3):
            row.append(v * x * k)
        out.append(sum(row))
    return sum(out) * len(row)


def second_name_in_every_turn(x, xs, d):
    for v in xs:
        t = [v * x, x]
        u = t
        x = x + u[0] * t[1]
    return x * u[0]


ACCEPTED = (
    rows_entries_exchanged_by_a_name,
    entries_exchanged,
    entries_of_own_rows_exchanged,
    exchanged_in_a_loop,
    rows_exchanged,
    row_read_before_its_entry_changes,
    repeated_under_another_name,
    own_list_repeated,
    row_replaced_by_a_shorter,
    row_replaced_by_a_longer,
    row_removed,
    appended_in_finally,
    last_row_used_after_its_loop,
    second_name_in_every_turn,
)
XS, ROWS = [0.5, 1.2], [[0.5, 1.2], [0.7, -0.4]]


def central(f, entry=None, h=1e-6):
    def at(step):
        rows = copy.deepcopy(ROWS)
        if entry is not None:
            rows[entry[0]][entry[1]] += step
        return f(0.9 + (step if entry is None else 0.0), list(XS), rows)

    return (at(h) - at(-h)) / (2 * h)


@pytest.mark.parametrize("f", ACCEPTED)
def test_rows_and_names(f):
    check_right(f)


def check_right(f):
    """The value, what is left of the arguments, and the derivatives in both modes are right."""
    xs, rows = list(XS), copy.deepcopy(ROWS)
    wanted = f(0.9, xs, rows)
    given_xs, given_rows = list(XS), copy.deepcopy(ROWS)
    value, (x_bar, rows_bar) = value_and_grad(f, (0, 2))(0.9, given_xs, given_rows)
    assert (value, given_xs, given_rows) == (wanted, xs, rows)
    assert x_bar == pytest.approx(central(f), abs=1e-6)
    assert [len(row) for row in rows_bar] == [2, 2]
    for i in range(2):
        assert rows_bar[i] == pytest.approx([central(f, (i, j)) for j in range(2)], abs=1e-6)
    given_xs, given_rows = list(XS), copy.deepcopy(ROWS)
    value, tangent = jvp(f, (0,))(0.9, given_xs, given_rows, 1.0)
    assert (value, given_xs, given_rows) == (wanted, xs, rows)
    assert tangent == pytest.approx(central(f), abs=1e-6)


def last_list_of_a_loop(x, xs, d):
    for v in xs:
        a = [x * v]
        b = a
    b[0] = x * 3
    return a[0] * x


def last_list_of_one_path(x, xs, d):
    for v in xs:
        a = [x * v]
        if v > 0:
            b = a
        else:
            b = [x]
    b[0] = x * 3
    return a[0] * x


def row_kept_from_a_loop(x, xs, d):
    rows = [[x, x]]
    for i in range(2):
        last = [x * i, x]
        rows.append(last)
    rows[1][1] = 5 * x
    return last[1] * rows[0][1]


def row_chosen_in_a_loop(x, xs, d):
    q = [[x, x] for _ in xs]
    for k in range(2):
        r = q[k]
    r[0] = x * 3
    return q[0][0] * q[1][0]


def row_changed_after_its_loop(x, xs, d):
    i = 0
    while i < 2:
        r = d[i]
        i += 1
        r[0] = x * r[1]
    r[0] *= x
    return d[0][0] * d[1][0]


def row_named_by_its_loop(x, xs, d):
    for r in d:
        x = x * r[0]
    d[1][0] = x * 2
    return r[0] * d[1][0]


REFUSED = (
    last_list_of_a_loop,
    last_list_of_one_path,
    row_kept_from_a_loop,
    row_chosen_in_a_loop,
    row_changed_after_its_loop,
    row_named_by_its_loop,
)


@pytest.mark.parametrize("f", REFUSED)
def test_refused_where_a_name_may_be_any_row(f):
    with pytest.raises(S2SDiffError, match="S2S307"):
        value_and_grad(f, (0, 2))(0.9, list(XS), copy.deepcopy(ROWS))
    with pytest.raises(S2SDiffError, match="S2S307"):
        jvp(f, (0,))(0.9, list(XS), copy.deepcopy(ROWS), 1.0)


def rows_made_anew(x, xs, d):
    for _ in range(2):
        d = [[v * x for v in r] for r in d]
    return d[0][0]


def list_of_the_last_turn(x, xs, d):
    for _ in xs:
        q = [w * x for w in xs]
    return q[0]


@pytest.mark.parametrize(
    ("f", "code"), [(rows_made_anew, "S2S307"), (list_of_the_last_turn, "S2S305")]
)
def test_refused_in_reverse(f, code):
    with pytest.raises(S2SDiffError, match=code):
        value_and_grad(f, (0, 2))(0.9, list(XS), copy.deepcopy(ROWS))


def rows_of_other_lengths_on_two_paths(x, t):
    if t > 1:
        table = [[x, 1.0], [1.0, 0.5]]
        table[0][0] = x * x
        table[1] = [x]
    else:
        table = [[1.0, x]]
    return table[0][0] * x * table[-1][-1]


def rows_of_the_other_path_changed(x, t):
    if t > 1:
        table = [[1.0, x]]
    else:
        table = [[x, 1.0], [1.0, 0.5]]
        table[0][0] = x * x
        table[1] = [x]
    return table[0][0] * x * table[-1][-1]


@pytest.mark.parametrize("t", [0.0, 2.0])
@pytest.mark.parametrize("f", [rows_of_other_lengths_on_two_paths, rows_of_the_other_path_changed])
def test_lists_of_two_lengths_hold_what_their_path_put_there(f, t):
    value, slope = value_and_grad(f)(0.7, t)
    assert value == pytest.approx(f(0.7, t), rel=1e-15)
    assert slope == pytest.approx((f(0.7 + 1e-6, t) - f(0.7 - 1e-6, t)) / 2e-6, abs=1e-6)
    assert jvp(f, (0,))(0.7, t, 1.0) == (value, pytest.approx(slope))


def rows_perhaps_unassigned(x, t):
    if t > 1:
        if t > 2:
            table = [[x, 1.0], [1.0, 0.5]]
    else:
        table = [[1.0, 1.0]]
    return table[0][0] * x


def list_perhaps_unassigned(x, t):
    if t > 1:
        if t > 2:
            items = [x, 1.0]
    else:
        items = [1.0]
    return x if t < 3 else items[0] * x


@pytest.mark.parametrize("f", [rows_perhaps_unassigned, list_perhaps_unassigned])
def test_refused_where_a_list_of_two_lengths_may_be_unassigned(f):
    for derivative, seeds in ((value_and_grad, ()), (jvp, (1.0,))):
        with pytest.raises(S2SDiffError, match="S2S305"):
            derivative(f)(0.7, 1.5, *seeds)


def rows_perhaps_unassigned_before_a_loop(x, t, n):
    if t > 1:
        table = [[x, 1.0]]
    for k in range(n):
        table.append([x * k])
    return x if t <= 1 else table[0][0] * table[-1][-1]


def test_refused_where_rows_may_be_unassigned_before_a_loop():
    for derivative, seeds in ((value_and_grad, ()), (jvp, (1.0,))):
        with pytest.raises(S2SDiffError, match="S2S305"):
            derivative(rows_perhaps_unassigned_before_a_loop)(0.7, 0.0, 0, *seeds)


def filled_or_not(x, n):
    out = []
    for i in range(n):
        out.append(x * i)
    return x if not out else out[-1] * x


def filled_by_a_comprehension(x, n):
    out = [x * i for i in range(n)]
    if not out:
        return 0.5 * x
    return sum(out)


def filled_while_empty(x, n):
    out = []
    while not out or len(out) < n:
        out.append(x)
    return sum(out) * x


def emptied(x, n):
    stack = [x]
    for _ in range(n):
        if stack:
            stack.pop()
    if not stack:
        return x * x
    return x * 3


def filled_on_one_path(x, n):
    out = []
    if n > 2:
        out.append(x)
    return x if not out else x * x


@pytest.mark.parametrize("n", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "f", [filled_or_not, filled_by_a_comprehension, filled_while_empty, emptied, filled_on_one_path]
)
def test_truth_of_a_list_is_its_length(f, n):
    value, slope = value_and_grad(f)(0.7, n)
    assert value == f(0.7, n)
    assert slope == pytest.approx((f(0.7 + 1e-6, n) - f(0.7 - 1e-6, n)) / 2e-6, abs=1e-6)
    assert jvp(f, (0,))(0.7, n, 1.0) == (value, pytest.approx(slope))


def compared_with_empty(x, n):
    out = []
    for _ in range(n):
        out.append(x)
    return x if out == [] else x * x


def compared_with_a_list(x, n):
    out = []
    for i in range(n):
        out.append(i)
    return x * (3 if out == [0, 1] else 1)


@pytest.mark.parametrize("f", [compared_with_empty, compared_with_a_list])
def test_lists_of_run_time_length_are_not_compared(f):
    with pytest.raises(S2SDiffError, match="S2S302"):
        value_and_grad(f)(0.7, 1)


def rows_of_other_lengths_exchanged(g):
    g[0], g[1] = g[1], g[0]
    return g[0][0] * g[1][2] ** 2


def rows_replaced_in_a_loop(g):
    for i in range(len(g)):
        s = g[i][0]
        g[i] = [s * s]
    return g[0][0] * g[1][0]


def row_of_a_copy_replaced(g):
    h = list(g)
    h[0] = [1.0, 2.0, 5.0]
    return h[0][1] * g[1][0] * h[1][0]


@pytest.mark.parametrize(
    ("f", "value", "rows_bar"),
    [
        (rows_of_other_lengths_exchanged, 27.0, [[0.0, 0.0, 18.0], [9.0]]),
        (rows_replaced_in_a_loop, 9.0, [[18.0, 0.0, 0.0], [6.0]]),
        (row_of_a_copy_replaced, 18.0, [[0.0, 0.0, 0.0], [12.0]]),
    ],
)
def test_cotangents_have_the_shape_of_the_rows_given(f, value, rows_bar):
    assert value_and_grad(f)([[1.0, 2.0, 3.0], [3.0]]) == (value, rows_bar)


def changes_its_list(xs):
    xs[0] = xs[0] * 2
    return TABLE[0] * xs[0]


def changes_a_list_beside_a_dict(d, xs):
    xs[0] = xs[0] * 2
    return d["a"][0] * xs[0]


def only_reads(xs):
    return TABLE[0] * xs[0]


def test_a_list_that_comes_in_twice_raises():
    assert value_and_grad(changes_its_list)([1.0, 5.0]) == (2.0, [2.0, 0.0])
    with pytest.raises(ValueError, match="TABLE"):
        value_and_grad(changes_its_list)(TABLE)
    assert TABLE == [1.0, 5.0]
    assert value_and_grad(only_reads)(TABLE) == (1.0, [1.0, 0.0])
    shared = [1.0, 5.0]
    with pytest.raises(ValueError, match="must be different lists"):
        value_and_grad(changes_a_list_beside_a_dict, 1)({"a": shared}, shared)
    assert shared == [1.0, 5.0]
