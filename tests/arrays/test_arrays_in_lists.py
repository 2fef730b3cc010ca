"""Arrays that are items of lists whose length is known at run time only, and that are changed there."""

import numpy as np
import pytest

from s2sdiff import grad
from tests.arrays.test_stores import check_changing, check_or_refused

X = np.array([0.3, -0.7, 1.1, 0.4])


def entries(x):
    h = [np.zeros(4) for _ in range(len(x))]
    for i in range(len(x)):
        h[i][i] = x[i] * x[i - 1]
    return np.sum(h[0] * x) + np.sum(h[1] * x) + h[2][2]


def from_a_known_list(x):
    h = [np.zeros(4), np.ones(4), x * 2.0]
    for i in range(len(x) - 1):
        h[i][i] = x[i] ** 2
        h[i - 1][3] += x[i + 1]
    return np.sum(h[0] * h[1] * h[2])


def layers(x):
    h = [np.zeros(len(x)) for _ in range(len(x))]
    h[0][:] = x
    for i in range(len(x) - 1):
        for j in range(len(x)):
            h[i + 1][j] = np.tanh(h[i][j] * x[j])
    return np.sum(h[len(x) - 1] * h[1])


def overwritten(x):
    h = [x * i for i in range(1, len(x))]
    s = 0.0
    for i in range(len(x) - 1):
        s += h[i][0] ** 2 * h[i][1]
        h[i][0] = s * x[i]
        h[i][1] *= h[i][0]
        s += h[i][0] * h[i][1]
    return s + np.sum(h[0]) * h[-1][2]


def read_whole_before(x):
    h = [x * i for i in range(1, len(x))]
    s = 0.0
    for i in range(len(x) - 1):
        s += np.sum(h[i] ** 3)
        h[i][1:] = h[i][:-1] * x[1:]
        s += np.sum(h[i] ** 2)
    return s


def rows_of_a_loop(x):
    h = [x * i for i in range(1, len(x))]
    for row in h:
        row *= 2.0
        row[0] += x[1]
        row[1:3] = row[0] * x[:2]
    return np.sum(h[0] * h[1])


def rows_by_enumerate(x):
    h = [np.zeros(4) for _ in range(len(x))]
    for i, row in enumerate(h):
        row[i] = x[i] ** 2
        row[:i] += x[:i]
    return np.sum(h[1] * h[3]) + np.sum(h[2])


def appended(x):
    h = []
    for i in range(len(x)):
        r = np.zeros(4)
        r[i] = x[i]
        h.append(r)
    for i in range(1, len(x)):
        h[i] += h[i - 1]
        h[i][0] *= x[0]
        h[i] -= x
        h[i] /= 2.0
    return np.sum(h[len(x) - 1] ** 2)


def through_views(x):
    h = [np.outer(x, x) for _ in range(len(x))]
    for i in range(len(x)):
        h[i].T[0] = x * i
        h[i][1:][0, 2:] *= 3.0
        h[i][1][2] += x[i]
    return np.sum(h[0] * h[1] @ h[2])


def masks_and_lists(x):
    h = [x * i for i in range(1, len(x))]
    for i in range(len(x) - 1):
        h[i][x > 0.35] = x[0] * x[1]
        h[i][[0, 1, 0]] = x[:3] * x[1:]
        np.add.at(h[i], [2, 2], x[1:3] ** 2)
    return np.sum(h[0] * h[1] * h[2])


def functions_that_change(x):
    h = [x * i for i in range(1, len(x))]
    for i in range(len(x) - 1):
        np.copyto(h[i], x * h[i][0])
        np.sin(h[i], out=h[i])
        h[i].sort()
    h[1].fill(2.0)
    return np.sum(h[0] * h[1] * h[2] ** 2)


def on_one_path(x):
    h = [np.zeros(4) for _ in range(len(x))]
    for i in range(len(x)):
        if x[i] > 0.35:
            h[i][0] = x[i]
        elif x[i] < 0.0:
            h[i] = x * 3.0
            h[i][1] = x[0]
        h[0][i] += x[i] ** 2
    return np.sum(h[0] ** 2) + np.sum(h[1] * h[2]) + h[3][0]


def left_early(x):
    h = [x * 1.0 for _ in range(len(x))]
    for i in range(len(x)):
        h[i][0] = x[i] * h[i - 1][0]
        if h[i][0] > 0.1:
            break
        h[i][1] += h[i][0]
    return np.sum(h[0] * h[1]) + np.sum(h[2])


def while_loop(x):
    h = [x * 1.0 for _ in range(len(x))]
    i = 0
    while i < len(x) and h[i][i] < 1.0:
        h[i][:] += h[0][i] * x
        i += 1
    return np.sum(h[0] * h[1]) + np.sum(h[2])


def helper(row, v):
    row[0] = v
    row[1:] *= v


def changed_by_a_helper(x):
    h = [x * i for i in range(1, len(x))]
    for i in range(len(x) - 1):
        helper(h[i], x[i])
    helper(h[0], np.sum(h[1]))
    return np.sum(h[0] * h[1]) + np.sum(h[2])


def filled(x, n):
    h = []
    for i in range(n):
        h.append(np.zeros(4))
        h[-1][i] = x[i]
    return h


def made_by_a_helper(x):
    h = filled(x, len(x))
    h[0][1:] = x[1:] * x[0]
    return np.sum(h[0] ** 2) + np.sum(h[2])


def two_lists(x):
    a = [x * i for i in range(len(x))]
    b = [np.zeros(4) for _ in range(len(x))]
    for i in range(len(x)):
        a[i][0] = x[i]
        b[i][:] = a[i] * x
        a[i][1:] += b[i - 1][1:]
    return np.sum(a[1] * b[2]) + np.sum(b[0])


def row_stored_whole(x):
    h = [np.zeros(4) for _ in range(len(x))]
    for i in range(1, len(x)):
        h[i] = h[i - 1] + x
        h[i][i] = x[0] ** 2
    return np.sum(h[1] * h[2] * h[3])


def rows_of_other_lengths(x):
    h = [x[i:] * 2.0 for i in range(len(x))]
    h[1][0] = x[0] * x[3]
    s = np.sum(h[1] ** 2)
    h[2] = x * h[1][0]
    h[2][3] += x[1]
    return s + np.sum(h[2] ** 2)


def changing_places(x):
    h = [np.zeros(4) for _ in range(len(x))]
    h[0][:] = x
    for i in range(1, len(x)):
        h[i][:] = h[i - 1]
        h[i][0], h[i][i] = h[i][i], h[i][0]
    return np.sum(h[3] * x**2)


def lists_of_lists(x):
    g = [[np.zeros(4) for _ in range(2)] for _ in range(len(x))]
    for i in range(len(x)):
        g[i][0][i] = x[i]
        g[i][1][:] = g[i][0] * x
    return np.sum(g[1][1] ** 2) + np.sum(g[2][0])


def last_and_first(x):
    h = [x * i for i in range(1, len(x))]
    h[-1][-1] = x[0] ** 2
    h[0][-1] = h[-1][-1] * h[1][0]
    return np.sum(h[0]) * np.sum(h[-1])


def sum_of_parts(x):
    h = [x * 1.0 for _ in range(len(x))]
    s = 0.0
    for i in range(len(x)):
        for j in range(len(x)):
            s += h[i][j] ** 2 * x[i]
            h[i][j] = 1.0
    return s + np.sum(h[1] * x)


def in_a_dict(x):
    d = {"a": x * 2.0, "b": x * 3.0}
    d["a"] += 1.0
    d["b"][1:] *= d["a"][:3]
    return np.sum(d["a"] * d["b"])


def into_a_list_of_arrays(x):
    kept = []
    for i in range(3):
        kept.append(x * i)
    kept[1][0] = 2.0
    return np.sum(kept[1])


def known_history(x):
    hist = []
    u = x.copy()
    for _ in range(3):
        u[1:] = 0.5 * (u[1:] + u[:-1])
        hist.append(u)
    return sum(np.sum(h**2) for h in hist)


def known_arguments(x):
    h = []
    for i in range(2):
        x[i] = x[i] * 10
        h.append(x)
        h += [x]
        h = h + [x]  # noqa: RUF005
        h.extend([x, x[::-1]])
        h.insert(0, x)
    return np.sum(h[0]) + np.sum(h[-1] * h[2])


def two_loops(x):
    h = [x * i for i in range(len(x))]
    for row in h:
        row[0] = x[1]
    s = 0.0
    for row in h:
        s += np.sum(row**2)
    return s


def loop_in_a_loop(x):
    h = [x * i for i in range(len(x))]
    for t in range(3):
        for r in h:
            r[0] *= x[1] + t
    return np.sum(h[1] * h[2])


def zipped_lists(x):
    pos = [x * i for i in range(len(x))]
    vel = [x * 0.5 for _ in range(len(x))]
    for _ in range(3):
        for p, v in zip(pos, vel, strict=False):
            v -= 0.1 * p
            p += 0.1 * v
    return np.sum(pos[1] * vel[2])


def names_for_items(x):
    h = [x * i for i in range(len(x))]
    for _ in range(2):
        for i in range(len(x)):
            r = h[i]
            r[1] *= x[0] + r[0]
    return np.sum(h[1] * h[2])


def loops_over_lists_of_lists(x):
    g = [[x * i for i in range(2)] for _ in range(len(x))]
    for row in g:
        for a in row:
            a[0] = x[1] * a[1]
    for row in g:
        for a in row:
            a[1] += a[0]
    return np.sum(g[0][1])


def read_behind_the_loop(x):
    h = [x * i for i in range(len(x))]
    for row in h:
        row[0] = x[1]
    return np.sum(row)


def read_before_the_loop(x):
    h = [x * i for i in range(len(x))]
    row = x * 3.0
    for _ in range(3):
        s = np.sum(row)
        for row in h:
            row[0] = x[1] * s
    return np.sum(h[1])


def rows_of_numbers(x):
    d = [[x[0], x[1]] for _ in range(len(x))]
    for _ in range(2):
        for r in d:
            r[0] = r[1] * x[2]
    for r in d:
        r[1] += r[0]
    return d[0][0] * d[1][1]


def double_buffer(x):
    a = [x * i for i in range(len(x))]
    b = [np.zeros(4) for _ in range(len(x))]
    for _ in range(3):
        for i in range(len(x)):
            b[i][:] = np.sin(a[i - 1]) * x
        a, b = b, a
    return np.sum(a[1] * b[2])


def double_buffer_by_entries(x):
    a = [x * i for i in range(len(x))]
    b = [np.zeros(4) for _ in range(len(x))]
    for _ in range(3):
        for i in range(len(x)):
            for j in range(len(x)):
                b[i][j] = np.sin(a[i - 1][j]) * x[j]
        a, b = b, a
    return np.sum(a[1] * b[2])


def deleted(x):
    h = [x * i for i in range(len(x))]
    del h[0]
    return np.sum(h[0] ** 2)


def sliding_window(x):
    q = []
    s = 0.0
    for i in range(len(x)):
        q.append(x * x[i])
        if len(q) > 2:
            del q[0]
        s += np.sum(q[0]) * x[i]
    return s


def exchanged(x):
    h = [x * i for i in range(len(x))]
    h[0][1] = x[2] ** 2
    h[0], h[1] = h[1], h[0]
    h[0][0] = x[1] ** 2
    return np.sum(h[0] * h[1])


def exchanged_in_a_loop(x):
    h = [x * i for i in range(len(x))]
    for i in range(1, len(x)):
        h[i][i] *= x[i]
        if x[i] < 0.5:
            h[i], h[i - 1] = h[i - 1], h[i]
        h[i] += h[i - 1]
    return np.sum(h[0] * h[1])


def name_for_what_is_exchanged(x):
    h = [x * i for i in range(len(x))]
    r = h[0]
    h[0], h[1] = h[1], h[0]
    r[0] = x[1]
    return np.sum(h[1])


def added_several_times(x):
    h = []
    a = x * 1.0
    for _ in range(len(x)):
        h += [a]
    h[0][0] = x[1]
    return np.sum(h[1])


def added_one_by_one(x):
    h = []
    for i in range(len(x)):
        h += [x * i]
        h.extend([x**2, x * 2])
    h[0][1] = h[1][0]
    h[3][0] *= x[1]
    return np.sum(h[1] * h[3]) + np.sum(h[0])


RIGHT = [
    exchanged,
    exchanged_in_a_loop,
    added_one_by_one,
    two_loops,
    loop_in_a_loop,
    zipped_lists,
    names_for_items,
    loops_over_lists_of_lists,
    rows_of_numbers,
    double_buffer,
    double_buffer_by_entries,
    deleted,
    sliding_window,
    entries,
    from_a_known_list,
    layers,
    overwritten,
    read_whole_before,
    rows_of_a_loop,
    rows_by_enumerate,
    appended,
    through_views,
    masks_and_lists,
    functions_that_change,
    on_one_path,
    left_early,
    while_loop,
    changed_by_a_helper,
    made_by_a_helper,
    two_lists,
    row_stored_whole,
    rows_of_other_lengths,
    changing_places,
    lists_of_lists,
    last_and_first,
    sum_of_parts,
    in_a_dict,
    into_a_list_of_arrays,
    known_history,
    known_arguments,
]


@pytest.mark.parametrize("program", RIGHT)
def test_right(program):
    check_changing(program, X.copy())


# The same array twice, or under another name: right, or refused


def appended_twice(x):
    r = x * 2.0
    h = []
    for _ in range(len(x)):
        h.append(r)
    h[0][0] = x[1]
    return np.sum(h[1])


def repeated(x):
    h = [x * 2.0] * len(x)
    h[0][0] = x[1] ** 2
    return np.sum(h[1])


def twice_in_a_list(x):
    r = x * 2.0
    h = [r, r, x * 3.0]
    for i in range(len(x) - 1):
        h[i][0] = x[i]
    return np.sum(h[1])


def in_two_lists(x):
    g, h = [], []
    for i in range(len(x)):
        r = x * i
        g.append(r)
        h.append(r)
    h[1][0] = x[1] ** 2
    return np.sum(g[1])


def copied_list(x):
    h = [x * i for i in range(len(x))]
    g = h.copy()
    h[1][0] = x[1] ** 2
    return np.sum(g[1])


def sliced_list(x):
    h = [x * i for i in range(len(x))]
    g = h[1:]
    h[1][0] = x[1] ** 2
    return np.sum(g[0])


def extended_list(x):
    h = [x * i for i in range(len(x))]
    g = []
    g.extend(h)
    h[1][0] = x[1] ** 2
    return np.sum(g[1])


def added_lists(x):
    h = [x * i for i in range(len(x))]
    g = h + h
    h[1][0] = x[1] ** 2
    return np.sum(g[1])


def read_under_its_name(x):
    h = []
    s = 0.0
    for i in range(len(x)):
        r = x * i
        h.append(r)
        h[i][0] = x[i] ** 2
        s += r[0]
    return s


def read_in_the_next_turn(x):
    h = []
    s = 0.0
    r = x * 1.0
    for i in range(len(x)):
        s += r[0]
        r = x * i
        h.append(r)
        h[-1][0] = x[i] ** 2
    return s


def part_read_later(x):
    h = [x * i for i in range(len(x))]
    v = h[1][:2]
    h[1][0] = x[1] ** 2
    return np.sum(v)


def item_read_later(x):
    h = [x * i for i in range(len(x))]
    v = h[1]
    w = h[-3]
    h[1][0] = x[1] ** 2
    return np.sum(v) + np.sum(w) * h[2][0]


def one_of_two(x):
    h = [x * i for i in range(len(x))]
    v = h[1] if x[0] > 0.0 else h[2]
    v[0] = x[1] ** 2
    return np.sum(h[1])


def rebound_on_a_path(x):
    h = [x * i for i in range(len(x))]
    v = x * 5.0
    if x[0] > 0.0:
        v = h[1]
    v[0] = x[1] ** 2
    return np.sum(h[1])


def carried_item(x):
    h = [x * i for i in range(len(x))]
    v = h[0]
    for i in range(1, len(x)):
        v[0] = x[i] ** 2
        v = h[i]
    return np.sum(h[1]) * np.sum(h[0])


def popped(x):
    h = [x * i for i in range(len(x))]
    r = h.pop()
    r[0] = x[1] ** 2
    return np.sum(h[1]) + np.sum(r)


def moved_by_insert(x):
    h = [x * i for i in range(len(x))]
    r = h[1]
    h.insert(0, x * 7.0)
    r[0] = x[1] ** 2
    return np.sum(h[2])


def reversed_in_place(x):
    h = [x * i for i in range(len(x))]
    r = h[0]
    h.reverse()
    r[0] = x[1] ** 2
    return np.sum(h[-1])


def the_argument(x):
    h = []
    for _ in range(len(x)):
        h.append(x)
    h[0][0] = 5.0
    return np.sum(x)


def a_part_of_the_argument(x):
    h = []
    for i in range(len(x)):
        h.append(x[i:])
    h[0][0] = 5.0
    return np.sum(x)


def a_part_of_a_row(x):
    h = [x * i for i in range(len(x))]
    g = []
    for i in range(len(x)):
        g.append(h[i][1:])
    h[1][2] = x[0] ** 2
    return np.sum(g[1])


def in_a_tuple_too(x):
    h, pairs = [], []
    for i in range(len(x)):
        r = x * i
        h.append(r)
        pairs.append((r, x[i]))
    h[1][0] = x[1] ** 2
    return np.sum(pairs[1][0])


def changed_under_its_name(x):
    h = []
    for i in range(len(x)):
        r = x * i
        h.append(r)
        r[0] = x[i] ** 2
    return np.sum(h[2])


def in_a_list_in_a_list(x):
    g = []
    for i in range(len(x)):
        h = [x * i, x * 2.0]
        g.append(h)
        h[0][1] = x[i] ** 2
    return np.sum(g[1][0])


def by_a_generator(x):
    h = [x * i for i in range(len(x))]
    rows = (r for r in h)
    h[0][0] = x[1]
    return sum(np.sum(r) for r in rows)


def zipped(x):
    h = [x * i for i in range(len(x))]
    g = [np.zeros(4) for _ in range(len(x))]
    for r, q in zip(h, g):  # noqa: B905
        q[:] = r * 2.0
        r[0] = x[1]
    return np.sum(h[1]) + np.sum(g[2])


def history(x):
    hist = []
    u = x.copy()
    for _ in range(len(x)):
        u[1:] = 0.5 * (u[1:] + u[:-1])
        hist.append(u)
    return sum(np.sum(h**2) for h in hist)


def kept_argument(x):
    h = []
    for i in range(len(x)):
        x[i] = x[i] * 10
        h.append(x)
    return np.sum(h[0])


def extended_by_arguments(x):
    h = []
    for i in range(len(x)):
        x[i] *= 2.0
        h.extend([x, x[::-1]])
    return np.sum(h[0])


def inserted(x):
    h = []
    for i in range(len(x)):
        x[i] *= 2.0
        h.insert(0, x)
    return np.sum(h[-1])


def added(x):
    h = []
    for i in range(len(x)):
        x[i] *= 2.0
        h += [x]
    return np.sum(h[0])


DOUBTFUL = [
    name_for_what_is_exchanged,
    added_several_times,
    read_behind_the_loop,
    read_before_the_loop,
    appended_twice,
    repeated,
    twice_in_a_list,
    in_two_lists,
    copied_list,
    sliced_list,
    extended_list,
    added_lists,
    read_under_its_name,
    read_in_the_next_turn,
    part_read_later,
    item_read_later,
    one_of_two,
    rebound_on_a_path,
    carried_item,
    popped,
    moved_by_insert,
    reversed_in_place,
    the_argument,
    a_part_of_the_argument,
    a_part_of_a_row,
    in_a_tuple_too,
    changed_under_its_name,
    in_a_list_in_a_list,
    by_a_generator,
    zipped,
    history,
    kept_argument,
    extended_by_arguments,
    inserted,
    added,
]


@pytest.mark.parametrize("program", DOUBTFUL)
def test_right_or_refused(program):
    check_or_refused(program, X, "S2S302", "S2S305", "S2S307")


# Arrays of several ranks: a loop over their indices is written out.


def steps_of_descent(x):
    params = [np.ones((2, 2)) * x[1], np.ones(2) * x[2]]
    speeds = [np.zeros_like(p) for p in params]
    for _ in range(10):
        for i in range(len(params)):
            speeds[i] = 0.9 * speeds[i] + x[0] * params[i]
            params[i] -= 0.1 * speeds[i]
    return np.sum(params[0]) * np.sum(params[1])


def one_step(x):
    params = [np.ones((2, 2)), np.ones(2)]
    shown = params[1]
    for i in range(2):
        params[i] -= 0.1 * x[i]
    return np.sum(params[0]) * np.sum(shown)


def only_read(x):
    params = [np.ones((2, 2)) * x[1], np.ones(2) * x[2]]
    sums = [np.zeros_like(p) for p in params]
    for _ in range(10):
        for i in range(len(params)):
            sums[i] = 0.9 * sums[i] + x[0] * params[i]
    return np.sum(sums[0]) * np.sum(sums[1])


@pytest.mark.parametrize("program", [steps_of_descent, one_step, only_read])
def test_several_ranks(program):
    check_changing(program, X)
    source = grad(program).compiled_for((X,))[1].source
    assert "unbroadcast" not in source and "range(2)" not in source
