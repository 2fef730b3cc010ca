"""Programs of arrays that were once differentiated wrongly, and their siblings."""

import functools

import numpy as np
import pytest

from s2sdiff import S2SDiffError, grad, hvp, jacobian, jvp, value_and_grad, vjp
from tests.arrays.checking import check, check_returned

X = np.array([3.0, 1.0, 2.0])
generator = np.random.default_rng(0)
draw = generator.random
START = generator.bit_generator.state


@pytest.fixture(autouse=True)
def seeded():
    """Each test draws the same numbers, whatever runs before it."""
    generator.bit_generator.state = START


def number_or_array(x, t):
    s = np.sum(x) if t > 0 else x
    return np.sum(s * x)


def item_or_array(x, t):
    s = x[0] if t > 0 else x
    return np.sum(x / (s + 3))


def constant_or_array(x, t):
    w = x if t > 0 else 1.0
    return np.sum(w * x)


@pytest.mark.parametrize("t", [1.0, -1.0])
@pytest.mark.parametrize("x", [X, X[:1], X[None]], ids=["3", "1", "1x3"])
@pytest.mark.parametrize("program", [number_or_array, item_or_array, constant_or_array])
def test_number_on_one_path(program, x, t):
    check(lambda x: program(x, t), x)


def smaller_on_one_path(x, y, t):
    if t > 0:
        x = t * y
    return np.sum(np.cos(x))


def other_names_on_two_paths(x, y, t):
    if t > 0:
        v = np.clip(y, 0, 1)
    else:
        v = x - np.mean(x)
    return np.sum(np.cos(v)) + 0.0 * t


def one_of_two(x, y, t):
    z = x if t > 0 else y
    return np.sum(z * x * y) + t


@pytest.mark.parametrize("t", [1.0, -1.0])
def test_paths_of_different_rank(t):
    check(smaller_on_one_path, np.ones((2, 3)), 0.4 * np.ones(3), t)
    check(other_names_on_two_paths, np.ones((2, 3)), 0.4 * np.ones(3), t)
    check(one_of_two, X, 0.4, t)
    check(one_of_two, 0.4, X, t)


def grows_in_a_loop(x):
    for _ in range(2):
        x = x * np.ones(3)
    return np.sum(np.sin(x))


def carried_with_an_array(x, y):
    for i in range(3):
        x = np.sin(x + y * i)
    return np.sum(x)


def test_number_that_becomes_an_array():
    check(grows_in_a_loop, 2.0)
    check(carried_with_an_array, 2.0, X)


def stretched(x, y):
    return np.sum(np.einsum("...i,...i->...", x, y) ** 2)


def stretched_products(x, y):
    return np.sum(np.einsum("bij,bjk->bik", x, y) ** 2)


def stretched_slice(x):
    return np.sum(np.einsum("ijk,ijk->ik", x, x[:, :1]) ** 2)


def test_einsum_with_axes_of_length_one():
    check(stretched, draw((1, 3)), draw((2, 3)))
    check(stretched, draw((2, 3)), draw((1, 3)))
    check(stretched_products, draw((1, 3, 4)), draw((2, 4, 2)))
    check(stretched_products, draw((2, 3, 1)), draw((2, 4, 2)))
    check(stretched_products, draw((2, 3, 4)), draw((1, 1, 2)))
    check(stretched_slice, draw((2, 3, 4)))


def part_and_whole(x):
    return x[:2], x


def item_and_whole(x):
    return {"a": x[0], "b": x}


def view_and_whole(x):
    return np.squeeze(x[None], 0), x


def number_in_an_array(x, y):
    return np.concatenate([np.atleast_1d(x), y])


def number_reshaped(x):
    return np.reshape(x, (1,))


def test_cotangents_stay_the_callers():
    check_returned(part_and_whole, X)
    check_returned(item_and_whole, X)
    check_returned(view_and_whole, X)
    check_returned(number_in_an_array, 2.0, X)
    check_returned(number_reshaped, 2.0)


def stacked(xs):
    m = np.stack(xs)
    return np.sum(m * m.mean(axis=0))


def test_gradients_of_a_list_are_apart():
    check(stacked, [X, X + 2])
    one, two = grad(stacked)([X, X + 1])
    assert one.flags.writeable and not np.shares_memory(one, two)


def test_argument_is_no_gradient():
    bar = grad(lambda x, y: np.sum(x * y))(X, y := X + 1)
    assert not np.shares_memory(bar, y)


def copied(x):
    y = x.copy()
    y = y + x
    return np.sum(y * y)


def test_copies():
    check(copied, X)


def medians(x):
    return np.sum(np.median(x, axis=(0, 1)) * np.array([1.0, 2.0, 3.0, 4.0]))


def quantiles(x):
    return np.sum(np.quantile(x, np.array([0.1, 0.9]), axis=1, keepdims=True) * x)


def test_quantiles_along_several_axes():
    check(medians, draw((2, 3, 4)))
    check(quantiles, draw((2, 3, 4)))


def logistic(x):
    return np.sum(1.0 / (1.0 + np.exp(-x)) * np.array([1.0, 2.0, 3.0]))


@pytest.mark.filterwarnings("ignore:overflow")
def test_logistic_function_where_the_exponential_is_infinite():
    bar = grad(logistic)(np.array([-800.0, 0.0, 800.0]))
    np.testing.assert_array_equal(bar, [0.0, 0.5, 0.0])
    check(logistic, X)


def sorted_in_place(x):
    y = x * 1
    y.sort()
    return y[0]


def stored_by_position(x):
    y = np.zeros(3)
    np.multiply(x, x, y)
    return np.sum(y)


def stored_by_keyword(x):
    y = np.zeros(3)
    np.multiply(x, x, out=y)
    return np.sum(y)


@pytest.mark.parametrize("program", [sorted_in_place, stored_by_position, stored_by_keyword])
def test_stores_by_functions(program):
    check(program, X)


def attributes_of_numbers(x):
    return x[0].item() * 2.0 + x[1].mean() * x[2].T * x[0].size + np.median(x, axis=0).sum()


def rows_that_are_numbers(x):
    s = 0.0
    for row in x:
        s = s + row.max() * row.min()
    return s


def repeated(x):
    return np.sum(np.repeat(x, [1, 2, 0]) * np.arange(3.0)) + np.sum(
        np.repeat(x, np.array([2, 0, 1]))
    )


def quantiles_of_a_list(x):
    return np.sum(np.quantile(x, [0.3, 0.5]) * np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    "program", [attributes_of_numbers, rows_that_are_numbers, repeated, quantiles_of_a_list]
)
def test_numbers_and_lists_beside_arrays(program):
    check(program, X)


def reduced_along_nothing(x):
    return np.sum(np.mean(x, axis=()))


def test_refusal_inside_a_rule_stands_at_the_call():
    with pytest.raises(S2SDiffError) as refusal:
        grad(reduced_along_nothing)(X)
    assert refusal.value.span is not None
    assert refusal.value.span.source.path.endswith("test_programs.py")


def doubled(x):
    return x * 2.0


def item_and_double(x):
    return x[0], {"double": x * 2.0}


@pytest.mark.parametrize("seed", [np.ones(1), 1.0, np.ones((2, 3))], ids=["1", "number", "2x3"])
def test_seed_of_another_shape(seed):
    with pytest.raises(ValueError, match="the shape of doubled_bar is not that of doubled"):
        vjp(doubled)(X, seed)
    with pytest.raises(ValueError, match="the shape of x_dot is not that of x"):
        jvp(doubled)(X, seed)
    with pytest.raises(ValueError, match="the shape of x_dot is not that of x"):
        hvp(logistic)(X, seed)
    with pytest.raises(ValueError, match="shape"):
        vjp(item_and_double)(X, (1.0, {"double": seed}))


def power(x, n):
    return np.ones(3) if n == 0 else x * power(x, n - 1)


def halves(x):
    if len(x) <= 1:
        return np.sum(np.sin(x))
    middle = len(x) // 2
    return halves(x[:middle]) * 2.0 + halves(x[middle:])


def grown(x, n):
    return x if n == 0 else grown(np.concatenate((x, x * 0.5)), n - 1)


def test_recursion():
    check(lambda x: np.sum(power(x, 3)), X)
    check(lambda x: halves(x), np.arange(5.0) / 3)
    check(lambda x: np.sum(np.sin(grown(x, 2))), X)


def of_fitting_shapes(A, x):
    y = A @ x
    z = y + x
    return np.sum(z * z)


def test_exception_of_numpy_stands_at_the_users_line():
    gradient = grad(of_fitting_shapes)
    gradient(np.ones((3, 3)), np.ones(3))
    with pytest.raises(ValueError, match="could not be broadcast together") as problem:
        gradient(np.ones((4, 3)), np.ones(3))
    (note,) = problem.value.__notes__
    assert "z = y + x" in note and "test_programs.py" in note
    with pytest.raises(ValueError, match="matmul") as problem:
        gradient(np.ones((3, 4)), np.ones(3))
    assert "y = A @ x" in problem.value.__notes__[0]


def found_by_newton(a, b):
    x = np.ones_like(a)
    turns = 0
    while True:
        f = x**3 + a * x - b
        if np.all(np.abs(f) < 1e-14) or turns > 50:
            return x
        x = x - f / (3 * x**2 + a)
        turns += 1


def found_in_a_loop(a, b):
    x = np.ones_like(b)
    for i in range(40):
        y = x - (x**2 - a * b) / (2 * x)
        if i > 30:
            return y * b
        x = y
    return x


def test_array_returned_from_a_loop():
    check_returned(found_by_newton, np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 0.5]))
    check_returned(found_in_a_loop, 2.0, np.array([2.0, 3.0, 0.5]))


def negative_share(x, y):
    return 1.0 - np.max(x) - 2.0 * np.min(x * y)


def test_mask_has_no_negative():
    check(negative_share, np.array([0.3, 0.1]), np.array([0.5, 0.4]))
    check(lambda x, y: -(np.sum((x > 0.2) / 3.0 * y)) - np.max(y), X, 0.3 * X)


def unsigned(x, u):
    return np.sum(x * -u) - np.sum(-(u / 2.0)) + np.sum(x + (-u))


def test_signs_stay_where_they_are():
    u = np.array([1, 2, 3], np.uint8)
    value, x_bar = value_and_grad(unsigned)(X, u)
    assert value == unsigned(X, u)
    np.testing.assert_array_equal(x_bar, -u.astype(np.uint8) + 1.0)


def test_lists_stay_lists():
    def linear(p, x):
        return {"y": [p["w"] * x, np.sum(p["b"])], "n": 2}

    p = {"w": X, "b": [X, 0.3]}
    _, dot = jvp(lambda p, x: linear({"w": p["w"], "b": p["b"][0]}, x))(p, X, p)
    assert type(dot["y"]) is list

    def layered(layers, x):
        for w, b in layers:
            x = np.tanh(w * x + b)
        return np.sum(x)

    bars = grad(layered)([[X, 0.2], [0.1 * X, X]], X)
    assert [type(bar) for bar in bars] == [list, list]
    assert grad(lambda p: np.sum(p["w"]))({"w": X, "layers": []})["layers"] == []


def test_filled_with_an_array():
    check(lambda a: np.sum(np.full((2, 3), a) * np.arange(6.0).reshape(2, 3)), X)
    check(lambda a: np.sum(np.full((2, 3), a) * np.arange(6.0).reshape(2, 3)), 0.3)
    check(lambda a, x: np.sum(np.full_like(x, a) * x**2), X, np.ones((2, 3)))
    check_returned(lambda a: np.full((2, 1, 3), a), np.ones((1, 1)))


def test_covariance_of_one_row():
    check(lambda x: np.cov(x, rowvar=False), np.array([[0.1], [0.5], [0.2]]))
    check(lambda x: np.cov(x), np.array([[0.1, 0.5, 0.2]]))


def convolved(w, x):
    rows, columns = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    out = 0.0
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            out = out + w[i, j] * x[i : i + rows, j : j + columns]
    return np.sum(np.maximum(out + 0.1, 0.0)[:2, :2].max(axis=1) ** 2)


def accumulated(w, xs):
    h, p = 0, 1.0
    for x in xs:
        h = h + w @ x
        p = p * np.cos(x)
    return np.sum(h @ w) + h.sum(axis=0) ** 2 * len(h) + np.sum(p)


def accumulated_twice(w, xs):
    h = 1.5
    total = 0.0
    for x in xs:
        h = h * (w @ x)
        total = total + np.sum(h) ** 2 + np.mean(w)
    return total


def with_the_number(w, xs):
    h = 1.5
    total = 0.0
    for x in xs:
        total = total + np.sum(h * x)
        h = h + w @ x
    return total + np.sum(h)


def last_or_number(w, xs):
    h = 0.5
    for x in xs:
        h = w @ x if x[0] > 0.5 else h + x
    return np.sum(h * h)


@pytest.mark.parametrize(
    "program", [accumulated, accumulated_twice, with_the_number, last_or_number]
)
@pytest.mark.parametrize("turns", [1, 2, 5])
def test_array_that_starts_as_a_number(program, turns):
    check(program, draw((3, 3)), draw((turns, 3)))


def test_convolution_that_starts_as_a_number():
    source = check(convolved, draw((3, 2)), draw((5, 6)))
    assert "tape" not in source


def test_no_turn_leaves_the_number():
    check(accumulated_twice, draw((3, 3)), np.ones((0, 3)))
    check(with_the_number, draw((3, 3)), np.ones((0, 3)))
    with pytest.raises(ValueError, match=r"this derivative is for np.ndim\(h\) = 1 only"):
        grad(accumulated)(draw((3, 3)), np.ones((0, 3)))


def test_rank_is_asked_at_run_time():
    def ranks(w, xs):
        h, total = 0.0, 0.0
        for x in xs:
            total = total + np.ndim(h) * x[0]
            h = h + w @ x
        return total

    check(ranks, draw((3, 3)), draw((4, 3)))


K = np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    "program",
    [
        lambda x, c: x[0] ** 2 + c @ x,
        lambda x, c: x @ x[::-1] + np.dot(c, x),
        lambda x, c: np.sum(x[x > 1.5]) + c @ x,
        lambda x, c: np.sum(np.diff(x) ** 2) + np.inner(c, x),
        lambda x, c: x[1] * c[0] + K @ x + K @ c,
        lambda x, c: sum(v * v for v in x) + c @ x,
        lambda x, c: np.linalg.norm(x[1:]) + c.dot(x),
    ],
)
def test_arguments_are_not_filled(program):
    check(program, X, K + 0.5)
    assert np.array_equal(K, [1.0, 2.0, 3.0])


def test_items_of_arguments_are_not_filled():
    def weighed(x, ws):
        s = x[0] ** 2
        for w in ws:
            s = s + w @ x
        return s + ws[0] @ x

    check(weighed, X, [K, 2.0 * K])
    check(lambda ws, x: x[0] ** 2 + ws[0] @ x + ws[1] @ x, (K, 2.0 * K), X)
    check(lambda p: p["x"][0] ** 2 + p["w"] @ p["x"], {"x": X, "w": K})
    check_returned(lambda x, c: (x[0] * x, c @ x), X, K)


def sorted_in_turns(x, n):
    for _ in range(n):
        x = np.sort(x) * np.cos(x)
    return np.sum(x**2)


def ordered_in_turns(x, n):
    s = 0.0
    for _ in range(n):
        order = np.argsort(x)
        s += x[order] @ x
        x = np.sin(x * x) + x[::-1]
    return s


def leaky_in_turns(x, n):
    for _ in range(n):
        x = np.where(x > 0, x, 0.01 * x) ** 2 + 0.5 * x
    return np.sum(x)


@pytest.mark.parametrize("program", [sorted_in_turns, ordered_in_turns, leaky_in_turns])
def test_second_order_in_loops(program):
    check(lambda x: program(x, 3), np.array([0.5, -0.3, 0.9]))


class Body:
    def __init__(self, x):
        self.x = x

    def push(self, d):
        self.x += d


def pushed(x):
    body, path = Body(x.copy()), []
    for _ in range(3):
        path.append(body.x)
        body.push(x)
    return sum(p @ p for p in path)


def pushed_alone(x):
    body = Body(x * 1.0)
    for _ in range(3):
        body.push(x)
    return body.x @ body.x


def in_two_lists(x):
    parts = [x * 1.0]
    first = parts[0]
    parts[0] += 1.0
    return first @ first


def twice_in_a_list(x):
    parts = [np.zeros(3)] * 2
    for i in range(4):
        parts[i % 2] += x
    return parts[0] @ parts[1]


def copied_dict(x):
    one = {"a": x * 1.0}
    two = dict(one)
    two["a"] += 1.0
    return one["a"] @ one["a"]


@pytest.mark.parametrize(
    "program", [pushed, pushed_alone, in_two_lists, twice_in_a_list, copied_dict]
)
def test_arrays_with_several_names(program):
    check(program, X)


def test_ints_of_floats_jump():
    x = np.array([1.7, 2.2])
    np.testing.assert_allclose(grad(lambda x: np.sum((x - x.astype(int)) ** 2))(x), [1.4, 0.4])
    np.testing.assert_allclose(
        grad(lambda x: np.sum((x - np.array(x, dtype=int)) ** 2))(x), [1.4, 0.4]
    )
    assert list(grad(lambda i: np.sum(i.astype(int) * 2.0))(np.array([1, 2]))) == [0.0, 0.0]


def test_bins_with_weights():
    check(lambda w: np.sum(np.bincount(np.array([0, 2, 2]), w, minlength=4) ** 2), X)


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
def test_correlation_with_a_longer_one(mode):
    check_returned(lambda a, v: np.correlate(a, v, mode), X[:2], np.arange(1.0, 5.0))
    check_returned(lambda a, v: np.correlate(a, v, mode), np.arange(1.0, 5.0), X[:2])


@pytest.mark.parametrize("mode", ["mean", "median", "maximum", "linear_ramp", "empty"])
def test_borders_without_a_rule(mode):
    with pytest.raises(S2SDiffError, match=r"S2S306 .*mode="):
        grad(lambda x: np.sum(np.pad(x, 2, mode)))(X)


@pytest.mark.parametrize(
    "program",
    [
        lambda t: np.sum(np.arange(t, t + 3, 1.0) ** 2),
        lambda t: np.sum(np.fft.fftfreq(4, t) ** 2),
    ],
)
def test_grids_that_move(program):
    with pytest.raises(S2SDiffError, match=r"S2S202 .*differentiated with respect to"):
        grad(program)(0.5)


def test_lists_of_several_kinds():
    found = grad(lambda xs: sum(np.sum(x * 0.25) for x in xs))([np.ones(2), np.arange(2)])
    assert [bar.dtype for bar in found] == [float, float]
    np.testing.assert_array_equal(found, 0.25)


def test_stacked_rows_of_a_list():
    check(lambda x, y: np.sum(np.vstack([a * y for a in x]) ** 2), X, X[:2])


def asserting(x, y):
    assert x.shape == y.shape
    if (2, *x.shape) != (2, 3):
        raise ValueError(f"the shape is {x.shape}")
    return np.sum(x * y)


def test_shapes_are_compared():
    check(asserting, X, 2.0 * X)
    with pytest.raises(AssertionError):
        grad(asserting)(X, X[:2])
    with pytest.raises(ValueError, match=r"the shape is \(2,\)"):
        grad(asserting)(X[:2], X[:2])


def test_sum_of_a_list_of_arrays():
    check(lambda xs, a: np.sum(sum(xs) @ a), [X, 2.0 * X], np.outer(X, X))
    check(lambda x: np.sum(sum([w * x for w in x], 0.5 * x) ** 2), X)
    check(lambda x: np.sum(np.mean((x, x * x, x), axis=0) * x), X)


def test_bounds_by_keyword():
    check(lambda x: np.sum(np.clip(x, min=1.5, max=None) ** 2) + np.sum(x.clip(max=2.5)), X + 0.1)
    check(lambda x: np.sum(x.clip(min=1.5) ** 2) + np.sum(x, initial=2.0) ** 2, X + 0.1)


def chained(x):
    return sum(x[i] * x[i + 1] for i in range(len(x) - 1))


def too_far(x):
    return sum(x[i] * x[i + 1] for i in range(len(x)))


def backwards(x):
    total = 0.0
    for i in range(1, len(x)):
        total += x[i - 1] * x[i] ** 2
    return total


def test_reads_that_cannot_fail_are_not_made_twice():
    assert "raises" not in check(chained, X)
    assert "raises" not in check(backwards, X)
    with pytest.raises(IndexError):
        grad(too_far)(X)


def named_on_one_path(x):
    is_large = np.sum(x) > 0
    if is_large:
        y = x * x
    s = np.sum(x)
    if is_large:
        return y @ y + s
    return s


def factor_or_sum(a):
    try:
        factor = np.linalg.cholesky(a @ a.T - np.eye(3))
    except np.linalg.LinAlgError:
        return np.sum(a)
    return np.sum(factor)


def last_of_some(x, n):
    for i in range(n):
        y = x * (i + 1.0)
    if n > 0:
        return y @ y
    return np.sum(x)


def test_array_assigned_on_some_paths():
    check(named_on_one_path, X)
    check(named_on_one_path, -X)
    check(factor_or_sum, 3.0 * np.eye(3) + 0.1 * draw((3, 3)))
    check(factor_or_sum, 0.1 * draw((3, 3)))
    check(lambda x: last_of_some(x, 2), X)
    check(lambda x: last_of_some(x, 0), X)


def with_a_constant(x):
    E = np.ones(3)
    return x[0] ** 2 + E @ x


def test_constants_in_capitals_are_made_anew():
    gradient = grad(with_a_constant)
    for _ in range(3):
        assert list(gradient(X)) == [7.0, 1.0, 1.0]


def layered(layers, x):
    for layer in layers:
        x = np.tanh(x @ layer[0] + layer[1])
    return np.sum(x)


@pytest.mark.parametrize("form", [list, tuple])
def test_layers_as_lists_and_tuples(form):
    layers = [form([draw((2, 3)), draw(3)]), form([draw((3, 1)), draw(1)])]
    source = check(layered, layers, draw((4, 2)))
    assert "zeros_like" not in source.partition("layers_bar")[2].partition("for ")[0]
    bars = grad(layered)(layers, draw((4, 2)))
    assert [type(bar) for bar in bars] == [form, form]


def descended(rate, x, y):
    w = np.zeros(x.shape[1])
    for _ in range(3):
        w = w - rate * x.T @ (x @ w - y)
    return np.sum(w**2)


def test_rate_of_a_descent():
    assert "outer" not in grad_source(descended, 0.1, draw((4, 3)), draw(4))
    check(descended, 0.1, draw((4, 3)), draw(4))


def grad_source(function, *args):
    gradient = grad(function)
    gradient(*args)
    return gradient.source


INTS = np.array([3, 1, 2])


@pytest.mark.parametrize(
    "program",
    [
        lambda x: np.sum(np.sort(x) ** 2 * x),
        lambda x: np.percentile(x, 30) * np.median(x),
        lambda x: np.sum(-x * x) + np.sum(np.sort(x)[1:]) * 1.5,
        lambda x: np.sum(np.full_like(x, x[0]) * 0.5 * x),
        lambda x: np.sum(np.take_along_axis(x, np.array([2, 2, 0]), axis=0) * 0.25),
    ],
)
def test_ints_have_the_derivatives_of_floats(program):
    v = np.array([0.5, 0.25, 0.75])
    np.testing.assert_allclose(grad(program)(INTS), grad(program)(1.0 * INTS))
    np.testing.assert_allclose(hvp(program)(INTS, v), hvp(program)(1.0 * INTS, v))
    np.testing.assert_allclose(jvp(program)(INTS, v), jvp(program)(1.0 * INTS, v))
    assert grad(program)(INTS).dtype == float


@pytest.mark.parametrize(
    "norm",
    [
        lambda x: np.linalg.norm(x, -1) * x[0],
        lambda x: np.linalg.norm(x, -2) * x[0],
        lambda x: np.linalg.norm(x, 3) * x[0],
        lambda x: np.linalg.norm(x, 0) * x[0],
    ],
)
def test_norms_of_ints(norm):
    np.testing.assert_allclose(grad(norm)(INTS), grad(norm)(1.0 * INTS))


def test_precision_of_what_was_broadcast():
    def scaled(a, z):
        return np.sum(a * z)

    assert grad(scaled, 1)(INTS, np.ones((2, 3))).dtype == np.float64
    assert grad(scaled, 1)(INTS.astype(np.float32), np.ones((2, 3))).dtype == np.float64
    x = np.array([0.4, 0.8, 1.1], np.float32)
    assert jacobian(lambda x: np.insert(x, 1, x[0]))(x).dtype == np.float32
    assert jacobian(lambda x: np.std(x) * np.cov(x, x)[0, 1])(x).dtype == np.float32
    assert vjp(lambda x: np.r_[x, 1.0])(x, np.ones(4, np.float32))[0].dtype == np.float32


def sorted_sum(x, a):
    s = 0.0
    for k in range(2):
        if k > 0:
            s = s + np.sort(s)
        s = s + a[k] * x
    return np.sum(s * s)


def test_order_of_what_starts_as_a_number():
    check(sorted_sum, np.array([0.3, 0.7]), np.ones((2, 2)))


def lengthening(x, w):
    out = 0.0
    for i in range(1, 3):
        out = out + w * x[:i]
    return np.sum(out**2)


def lengthening_ones(x, w):
    out = 0.0
    for i in range(1, 3):
        out = out + w * np.ones(i) * x[0]
    return np.sum(out**2)


def over_the_end(x, w):
    out = 0.0
    for i in range(len(x)):
        out = out + w * x[i : i + 2]
    return np.sum(out**2)


@pytest.mark.parametrize("program", [lengthening, lengthening_ones, over_the_end])
def test_sums_of_axes_that_grow(program):
    check(program, np.array([0.3, 0.7]), 1.5)


def weighted(x, y):
    if np.array_equal(x, y) or np.array_equiv(x, y[0]):
        return np.sum(x)
    if np.allclose(x, y, rtol=y[0]):
        return np.sum(x) * y[1]
    return np.sum(x * y * np.isin(x, y))


@pytest.mark.parametrize("y", [X[[2, 1, 0]], X * 1.1, X + 1.0, X[:1] * np.ones(3)])
def test_comparisons_of_arrays(y):
    check(weighted, X, y)


def sum_of_apart(x, y):
    if np.shares_memory(x, y):
        raise ValueError("not apart")
    return np.sum(x * y)


def test_arguments_that_share_memory():
    check(sum_of_apart, X, X + 1.0)
    with pytest.raises(ValueError, match="not apart"):
        grad(sum_of_apart)(X, X[:1])


def test_memory_of_what_the_function_makes():
    def part(x, y):
        return y[0] if np.shares_memory(x[1:], y) else x[0]

    def copied(x, y):
        z = x.copy()
        return y[0] if np.shares_memory(z, x) else x[0]

    for program in (part, copied):
        with pytest.raises(S2SDiffError, match=r"S2S306.*not an argument"):
            grad(program)(X, X)


def powers_by_counts(x):
    s = 0.0
    for _ in range(3):
        s += np.sum(x ** np.arange(3)) ** 2
    return s


def powers_by_a_growing_count(x):
    s, p = x[0], 2
    for _ in range(3):
        s = s + x[1] ** p * s
        p += 1
    return s


def powers_in_while(x):
    s, p = 1.0, 0
    while p < 5:
        s = s * x[0] ** p + x[2]
        p = p + 1
    return s


def products_of_diagonals(x):
    s = 0.0
    for i in range(3):
        s += np.sum(x**2) * i
    return s * np.sum(np.diag(x) @ np.diag(x)) + np.sum(np.linalg.inv(np.diag(x)))


def reduced_in_a_loop(x):
    s = 0.0
    for i in range(3):
        s += functools.reduce(lambda p, q: q * p, [x[0], x[i]])
        s += functools.reduce(lambda p, q: q * p, (x[0], x[i]), 2.0)
    return s


@pytest.mark.parametrize(
    "program",
    [
        powers_by_counts,
        powers_by_a_growing_count,
        powers_in_while,
        products_of_diagonals,
        reduced_in_a_loop,
    ],
)
def test_programs_with_negative_numbers(program):
    check(program, np.array([0.3, -0.5, 0.7]))


def test_partition_of_many_entries():
    """NumPy orders them otherwise than np.argpartition does."""

    def weighed(x):
        return np.sum(np.arange(1000.0) * np.partition(x, 300) ** 2)

    entries = np.random.default_rng(3).normal(size=1000)
    found = list(np.partition(entries, 300))
    places = np.array([found.index(entry) for entry in entries])
    np.testing.assert_allclose(grad(weighed)(entries), 2.0 * places * entries)
    dots = np.cos(entries)
    np.testing.assert_allclose(jvp(weighed)(entries, dots)[1], 2.0 * places * entries @ dots)
