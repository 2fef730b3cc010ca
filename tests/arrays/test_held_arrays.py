"""Arrays that are held by lists, unpacked, given back by functions, or without axes: right, or refused.

Programs that a reviewer wrote to get a wrong gradient.
"""

import numpy as np
import pytest

import s2sdiff
from s2sdiff import S2SDiffError, grad
from tests.arrays.test_stores import check_changing

X = np.array([1.0, 2.0, 3.0])
A = np.array([[1.0, 2.0], [3.0, 4.0]])


def history(x):
    hist = []
    u = x.copy()
    for _ in range(3):
        u[1:] = 0.5 * (u[1:] + u[:-1])
        hist.append(u)
    s = 0.0
    for h in hist:
        s += np.sum(h**2)
    return s


def kept_argument(x):
    h = []
    for i in range(2):
        x[i] = x[i] * 10
        h.append(x)
    return np.sum(h[0])


def kept_parts(x):
    h = [x[i:] for i in range(len(x))]
    x[0] = 10 * x[1]
    return np.sum(h[0])


def kept_rows(A):
    rows = [r for r in A]  # noqa: C416
    A[0] = A[1]
    return np.sum(rows[0])


def added_to_a_list(A):
    h = []
    for i in range(2):
        A[i] *= 2.0
        h += [A]
    return np.sum(h[0])


def joined_lists(A):
    h = []
    for i in range(2):
        A[i] *= 2.0
        h = h + [A]  # noqa: RUF005
    return np.sum(h[0])


def extended(x):
    h = []
    for i in range(2):
        x[i] *= 2.0
        h.extend([x, x[::-1]])
    return np.sum(h[0])


def inserted(x):
    h = []
    for i in range(2):
        x[i] *= 2.0
        h.insert(0, x)
    return np.sum(h[-1])


def appended_rows(A):
    h = []
    for r in A:
        h.append(r)
    A[0] = A[1]
    return np.sum(h[0])


def indexed_rows(A):
    h = [A[i] for i in range(len(A))]
    A[0] = A[1]
    return np.sum(h[0])


def rows_in_tuples(A):
    h = [(r, 2.0) for r in A.T]
    A[0] = A[1]
    return np.sum(h[0][0])


def zipped_rows(A):
    h = list(zip(A, A * 2, strict=False))
    A[0] = A[1]
    return np.sum(h[0][0])


def reversed_rows(A):
    h = list(reversed(A))
    A[0] = A[1]
    return np.sum(h[1])


def stacked_results(x):
    z = np.zeros(3)

    def f(k):
        z[k] = x[k] ** 2
        return z

    return np.sum(np.stack([f(k) for k in range(len(x))])[0])


def listed_results(x):
    z = np.zeros(3)

    def f(k):
        z[k] = x[k] ** 2
        return z

    L = [f(k) for k in range(len(x))]
    return np.sum(L[0])


def unpacked_entries(x):
    x[1], x[2], x[0] = x
    return x[0] + 10 * x[1] + 100 * x[2]


def unpacked_part(x):
    x[1], x[2] = x[0:2]
    return np.sum(x**2)


def unpacked_and_kept(x):
    x[2], a = x[1:3]
    return np.sum(x**2) * a


def unpacked_rows(A):
    A[0], A[1] = A[::-1]
    return np.sum(A**2 * np.array([[1.0, 2.0], [3.0, 4.0]]))


def tail(x, n):
    if n == 0:
        return x
    return tail(x[1:], n - 1)


def part_by_recursion(x, n=1):
    v = tail(x, n)
    x[1] = x[0] * 5
    return np.sum(v**2)


def changed_by_recursion(x, n=1):
    v = tail(x, n)
    v[0] = x[0] * 5
    return np.sum(x**2)


def diagonal_by_diag(A):
    d = np.diag(A)
    A[0, 0] = A[0, 1]
    return np.sum(d**2)


def diagonal_by_linalg(A):
    d = np.linalg.diagonal(A)
    A[0, 0] = A[0, 1]
    return np.sum(d**2)


def transposed_by_linalg(A):
    v = np.linalg.matrix_transpose(A)
    v[0] = A[1] * 5
    return np.sum(A**2 * np.array([[1.0, 2.0], [3.0, 4.0]]))


def broadcast_together(x):
    a, b = np.broadcast_arrays(x, x)  # noqa: RUF059
    x[0] = 5 * x[1]
    return np.sum(a**2)


def stopped(x):
    v = s2sdiff.stop_gradient(x)
    x[0] = 5 * x[1]
    return np.sum(v * x)


@s2sdiff.zero_derivative
def head(x):
    return x[:2]


def by_a_rule(x):
    v = head(x)
    x[0] = 5 * x[1]
    return np.sum(v**2)


def cast(x):
    y = np.asarray(x, dtype=np.float32)
    x[0] = 5.0
    return float(np.sum(y))


def twice_negated(x):
    y = -(-x)  # noqa: B002
    y[0] = 5.0
    return np.sum(x**2)


def two_names_without_axes(x):
    z = np.zeros(())
    w = z
    w += x[0]
    return float(z) * x[1]


def acc(t, v):
    t += v


def helper_without_axes(x):
    t = np.zeros(())
    for i in range(3):
        acc(t, x[i] ** 2)
    return float(t)


def entry_in_place(x):
    a = x[..., 0]
    a *= 5
    return np.sum(x**2)


def entry_read_later(x):
    a = x[..., 0]
    x[0] = 5 * x[1]
    return float(a) ** 2


def matched_bool(x):
    match x[0] > 0:
        case True:
            x[0] = 5 * x[1]
    return np.sum(x**2)


def bool_by_identity(x):
    if (x[0] > 0) is True:
        x[0] = 5 * x[1]
    return np.sum(x**2)


def whole_by_index(A):
    v = A[()]
    v *= 2.0
    return np.sum(A**2)


def added_at_a_slice(A):
    np.add.at(A, (slice(None), 1), 1.5)
    return np.sum(A**2)


def dtype_by_place(A):
    return np.sum(np.asarray(A, "f4") ** 3)


def copied_by_keywords(x):
    np.copyto(dst=x, src=x * 2)
    np.copyto(x, src=x * x, where=x > 3.0)
    return np.sum(x)


def history_of_copies(x):
    h = []
    u = x.copy()
    for _ in range(3):
        u[1:] = 0.5 * (u[1:] + u[:-1])
        h.append(u.copy())
    s = 0.0
    for q in h:
        s += np.sum(q**2)
    return s


def history_of_new_arrays(x):
    h = []
    for t in range(3):
        u = x * t
        u[0] = x[1]
        h.append(u)
    s = 0.0
    for q in h:
        s += np.sum(q**2)
    return s


# What may be a part of an array is read as long as that one is not changed


def gates(z):
    i, f = np.split(z, [1])
    c = np.ones(len(f)) * f
    c += i * 2.0
    return np.sum(np.tanh(c) * f) + i[0]


def parts_of_one_of_two(x):
    u, v = x * 1.0, x * 2.0
    a, b = np.split(u, [1])
    v[0] = x[1]
    return np.sum(b * v[1:]) + a[0]


def parts_in_a_loop(x):
    u, v = x * 1.0, x * 2.0
    a, b = np.split(u, [1])
    for i in range(len(x)):
        v[i] = a[0] * np.sum(b)
    return np.sum(v)


def parts_of_a_changed_one(x):
    u = x * 1.0
    a, b = np.split(u, [1])
    u[0] = x[1] ** 2
    return np.sum(b) + a[0]


def parts_of_what_a_loop_changes(x):
    u = x * 1.0
    a, b = np.split(u, [1])
    s = 0.0
    for i in range(len(x)):
        s += a[0] * b[0]
        u[i] = x[i] ** 2
    return s


def parts_of_what_a_loop_renews(x):
    u = x * 1.0
    a, _ = np.split(u, [1])
    s = 0.0
    for i in range(len(x)):
        s += a[0]
        u[0] = x[i] ** 2
        u = u * 2.0
    return s + u[0]


def parts_of_what_a_path_renews(x):
    u = x * 1.0
    a, _ = np.split(u, [1])
    if x[0] > 5.0:
        u = x * 3.0
    u[0] = x[1] ** 2
    return a[0] + u[1]


def parts_of_another_name(x):
    u = x * 1.0
    a, _ = np.split(u, [1])
    w = u[::-1]
    w[-1] = x[1] ** 2
    return a[0]


def parts_of_parts(x):
    u = x * 1.0
    a, b = np.split(np.split(u, [2])[0], [1])
    u[0] = x[1] ** 2
    return a[0] * b[0]


def parts_of_an_item(x):
    h = [x * i for i in range(1, len(x) + 1)]
    a, b = np.split(h[0], [1])
    h[-3][0] = x[1] ** 2
    return a[0] * b[0]


def parts_in_a_tuple(x):
    u = x * 1.0
    box = np.split(u, [1])
    u[0] = x[1] ** 2
    return box[0][0] * box[1][0]


def parts_of_two_buffers(x):
    u, v = x * 1.0, x * 2.0
    a, _ = np.split(u, [1])
    s = 0.0
    for i in range(len(x)):
        v[0] = x[i] ** 2
        s += a[0]
        u, v = v, u
    return s


@pytest.mark.parametrize(
    ("program", "arg"),
    [
        (unpacked_entries, X),
        (unpacked_part, X),
        (unpacked_and_kept, X),
        (unpacked_rows, A),
        (twice_negated, X),
        (whole_by_index, A),
        (history_of_copies, X),
        (copied_by_keywords, X),
        (history_of_new_arrays, X),
        (gates, X),
        (parts_of_one_of_two, X),
        (parts_in_a_loop, X),
        (history, X),
        (kept_argument, X),
        (added_to_a_list, A),
        (joined_lists, A),
        (extended, X),
        (inserted, X),
    ],
)
def test_right(program, arg):
    check_changing(program, arg.copy())


@pytest.mark.parametrize(
    ("program", "arg"),
    [
        (kept_parts, X),
        (parts_of_a_changed_one, X),
        (parts_of_what_a_loop_changes, X),
        (parts_of_what_a_loop_renews, X),
        (parts_of_what_a_path_renews, X),
        (parts_of_another_name, X),
        (parts_of_parts, X),
        (parts_of_an_item, X),
        (parts_in_a_tuple, X),
        (parts_of_two_buffers, X),
        (kept_rows, A),
        (appended_rows, A),
        (indexed_rows, A),
        (rows_in_tuples, A),
        (zipped_rows, A),
        (reversed_rows, A),
        (stacked_results, X),
        (listed_results, X),
        (part_by_recursion, X),
        (changed_by_recursion, X),
        (diagonal_by_diag, A),
        (diagonal_by_linalg, A),
        (transposed_by_linalg, A),
        (broadcast_together, X),
        (stopped, X),
        (by_a_rule, X),
        (cast, X),
        (two_names_without_axes, X),
        (helper_without_axes, X),
        (entry_in_place, X),
        (entry_read_later, X),
        (matched_bool, X),
        (bool_by_identity, X),
        (added_at_a_slice, A),
        (dtype_by_place, A),
    ],
)
def test_refused(program, arg):
    with pytest.raises(S2SDiffError, match=r"^S2S30[2567] "):
        grad(program)(arg.copy(), *([1] if "recursion" in program.__name__ else []))
