# ruff: noqa: B007, B905, C417, E731, E741, F841
"""Lists, dicts and records that something else than a name holds: a loop, a method, an iterator, a view."""

import copy
import functools
from dataclasses import dataclass

import pytest

from s2sdiff import S2SDiffError, value_and_grad


def by_its_loop(xs: list, y):
    t = y
    for v in xs:
        t += v * v
        if v < 1.0:
            xs = [t, t]
        xs[1] = t
    return t


def by_a_loop_backwards(x, y):
    s = [x, y, x * y]
    t = 0.0
    for v in reversed(s):
        t += v * v
        if v < 1.0:
            s = [t, t, t]
        s[0] = t
    return t


def by_a_method(x, y):
    s = [x, y]
    add = s.append
    if y < 0.5:
        s = [y, y]
    s[0] = 7 * y
    add(y)
    s[1] = 8 * y
    return sum(s)


def by_a_partial(x, y):
    s = [x, y]

    def g(l):
        return l[0] * l[1]

    h = functools.partial(g, s)
    if y < 0.5:
        s = [y, y]
    s[0] = x * y * 3
    return h() * s[1]


def by_a_default(x, y):
    s = [x, y]
    h = lambda l=s: l[0] * l[1]
    if y < 0.5:
        s = [y, y]
    s[0] = x * y * 3
    return h() * s[1]


def by_a_closure(x, y):
    def make(l):
        return lambda: l[0] * x

    s = [x, y]
    h = make(s)
    if y < 0.5:
        s = [y, y]
    s[0] = x * y * 3
    return h() * s[1]


def by_zip(x, y):
    s = [x, y]
    r = [y, x]
    z = zip(s, r)
    if y < 0.5:
        s = [y, y]
    s[0] = x * y * 3
    t = 0.0
    for a, b in z:
        t += a * b
    return t * s[0]


def by_reversed(x, y):
    s = [x, y]
    z = reversed(s)
    if y < 0.5:
        s = [y, y]
    s[0] = x * y * 3
    t = 0.0
    for a in z:
        t = t * x + a
    return t * s[0]


def by_map(x, y):
    s = [x, y]
    z = map(lambda v: v * x, s)
    if y < 0.5:
        s = [y, y]
    s[0] = x * y * 3
    t = 0.0
    for a in z:
        t = t * x + a
    return t * s[0]


@dataclass
class H:
    a: float

    def add(self, y):
        self.a = self.a + y
        return self.a


def record_by_a_method(x, y):
    h = H(x)
    m = h.add
    if y < 0.5:
        h = H(2.0 * x)
    h.a = 3 * h.a
    return m(y) * h.a


def dict_by_a_partial(x, y):
    d = {"a": x}
    h = functools.partial(lambda q: q["a"] * x, d)
    if y < 0.5:
        d = {"a": y}
    d["a"] = 3 * x * y
    return h() * d["a"]


def view_alone(x, y):
    d = {"a": x, "b": y}
    v = d.values()
    d["a"] = 3 * y
    return sum(v) * x


def dict_by_a_view(x, y):
    d = {"a": x, "b": y}
    v = d.items()
    if y < 0.5:
        d = {"a": y, "b": x}
    d["a"] = 3 * y
    return sum(w for k, w in v) * x


def exchanged_in_a_loop(x, y, n=3):
    a = [x]
    b = [y]
    f = a.append
    for i in range(n):
        a, b = b, a
        f(x * y)
        a[0] = a[0] * 2
    return sum(a) * b[0]


def exchanged_in_a_run_time_loop(xs: list, y):
    a = [y]
    b = [2 * y]
    f = a.append
    for v in xs:
        a, b = b, a
        f(v)
    return sum(a) * sum(b) * len(a)


def by_another_name(x, y):
    s = [x, y]

    def g():
        return s[0] * y

    t = s
    h = g
    if y < 0.5:
        s = [y, y]
    s[0] = x * 3
    return h() * s[1]


def loop_is_over(xs: list, y):
    t = 0.0
    for v in xs:
        t += v * y
    if y < 0.5:
        xs = [t, t]
    return t * xs[0]


def known_loop_is_over(x, y):
    s = [x, y]
    t = 0.0
    for v in s:
        t += v * y
    if y < 0.5:
        s = [t, t]
    s[0] = x * y
    return t * s[0] + s[1]


def item_changed_before_it_is_met(x, y):
    d = {"a": x, "b": y}
    s = 0.0
    for k, v in d.items():
        d["b"] = x * y * 5
        s += v * x
    return s * d["b"]


def values_changed_under_keys(x, y):
    d = {"a": x, "b": y}
    s = 0.0
    for k in d:
        d[k] = d[k] * 2
        s += d["b"]
    return s * d["b"]


def value_changed_on_one_path(x, y):
    d = {"a": x, "b": y}
    s = 0.0
    for v in d.values():
        if y < 0.5:
            d["b"] = x * y * 5
        s += v * x
    return s * d["b"]


def views_show_changes(x, y):
    d = {"a": x, "b": y}
    k = d.keys()
    v = d.values()
    it = d.items()
    d["a"] = x * y
    d["c"] = 3 * x
    return sum(v) * len(k) + sum(w for _, w in it) * len(it)


def copies_of_views(x, y):
    d = {"a": x, "b": y}
    for k, v in list(d.items()):
        d[k + k] = v * 2
    for i, (k, v) in enumerate(d.items()):
        x += v * i
    return sum(d.values()) * x


def dict_rebound_in_its_loop(x, y):
    d = {"a": x, "b": y}
    for k, v in d.items():
        if y < 0.5:
            break
        d = {"a": v, "b": 2 * v}
    return d["a"] * d["b"]


def dict_rebound_and_changed(x, y):
    d = {"a": x, "b": y}
    s = 0.0
    for k, v in d.items():
        if y < 0.5:
            d = {"a": v, "b": 2 * v}
        d["b"] = x * 3
        s += v
    return d["a"] * d["b"] * s


def two_views_of_a_changed_dict(x, y):
    d = {"a": x, "b": y}
    s = 0.0
    for (k, v), w in zip(d.items(), d.values()):
        d["b"] = x * 3
        s += v * w
    return s


def view_passed_on(x, y):
    d = {"a": x, "b": y}

    def g(vs):
        d["a"] = y * y
        return sum(vs)

    return g(d.values()) * x


ACCEPTED = (
    (loop_is_over, [0.7, 0.3]),
    (known_loop_is_over, 0.7),
    (view_alone, 0.7),
    (item_changed_before_it_is_met, 0.7),
    (values_changed_under_keys, 0.7),
    (value_changed_on_one_path, 0.7),
    (copies_of_views, 0.7),
    (dict_rebound_in_its_loop, 0.7),
    (view_passed_on, 0.7),
    (views_show_changes, 0.7),
)
REFUSED = (
    (by_its_loop, [1.0, 0.5]),
    (by_a_loop_backwards, 0.7),
    (by_a_method, 0.7),
    (by_a_partial, 0.7),
    (by_a_default, 0.7),
    (by_a_closure, 0.7),
    (by_zip, 0.7),
    (by_reversed, 0.7),
    (by_map, 0.7),
    (record_by_a_method, 0.7),
    (dict_by_a_partial, 0.7),
    (dict_by_a_view, 0.7),
    (exchanged_in_a_loop, 0.7),
    (exchanged_in_a_run_time_loop, [0.7, 0.3]),
    (by_another_name, 0.7),
    (dict_rebound_and_changed, 0.7),
    (two_views_of_a_changed_dict, 0.7),
)


@pytest.mark.parametrize("y", [0.3, 2.0])
@pytest.mark.parametrize(("f", "x"), ACCEPTED)
def test_right(f, x, y):
    def at(step):
        return f(copy.deepcopy(x), y + step)

    value, slope = value_and_grad(f, 1)(copy.deepcopy(x), y)
    assert value == at(0.0)
    assert slope == pytest.approx((at(1e-6) - at(-1e-6)) / 2e-6, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize(("f", "x"), REFUSED)
def test_refused(f, x):
    with pytest.raises(S2SDiffError, match="S2S307"):
        value_and_grad(f, 1)(copy.deepcopy(x), 0.3)
