"""Lists as arguments: compiled once for all lengths, gradients in the same structure."""

import math

import pytest

from s2sdiff import grad, hvp, jvp, value_and_grad
from s2sdiff.errors import S2SDiffError


def energy(xs):
    s = 0.0
    for x in xs:
        s += x * x * math.sin(x)
    return s


def slope(x):
    return 2.0 * x * math.sin(x) + x * x * math.cos(x)


def test_one_compilation_for_all_lengths():
    derivative = grad(energy)
    for values in ([1.0, 2.0], [0.5], [1.0, -2.0, 3.0], []):
        assert derivative(values) == pytest.approx([slope(x) for x in values])
    assert len(derivative._cache) == 2  # an empty list has items of no type
    assert derivative([1, 2]) == pytest.approx([slope(1), slope(2)])


def test_products():
    curvature = 2.0 * math.sin(1.0) + 4.0 * math.cos(1.0) - math.sin(1.0)
    assert hvp(energy)([1.0, 2.0], [1.0, 0.0]) == pytest.approx([curvature, 0.0])
    assert jvp(energy)([1.0, 2.0], [0.0, 3.0])[1] == pytest.approx(3.0 * slope(2.0))


def test_rows():
    def squares(rows):
        s = 0.0
        for row in rows:
            for v in row:
                s += v * v * len(row)
        return s

    assert grad(squares)([[1.0, 2.0], [3.0], []]) == [[4.0, 8.0], [6.0], []]


def test_changed_arguments():
    def push(xs, k):
        xs.append(k)
        return sum(xs) * k

    values = [1.0, 2.0]
    assert value_and_grad(push, (0, 1))(values, 2.0) == (10.0, ([2.0, 2.0], 7.0))
    assert values == [1.0, 2.0, 2.0]


def test_the_primal_raises():
    def third(xs):
        return xs[2] * xs[2]

    with pytest.raises(IndexError):
        grad(third)([1.0])
    with pytest.raises(S2SDiffError, match="S2S403 the list xs holds values of different types"):
        grad(energy)([1.0, "a"])


def strided(xs, a, b):
    s = sum(k * v for k, v in enumerate(xs[a:b:2])) + sum(
        k * v * v for k, v in enumerate(xs[b:a:-1])
    )
    return s + sum(k * v for k, v in enumerate(xs[-2::-2])) + sum(v * v for v in xs[10::-3])


@pytest.mark.parametrize("a", [-9, -3, 0, 2, 4, 9])
@pytest.mark.parametrize("b", [-9, -2, 0, 1, 3, 9])
def test_slices_with_a_step(a, b):
    xs = [0.1, 0.2, -0.3, 0.4, 0.55]
    assert grad(strided)(xs, a, b) == pytest.approx(slopes(lambda v: strided(v, a, b), xs))
    assert jvp(strided)(xs, a, b, [1.0] * 5)[1] == pytest.approx(sum(grad(strided)(xs, a, b)))


def inserted(xs, y, at):
    zs = xs[:]
    zs.insert(at, y * y)
    return sum(k * z * z for k, z in enumerate(zs))


@pytest.mark.parametrize("at", range(-6, 6))
def test_insert_at_any_position(at):
    xs = [0.1, 0.2, -0.3]
    gradient, slope = grad(inserted, (0, 1))(xs, 0.7, at)
    assert gradient == pytest.approx(slopes(lambda v: inserted(v, 0.7, at), xs))
    assert [slope] == pytest.approx(slopes(lambda v: inserted(xs, v[0], at), [0.7]))


def slopes(function, xs, step=1e-5):
    """Central differences."""
    found = []
    for at in range(len(xs)):
        up, down = list(xs), list(xs)
        up[at] += step
        down[at] -= step
        found.append((function(up) - function(down)) / (2.0 * step))
    return found
