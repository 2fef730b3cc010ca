"""Objects in lists, dicts and records of which another path meets other ones: right, or refused.

Where `xs` is one list or another, so is `xs[0]`: what is stored there must be seen under the names that
the items of both have.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

from s2sdiff import S2SDiffError, grad
from tests.arrays.test_stores import check_changing, check_or_refused

X = np.array([0.3, 0.7, 1.5])
POINTS = [X, -X, X * [-1.0, 1.0, 1.0], X[::-1].copy()]


class Named(NamedTuple):
    u: np.ndarray
    k: float


@dataclass
class Body:
    v: float
    u: np.ndarray


def list_chosen(x):
    a = np.zeros(2)
    b = np.ones(2)
    p = np.zeros(3)
    q = np.ones(3)
    xs = [a, b] if x[0] > 0 else [p, q]
    xs[0][0] = x[0]
    return a[0] * x[1] + p[0] + x[0]


def item_of_list_chosen(x):
    a = np.zeros(2)
    b = np.ones(2)
    p = np.zeros(3)
    q = np.ones(3)
    if x[0] > 0:
        xs = [a, b]
    else:
        xs = [p, q]
    y = xs[0]
    y += x[0]
    return a[0] * x[1] + p[0] + x[0]


def list_bound_anew_in_a_loop(x):
    a = np.zeros(2)
    b = np.ones((2, 2))
    p = np.zeros(2)
    q = np.ones((2, 2))
    xs = [a, b]
    for i in range(len(x)):
        xs[0][0] += x[i]
        xs = [p, q]
    return a[0] * x[1] + p[0] + x[0]


def lists_exchanged(x):
    a = np.zeros(2)
    b = np.ones((2, 2))
    p = np.zeros(2)
    q = np.ones((2, 2))
    xs, ys = [a, b], [p, q]
    for i in range(len(x)):
        xs, ys = ys, xs
        xs[0][0] += x[i]
    return a[0] * x[1] + p[0] + x[0]


def in_a_dict_of_lists(x):
    a = np.zeros(2)
    b = np.ones((2, 2))
    d = {"k": [a, b]}
    if x[0] > 0:
        d = {"k": [b, a]}
    d["k"][0][0] = x[1]
    return a[0] * x[1] + np.sum(b) + x[0]


def copies_of_lists(x):
    a = np.zeros(2)
    b = np.ones((2, 2))
    xs = [a, b]
    ys = list(xs)
    ys[0][0] = x[0] ** 2
    zs = [*xs, np.ones(3)]
    zs[1][0] += x[1] ** 2
    return a[0] * x[1] + np.sum(b) + x[0]


def list_turned_on_one_path(x):
    a = np.zeros(2)
    b = np.ones((2, 2))
    xs = [a, b]
    if x[0] > 0:
        xs = xs[::-1]
    xs[0][0] = x[0] ** 2
    return a[0] * x[1] + np.sum(b) + x[0]


def item_bound_anew_on_one_path(x):
    a = np.zeros(2)
    b = np.ones((2, 2))
    xs = [a, b]
    if x[0] > 0:
        xs[0] = np.zeros(2)
    xs[0][0] = x[0] ** 2
    return a[0] * x[1] + np.sum(b) + x[0] + xs[0][0]


def item_bound_anew_in_a_loop(x):
    a = np.zeros(2)
    b = np.ones((2, 2))
    xs = [a, b]
    for i in range(len(x)):
        xs[0][0] += x[i] ** 2
        if x[i] > 0.6:
            xs[0] = np.zeros(2)
    return a[0] * x[1] + np.sum(b) + x[0] + xs[0][0]


def arrays_of_one_shape(x):
    a = np.zeros(3)
    b = np.ones(3)
    p = np.zeros(3)
    q = np.ones(3)
    xs = [a, b] if x[0] > 0 else [p, q]
    xs[0][0] = x[0]
    return a[0] * x[1] + p[0] + x[0]


def tuple_chosen(x):
    a = np.zeros(3)
    p = np.zeros(3)
    xs = (a, 1.0) if x[0] > 0 else (p, 2.0)
    xs[0][0] = x[0]
    return a[0] * x[1] + p[0] + x[0]


def array_beside_a_number(x):
    a = np.zeros(3)
    p = np.zeros(3)
    xs = [a, 1.0] if x[0] > 0 else [p, 2.0]
    xs[0][0] = x[0]
    return a[0] * x[1] + p[0] + x[0]


def lists_of_lists_of_arrays(x):
    a = np.zeros(3)
    p = np.zeros(3)
    xs = [[a]] if x[0] > 0 else [[p]]
    xs[0][0][0] = x[0]
    return a[0] * x[1] + p[0] + x[0]


def lists_in_lists(x):
    a = [0.0, 1.0]
    p = [2.0, 3.0]
    xs = [a, 1.0] if x[0] > 0 else [p, 2.0]
    xs[0][0] = x[0]
    return a[0] * x[1] + p[0] + x[0]


def lists_in_lists_in_a_loop(x):
    a = [0.0, 1.0]
    p = [2.0, 3.0]
    xs = [a, 1.0]
    for i in range(len(x)):
        xs[0][0] += x[i]
        xs = [p, 1.0]
    return a[0] * x[1] + p[0] + x[0]


def dicts_in_lists_in_a_loop(x):
    a = {"v": 1.0}
    p = {"v": 2.0}
    xs = [a, 1.0]
    for i in range(len(x)):
        xs[0]["v"] += x[i]
        xs = [p, 1.0]
    return a["v"] * x[1] + p["v"] + x[0]


def dicts_in_lists(x):
    a = {"v": 1.0}
    p = {"v": 2.0}
    xs = [a, 1.0] if x[0] > 0 else [p, 2.0]
    xs[0]["v"] = x[0]
    return a["v"] * x[1] + p["v"] + x[0]


def while_loop(x):
    a = np.zeros(3)
    b = np.ones((3, 2))
    xs = [a, b]
    k = 0
    while x[0] < 0.2 and k < 2:
        xs = [a + 1, b]
        k += 1
    xs[0][0] = x[0]
    return a[0] * x[1] + x[0]


def dicts_in_a_loop(x):
    a = {"v": 1.0}
    p = {"v": 2.0}
    d = a
    for i in range(len(x)):
        d["v"] += x[i]
        d = p
    return a["v"] * x[1] + p["v"] + x[0]


def dicts_of_dicts_exchanged(x):
    a = {"v": 1.0}
    p = {"v": 2.0}
    d, e = {"k": a}, {"k": p}
    for i in range(len(x)):
        d["k"]["v"] += x[i]
        d, e = e, d
    return a["v"] * x[1] + p["v"] + x[0]


def dicts_exchanged_that_have_names(x):
    a = {"v": 1.0}
    p = {"v": 2.0}
    d, e = {"k": a}, {"k": p}
    for i in range(len(x)):
        d["k"]["v"] += x[i]
        d, e = e, d
    return d["k"]["v"] * x[1] + e["k"]["v"] + x[0]


def lists_exchanged_alone(x):
    d, e = [np.zeros(2), np.zeros((2, 2))], [np.ones(2), np.ones((2, 2))]
    for i in range(len(x)):
        d[0][1] += x[i] * e[0][1]
        d, e = e, d
    return d[0][1] * x[1] + e[0][1] + x[0]


def dict_made_in_each_turn(x):
    cur = {"u": np.ones(2), "v": np.ones((2, 2))}
    for i in range(len(x)):
        new = {"u": cur["u"] * x[i], "v": cur["v"] + x[0]}
        new["u"][0] += 1.0
        cur = new
    return cur["u"][0] * x[1] + np.sum(cur["v"])


def list_made_in_each_turn_and_chosen(x):
    cur = [np.ones(2), np.ones((2, 2))]
    for i in range(len(x)):
        new = [cur[0] * x[i], cur[1] + x[0]]
        new[0][0] += 1.0
        if x[i] > 0:
            cur = new
    cur[0][0] *= x[1]
    return cur[0][0] * x[1] + np.sum(cur[1])


def list_bound_anew_on_one_path_of_a_turn(x):
    best = [np.ones(2), np.ones((2, 2))]
    for i in range(len(x)):
        best[0][0] += x[i]
        if x[i] > 0.5:
            best = [best[0] * 2.0, best[1]]
        best[1][0] += x[0]
    return best[0][0] * x[1] + np.sum(best[1])


def second_item_has_a_name(x):
    b = np.ones((2, 2))
    best = [np.ones(2), b]
    for i in range(len(x)):
        best[0][0] += x[i]
        if x[i] > 0.5:
            best = [best[0] * 2.0, best[1]]
        best[1][0] += x[0]
    return best[0][0] * x[1] + np.sum(b)


def records_in_a_loop(x):
    a = Body(1.0, np.zeros(3))
    p = Body(2.0, np.ones(3))
    d = a
    for i in range(len(x)):
        d.v += x[i]
        d = p
    return a.v * x[1] + p.v + x[0]


def arrays_of_records_in_a_loop(x):
    a = Body(1.0, np.zeros(3))
    p = Body(2.0, np.ones(3))
    d = a
    for i in range(len(x)):
        d.u[i] += x[i]
        d = p
    return a.u[0] * x[1] + p.u[1] + x[0]


def records_chosen(x):
    a = Body(1.0, np.zeros(3))
    p = Body(2.0, np.ones(3))
    d = a if x[0] > 0 else p
    d.u[1] += x[1]
    return a.u[1] * x[1] + p.u[1] + x[0]


def records_in_dicts(x):
    a = Body(1.0, np.zeros(3))
    p = Body(2.0, np.ones(3))
    d = {"k": a} if x[0] > 0 else {"k": p}
    d["k"].v += x[1]
    return a.v * x[1] + p.v + x[0]


def records_in_a_list(x):
    a = Body(1.0, np.zeros(3))
    p = Body(2.0, np.ones(3))
    bodies = [a, p]
    for i in range(len(x)):
        for b in bodies:
            b.v += x[i]
            b.u[i] += b.v
    return a.u[1] * x[1] + p.u[2] + x[0] * a.v


def dicts_as_buffers(x):
    cur = {"u": np.ones(3), "t": 0.0}
    new = {"u": np.zeros(3), "t": 0.0}
    for i in range(len(x)):
        new["u"][1:] = cur["u"][:-1] * x[i]
        new["u"][0] = x[0]
        new["t"] = cur["t"] + x[i]
        cur, new = new, cur
    return np.sum(cur["u"]) * cur["t"] + new["u"][1]


def records_as_buffers(x):
    cur = Body(0.0, np.ones(3))
    new = Body(0.0, np.zeros(3))
    for i in range(len(x)):
        new.u[1:] = cur.u[:-1] * x[i]
        new.u[0] = x[0]
        new.v = cur.v + x[i]
        cur, new = new, cur
    return np.sum(cur.u) * cur.v + new.u[1]


def best_record(x):
    best = None
    s = 0.0
    for i in range(len(x)):
        cand = Body(x[i], x * i)
        if best is None or cand.v > best.v:
            best = cand
        best.v += 0.1 * x[0]
        s += best.v
    return s


def dict_bound_anew(x):
    a = {"w": np.zeros(3)}
    b = {"w": a["w"]}
    if x[0] > 0:
        b = {"w": np.ones(3)}
    b["w"][0] = x[1]
    return a["w"][0] * x[2] + x[0]


def list_in_a_tuple(x):
    a = np.zeros(3)
    t = (a, [a, 1.0])
    if x[0] > 0:
        t = (a, [np.ones(3), 1.0])
    t[1][0][0] = x[1]
    return a[0] * x[2] + x[0]


def helper_changes_what_was_chosen(x):
    a = [np.zeros(3), np.zeros(2)]

    def put(r):
        r[0][0] = x[1]

    b = [np.ones(3), np.ones(2)]
    if x[0] > 0:
        c = a
    else:
        c = b
    put(c)
    return a[0][0] * x[2] + b[0][0] + x[0]


def items_of_other_lists(x):
    a = [np.zeros(3), np.zeros(2)]
    b = [np.ones(3), np.ones(2)]
    c = [a[0], b[1]]
    for i in range(len(x)):
        c[0][i] += x[i]
        c = [b[0], a[1]]
    return a[0][0] * x[2] + b[0][1] + x[0]


def list_made_in_each_turn(x):
    hist = []
    s = [np.zeros(3), np.zeros(2)]
    for i in range(len(x)):
        s = [s[0] + x[i], s[1]]
        s[1][0] += x[i]
        hist.append(s[1][0])
    return hist[0] * hist[2] + s[0][1] * s[1][0]


def pick(a, p, c):
    if c > 0:
        return [a, 1.0]
    return [p, 2.0]


def list_of_a_helper(x):
    a = np.zeros(3)
    p = np.ones(3)
    r = pick(a, p, x[0])
    r[0][0] = x[1]
    return a[0] * x[2] + p[0] * x[1]


def items_exchanged_on_one_path(x):
    a = np.zeros(3)
    p = np.ones((2, 2))
    xs = [a, a + 1, p]
    if x[0] > 0:
        xs[0], xs[1] = xs[1], xs[0]
    xs[0][1] = x[1] ** 2
    return a[1] * x[2] + xs[1][1] * x[0]


def starred_items(x):
    a = np.zeros(3)
    first, *rest = [a, a + 1, np.ones(2)]
    rest[0][0] = x[0]
    first[1] = x[1] ** 2
    return a[1] * x[2] + rest[0][0] * a[0] + x[0]


def named_tuples(x):
    a = Named(np.zeros(3), 1.0)
    b = a._replace(k=x[0])
    b.u[0] = x[1]
    c = a if x[0] > 0 else Named(np.ones(3), 2.0)
    c.u[1] = x[2]
    return a.u[0] * x[2] + a.u[1] * b.k


def bound_anew_and_left(x):
    a = np.zeros(3)
    p = np.ones(3)
    q = [a, 1.0]
    for i in range(len(x)):
        if x[i] < 0:
            q = [p, 2.0]
            break
    q[0][0] = x[1]
    return a[0] * x[2] + p[0] * x[1]


def item_chosen(x):
    a = np.zeros(3)
    p = np.ones(3)
    rows = [a if x[0] > 0 else p, p]
    rows[0][0] = x[1]
    return a[0] * x[2] + p[0] * x[1]


def matched(x):
    a = np.zeros(3)
    p = np.ones(3)
    match int(x[0] > 0):
        case 1:
            b = {"k": (a, 1)}
        case _:
            b = {"k": (p, 1)}
    b["k"][0][0] = x[1]
    return a[0] * x[2] + p[0] * x[1]


def entry_of_a_dict_bound_anew(x):
    a = np.zeros(3)
    p = np.ones(3)
    d = {"k": a}
    if x[0] > 0:
        d["k"] = p
    d["k"][0] = x[1]
    return a[0] * x[2] + p[0] * x[1]


def field_bound_anew_in_a_loop(x):
    a = np.zeros(3)
    p = np.ones(3)
    d = Body(1.0, a)
    for i in range(len(x)):
        d.u[i] = x[i] ** 2
        if x[i] > 0.5:
            d.u = p
    return np.sum(a * x) + p[1] * x[0]


def views_in_lists(x):
    a = np.zeros(3)
    v = a[1:]
    xs = [v, 1.0]
    if x[0] > 0:
        xs = [a[:2], 1.0]
    xs[0][0] = x[1]
    return np.sum(a * x)


def views_in_copies_of_lists(x):
    a = np.zeros(3)
    xs = [a[1:], 1.0]
    xs[0][0] = x[1] ** 2
    ys = list(xs)
    ys[0] += x[0]
    return np.sum(a * x)


def rows_and_rows_in_a_list(x):
    a = np.zeros((2, 3))
    for r, s in zip(a, [a[1], a[0]], strict=True):
        r[0] += x[0]
        s[1] += x[1]
    return np.sum(a * x)


def rows_in_a_dict(x):
    a = np.zeros((2, 3))
    d = dict(enumerate(a))
    d[0][1] = x[1]
    d[1] += x[2]
    return np.sum(a * x)


def item_of_a_tuple_at_an_index(x):
    a = np.zeros(3)
    p = np.ones(3)
    sel = (a, p)[int(x[0] > 0)]
    sel[0] = x[1]
    return a[0] * x[2] + p[0] * x[1]


def array_changed_that_a_tuple_may_give(x):
    a = np.zeros(3)
    p = np.ones(3)
    k = int(x[0] > 0)
    sel = (a, p)[k]
    a[0] = x[0]
    return sel[0] * x[1] + a[0]


def item_of_a_tuple_augmented(x):
    a = np.zeros(3)
    p = np.ones(3)
    k = int(x[0] > 0)
    sel = (a, p)[k]
    sel += x[0]
    return sel[0] * x[1] + a[0]


RIGHT = [
    copies_of_lists,
    lists_exchanged_alone,
    dict_made_in_each_turn,
    list_bound_anew_on_one_path_of_a_turn,
    second_item_has_a_name,
    records_in_a_list,
    dicts_as_buffers,
    records_as_buffers,
    list_made_in_each_turn,
    starred_items,
    views_in_copies_of_lists,
    rows_and_rows_in_a_list,
    rows_in_a_dict,
]
OTHERS = [
    list_chosen,
    item_of_list_chosen,
    list_bound_anew_in_a_loop,
    lists_exchanged,
    in_a_dict_of_lists,
    list_turned_on_one_path,
    item_bound_anew_on_one_path,
    item_bound_anew_in_a_loop,
    arrays_of_one_shape,
    tuple_chosen,
    array_beside_a_number,
    lists_of_lists_of_arrays,
    lists_in_lists,
    lists_in_lists_in_a_loop,
    dicts_in_lists_in_a_loop,
    dicts_in_lists,
    while_loop,
    dicts_in_a_loop,
    dicts_of_dicts_exchanged,
    dicts_exchanged_that_have_names,
    list_made_in_each_turn_and_chosen,
    records_in_a_loop,
    arrays_of_records_in_a_loop,
    records_chosen,
    records_in_dicts,
    best_record,
    dict_bound_anew,
    list_in_a_tuple,
    helper_changes_what_was_chosen,
    items_of_other_lists,
    list_of_a_helper,
    items_exchanged_on_one_path,
    named_tuples,
    bound_anew_and_left,
    item_chosen,
    matched,
    entry_of_a_dict_bound_anew,
    field_bound_anew_in_a_loop,
    views_in_lists,
    item_of_a_tuple_at_an_index,
    array_changed_that_a_tuple_may_give,
    item_of_a_tuple_augmented,
]


@pytest.mark.parametrize("program", RIGHT)
def test_right(program):
    for point in POINTS:
        check_changing(program, point)


@pytest.mark.parametrize("program", OTHERS)
def test_right_or_refused(program):
    for point in POINTS:
        check_or_refused(program, point, "S2S305", "S2S306", "S2S307")


# Arrays of several ranks in a list of the caller's are changed for the caller, too.


def by_index(rate, params):
    for _ in range(3):
        for i in range(len(params)):
            params[i] -= rate * params[i]
    return np.sum(params[0]) * np.sum(params[1])


def unpacked(rate, params):
    for _ in range(3):
        a, b = params
        a -= rate * b[0]
        params[1] -= rate * b
    return np.sum(params[0]) * np.sum(params[1])


def in_turns(rate, params):
    for p in params:
        p *= rate
    return np.sum(params[0]) * np.sum(params[1])


@pytest.mark.parametrize("program", [by_index, unpacked, in_turns])
def test_lists_of_the_caller(program):
    check_changing(program, 0.1, [np.outer(X, X), X.copy()])


def test_lists_of_the_caller_with_one_array_twice():
    with pytest.raises(ValueError, match="share no memory"):
        whole = np.outer(X, X)
        grad(by_index)(0.1, [whole, whole[0]])


def test_arrays_of_one_rank_in_a_list_of_the_caller():
    with pytest.raises(S2SDiffError, match="S2S307 an array in a list that the caller passes"):
        grad(by_index)(0.1, [X.copy(), X.copy()])


def views_turned_in_a_loop(x):
    y = x * 1.0
    g = [y[0:2], y[1:3]]
    for _ in range(len(x)):
        g.reverse()
    y[0] = x[1] ** 2
    return g[0][0] + g[1][0] * x[0]


def views_bound_anew_on_one_path(x):
    y = x * 1.0
    g = [y[0:2], 1.0]
    if x[0] > 0:
        g[0] = y[1:3]
    y[1] = x[1] ** 2
    return g[0][0] + g[0][1] * x[0]


@pytest.mark.parametrize("program", [views_turned_in_a_loop, views_bound_anew_on_one_path])
def test_views_in_lists(program):
    for point in POINTS:
        check_or_refused(program, point, "S2S305", "S2S306", "S2S307")
