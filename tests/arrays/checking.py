"""Is a derivative of a function of arrays right? Asked in four ways."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from s2sdiff import grad, hvp, jvp, value_and_grad, vjp


def leaves(tree: Any) -> Iterator[Any]:
    """The numbers and arrays in a structure."""
    if isinstance(tree, tuple | list):
        for part in tree:
            yield from leaves(part)
    elif isinstance(tree, dict):
        for part in tree.values():
            yield from leaves(part)
    else:
        yield tree


def rebuilt(tree: Any, flat: Iterator[Any]) -> Any:
    """A structure of the same form with other leaves."""
    if isinstance(tree, tuple | list):
        return type(tree)([rebuilt(part, flat) for part in tree])
    if isinstance(tree, dict):
        return {key: rebuilt(part, flat) for key, part in tree.items()}
    return next(flat)


def shifted(args: tuple[Any, ...], dots: tuple[Any, ...], by: float) -> tuple[Any, ...]:
    """`args + by * dots`; of integers floats."""
    flat = [
        np.asarray(leaf, dtype=float) + by * dot if np.shape(leaf) else float(leaf + by * dot)
        for leaf, dot in zip(leaves(args), leaves(dots), strict=True)
    ]
    return rebuilt(args, iter(flat))


def directions(args: tuple[Any, ...], seed: int) -> tuple[Any, ...]:
    """A tangent for each argument."""
    draw = np.random.default_rng(seed)
    flat = (
        draw.normal(size=np.shape(x)) if np.shape(x) else float(draw.normal()) for x in leaves(args)
    )
    return rebuilt(args, flat)


def inner(one: Any, two: Any) -> float:
    return float(sum(np.sum(a * b) for a, b in zip(leaves(one), leaves(two), strict=True)))


def along(function: Callable[..., Any], args: Any, dots: Any, step: float = 1e-4) -> Any:
    """The derivative of `function` in a direction, by a difference quotient of fourth order."""

    def at(by: float) -> Any:
        return np.asarray(list(leaves_of(function(*shifted(args, dots, by)))), dtype=float)

    return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)


def leaves_of(value: Any) -> Iterator[float]:
    for leaf in leaves(value):
        yield from np.ravel(leaf)


def check(
    function: Callable[..., Any],
    *args: Any,
    source: str | None = None,
    second: bool = True,
    tolerance: float = 2e-7,
) -> str:
    """Check value, gradient, pushforward and Hessian-vector product; the emitted gradient."""
    wrt = tuple(range(len(args)))
    before = copy.deepcopy(args)
    gradient = value_and_grad(function, wrt, source=source)
    value, bars = gradient(*args)
    np.testing.assert_allclose(value, function(*args), rtol=1e-12)
    for arg, bar in zip(leaves(args), leaves(bars), strict=True):
        assert np.shape(bar) == np.shape(arg), "a cotangent has another shape than its primal"
        if isinstance(arg, np.ndarray):
            wanted = arg.dtype if arg.dtype.kind in "fc" else np.dtype(float)
            assert bar.dtype == wanted, f"a cotangent is {bar.dtype}, not {wanted}"
            assert bar.flags.writeable
            assert not np.shares_memory(arg, bar), "a gradient is an argument"
    for seed in range(3):
        dots = directions(args, seed)
        np.testing.assert_allclose(
            inner(bars, dots), along(function, args, dots)[0], rtol=tolerance, atol=tolerance
        )
    pushed, dot = jvp(function, wrt, source=source)(*args, *dots)
    np.testing.assert_allclose(pushed, value, rtol=1e-12)
    np.testing.assert_allclose(dot, inner(bars, dots), rtol=1e-9, atol=1e-11)
    if second:
        product = hvp(function, wrt, source=source)(*args, *dots)
        expected = along(lambda *point: gradient(*point)[1], args, dots)
        found = np.asarray(list(leaves_of(product)))
        np.testing.assert_allclose(found, expected, rtol=2e-6, atol=2e-6)
    unchanged(args, before)
    return gradient.source


def unchanged(args: tuple[Any, ...], before: tuple[Any, ...]) -> None:
    """Raise where a derivative changed its arguments."""
    for now, then in zip(leaves(args), leaves(before), strict=True):
        np.testing.assert_array_equal(now, then, "an argument was changed")


def check_returned(function: Callable[..., Any], *args: Any, source: str | None = None) -> None:
    """Check the pullback and the pushforward of a function that returns arrays or structures."""
    wrt = tuple(range(len(args)))
    before = copy.deepcopy(args)
    value = function(*args)
    draw = np.random.default_rng(7)
    seeds = rebuilt(value, (draw.normal(size=np.shape(x))[()] for x in leaves(value)))
    kept = [np.array(seed) for seed in leaves(seeds)]
    found, bars = vjp(function, wrt, source=source)(*args, seeds)
    dots = directions(args, 3)
    pushed, y_dot = jvp(function, wrt, source=source)(*args, *dots)
    for one, two, three in zip(leaves(value), leaves(found), leaves(pushed), strict=True):
        np.testing.assert_allclose(two, one, rtol=1e-12)
        np.testing.assert_allclose(three, one, rtol=1e-12)
    for value_leaf, dot in zip(leaves(value), leaves(y_dot), strict=True):
        assert np.shape(dot) == np.shape(value_leaf), "a tangent has another shape than its primal"
    unchanged(args, before)
    for seed, then in zip(leaves(seeds), kept, strict=True):
        np.testing.assert_array_equal(seed, then, err_msg="a cotangent of the caller's changed")
    given = [leaf for leaf in (*leaves(args), *leaves(seeds)) if np.shape(leaf)]
    for arg, bar in zip(leaves(args), leaves(bars), strict=True):
        assert np.shape(bar) == np.shape(arg), "a cotangent has another shape than its primal"
        assert np.shape(arg) or isinstance(bar, float), f"the cotangent of a float is {type(bar)}"
        assert not any(np.shares_memory(leaf, bar) for leaf in given), "a gradient is an argument"
    np.testing.assert_allclose(inner(seeds, y_dot), inner(bars, dots), rtol=1e-9, atol=1e-11)


def check_second_order(program: Callable[..., Any], x: Any, v: Any, rtol: float = 1e-7) -> None:
    """Compare the gradient of `grad(program) @ v`, and `hvp`, with differences of the gradient."""
    expected = (grad(program)(x + 1e-6 * v) - grad(program)(x - 1e-6 * v)) / 2e-6

    def along(x):
        return grad(program)(x) @ v

    np.testing.assert_allclose(grad(along)(x), expected, rtol=rtol, atol=1e-6)
    np.testing.assert_allclose(hvp(program)(x, v), expected, rtol=rtol, atol=1e-6)
