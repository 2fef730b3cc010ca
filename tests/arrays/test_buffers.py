"""Arrays that change places turn by turn: nothing is copied where they are never the same array."""

import copy
import re

import numpy as np
import pytest

from tests.arrays.test_stores import check_changing, check_or_refused, text_of

X = np.array([0.3, -0.7, 1.1, 0.4, 0.9])


def two_buffers(x):
    u = x.copy()
    v = np.zeros(len(x))
    for _ in range(len(x)):
        for i in range(1, len(x) - 1):
            v[i] = u[i] + 0.1 * (u[i - 1] - 2.0 * u[i] + u[i + 1]) * u[0]
        u, v = v, u
    return np.sum(u * u)


def by_slices(x):
    u, v = x.copy(), np.zeros_like(x)
    for _ in range(len(x)):
        v[1:-1] = u[1:-1] * u[:-2] - u[2:]
        v[0] += u[1]
        u, v = v, u
    return np.sum(u * u) + np.sum(v**3)


def three_buffers(x):
    a, b, c = x * 1.0, x * 2.0, np.ones(len(x))
    for i in range(len(x)):
        c[i] = a[i] * b[i - 1]
        a[0] *= c[i]
        a, b, c = b, c, a
    return np.sum(a * b) + np.sum(c)


def on_one_path(x):
    u, v = x.copy(), np.zeros(len(x))
    for i in range(len(x)):
        v[i] = u[i - 1] * x[i]
        u[i] += v[i] ** 2
        if x[i] > 0.35:
            u, v = v, u
    return np.sum(u * v) + np.sum(v)


def in_inner_loops(x):
    u, v = x * 1.0, x * 2.0
    for i in range(len(x)):
        for j in range(1, len(x)):
            v[j] = u[j - 1] * v[j] + x[i]
            u, v = v, u
        u[i] *= v[i]
    return np.sum(u * v)


def one_of_them_the_argument(x):
    u, v = x, np.zeros(len(x))
    for i in range(len(x)):
        v[i] = u[i - 1] ** 2
        u, v = v, u
    return np.sum(u * v)


def the_same_at_first(x):
    u = x * 1.0
    v = u
    for i in range(len(x)):
        v[i] = u[i - 1] ** 2
        u, v = v, u
    return np.sum(u)


def the_same_later(x):
    u, v = x * 1.0, x * 2.0
    for i in range(len(x)):
        v[i] = u[i - 1] ** 2
        if x[i] > 1.0:
            u = v
    return np.sum(u) + np.sum(v**2)


def a_view_of_the_other(x):
    u = x * 1.0
    v = u[::-1]
    for i in range(len(x)):
        v[i] = u[i] ** 2
        u, v = v, u
    return np.sum(u * np.arange(5.0))


def a_view_that_changes_places(x):
    u, v = x * 1.0, x * 2.0
    w = v[1:]
    for i in range(len(x) - 1):
        w[i] = u[i] ** 2
        u, v = v, u
        v[i] += w[i]
    return np.sum(u * v)


def renewed(x):
    u, v = x * 1.0, x * 2.0
    for i in range(len(x)):
        u[i] = v[i - 1] * u[i]
        u, v = v, u * x[i]
    return np.sum(u * v)


def left_early(x):
    u, v = x * 1.0, x * 2.0
    for i in range(len(x)):
        v[i] = u[i - 1] * x[i]
        if v[i] > 0.9:
            break
        u, v = v, u
        u[0] += v[1]
    return np.sum(u * v) + u[0]


def no_turn(x):
    u, v = x * 1.0, x * 2.0
    for i in range(len(x) - 5):
        v[i] = u[i]
        u, v = v, u
    return np.sum(u * v)


def while_turns(x):
    u, v = x * 1.0, x * 2.0
    i = 0
    while i < len(x) and np.sum(u) < 50.0:
        v[i] = u[i] * v[i - 1]
        u, v = v, u
        i += 1
    return np.sum(u * v)


PROGRAMS = [
    two_buffers,
    by_slices,
    three_buffers,
    on_one_path,
    in_inner_loops,
    one_of_them_the_argument,
    the_same_at_first,
    the_same_later,
    a_view_of_the_other,
    a_view_that_changes_places,
    renewed,
    left_early,
    no_turn,
    while_turns,
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_right_or_refused(program):
    check_or_refused(program, X, "S2S307")


@pytest.mark.parametrize("program", [two_buffers, three_buffers, in_inner_loops])
def test_nothing_is_copied_in_a_loop(program):
    inside = [line for line in text_of(program, X).splitlines() if line.startswith(8 * " ")]
    assert inside
    assert not [line for line in inside if re.search(r" = \w+\.copy\(\)$", line)]


# Views that a loop changes under their own name


def inner_part(x):
    u = x * 1.0
    inner = u[1:-1]
    for i in range(len(x)):
        inner += 0.1 * x[i] * inner
    return np.sum(u * u)


def first_row(A, t):
    v = A[0]
    for i in range(1, len(A)):
        v += t * A[i]
    return np.sum(A * A)


def gram_schmidt(A):
    A = A.copy()
    for i in range(len(A)):
        v = A[i]
        for j in range(i):
            v -= (A[j] @ v) * A[j]
        v /= np.sqrt(v @ v)
    return np.sum(A[-1]) * A[0, 0]


def view_on_one_path(x):
    u = x * 1.0
    v = u[1:]
    for i in range(len(x)):
        v += x[i]
        if x[i] > 1:
            v = u[:-1]
    return np.sum(u * u)


def view_bound_anew(x):
    u = x * 1.0
    v = u[1:]
    for i in range(len(x)):
        v *= x[i]
        v = u[:-1]
    return np.sum(u * u) + v[0]


def base_bound_anew(x):
    u = x * 1.0
    v = u[::-1]
    for i in range(len(x)):
        v[i] += u[0]
        u = u * 2.0
    return np.sum(u) + np.sum(v)


def view_that_becomes_new(x):
    u = x * 1.0
    v = u[1:]
    for i in range(len(x)):
        s = np.sum(v)
        u[1] = s * x[i]
        v = v * 2.0
    return np.sum(u) + np.sum(v)


def view_in_inner_loops(x):
    u = x * 1.0
    v = u[1:]
    for i in range(len(x)):
        for j in range(len(x) - 1):
            v[j] *= x[i]
        v -= u[0]
    return np.sum(u)


def elimination(A):
    A = A.copy()
    n = len(A)
    for k in range(n):
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            A[i, k + 1 :] -= A[i, k] * A[k, k + 1 :]
    return A[n - 1, n - 1] * A[0, 1]


M = np.array([[3.2, 0.1, -0.4], [0.3, 2.7, 0.8], [-0.6, 0.5, 3.1]])


@pytest.mark.parametrize(
    ("program", "args"),
    [
        (inner_part, (X,)),
        (first_row, (M, 0.3)),
        (gram_schmidt, (M,)),
        (view_in_inner_loops, (X,)),
        (elimination, (M,)),
    ],
)
def test_views(program, args):
    check_changing(program, *copy.deepcopy(args))


@pytest.mark.parametrize(
    "program", [view_on_one_path, view_bound_anew, base_bound_anew, view_that_becomes_new]
)
def test_views_that_are_bound_anew(program):
    check_or_refused(program, X, "S2S305", "S2S307")


def test_elimination_records_rows():
    assert "A.copy()," not in text_of(elimination, M)
