"""Functions that emitted code may need and no standard library has.

They are run from here in tests only: the emitter copies their text into the file that it writes,
so that the file stands alone. Each is a plain Python function. Those of numbers use `math` and each other,
nothing else, and numba compiles them; those of arrays use NumPy, which is imported when one of them is run.
"""

from __future__ import annotations

import importlib
import math
from typing import Any


class _NumPy:
    """NumPy, imported at the first use."""

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module("numpy"), name)


np = _NumPy()


def digamma(x: float) -> float:
    """The derivative of log(abs(gamma(x))). Raises ValueError at 0, -1, -2, ...

    Abramowitz and Stegun: reflection (6.3.7) where x < 0, recurrence (6.3.5) up to
    x >= 10, asymptotic series (6.3.18) from there.
    """
    result = 0.0
    if x <= 0.0:
        angle = -(-x % 1.0)
        if angle == 0.0:
            raise ValueError("math domain error")
        if angle < -0.5:
            angle += 1.0
        result -= math.pi / math.tan(math.pi * angle)
        x = 1.0 - x
    while x < 10.0:
        result -= 1.0 / x
        x += 1.0
    z = 1.0 / x / x
    series = 1.0 / 132.0 - z * (691.0 / 32760.0 - z / 12.0)
    series = 1.0 / 252.0 - z * (1.0 / 240.0 - z * series)
    series = 1.0 / 12.0 - z * (1.0 / 120.0 - z * series)
    return result + (math.log(x) - 0.5 / x - z * series)


def polygamma(n: int, x: float) -> float:
    """The n-th derivative of digamma, n >= 0. Raises ValueError at 0, -1, -2, ...

    Abramowitz and Stegun: recurrence (6.4.6) up to x >= 16 + 2 n, asymptotic series
    (6.4.11) from there. Where x < 0, reflection (6.4.7): the n-th derivative of the
    cotangent is a polynomial in it, because cot' = -(1 + cot**2).
    """
    if n < 0:
        raise ValueError("math domain error")
    if n == 0:
        return digamma(x)
    reflected = 0.0
    is_reflected = x <= 0.0
    if is_reflected:
        angle = -(-x % 1.0)
        if angle == 0.0:
            raise ValueError("math domain error")
        if angle < -0.5:
            angle += 1.0
        powers = [0.0] * (n + 2)
        powers[1] = math.pi
        for order in range(1, n + 1):
            slopes = [0.0] * (n + 2)
            for k in range(1, order + 1):
                slopes[k - 1] -= math.pi * k * powers[k]
                slopes[k + 1] -= math.pi * k * powers[k]
            powers = slopes
        cotangent = 1.0 / math.tan(math.pi * angle)
        for k in range(n + 1, -1, -1):
            reflected = reflected * cotangent + powers[k]
        x = 1.0 - x
    factorial = 1.0
    for k in range(1, n):
        factorial *= k
    total = 0.0
    while x < 16.0 + 2.0 * n:
        total += factorial * n * x ** (-n - 1.0)
        x += 1.0
    # Bernoulli numbers B_2k times (2k + n - 1)! / (2k)!, in steps of x**-2.
    z = 1.0 / x / x
    term = 0.5 * factorial * n * (n + 1.0) * z
    series = 0.0
    two_k = 2.0
    bernoulli = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
    for number in bernoulli:
        series += number * term
        term *= (n + two_k) / (two_k + 1.0) * z
        term *= (n + two_k + 1.0) / (two_k + 2.0)
        two_k += 2.0
    total += x**-n * (factorial + 0.5 * factorial * n / x + series)
    if is_reflected:
        return -reflected - total
    return total if n % 2 == 1 else -total


def unbroadcast(x_bar: Any, x: Any) -> Any:
    """The cotangent of what was broadcast from `x`, summed over the axes that this added or stretched."""
    shape = getattr(x, "shape", ())
    if getattr(x_bar, "shape", ()) == shape:
        return x_bar
    added = np.ndim(x_bar) - len(shape)
    if added > 0:
        x_bar = np.sum(x_bar, axis=tuple(range(added)))
    for axis, length in enumerate(shape):
        if length == 1 and x_bar.shape[axis] != 1:
            x_bar = np.sum(x_bar, axis=axis, keepdims=True)
    return x_bar


def unbroadcast_line(x_bar: Any, x: Any) -> Any:
    """`unbroadcast` of arrays with one axis, as numba compiles it."""
    if x.shape[0] == 1 and x_bar.shape[0] != 1:
        return np.full(1, np.sum(x_bar))
    return x_bar


def unbroadcast_table(x_bar: Any, x: Any) -> Any:
    """`unbroadcast` of arrays with two axes, as numba compiles it."""
    if x.shape[0] == 1 and x_bar.shape[0] != 1:
        x_bar = np.expand_dims(np.sum(x_bar, axis=0), 0)
    if x.shape[1] == 1 and x_bar.shape[1] != 1:
        x_bar = np.expand_dims(np.sum(x_bar, axis=1), 1)
    return x_bar


def add_along_axis(x: Any, indices: Any, values: Any, axis: Any) -> Any:
    """A copy of `x` with `values` added where `np.take_along_axis` takes; duplicates add up."""
    place = list(np.ogrid[tuple(slice(n) for n in indices.shape)])
    place[axis] = indices
    x = x.copy()
    np.add.at(x, tuple(place), values)
    return x


def add_at(x: Any, index: Any, values: Any) -> Any:
    """`np.add.at(x, index, values)` of one array of indices, as numba compiles it."""
    last = len(values) - 1
    if last != 0 and len(values) != len(index):
        raise ValueError("there must be as many values as indices, or one")
    for k in range(len(index)):
        x[index[k]] += values[min(k, last)]


def add_at_pairs(x: Any, rows: Any, columns: Any, values: Any) -> Any:
    """`np.add.at(x, (rows, columns), values)` of a matrix, as numba compiles it."""
    last = len(values) - 1
    if len(rows) != len(columns) or (last != 0 and len(values) != len(rows)):
        raise ValueError("there must be as many values as indices, or one")
    for k in range(len(rows)):
        x[rows[k], columns[k]] += values[min(k, last)]


def added_at(x: Any, index: Any, values: Any) -> Any:
    """A copy of `x` with `values` added where `index` says; duplicates add up."""
    x = x.copy()
    for k in range(len(index)):
        x[index[k]] += values[k]
    return x


def products_along_rows(x: Any) -> Any:
    """`np.cumprod(x, axis=1)` of a matrix, as numba compiles it."""
    x = x.copy()
    for i in range(x.shape[0]):
        for j in range(1, x.shape[1]):
            x[i, j] *= x[i, j - 1]
    return x


def heaviside(x: Any, at_zero: Any) -> Any:
    """`np.heaviside(x, at_zero)` of an array, as numba compiles it."""
    smaller = np.where(x < 0.0, 0.0, np.where(x == 0.0, at_zero, x))
    return np.where(x > 0.0, 1.0, smaller)


def step(x: Any, at_zero: Any) -> Any:
    """`np.heaviside(x, at_zero)` of a number, as numba compiles it."""
    if x > 0.0:
        return 1.0
    if x < 0.0:
        return 0.0
    return at_zero if x == 0.0 else x


def overlaps(x: Any, y: Any) -> Any:
    """Does the memory between the first and the last entry of two arrays overlap?"""
    low, other = x.ctypes.data, y.ctypes.data
    high, end = low + x.itemsize, other + y.itemsize
    for axis in range(x.ndim):
        reach = (x.shape[axis] - 1) * x.strides[axis]
        low += min(0, reach)
        high += max(0, reach)
    for axis in range(y.ndim):
        reach = (y.shape[axis] - 1) * y.strides[axis]
        other += min(0, reach)
        end += max(0, reach)
    return x.size > 0 and y.size > 0 and low < end and other < high


def padded_indices(size: Any, before: Any, behind: Any, mode: Any) -> Any:
    """The places of an axis of this length that a border repeats, and the axis itself."""
    return np.pad(np.arange(size), (before, behind), mode)


def fractional_part(x: float) -> float:
    """The first result of math.modf."""
    return math.modf(x)[0]


def integral_part(x: float) -> float:
    """The second result of math.modf."""
    return math.modf(x)[1]


def mantissa(x: float) -> float:
    """The first result of math.frexp."""
    return math.frexp(x)[0]


def exponent(x: float) -> int:
    """The second result of math.frexp."""
    return math.frexp(x)[1]
