"""Stores into arrays: value, gradient, pushforward, second order, and what is left of the arguments."""

import copy
import math

import numpy as np
import pytest

from s2sdiff import S2SDiffError, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from s2sdiff.frontend.lower import lower
from s2sdiff.frontend.modules import module_from_text
from s2sdiff.frontend.targets import find_target
from s2sdiff.ir.types import array
from tests.arrays.checking import along, check, directions, inner, leaves

X = np.array([0.3, -0.7, 1.1, 0.4, 0.9])
A = np.arange(12.0).reshape(3, 4) / 7.0 - 0.8


def left(function, *args):
    """The arguments as the function leaves them."""
    given = copy.deepcopy(args)
    function(*given)
    return given


def check_changing(function, *args):
    """Check a function that changes its arguments: by value, by gradient, and by what it leaves of them."""
    wrt = tuple(range(len(args)))

    def fresh(*point):
        return function(*copy.deepcopy(point))

    expected = left(function, *args)
    given = copy.deepcopy(args)
    value, bars = value_and_grad(function, wrt)(*given)
    np.testing.assert_allclose(value, fresh(*args), rtol=1e-12)
    for now, then in zip(leaves(given), leaves(expected), strict=True):
        np.testing.assert_allclose(now, then, rtol=1e-12, atol=1e-15)
    for seed in range(3):
        dots = directions(args, seed)
        slope = along(fresh, args, dots)[0]
        np.testing.assert_allclose(inner(bars, dots), slope, rtol=2e-7, atol=2e-7)
    given = copy.deepcopy(args)
    _, dot = jvp(function, wrt)(*given, *dots)
    np.testing.assert_allclose(dot, inner(bars, dots), rtol=1e-9, atol=1e-11)
    for now, then in zip(leaves(given), leaves(expected), strict=True):
        np.testing.assert_allclose(now, then, rtol=1e-12, atol=1e-15)
    product = hvp(function, wrt)(*copy.deepcopy(args), *dots)
    slopes = along(lambda *p: value_and_grad(function, wrt)(*copy.deepcopy(p))[1], args, dots)
    found = np.concatenate([np.ravel(each) for each in leaves(product)])
    np.testing.assert_allclose(found, np.ravel(slopes), rtol=2e-6, atol=2e-6)
    if all(isinstance(arg, float | np.ndarray) for arg in args):
        check_hessian(function, wrt, args, dots, product, expected)


def check_or_refused(function, arg, *codes):
    """The same, of a function that may be refused with one of these codes."""
    try:
        check_changing(function, arg.copy())
    except S2SDiffError as problem:
        assert problem.code in codes


def check_hessian(function, wrt, args, dots, product, expected):
    """Its blocks times the directions are the product; the arguments are left as `expected`."""
    given = copy.deepcopy(args)
    blocks = hessian(function, wrt)(*given)
    for now, then in zip(leaves(given), leaves(expected), strict=True):
        np.testing.assert_allclose(now, then, rtol=1e-12, atol=1e-15)
    rows = zip(blocks, product, strict=True)
    for row, found in rows:
        total = sum(
            np.tensordot(block, dot, np.ndim(dot)) for block, dot in zip(row, dots, strict=True)
        )
        np.testing.assert_allclose(total, found, rtol=1e-9, atol=1e-9)


# Stores of every kind


def items(x):
    a = np.zeros(4)
    a[0] = x[1] * x[2]
    a[-1] = math.sin(x[0])
    a[1] += a[0] * x[3]
    a[0] *= a[1]
    a[2] -= x[4] ** 2
    a[3] /= 2.0 + x[1] ** 2
    a[1] **= 2
    return np.sum(a * a) + a[0]


def slices(x):
    a = np.ones(5)
    a[1:3] = x[:2] * 2.0
    a[::2] *= x[:3]
    a[3:] += x[3]
    a[-2:] -= x[1:3]
    a[::-1] = a * x
    return np.sum(a**3)


def overlapping(x):
    a = x.copy()
    a[1:] = a[:-1] * x[1:]
    a[:-1] = a[1:]
    a[::-1][1:] += a[:-1]
    return np.sum(a * x)


def matrix(a, x):
    b = np.zeros((3, 4))
    b[0] = x[:4]
    b[1, 1:3] = a[0, :2]
    b[:, 0] *= a[:, 1]
    b[2, ...] = b[0] * x[4]
    b[..., 3] += 2.0
    b[1:, ::2] -= a[1:, ::2]
    b[:2, 1] = x[0]
    return np.sum(b * b * a)


def masked(x):
    a = x * 1.0
    a[a > 0.5] = 0.0
    a[x < 0.0] *= 3.0
    a[x > 1.0] += x[x > 1.0]
    a[a == 0.0] = x[1] * x[2]
    return np.sum(a**2)


def by_indices(x):
    a = x * 1.0
    i = np.array([0, 2, 0])
    a[i] = np.array([x[1] ** 2, x[3], x[4] * 2.0])
    a[i] += x[:3]
    a[np.array([1, 1])] *= x[2]
    a[[3, 4]] = a[[4, 3]]
    np.add.at(a, i, x[2:])
    np.subtract.at(a, i, x[0])
    return np.sum(a * a)


def pairs_of_indices(a):
    b = a * 1.0
    b[[0, 1, 0], [1, 2, 1]] = np.array([a[2, 0], a[1, 1] ** 2, a[0, 3]])
    b[[2, 0]] *= a[:2]
    np.add.at(b, ([0, 0], [2, 2]), a[1, :2])
    return np.sum(b**2)


def by_functions(x):
    a = np.empty(5)
    np.copyto(a, x * 2.0)
    b = np.empty_like(a)
    b.fill(x[0])
    np.multiply(a, x, out=b)
    np.sin(b, b)
    c = np.zeros((5, 5))
    np.fill_diagonal(c, x)
    c.sort(axis=0)
    np.copyto(a, b, where=x > 0.0)
    return np.sum(a * b) + np.sum(c * c * x)


def sorted_by_itself(x):
    y = x * x
    y.sort()
    return np.sum(y * np.arange(5.0))


def whole(x):
    a = np.zeros(5)
    a[:] = x * x
    a[...] += x
    a *= 2.0
    a -= x[1]
    a[:] = a[::-1]
    a /= 3.0
    a **= 2
    return np.sum(a * x)


def of_float32(x):
    a = np.zeros(5, dtype=np.float32)
    a[0] = 2.0
    b = np.zeros(5)
    b[1:] = x[1:] * a[0]
    return np.sum(b * x)


def exchanged(a):
    b = a * 1.0
    b[0, 0], b[2, 3] = b[2, 3] * 2.0, b[0, 0]
    b[0], b[1] = b[1], b[0]
    b[[1, 2]] = b[[2, 1]]
    return np.sum(b * b * np.arange(12.0).reshape(3, 4))


@pytest.mark.parametrize(
    ("program", "args"),
    [
        (items, (X,)),
        (slices, (X,)),
        (overlapping, (X,)),
        (matrix, (A, X)),
        (masked, (X,)),
        (by_indices, (X,)),
        (pairs_of_indices, (A,)),
        (by_functions, (X,)),
        (sorted_by_itself, (X,)),
        (whole, (X,)),
        (of_float32, (X,)),
        (exchanged, (A,)),
    ],
)
def test_stores(program, args):
    check(program, *args)


# Names and views


def other_names(x):
    a = np.zeros(5)
    b = a
    b[0] = x[0]
    a[1] = b[0] * x[1]
    c = np.asarray(b)
    c[2] = a[1] + b[0]
    return np.sum(a * a)


def views(x):
    a = x * 2.0
    b = a[1:]
    c = b[::-1]
    c[0] = x[1] ** 2
    a[2] *= 3.0
    b += x[:4]
    s = np.sum(c * c)
    a[:] = 0.0
    return s + np.sum(b * x[1:])


def turned(a):
    b = a * a
    t = b.T
    t[1] = a[:, 2]
    u = t[:, 1:]
    u[0, 0] = 5.0 * a[0, 0]
    s = np.swapaxes(b, 0, 1)
    s[3, 2] += a[1, 1]
    return np.sum(b * a) + np.sum(t[2])


def reshaped(x):
    a = np.zeros((2, 3))
    flat = a.reshape(-1)
    flat[1] = x[0]
    a[1] = x[1:4]
    r = a.ravel()
    r[5] *= x[4]
    back = r.reshape(3, 2)
    back[2] += flat[1]
    return np.sum(a**2)


def rows(a):
    b = a.copy()
    for row in b:
        row[0] = row[1] * row[2]
        row *= 2.0
    total = 0.0
    for at, row in enumerate(b):
        row[-1] += at * row[0]
        total += np.sum(row * a[at])
    return total


def in_structures(x):
    a, b = x * 1.0, x * 2.0
    pair = (a, b)
    table = {"a": a, "list": [b, 1.0]}
    pair[0][1] = x[0] * x[2]
    table["a"][2] *= b[0]
    table["list"][0][:2] = a[1:3]
    first, second = pair
    first[4] = second[0]
    return np.sum(a * b)


def copies(x):
    a = x * 1.0
    b, c, d = a.copy(), np.array(a), a[np.array([0, 1])]
    a[0] = 7.0 * x[1]
    b[1] = x[2]
    d[0] = 3.0
    return np.sum(a * b) + np.sum(c) + d[1] * d[0]


def helper(p, k):
    p[0] *= k
    p[1:] += p[0]
    return p[1] * k


def other_helper(p, q):
    q[0] = p[0]
    p[1] = q[0] * q[1]


def helpers(x):
    a = x * 1.0
    s = helper(a, x[0])
    helper(a[2:], s)
    other_helper(a, a)
    other_helper(a[1:], a)
    return np.sum(a) * s


def evaluated_in_order(x):
    a = x * 1.0
    a[1] += helper(a, 2.0)
    a[1:3] -= helper(a, x[0])
    return np.sum(a * a)


@pytest.mark.parametrize(
    ("program", "args"),
    [
        (other_names, (X,)),
        (views, (X,)),
        (turned, (A,)),
        (reshaped, (X,)),
        (rows, (A,)),
        (in_structures, (X,)),
        (copies, (X,)),
        (helpers, (X,)),
        (evaluated_in_order, (X,)),
    ],
)
def test_names_and_views(program, args):
    check(program, *args)


# Loops and branches


def recurrence(x):
    y = np.empty(5)
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = 0.5 * y[i - 1] * y[i - 1] + math.sin(x[i])
    return np.sum(y * y)


def backwards(x):
    y = x.copy()
    for i in range(len(x) - 2, -1, -1):
        y[i] = y[i + 1] * x[i] + y[i]
    return y[0]


def overwritten(x):
    y = x.copy()
    for _ in range(3):
        for i in range(1, 5):
            y[i] = y[i] * y[i - 1] + math.sin(x[i])
    return np.sum(y)


def with_steps(x):
    y = np.ones(5)
    for i in range(0, 5, 2):
        y[i] = x[i] ** 2
    for i in range(3, 0, -2):
        y[i] *= y[i - 1] * y[i + 1]
    return np.sum(y * x)


def wrapping(x):
    y = x * 1.0
    for i in range(len(x)):
        y[i] = y[i - 1] * x[i]
    return np.sum(y * y)


def with_early_exits(x):
    y = np.zeros(5)
    for i in range(5):
        if x[i] < -5.0:
            continue
        if i > 2 and x[i] > 0.35:
            break
        y[i] = x[i] ** 2
        if x[i] > 1.0:
            y[0] += x[i]
    else:
        y[4] = 3.0 * x[0]
    return np.sum(y**2)


def no_turns(x):
    y = x * 2.0
    for i in range(0):
        y[i] = 0.0
    k = 0
    while k < 0:
        y[k] = x[k]
        k += 1
    return np.sum(y)


def in_branches(x):
    y = x * 1.0
    view = y[1:]
    if x[0] > 0.0:
        y[1] = x[2] ** 2
        view[2] *= 3.0
    else:
        y[:] = x * 2.0
    y[0] = y[1]
    if x[1] > 0.0:
        y[2] = 0.0
    return np.sum(y * y)


def kept_before_changes(x):
    y = x * 1.0
    kept = []
    for _ in range(3):
        kept.append(y + 1.0)  # its tangent is that of y
        y[0] = y[1] * y[0]
    return np.sum(kept[0] ** 2) + np.sum(kept[1] ** 2) + np.sum(y)


def taken_and_added(x):
    kept = []
    for i in range(3):
        kept.append(x * i)
    w = x * 3.0
    w[0] = w[0] * w[1]
    z = kept.pop() + w  # both have one cotangent
    return np.sum(z * z) + np.sum(kept[0])


def part_while_changing(x):
    y = x * 1.0
    k = 0
    while k < 3:
        k += 1
        y[:-2] *= y[1:-1] + 0.25
    return np.sum(y)


def rebound_on_one_path_in_turns(x):
    A = np.outer(x, x)
    w = x
    for row in A:
        if row[-4] > 0.0:
            w = np.full(5, row)
        row[row > 0.0] *= w[-4]
    return np.sum(A)


def while_changing(x):
    y = x * 1.0
    k = 0
    while y[0] < 3.0 and k < 20:
        y[0] = y[0] + 0.5 * y[4]
        y[k % 5] *= 1.1
        k += 1
    return np.sum(y)


def buffers(x):
    old, new = x * 1.0, np.zeros(5)
    for _ in range(3):
        for i in range(5):
            new[i] = old[i] * old[i - 1]
        old, new = new, old
    return np.sum(old)


def cholesky(a):
    s = a @ a.T + 3.0 * np.eye(3)
    n = len(s)
    factor = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            total = s[i, j]
            for k in range(j):
                total -= factor[i, k] * factor[j, k]
            if i == j:
                factor[i, i] = math.sqrt(total)
            else:
                factor[i, j] = total / factor[j, j]
    return np.sum(factor**2 * np.arange(9.0).reshape(3, 3))


def heat(a):
    u = a.copy()
    m, n = u.shape
    for _ in range(3):
        new = u.copy()
        for i in range(1, m - 1):
            for j in range(1, n - 1):
                new[i, j] = u[i, j] ** 2 + 0.1 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1])
        u = new
    return np.sum(u * u)


def stencil(a):
    u = a.copy()
    for _ in range(3):
        u[1:-1, 1:-1] += 0.1 * (u[:-2, 1:-1] + u[2:, 1:-1] - 2.0 * u[1:-1, 1:-1]) * u[1:-1, :-2]
    return np.sum(u * u)


def sums_of_terms(x, a):
    total = 0.0
    for i in range(3):
        z = 0.0
        for k in range(4):
            z += math.exp(a[i, k] * x[k])
        total += math.log(z)
    return total


def largest(x, a):
    total = 0.0
    best = np.zeros(3, dtype=int)
    for i in range(3):
        for k in range(4):
            if a[i, k] > a[i, best[i]]:
                best[i] = k
        total += a[i, best[i]] * x[best[i]]
    return total


@pytest.mark.parametrize(
    ("program", "args"),
    [
        (recurrence, (X,)),
        (backwards, (X,)),
        (overwritten, (X,)),
        (with_steps, (X,)),
        (wrapping, (X,)),
        (with_early_exits, (X,)),
        (no_turns, (X,)),
        (in_branches, (X,)),
        (in_branches, (-X,)),
        (kept_before_changes, (X,)),
        (taken_and_added, (X,)),
        (part_while_changing, (X[:4],)),
        (rebound_on_one_path_in_turns, (X,)),
        (while_changing, (X,)),
        (buffers, (X,)),
        (cholesky, (A[:, :3] ** 2,)),
        (heat, (A,)),
        (stencil, (A,)),
        (sums_of_terms, (X, A)),
        (largest, (X, A)),
    ],
)
def test_loops(program, args):
    check(program, *args)


# Arguments that are changed


def changed(x):
    x[0] = x[1] * x[2]
    x[1:] *= x[:-1]
    return np.sum(x**2)


def changed_through_views(x, a):
    a.T[0] = x[:3]
    x += x[0]
    row = a[1]
    row *= 2.0
    a[2, 1:][0] = x[1]
    return np.sum(a) * x[3]


def changed_in_a_loop(x):
    for i in range(1, len(x)):
        x[i] = x[i] * x[i - 1]
        if x[i] > 0.2:
            x[0] += 0.1
    return np.sum(x)


def changed_after_use(x):
    s = np.sum(x * x)
    t = x[1:] * s
    x[:] = 0.0
    x[0] = s
    return np.sum(t) + x[0] ** 2


def changed_on_one_path(x):
    if x[0] > 0.0:
        x[1] = x[0] ** 2
    y = x * 1.0
    y[0] = x[1]
    return np.sum(x * y)


@pytest.mark.parametrize(
    ("program", "args"),
    [
        (changed, (X,)),
        (changed_through_views, (X, A)),
        (changed_in_a_loop, (X,)),
        (changed_after_use, (X,)),
        (changed_on_one_path, (X,)),
        (changed_on_one_path, (-X,)),
    ],
)
def test_changed_arguments(program, args):
    check_changing(program, *args)


def test_gradient_alone_leaves_what_the_function_leaves():
    given = X.copy()
    grad(changed)(given)
    np.testing.assert_allclose(given, *left(changed, X))


def two(x, y):
    x[0] = y[1]
    return np.sum(x * y)


def in_a_dict(p):
    p["a"][0] = p["b"][1]
    return np.sum(p["a"] * p["b"])


@pytest.mark.parametrize(
    ("one", "other"), [(X[:], X[:]), (X[:3], X[2:]), (X[::2], X[::-2]), (X[1:4], X[:3])]
)
def test_shared_memory_raises(one, other):
    before = X.copy()
    with pytest.raises(ValueError, match="must share no memory"):
        value_and_grad(two, (0, 1))(one, other)
    with pytest.raises(ValueError, match="must share no memory"):
        grad(in_a_dict)({"a": one, "b": other})
    np.testing.assert_array_equal(X, before)


def test_parts_that_share_nothing():
    whole = np.arange(10.0)
    value, _ = value_and_grad(two, (0, 1))(whole[::2], whole[1::2])
    assert value == 3.0 * 1.0 + 2.0 * 3.0 + 4.0 * 5.0 + 6.0 * 7.0 + 8.0 * 9.0


FACTORS = np.array([1.0, 2.0, 3.0, 4.0, 5.0])


def changes_and_reads_a_global(x):
    x[0] = FACTORS[1]
    return np.sum(x * FACTORS)


def test_global_that_is_passed_and_changed():
    with pytest.raises(ValueError, match="FACTORS must not be passed"):
        grad(changes_and_reads_a_global)(FACTORS)
    with pytest.raises(ValueError, match="FACTORS must not be passed"):
        grad(changes_and_reads_a_global)(FACTORS[:])


# Refusals and exceptions


def into_ints(x):
    a = np.arange(5)
    a[0] = x[0]
    return np.sum(a * x)


def adds_to_ints(x):
    a = np.zeros(5, dtype=int)
    a += x
    return np.sum(a)


def into_bools(x):
    a = x > 0.0
    a[0] = 3
    return np.sum(x[a])


def into_a_global(x):
    FACTORS[0] = x[0]
    return np.sum(x)


def into_a_broadcast(x):
    a = np.broadcast_to(x, (2, 5))
    a[0, 0] = 1.0
    return np.sum(a)


def read_after(x):
    y = x * 1.0
    if x[0] > 0.0:
        b = y[1:]
    else:
        b = x[1:]
    y[2] = 0.0
    return np.sum(b)


def part_of_what_is_rebound(x):
    c = x[::2]
    if x[0] > 1.0:
        x = np.zeros(5)
    c[1] *= 2.0
    return np.sum(x)


def transposed_part_of_what_has_another_name(x):
    z = x * 2.0
    w = [z.T]
    v = z
    if x[0] > 1.0:
        v = np.ones(5)
    w[0][0] = 5.0
    return np.sum(v) + np.sum(z)


def part_of_what_may_be_a_part(x):
    A = np.outer(x, x)[:, ::-1]
    row = A.ravel()[1:]
    A[:] = 1.0
    return row @ row


def with_too_many_axes(x):
    a = np.zeros((2, 5))
    a[0] = a * x
    return np.sum(a)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (into_ints, "S2S306 a float is stored in an array of ints, which would cut it"),
        (adds_to_ints, "S2S306 a float is stored in an array of ints"),
        (into_bools, "S2S306 an int is stored in an array of bools"),
        (into_a_global, "S2S307 an array from outside the function is changed"),
        (into_a_broadcast, "S2S307 what np.broadcast_to.. gives"),
        (read_after, "S2S305 b is an array that has another name, or is a part of one"),
        (part_of_what_is_rebound, "S2S307 an array that has another name on some path"),
        (transposed_part_of_what_has_another_name, "S2S307 an array that has another name"),
        (part_of_what_may_be_a_part, "S2S305 row is what np.ravel.. gives"),
        (with_too_many_axes, "S2S306 an array of 2 axes is stored where there are 1"),
    ],
)
def test_refused(program, message):
    with pytest.raises(S2SDiffError, match=message) as found:
        value_and_grad(program)(X)
    assert found.value.span is not None
    assert found.value.remedy


def into_an_output(out, x):
    out[:] = 0
    for i in range(3):
        for j in range(2):
            out[i] += x[i] * x[j]
    return np.sum(out * x)


def test_an_argument_that_is_filled_is_left_filled():
    """Its last value is the cotangent of the other argument, which is filled in turn."""
    x, out, expected = X[:3].copy(), np.ones(3), np.ones(3)
    into_an_output(expected, x)
    grad(into_an_output, 1)(out, x)
    np.testing.assert_array_equal(out, expected)


def mutated(x):
    x[0] *= x[1]
    return x


def test_tangents_and_cotangents_may_be_the_argument_itself():
    x = X[:3].copy()
    np.testing.assert_allclose(jvp(mutated)(x, x)[1], jvp(mutated)(X[:3].copy(), X[:3])[1])
    x = X[:3].copy()
    np.testing.assert_allclose(vjp(mutated)(x, x)[1], vjp(mutated)(X[:3].copy(), X[:3])[1])


def returned_in_a_dict(x):
    found = {"a": x, "b": x[1:]}
    x[0] *= x[1]
    x[2] = 3.0 * x[0]
    return found


def test_what_is_returned_in_a_dict_is_what_it_is_then():
    x, dot = X[:3].copy(), np.array([1.0, 2.0, 3.0])
    value, pushed = jvp(returned_in_a_dict)(x, dot)
    np.testing.assert_array_equal(value["a"], returned_in_a_dict(X[:3].copy())["a"])
    np.testing.assert_array_equal(value["b"], value["a"][1:])
    h = 1e-6
    ends = [returned_in_a_dict(X[:3] + sign * h * dot)["a"] for sign in (1, -1)]
    np.testing.assert_allclose(pushed["a"], (ends[0] - ends[1]) / (2 * h), rtol=1e-6)


def rows_from_rows(a):
    for i in range(2):
        a[i] *= a[i - 1]
    return np.sum(a * a)


def rows_from_an_entry(a):
    for row in a:
        row *= a[0, 0]
    return np.sum(a * a)


@pytest.mark.parametrize("program", [rows_from_rows, rows_from_an_entry])
def test_pullback_of_a_gradient_is_the_hessian_times_a_vector(program):
    a, v = A[:2, :3].copy(), 0.5 - A[:2, :3]
    pulled = vjp(grad(program))(a.copy(), v)[1]
    np.testing.assert_allclose(pulled, hvp(program)(a.copy(), v), rtol=1e-12)


def stores_in_a_try(x):
    y = np.zeros(4)
    try:
        y[0] = x[0] ** 2
        y[9] = x[1]
    except IndexError:
        y[1] = x[2]
    return np.sum(y * y)


def restores(x):
    try:
        for i in range(6):
            x[i] *= x[0]
    finally:
        x[1] *= 2.0
    return np.sum(x * x)


def doubled_from(a, i):
    if i < len(a):
        a[i] = a[i] * 2.0
        return doubled_from(a, i + 1)
    return 0.0


def with_recursion(x):
    return doubled_from(x, 0) + np.sum(x * x)


@pytest.mark.parametrize("program", [stores_in_a_try, restores, with_recursion])
def test_refused_where_it_cannot_be_told_what_was_stored(program):
    with pytest.raises(S2SDiffError, match="S2S307"):
        grad(program)(X[:4].copy())


def far_away(x, i):
    a = np.zeros(5)
    a[i] = x[0]
    return a[0]


def too_long(x):
    a = np.zeros(3)
    a[:] = x
    return np.sum(a)


def test_exceptions_of_the_primal():
    with pytest.raises(IndexError, match="index 7 is out of bounds"):
        grad(far_away)(X, 7)
    with pytest.raises(ValueError, match="could not broadcast"):
        grad(too_long)(X)
    fixed = X.copy()
    fixed.setflags(write=False)
    with pytest.raises(ValueError, match="read-only"):
        grad(changed)(fixed)
    with pytest.raises(S2SDiffError, match="S2S403 the argument x is an array of dtype object"):
        grad(changed)(np.array([1.0, 2.0, 3.0], dtype=object))


# The text


def text_of(function, *args):
    derivative = value_and_grad(function)
    derivative(*copy.deepcopy(args))
    return derivative.source


def test_entries_stored_once_record_nothing():
    for program, args in ((recurrence, (X,)), (cholesky, (A[:, :3] ** 2,)), (backwards, (X,))):
        text = text_of(program, *args)
        assert "append" not in text
        assert ".copy()" not in text or "copy" in program.__code__.co_names
        assert "= 0.0\n" not in text.partition("# reverse sweep")[2]


def test_stencils_record_nothing():
    def linear(a):
        u = a.copy()
        for _ in range(3):
            u[1:-1] += 0.1 * (u[:-2] - 2.0 * u[1:-1] + u[2:])
        return np.sum(u * u)

    assert "append" not in text_of(linear, X)


def squared(x):
    s = 0.0
    for i in range(len(x) - 1):
        s += (x[i + 1] - x[i] ** 2) ** 2
    return s


def test_both_sweeps_in_one_pass():
    text = text_of(squared, X)
    assert text.count("for i in") == 1
    assert "# reverse sweep" not in text
    assert "append" not in text_of(sums_of_terms, X, A)


def test_second_derivatives_of_what_is_changed():
    def f(x):
        x[0] = x[1] * x[2]
        return x[0] ** 2 + x[1]

    found = hessian(f)(X[:3].copy())
    b, c = X[1], X[2]
    np.testing.assert_allclose(
        found, [[0, 0, 0], [0, 2 * c * c, 4 * b * c], [0, 4 * b * c, 2 * b * b]]
    )


@pytest.mark.parametrize("operator", [jacobian, hessian])
@pytest.mark.parametrize("wrt", [0, 1, (0, 1)])
def test_matrices_of_arguments_that_share_memory(operator, wrt):
    def f(x, y):
        x[0] = y[1] * x[0]
        return x[0] * x[1] + y[0] * y[1] ** 2

    x = X.copy()
    with pytest.raises(ValueError, match="x must share no memory with y"):
        operator(f, wrt)(x, x)
    np.testing.assert_array_equal(x, X)


def test_each_row_of_a_hessian_works_on_one_copy():
    text = hessian(changed_in_a_loop)
    text(X.copy())
    assert text.source.count(".copy()") == 2  # the argument and its direction


def copied_on_one_path(x, t):
    if t < -3.0:
        x = x + t
    x[0] = t * x[1]
    if t < 0.0:
        x = x * 2.0
    x[1] -= x[0] * t
    return np.sum(x * x)


def copied_on_an_inner_path(x, t):
    if t > 0.0:
        x[1] = t
    else:
        if t < -3.0:
            x = x + t
        x -= 1.0
    return np.sum(x * x) * t


def left_behind_on_a_path(x, t):
    if t > 0.0:
        x[1] = t
    else:
        if t < -3.0:
            x = x + t
        x[0] = t
        x = np.ones(5) * t
    return np.sum(x)


def copied_in_a_loop(x, t):
    for i in range(2):
        if i == 1:
            x = x * t
        x -= 1.0
    return np.sum(x * x)


def changed_by_a_helper(x, t):
    if t < -3.0:
        x = x + t
    for i in range(3):
        scale_entry(x, i, t)
    return np.sum(x * x)


def scale_entry(x, i, t):
    x[i] = x[i + 1] * t


@pytest.mark.parametrize("t", [1.5, -1.5, -5.0])
@pytest.mark.parametrize(
    "program",
    [
        copied_on_one_path,
        copied_on_an_inner_path,
        left_behind_on_a_path,
        copied_in_a_loop,
        changed_by_a_helper,
    ],
)
def test_the_caller_sees_what_is_changed_on_a_path(program, t):
    check_changing(program, X, t)


def rebound_and_changed(x, t):
    i = 0
    while i < 2:
        if t > i:
            x = x * t
        x -= 1.0
        i += 1
    return np.sum(x)


def test_changed_and_rebound_in_a_loop():
    with pytest.raises(S2SDiffError, match="S2S307 an array is changed in this loop that gets"):
        grad(rebound_and_changed)(X, 1.5)


def read_before_the_sum(x, t):
    w = x * t
    a = w[0] * 2.0
    for i in range(2):
        w += x * x[i]
    if t > 0.0:
        w -= x
    return a * w[1] + np.sum(w)


def reset_and_summed(x, t):
    w = np.array([x[2], 1.0, 0.25])
    if w[1] < 1.0:
        x -= 1.0
    else:
        w[...] = 1.0
        t = t + w[1]
        for i in range(3):
            w += x[i]
    return t + np.sum(w * w)


@pytest.mark.parametrize("t", [1.5, -1.5])
@pytest.mark.parametrize("program", [read_before_the_sum, reset_and_summed])
def test_what_is_read_before_a_sum_in_a_loop(program, t):
    check_changing(program, X, t)


def rows_of_what_may_be_a_part(y):
    for row in y[::-1].reshape(2, 2):
        y[3] += row[1]
    return np.sum(y)


def entries_of_what_may_be_a_part(y):
    for v in y[::-1].ravel():
        y[3] += v * v
    return np.sum(y)


def pieces(y):
    for a in np.split(y, 2):
        y[3] += a[1] ** 2
    return np.sum(y)


def kept_rows(y):
    rows = list(y[::-1].reshape(2, 2))
    for row in rows:
        y[3] += row[1]
    return np.sum(y)


def in_one_comprehension(y):
    return sum([changed_and_read(y, row) for row in np.broadcast_to(y, (2, 4))])


def changed_and_read(y, row):
    found = row[3] * row[0]
    y[3] += 1.0
    return found


def changing(y):
    y[3] = y[0] ** 2
    return np.ones(4)


def in_one_call(y):
    return np.dot(y[::-1].reshape(-1), changing(y))


def in_one_product(y):
    return np.sum(y[::-1].reshape(4) * changing(y))


def in_one_tuple(y):
    a, b = y[::-1].reshape(4), changing(y)
    return np.sum(a * b)


def in_one_list(y):
    return np.sum([y[::-1].reshape(4), changing(y)][0] ** 2)


def in_one_index(y):
    return np.sum(y[::-1].reshape(4)[changing(y) > 0])


@pytest.mark.parametrize(
    "program",
    [
        rows_of_what_may_be_a_part,
        entries_of_what_may_be_a_part,
        pieces,
        kept_rows,
        in_one_comprehension,
        in_one_call,
        in_one_product,
        in_one_tuple,
        in_one_list,
        in_one_index,
    ],
)
def test_what_may_be_a_part_is_not_read_after_a_change(program):
    message = r"S2S30(5|7) .*(an array was changed since|runs over what may be a part of it)"
    with pytest.raises(S2SDiffError, match=message):
        grad(program)(X[:4].copy())


def sum_of_parts(y):
    a = y.reshape(2, 2) * 2.0
    y[1] = a[0, 1] ** 2
    s = 0.0
    for row in y.reshape(2, 2):
        s += row[0] * row[1]
    if s > 100.0:
        y[0] = 1.0
    else:
        s += np.dot(y.reshape(4), a.ravel())
    return s + y[1:] @ changing(y)[1:]


def test_what_may_be_a_part_is_read_before_a_change():
    check_changing(sum_of_parts, X[:4])


def through_reshaped(x):
    A = x.reshape(2, 2)
    A[0, 1] = A[1, 0] ** 2
    b = np.ravel(x)
    b[3] *= b[0]
    for row in A:
        row *= row[0]
    x[2] -= A[0, 1]
    return np.sum(x * b) + np.sum(A.T @ A)


def reshaped_and_kept(x):
    A = x.reshape(2, 2)
    x = x * 2.0
    for i in range(2):
        for j in range(2):
            A[i, j] *= x[i + j]
    return np.sum(x * A.ravel()) + scale_first(A)


def scale_first(A):
    A[0] *= A[1]
    return A[0, 0]


def reshaped_copies(x):
    A = x.copy().reshape(2, 2)
    A[0, 1] = A[1, 0] ** 2
    y = np.copy(x).ravel()
    y[0] = y[1] * x[2]
    B = np.reshape(x * x, (2, 2))
    B[1] -= A[0]
    return np.sum(A * A) + np.sum(y * y) + np.sum(B * B)


@pytest.mark.parametrize("program", [through_reshaped, reshaped_and_kept, reshaped_copies])
def test_stores_through_reshaped_arrays(program):
    check_changing(program, X[:4].copy())


def test_what_is_reshaped_must_have_no_gaps():
    x = np.zeros((4, 2))
    x[:, 0] = X[:4]
    before = x.copy()
    for operator in (grad, hessian):
        with pytest.raises(ValueError, match="x must be C-contiguous"):
            operator(through_reshaped)(x[:, 0])
        np.testing.assert_array_equal(x, before)
    check_changing(reshaped_copies, x[:, 0])
    derivative = value_and_grad(through_reshaped)
    derivative(X[:4].copy())
    scope = {}
    exec(derivative.source, scope)
    again = scope["through_reshaped_value_and_grad"]
    value, bar = jvp(again, source=derivative.source)(X[:4].copy(), X[:4])[0]
    expected = derivative(X[:4].copy())
    np.testing.assert_allclose(value, expected[0])
    np.testing.assert_allclose(bar, expected[1])


def entries_are_changed(x):
    w = np.zeros(3)
    w[:2] = x[:2]
    for v in w:
        w[2] += v**2
        if w[2] > 50.0:
            break
    for row, v in zip(x.reshape(2, 2), w, strict=False):
        x[3] += row[1] * v
    return w[2] * x[3]


def entries_of_rows(x):
    A = np.zeros((2, 2))
    A[0], A[1] = x[:2], x[2:4]
    for row in A:
        for v in row:
            A[1] += row * v
    for a, b in A:
        A[0] += a * b
    return np.sum(A)


def test_entries_are_read_in_their_turn():
    check_changing(entries_are_changed, X[:4].copy())
    check_changing(entries_of_rows, X[:4].copy())


AT_ONCE = """
import numpy as np
from functools import reduce


def f(x: "f8[4]"):
    def up(v, i=1.0):
        x[3] += v**2 * i
        return x[3]

    total = 0.0
    {}
    return total + np.sum(x)
"""


@pytest.mark.parametrize(
    "text",
    [
        "for i, v in enumerate(x): x[3] += v**2 * i",
        "for u, v in zip(x, x[1:]): x[3] += v**2 * u",
        "for v in reversed(x): x[0] += v**2",
        "total = sum([up(v) for v in x])",
        "total = sum([up(v, i) for i, v in enumerate(x)])",
        "total = sum(map(up, x))",
        "total = reduce(lambda s, v: s + up(v), x, 0.0)",
        "total = sum(filter(lambda v: up(v) > 0.0, x))",
        "z = zip(x, x); x[3] = x[0] ** 2; total = sum([a * b for a, b in z])",
        "z = (v * v for v in x); x[3] = x[0] ** 2; total = sum(z)",
    ],
)
def test_entries_that_were_read_at_once(text):
    with pytest.raises(S2SDiffError, match=r"S2S30(2|7) (a generator|an array)"):
        lower(find_target(module_from_text("program.py", AT_ONCE.format(text)), "f"), FOUR)


FOUR = {"x": array("float", (4,))}
INNER = slice(1, -1)
EDGES = (slice(None, None, 2), slice(1, None))


def slices(A):
    rows = slice(1, None)
    A[rows, INNER] += A[0, slice(1, 3)] ** 2
    A[EDGES] *= A[0, 0]
    return np.sum(A[INNER] ** 2) + np.sum(A[slice(2)])


def stacked(x):
    z = np.asarray([x, x * x])
    w = z[1]
    z[0] = w * x
    w[1] = x[2] ** 2
    x[0] = 3.0
    return np.sum(z * z)


def laid_out(x):
    z = np.reshape([x[0], x[1], x[2], x[3]], (2, 2))
    z[0] *= x[4]
    line = np.ravel((x, x))
    line[1:3] *= z[1]
    x[1] = 2.0
    return np.sum(z * z) + np.sum(line * line)


@pytest.mark.parametrize(("program", "arg"), [(slices, A), (stacked, X), (laid_out, X)])
def test_slices_and_arrays_of_parts(program, arg):
    check_changing(program, arg)


def test_slices_of_bounds_known_later():
    def f(x):
        return np.sum(x[slice(1, len(x))])

    with pytest.raises(S2SDiffError, match=r"S2S306 a slice\(\) of bounds that are no ints"):
        grad(f)(X)


@pytest.mark.parametrize("function", [np.multiply, np.maximum])
def test_functions_that_change_at_places(function):
    def f(x):
        function.at(x, np.array([0, 0]), 2.0)
        return np.sum(x)

    with pytest.raises(
        S2SDiffError, match=r"S2S201 np\.\w+\.at\(\) has no derivative rule\n.*\n.*\n.*loop"
    ):
        grad(f)(X)


def generator_over_a_changed_array(x):
    items = (a for a in x)
    x[1] *= 2.0
    return sum(items)


def conjugate_that_is_the_array(x):
    z = x.conj()
    z[0] = x[1] * 2.0
    return np.sum(x * z)


def view_by_einsum(x):
    A = np.outer(x, x)
    d = np.einsum("ii->i", A)
    d[0] = x[1]
    return np.sum(A)


def joined_into_itself(x):
    np.concatenate([x[2:], x[:2]], out=x)
    return np.sum(x * np.arange(5.0))


def squares_first(x):
    x[0] = x[0] * x[0]
    return x[0]


def with_a_derivative_inside(x):
    return grad(squares_first)(x)[0] * x[0]


@pytest.mark.parametrize(
    ("program", "code"),
    [
        (generator_over_a_changed_array, "S2S302"),
        (conjugate_that_is_the_array, "S2S307"),
        (view_by_einsum, "S2S307"),
        (joined_into_itself, "S2S302"),
        (with_a_derivative_inside, "S2S307"),
    ],
)
def test_refused_where_it_may_be_the_argument_itself(program, code):
    with pytest.raises(S2SDiffError, match=code):
        grad(program)(X.copy())


def out_of_unknown_rank(x, y):
    w = np.ones(4)
    for _ in range(2):
        np.tanh(w, out=y)
        w = x[None, :]
    return y[2]


def test_out_of_unknown_rank():
    with pytest.raises(S2SDiffError, match=r"S2S306 out= of numpy.tanh"):
        grad(out_of_unknown_rank)(X[:4], X[1:])


def entries_by_ellipsis(x):
    x[..., 0] = x[1] * x[2]
    x[0, ...] += x[..., 2]
    x[-1:] = x[:1]
    A = x[:4].reshape(2, 2).copy()
    A[..., 0, 1] = A[1, ..., 0] ** 2
    return np.sum(x * x) + np.sum(A * A)


def lines_of_one_entry(x):
    y = np.reshape(x[0] * x[1], (1,))
    y[0] *= x[2]
    z = np.expand_dims(np.squeeze(y * x[3]), 0)
    z[0] = z[0] * y[0]
    return np.squeeze(z) ** 2


@pytest.mark.parametrize("program", [entries_by_ellipsis, lines_of_one_entry])
def test_entries_that_numpy_gives_as_views(program):
    check_changing(program, X.copy())


def kept_entry(x):
    v = x[..., 0]
    x[0] = x[1] * 5.0
    return v**2


def kept_entry_on_a_path(x):
    v = x[..., 0] if x[1] > 0.0 else 2.0
    x[0] = 7.0
    return v * x[1]


def kept_entry_of_a_line(x):
    y = x[:1] * 1.0
    v = np.squeeze(y, 0)
    y[0] = x[1] * 5.0
    return v * x[2]


@pytest.mark.parametrize("program", [kept_entry, kept_entry_on_a_path, kept_entry_of_a_line])
def test_views_of_entries_are_not_read_after_a_change(program):
    with pytest.raises(S2SDiffError, match=r"S2S305 .* which is a part of an array; an array was"):
        grad(program)(X.copy())


def parts_on_one_path(x, t):
    if t > 0.0:
        w = x[:]
        b = np.full(3, t)
        v = b[:]  # noqa: F841
    if t > 0.0:
        w = 1.0  # noqa: F841
        x[0] *= 2.0
    return np.sum(x * x) * t


def parts_in_some_turns(x, t):
    for i in range(1, len(x)):
        if x[i] > t:
            x[1] *= 2.0
        else:
            v = x[1:]  # noqa: F841
            x = np.tanh(x)
    return np.sum(x * x) * t


def parts_in_known_turns(x, t):
    for i in range(4):
        if x[i] < 0.0:
            b = np.full(3, t)
            v = b[:]  # noqa: F841
        else:
            if t > 0.0:
                x = x + t
            x[i] *= t
    return np.sum(x * x)


@pytest.mark.parametrize("t", [0.35, -0.35])
@pytest.mark.parametrize("program", [parts_on_one_path, parts_in_some_turns, parts_in_known_turns])
def test_parts_that_a_path_leaves_unassigned(program, t):
    try:
        check_changing(program, X.copy(), t)
    except S2SDiffError as refusal:
        assert "S2S307 an array is changed in this loop that gets another name" in str(refusal)


def part_read_behind(x):
    if x[0] > 0.0:
        v = x[1:]
    x[1] = 2.0
    return np.sum(v)


def test_part_on_one_path_is_not_read_after_a_change():
    with pytest.raises(S2SDiffError, match=r"S2S305 .*an array was changed since"):
        grad(part_read_behind)(X.copy())
