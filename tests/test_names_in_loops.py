"""A name that a loop binds to another list in each turn, while the lists have other names, too."""

# ruff: noqa: F821, F841

import copy

import pytest

from s2sdiff import S2SDiffError, jvp, value_and_grad
from tests.test_rows_and_names import ROWS, XS, check_right


def bound_before_and_in_the_loop(x, xs, d):
    r = d[0]
    for i in range(len(d)):
        r = d[i]
        r[0] = r[1] * x
    return d[0][0] * d[1][0]


def other_name_changed_in_the_loop(x, xs, d):
    a = [x, x * x]
    b = a
    for v in xs:
        a = [v * x, v]
        b[0] = b[0] * a[0]
    return a[0] * b[0]


def argument_bound_anew(x, xs, d):
    ys = xs
    for v in range(2):
        xs = [v * x, x]
        ys[0] = ys[0] * x
    return xs[1] * ys[0] * x


def one_name_in_three_loops(x, xs, d):
    for row in d:
        row[0] = row[0] * x
    for row in d:
        row[1] = row[0] * x
    for row in d:
        row[0] = row[1] * row[0]
    return d[0][1] * d[1][1] * d[0][0]


def there_and_back(x, xs, d):
    n = len(d)
    for i in range(n):
        row = d[i]
        for j in range(n):
            row[j] = row[j] * x + 1.0
    for i in range(n - 1, -1, -1):
        row = d[i]
        for j in range(n):
            row[j] = row[j] * row[0]
    return d[0][1] * d[1][1] * d[0][0]


def one_name_in_two_inner_loops(x, xs, d):
    for k in range(len(xs)):
        for row in d:
            row[0] = row[0] * x + k
        for row in d:
            row[1] = row[0] * x
    return d[1][1] * d[0][0]


def argument_and_rows_under_one_name(x, xs, d):
    a = xs
    for k in range(len(d)):
        a = d[k]
        xs[0] = xs[0] * x
        a[0] = xs[0] * x
    return d[1][1] * d[0][0] * xs[0]


def name_of_rows_with_continue(x, xs, d):
    for q in d:
        x = x * q[1]
    for q in d:
        q[0] = q[0] * x
        if q[0] > 0.3:
            continue
        q[1] = q[0]
    return d[1][1] * d[0][0] * x


def rows_read_in_an_inner_loop_and_changed(x, xs, d):
    for row in d:
        for q in row:
            x = x * q
        row[0] = row[0] * x
    for row in d:
        row[1] = row[0] * x
    return d[0][1] * d[1][1]


def rows_read_before_they_are_saved(x, xs, d):
    for row in d:
        for q in row:
            x = x * q
        row[0] = row[0] * x
    return d[0][1] * d[1][1] * x


ACCEPTED = (
    bound_before_and_in_the_loop,
    other_name_changed_in_the_loop,
    argument_bound_anew,
    one_name_in_three_loops,
    there_and_back,
    one_name_in_two_inner_loops,
    argument_and_rows_under_one_name,
    name_of_rows_with_continue,
    rows_read_in_an_inner_loop_and_changed,
    rows_read_before_they_are_saved,
)


@pytest.mark.parametrize("f", ACCEPTED)
def test_right_where_the_list_of_another_turn_is_not_met(f):
    check_right(f)


def change_of_the_list_of_the_first_turn(x, xs, d):
    for i in range(len(xs)):
        if i == 0:
            r = d[0]
        else:
            r[0] = x * d[0][1]
    return d[0][0] * d[0][1]


def change_of_the_row_of_the_turn_before(x, xs, d):
    i = 0
    while i < len(xs):
        if i > 0:
            r[1] = x * x
        r = d[i]
        i += 1
    return d[0][1] * d[1][1]


def change_under_the_second_name_of_the_turn_before(x, xs, d):
    for i in range(len(xs)):
        if i > 0:
            s[0] = x * x
        r = d[i]
        s = r
    return d[0][0] * d[1][0]


def change_of_the_list_of_the_turn_before(x, xs, d):
    for i in range(len(xs)):
        if i > 0:
            ys[0] = x * x * ys[1]
        ys = [x, x * xs[i]]
        zs = ys
    ys[0] = 7 * x
    return zs[0] * ys[1]


def change_of_a_list_put_into_another(x, xs, d):
    out = []
    for i in range(len(xs)):
        if i > 0:
            ys[0] = x * x * ys[1]
        ys = [x, x * xs[i]]
        out.append(ys)
    return out[0][0] * out[1][0]


def read_after_its_loop(x, xs, d):
    for row in d:
        row[0] = row[0] * x
    return row[0] * d[1][1]


def changed_in_the_table_after_its_loop(x, xs, d):
    for row in d:
        row[0] = row[0] * x
    d[1][0] *= x
    return row[0] * d[1][1]


def changed_under_its_name_after_its_loop(x, xs, d):
    for row in d:
        row[0] = row[0] * x
    row[0] *= x
    return d[1][0] * d[1][1]


def read_in_a_closure_after_its_loop(x, xs, d):
    for row in d:
        row[0] = row[0] * x

    def g():
        return row[0] * x

    d[1][0] *= x
    return g()


def bound_to_a_row_before_a_loop_without_turns(x, xs, d):
    r = d[0]
    for _i in range(len(xs) - 2):
        r = d[1]
        r[0] = r[1] * x
    d[0][1] = x * x
    return r[1] * d[1][0]


def bound_anew_and_changed_after_its_loop(x, xs, d):
    a = [x, x * x]
    b = a
    for v in xs:
        a = [v * x, v]
        b[0] = b[0] * a[0]
    a[0] = x * 7
    return a[0] * b[0]


def first_list_changed_after_its_loop(x, xs, d):
    a = [x, x * x]
    b = a
    for v in xs[:0]:
        a = [v * x, v]
        b[0] = b[0] * a[0]
    b[0] = x * 7
    return a[0] * b[0]


def argument_bound_anew_and_changed(x, xs, d):
    ys = xs
    for v in range(len(d) - 2):
        xs = [v * x, x]
        ys[0] = ys[0] * x
    ys[1] = x * x * x
    return xs[1] * ys[0] * x


def second_name_for_the_last_row(x, xs, d):
    for row in d:
        row[0] = row[0] * x
    t = row
    for row in d:
        row[1] = row[0] * x
    return t[1] * d[1][1] * d[0][0]


def row_bound_before_its_loop(x, xs, d):
    row = d[1]
    for k in range(len(d) - 2):
        row = d[k]
    d[1][0] = x * x
    return row[0] * x


REFUSED = (
    change_of_the_list_of_the_first_turn,
    change_of_the_row_of_the_turn_before,
    change_under_the_second_name_of_the_turn_before,
    change_of_the_list_of_the_turn_before,
    change_of_a_list_put_into_another,
    read_after_its_loop,
    changed_in_the_table_after_its_loop,
    changed_under_its_name_after_its_loop,
    read_in_a_closure_after_its_loop,
    bound_to_a_row_before_a_loop_without_turns,
    bound_anew_and_changed_after_its_loop,
    first_list_changed_after_its_loop,
    argument_bound_anew_and_changed,
    second_name_for_the_last_row,
    row_bound_before_its_loop,
)


@pytest.mark.parametrize("f", REFUSED)
def test_refused_where_the_list_of_another_turn_is_met(f):
    with pytest.raises(S2SDiffError, match="S2S307"):
        value_and_grad(f, (0, 2))(0.9, list(XS), copy.deepcopy(ROWS))
    with pytest.raises(S2SDiffError, match="S2S307"):
        jvp(f, (0,))(0.9, list(XS), copy.deepcopy(ROWS), 1.0)
