"""Lists in run-time lists: read and changed along any way, and refused where two ways may meet.

Each accepted program is compared with differences, in both modes, and leaves its arguments as the primal
does; each refused one has its message.
"""

import copy
import math

import pytest

from s2sdiff import S2SDiffError, grad, hvp, jvp, value_and_grad


def total(x, d: list[list[float]], n: int):
    s = 0.0
    for i in range(n):
        for j in range(n):
            s += d[i][j] * d[j][i] * x
    return s


def rows_of_the_list(x, d: list[list[float]], n: int):
    s = 1.0
    for row in d:
        for v in row:
            s *= v * x
    return s


def whole_rows(x, d: list[list[float]], n: int):
    s = 0.0
    for row in d:
        s += sum(row) * max(row) + x * len(row)
    return s


def table(x, d: list[list[float]], n: int):
    t = [[0.0] * (n + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, n + 1):
            t[i][j] = t[i - 1][j - 1] * math.exp(-d[i - 1][j - 1]) + x * t[i - 1][j] + 0.1
    return t[n][n] * t[1][n]


def elimination(x, d: list[list[float]], n: int):
    for k in range(n):
        for i in range(k + 1, n):
            d[i][k] = d[i][k] / (d[k][k] + 3.0)
            for j in range(k + 1, n):
                d[i][j] -= d[i][k] * d[k][j] * x
    p = 1.0
    for k in range(n):
        p *= d[k][k]
    return p


def product(x, d: list[list[float]], n: int):
    c = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            for k in range(n):
                c[i][j] += d[i][k] * d[k][j]
    return c[0][1] * x + c[1][0]


def rows_changed_in_turn(x, d: list[list[float]], n: int):
    for row in d:
        row[0] = row[0] * x
        for j in range(1, len(row)):
            row[j] = row[j - 1] * row[j]
    return d[0][1] + d[1][0] * x


def row_with_two_names(x, d: list[list[float]], n: int):
    r = d[0]
    d[0][1] = x * r[1]
    r[0] = r[1] * x
    return d[0][0] * r[1]


def two_names_for_one_row(x, d: list[list[float]], n: int):
    one, two = d[n - 1], d[-1]
    one[0] = x * two[1]
    two[1] = one[0] * x
    return one[0] * two[0] + one[1] * two[1]


def row_from_before_the_loop(x, d: list[list[float]], n: int):
    row = d[0]
    s = 0.0
    for i in range(n):
        s += row[0] * row[1]
        d[i][0] = s * x
        row[1] = s + row[0]
    return s + d[0][1]


def row_kept_where_items_move(x, d: list[list[float]], n: int):
    row = d[0]
    d.append([x, x * 2.0])
    d.pop(0)
    return row[0] * row[1] + d[-1][1] * d[0][0]


def changed_and_appended(x, d: list[list[float]], n: int):
    t = []
    for i in range(n):
        t.append([x * i, x, 1.0])
        for j in range(1, 3):
            t[i][j] += t[i][j - 1] * t[i // 2][0]
        t[-1][0] = d[i][0] * t[i][2]
    return t[n - 1][2] * t[0][1] + t[1][0]


def new_rows(x, d: list[list[float]], n: int):
    for i in range(1, n):
        d[i] = [d[i - 1][0] * x, d[i][1]]
        d[i][1] = d[i][0] * d[i - 1][1]
    return d[n - 1][1] * d[0][0]


def on_one_path(x, d: list[list[float]], n: int):
    for i in range(n):
        if d[i][0] > 0.5:
            d[i][1] = d[i][0] * x
        elif x > 0:
            d[0][0] = d[0][0] * d[i][1] * x
    return d[0][0] * d[1][1] + d[0][1]


def three_deep(x, d: list[list[float]], n: int):
    q = [[[x * i * j for j in range(2)] for i in range(2)] for _ in range(n)]
    for k in range(n):
        plane = q[k]
        plane[1][1] = d[k][0] * x
        q[k][0][1] = plane[1][1] * d[0][1]
        row = plane[0]
        row[0] = row[1] * q[k][1][1]
    return q[0][0][0] * q[n - 1][1][1]


def with_while(x, d: list[list[float]], n: int):
    i = 0
    while d[i][0] < 3.0:
        d[i][0] = d[i][0] * 2.0 + x * x
    return d[i][0] * d[i][1]


def inside_a_function(x, d: list[list[float]], n: int):
    def scale(m, i, by):
        for j in range(len(m[i])):
            m[i][j] *= by

    scale(d, 0, x)
    scale(d, 1, d[0][1])
    return d[1][0] * d[0][0]


def row_passed_on(x, d: list[list[float]], n: int):
    def scale(row, by):
        for j in range(len(row)):
            row[j] *= by

    for i in range(n):
        scale(d[i], x)
    return d[1][0] * d[0][0]


def emptied(x, d: list[list[float]], n: int):
    d[0][0] = x
    d.clear()
    d.append([x, 2.0])
    d[0][1] = d[0][0] * d[0][0]
    return d[0][1] * x


def copied_rows(x, d: list[list[float]], n: int):
    e = [list(row) for row in d]
    for i in range(n):
        e[i][0] = e[i][0] * d[i][1] * x
        d[i][1] = e[i][0]
    return e[0][0] * d[0][0] + e[1][1] * d[1][1]


def returned_early(x, d: list[list[float]], n: int):
    for i in range(n):
        for j in range(2):
            d[i][j] = d[i][j] * x
            if d[i][j] > 1.0:
                return d[i][j] * d[0][0]
    return d[0][1]


def enumerated(x, d: list[list[float]], n: int):
    for i, row in enumerate(d):
        for j, v in enumerate(row):
            d[i][j] = v * v * x + row[0]
    return d[1][1] + d[0][0]


def zipped(x, d: list[list[float]], n: int):
    e = [[x, x * x] for _ in range(n)]
    for p, q in zip(d, e):  # noqa: B905
        q[0] = p[0] * q[1]
        q[1] = q[0] * p[1]
    return e[0][0] * e[1][1]


ACCEPTED = (
    total,
    rows_of_the_list,
    whole_rows,
    table,
    elimination,
    product,
    rows_changed_in_turn,
    row_with_two_names,
    two_names_for_one_row,
    row_from_before_the_loop,
    row_kept_where_items_move,
    changed_and_appended,
    new_rows,
    on_one_path,
    three_deep,
    with_while,
    inside_a_function,
    row_passed_on,
    emptied,
    copied_rows,
    returned_early,
    enumerated,
    zipped,
)


def matrices():
    return [[[0.7, 1.3], [0.9, -0.4]], [[0.2, -0.6], [1.1, 0.8]]]


def shifted(d, towards, h):
    return [[v + h * t for v, t in zip(r, s, strict=True)] for r, s in zip(d, towards, strict=True)]


TOWARDS = [[0.3, -0.7], [0.5, 1.1]]


def slope(f, x, d, h=1e-6):
    high = f(x + 0.4 * h, shifted(d, TOWARDS, h), 2)
    low = f(x - 0.4 * h, shifted(d, TOWARDS, -h), 2)
    return (high - low) / (2 * h)


def dot(x_bar, d_bar):
    pairs = zip(d_bar, TOWARDS, strict=True)
    return 0.4 * x_bar + sum(b * t for r, s in pairs for b, t in zip(r, s, strict=True))


@pytest.mark.parametrize("d", matrices())
@pytest.mark.parametrize("f", ACCEPTED)
def test_right_in_both_modes(f, d):
    x = 0.8
    wanted, left = slope(f, x, d), copy.deepcopy(d)
    value = f(x, left, 2)
    given = copy.deepcopy(d)
    found, (x_bar, d_bar) = value_and_grad(f, (0, 1))(x, given, 2)
    assert found == pytest.approx(value)
    assert given == left
    assert dot(x_bar, d_bar) == pytest.approx(wanted, rel=1e-6, abs=1e-7)
    given = copy.deepcopy(d)
    found, dot_found = jvp(f, (0, 1))(x, given, 2, 0.4, TOWARDS)
    assert (found, dot_found) == pytest.approx((value, dot(x_bar, d_bar)))
    assert given == left
    assert grad(f)(x, copy.deepcopy(d), 2) == pytest.approx(x_bar)


@pytest.mark.parametrize("f", ACCEPTED)
def test_right_in_second_order(f):
    x, d, h = 0.8, matrices()[0], 1e-5
    _, rows = hvp(f, (0, 1))(x, copy.deepcopy(d), 2, 0.4, TOWARDS)

    def gradient(h):
        return value_and_grad(f, (0, 1))(x + 0.4 * h, shifted(d, TOWARDS, h), 2)[1]

    (_, high), (_, low) = gradient(h), gradient(-h)
    for row, up, down in zip(rows, high, low, strict=True):
        wanted = [(u - v) / (2 * h) for u, v in zip(up, down, strict=True)]
        assert row == pytest.approx(wanted, rel=1e-5, abs=1e-6)


def row_of_either(x, d: list[list[float]], n: int):
    row = d[0] if x > 0 else d[1]
    row[0] = x
    return d[0][0]


def row_of_either_read(x, d: list[list[float]], n: int):
    row = d[0] if x > 0 else d[1]
    d[0][0] = x
    return row[0]


def row_of_the_turn_before(x, d: list[list[float]], n: int):
    row = d[0]
    for i in range(n):
        row[0] = x
        row = d[i]
    return d[0][0]


def row_of_the_turn_before_read(x, d: list[list[float]], n: int):
    row, s = d[0], 0.0
    for i in range(n):
        d[0][0] = x * (i + 1)
        s += row[0]
        row = d[i]
    return s


def new_row_or_that_of_the_turn_before(x, d: list[list[float]], n: int):
    last, s = [x, 2.0], 0.0
    for i in range(n):
        s += last[0]
        last = d[i]
        d[0][0] = x * s
    return s


def item_of_the_list_around(x, d: list[list[float]], n: int):
    t = []
    for i in range(n):
        row = [x, x * i]
        t.append(row)
        t[0][1] = x * x
        row[0] = t[0][1]
    return t[0][0] * t[0][1]


def tangled_in_the_turn_before(x, d: list[list[float]], n: int):
    e = [[x, x] for _ in range(n)]
    for i in range(n):
        e[i][0] = x * x
        e.append(d[0])
    return d[0][0] * e[-1][0]


def moved_in_the_turn_before(x, d: list[list[float]], n: int):
    row, s = d[0], 0.0
    for i in range(n):
        s += row[0]
        d[0][0] = x * (i + 1)
        d.insert(0, [x, x])
    return s


def moved_and_changed(x, d: list[list[float]], n: int):
    row = d[0]
    d.pop(0)
    row[0] = x
    return row[0] * d[0][0]


def moved_and_changed_there(x, d: list[list[float]], n: int):
    row = d[0]
    d.insert(0, [x, x])
    d[1][0] = x
    return row[0]


def put_in_two_lists(x, d: list[list[float]], n: int):
    e = [[x, x] for _ in range(n)]
    e.append(d[0])
    e[n][0] = x
    return d[0][0]


def put_in_twice(x, d: list[list[float]], n: int):
    row = [x, x * x]
    d.append(row)
    d.append(row)
    d[-1][0] = 5.0
    return d[-2][0] * x


def put_in_and_read(x, d: list[list[float]], n: int):
    row = [x, x * x]
    d.append(row)
    d[-1][0] = 5.0
    return row[0] * x


def shallow_copy(x, d: list[list[float]], n: int):
    e = d.copy()
    e[0][0] = x
    return d[0][0]


def shallow_slice(x, d: list[list[float]], n: int):
    e = d[:n]
    d[0][0] = x
    return e[0][0]


def joined(x, d: list[list[float]], n: int):
    e = d + [[x, x]]  # noqa: RUF005
    e[0][0] = x
    return d[0][0]


def extended(x, d: list[list[float]], n: int):
    e = [[x, x] for _ in range(n)]
    e.extend(d)
    d[0][0] = x
    return e[n][0]


def first_of(d, n):
    return d[0] if n == 0 else first_of(d, n - 1)


def result_of_a_recursion(x, d: list[list[float]], n: int):
    row = first_of(d, n)
    row[0] = x
    return d[0][0]


def result_of_a_recursion_read(x, d: list[list[float]], n: int):
    row = first_of(d, n)
    d[0][0] = x
    return row[0]


def the_list_itself(v, n):
    return v if n == 0 else the_list_itself(v, n - 1)


def argument_of_a_recursion(x, d: list[list[float]], n: int):
    v = [x] * n
    w = the_list_itself(v, n)
    w[0] = x * x
    return v[0]


REFUSED = (
    row_of_either,
    row_of_either_read,
    row_of_the_turn_before,
    row_of_the_turn_before_read,
    new_row_or_that_of_the_turn_before,
    item_of_the_list_around,
    tangled_in_the_turn_before,
    moved_in_the_turn_before,
    moved_and_changed,
    moved_and_changed_there,
    put_in_two_lists,
    put_in_twice,
    put_in_and_read,
    shallow_copy,
    shallow_slice,
    joined,
    extended,
    result_of_a_recursion,
    result_of_a_recursion_read,
    argument_of_a_recursion,
)


@pytest.mark.parametrize("f", REFUSED)
def test_refused_where_two_ways_may_meet(f):
    with pytest.raises(S2SDiffError, match="S2S307"):
        value_and_grad(f, (0, 1))(0.8, matrices()[0], 2)
