"""Rows that were taken out of the lists that held them, beside changes of other rows."""

import copy

import pytest

from s2sdiff import S2SDiffError, value_and_grad
from tests.test_rows_and_names import ROWS, XS, check_right


def taken_before_a_change(x, xs, d):
    t = [[x, x * x] for _ in xs]
    p = t.pop()
    d[0][0] = p[1] * x
    return p[0] * d[0][0] * d[1][1]


def taken_in_every_turn(x, xs, d):
    tape = []
    for i in range(2):
        tape.append(d[i].copy())
        d[i][0] = x * d[i][1]
    s = 0.0
    for i in range(2):
        p = tape.pop()
        d[i][1] = p[0] * x
        s += p[1] * d[i][1] * len(p)
    return s


def taken_with_a_number(x, xs, d):
    tape = []
    for i in range(2):
        tape.append((list(d[i]), x * i))
        d[i][0] = x * d[i][1]
    s = 0.0
    while tape:
        p, k = tape.pop()
        d[0][0] = p[0] * k
        s += p[0] * d[0][0] + p[1]
    return s * x


def taken_out_of_the_list_that_changes(x, xs, d):
    q = [[x, 2 * x], [x * x, 1.0]]
    q.append([xs[0], x])
    p = q.pop()
    q[0][0] = p[0] * 3
    p2 = q.pop()
    q[0][1] = p[1]
    return p[0] * p2[0] * q[0][0] * q[0][1]


def taken_from_the_front(x, xs, d):
    q = [[x * k, x] for k in range(len(xs) + 1)]
    p = q.pop(0)
    q[0][0] = 7 * x
    return p[0] + p[1] * q[0][0]


RIGHT = (
    taken_before_a_change,
    taken_in_every_turn,
    taken_with_a_number,
    taken_out_of_the_list_that_changes,
    taken_from_the_front,
)


@pytest.mark.parametrize("f", RIGHT)
def test_taken_rows(f):
    check_right(f)


def put_back(x, xs, d):
    q = [[x * k, x] for k in range(len(xs) + 1)]
    p = q.pop()
    q.append(p)
    q[-1][0] = x * 5
    return p[0] * x


def held_twice(x, xs, d):
    q = [[x * k, x] for k in range(len(xs) + 1)]
    w = list(q)
    p = q.pop()
    w[-1][0] = x * 5
    return p[0] * x


def named_before(x, xs, d):
    q = [[x * k, x] for k in range(len(xs) + 1)]
    r = q[-1]
    p = q.pop()
    r[0] = x * 5
    return p[0] * x


def changed_under_its_name(x, xs, d):
    q = [[x * k, x] for k in range(len(xs) + 1)]
    p = q.pop()
    r = p
    r[0] = x * 5
    return p[0] * x


def of_the_turn_before(x, xs, d):
    q = [[x * k, x] for k in range(len(xs) + 1)]
    p = q.pop()
    s = 0.0
    for k in range(2):
        q[0][0] = x * k
        s += p[0]
        q.append(p)
        q.reverse()
    return s


def rows_of_the_caller(x, xs, d):
    p = d.pop()
    d[0][0] = x * p[1]
    return p[0] * d[0][0]


@pytest.mark.parametrize(
    "f",
    [put_back, held_twice, named_before, changed_under_its_name, of_the_turn_before],
)
def test_refused_where_a_row_may_still_be_held(f):
    with pytest.raises(S2SDiffError, match="S2S307"):
        value_and_grad(f, (0, 2))(0.9, list(XS), copy.deepcopy(ROWS))


def test_a_row_that_the_caller_passes_twice_is_noticed():
    check_right(rows_of_the_caller)
    row = [0.5, 1.2]
    with pytest.raises(ValueError, match="different"):
        value_and_grad(rows_of_the_caller)(0.9, list(XS), [row, row])
