"""Differences, convolutions, interpolation and padding: functions of values along an axis."""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.infer import joined_kind
from s2sdiff.ir.shapes import longer, new_axis
from s2sdiff.ir.types import Axis, Type, array
from s2sdiff.rules.axes import axis_of_length, kind, known_axes, normal_axes, rank_of
from s2sdiff.rules.general import pullback, pushforward
from s2sdiff.rules.registry import Library, defined, without_derivative
from s2sdiff.rules.shaping import is_one_number, part_along
from s2sdiff.rules.signatures import is_known, static

np = Library("numpy")
runtime = Library("s2sdiff.runtime")


@static
def check_count(n: Any) -> None:
    """Raise TypeError where a number of repetitions is not known."""
    if not isinstance(n, int):
        raise TypeError("how many differences are taken has to be known while compiling")


@defined(np.diff)
def diff(a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None) -> Any:
    check_count(n)
    if prepend is not None or append is not None:
        around = (border(prepend, a, axis), a, border(append, a, axis))
        a = np.concatenate([each for each in around if each is not None], axis=axis)
    for _ in (0,) * n:
        a = part_along(a, 1, None, axis) - part_along(a, None, -1, axis)
    return a


def border(values: Any, like: Any, axis: Any) -> Any:
    """What is put before or behind an array: a number is one in each row."""
    if values is None or np.ndim(values):
        return values
    return np.broadcast_to(values, np.shape(part_along(like, None, 1, axis)))


@defined(np.ediff1d)
def ediff1d(ary: Any) -> Any:
    flat = np.reshape(ary, -1)
    return flat[1:] - flat[:-1]


@static
def axes_of_gradient(axis: Any, f: Any) -> tuple[int, ...]:
    return normal_axes(axis, len(known_axes(f)))


@static
def is_single(axis: Any, f: Any) -> bool:
    return len(axes_of_gradient(axis, f)) == 1


@defined(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    axes = axes_of_gradient(axis, f)
    steps = varargs if len(varargs) == len(axes) else varargs * len(axes) or (1.0,) * len(axes)
    found = [gradient_along(f, step, at, edge_order) for step, at in zip(steps, axes, strict=True)]
    return found[0] if is_single(axis, f) else tuple(found)


def gradient_along(f: Any, step: Any, axis: Any, edge_order: Any) -> Any:
    """Central differences along an axis, one-sided ones of the given order at its ends."""
    if axis != rank_of(f) - 1:
        moved = np.moveaxis(f, axis, -1)
        return np.moveaxis(last_gradient(moved, step, edge_order), -1, axis)
    return last_gradient(f, step, edge_order)


def last_gradient(f: Any, step: Any, edge_order: Any) -> Any:
    if np.ndim(step):
        return uneven_gradient(f, step, edge_order)
    inside = (f[..., 2:] - f[..., :-2]) / (2.0 * step)
    if edge_order == 1:
        first = (f[..., 1:2] - f[..., :1]) / step
        last = (f[..., -1:] - f[..., -2:-1]) / step
    else:
        first = -(3.0 * f[..., :1] - 4.0 * f[..., 1:2] + f[..., 2:3]) / (2.0 * step)
        last = (3.0 * f[..., -1:] - 4.0 * f[..., -2:-1] + f[..., -3:-2]) / (2.0 * step)
    return np.concatenate((first, inside, last), axis=-1)


def uneven_gradient(f: Any, x: Any, edge_order: Any) -> Any:
    """The same on a grid of uneven steps."""
    before, behind = x[1:-1] - x[:-2], x[2:] - x[1:-1]
    left = -behind / (before * (before + behind))
    middle = (behind - before) / (before * behind)
    right = before / (behind * (before + behind))
    inside = left * f[..., :-2] + middle * f[..., 1:-1] + right * f[..., 2:]
    if edge_order == 1:
        first = (f[..., 1:2] - f[..., :1]) / (x[1] - x[0])
        last = (f[..., -1:] - f[..., -2:-1]) / (x[-1] - x[-2])
        return np.concatenate((first, inside, last), axis=-1)
    p, q = x[1] - x[0], x[2] - x[1]
    first = -(2.0 * p + q) / (p * (p + q)) * f[..., :1] + (p + q) / (p * q) * f[..., 1:2]
    first = first - p / (q * (p + q)) * f[..., 2:3]
    p, q = x[-2] - x[-3], x[-1] - x[-2]
    last = q / (p * (p + q)) * f[..., -3:-2] - (q + p) / (p * q) * f[..., -2:-1]
    last = last + (2.0 * q + p) / (q * (p + q)) * f[..., -1:]
    return np.concatenate((first, inside, last), axis=-1)


# Convolutions


def convolved(a: Type, v: Type, mode: Any = "full") -> Type:
    if len(known_axes(a)) != 1 or len(known_axes(v)) != 1:
        raise TypeError("two arrays of one axis are needed")
    (one,), (two,) = known_axes(a), known_axes(v)
    kind = joined_kind((a, v))
    both = isinstance(one, int) and isinstance(two, int)
    length: Axis = new_axis()
    if mode == "full" and isinstance(two, int):
        length = longer(one, two - 1)
    elif both:
        longest, shortest = max(one, two), min(one, two)  # type: ignore[type-var]
        lengths = {"full": one + two - 1, "same": longest}  # type: ignore[operator]
        length = lengths.get(mode, longest - shortest + 1)  # type: ignore[operator]
    if mode not in ("full", "same", "valid"):
        raise TypeError("the mode of a convolution is 'full', 'same' or 'valid'")
    return array(kind, (length,))


def in_full(y_bar: Any, a: Any, v: Any, mode: Any) -> Any:
    """The cotangent of all values of a convolution, of which the mode takes some."""
    if mode == "full":
        return y_bar
    few = min(np.size(a), np.size(v))
    start = (few - 1) // 2 if mode == "same" else few - 1
    behind = np.size(a) + np.size(v) - 1 - np.size(y_bar) - start
    return np.concatenate((np.zeros(start), y_bar, np.zeros(behind)))


@pullback(np.convolve, types=convolved)
def convolve(a: Any, v: Any, y: Any, y_bar: Any, *, mode: Any = "full") -> Any:
    bar = in_full(y_bar, a, v, mode)
    return np.convolve(bar, v[::-1], "valid"), np.convolve(bar, a[::-1], "valid")


@pushforward(np.convolve, types=convolved)
def convolve_pushforward(
    a: Any, v: Any, y: Any, a_dot: Any, v_dot: Any, *, mode: Any = "full"
) -> Any:
    return np.convolve(a_dot, v, mode) + np.convolve(a, v_dot, mode)


@defined(np.correlate)
def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    if mode != "full" and np.size(a) < np.size(v):
        return np.convolve(v, a[::-1], mode)[::-1]
    return np.convolve(a, v[::-1], mode)


# Piecewise linear interpolation: at a grid point the slope to its right.
@defined(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    fp = 1.0 * np.asarray(fp)
    last = np.size(xp) - 2
    at = np.minimum(np.maximum(np.searchsorted(xp, x, side="right") - 1, 0), last)
    part = (x - xp[at]) / (xp[at + 1] - xp[at])
    found = fp[at] + part * (fp[at + 1] - fp[at])
    found = np.where(x < xp[0], fp[0] if left is None else left, found)
    return np.where(x > xp[-1], fp[-1] if right is None else right, found)


# Padding


@static
def widths(pad_width: Any, x: Any) -> tuple[tuple[int, int], ...]:
    """How much is put before and behind each axis."""
    rank = len(known_axes(x))
    if isinstance(pad_width, int):
        return ((pad_width, pad_width),) * rank
    if all(isinstance(each, int) for each in pad_width):
        before, *behind = pad_width
        return ((before, behind[0] if behind else before),) * rank
    if not all(isinstance(each, int) for pair in pad_width for each in pair):
        raise TypeError("the widths of a border have to be known while compiling")
    pairs = tuple((pair[0], pair[-1]) for pair in pad_width)
    return pairs * rank if len(pairs) == 1 else pairs


@static
def kind_of(x: Any) -> Any:
    return kind(x)


def padded(size: Any, before: Any, behind: Any, mode: Any) -> Type:
    return array("int", (longer(axis_of_length(size), before + behind),))


without_derivative(
    runtime.padded_indices, signature="size, before, behind, mode", types=padded, guard=False
)


@defined(np.pad)
def pad(array: Any, pad_width: Any, mode: Any = "constant", *, constant_values: Any = 0) -> Any:
    check_mode(mode)
    for axis, (before, behind) in enumerate(widths(pad_width, array)):
        if before + behind:
            array = padded_along(array, before, behind, axis, mode, constant_values)
    return array


@static
def check_mode(mode: Any) -> None:
    """Raise TypeError for a border that does not repeat entries."""
    if mode not in ("constant", "edge", "wrap", "reflect", "symmetric"):
        raise TypeError(
            f"mode={mode!r} has no rule; use constant, edge, wrap, reflect or symmetric"
        )


@static
def known_filler(values: Any) -> float:
    """What stands for numbers of which nobody asks the derivative. Raises TypeError for others."""
    if not is_known(values):
        raise TypeError("constant_values= of numbers that are known at run time: give one of them")
    return 0.0


def padded_along(
    x: Any, before: Any, behind: Any, axis: Any, mode: Any, constant_values: Any
) -> Any:
    """`x` with a border along one axis."""
    size = np.shape(x)[axis]
    if mode != "constant":
        return np.take(x, runtime.padded_indices(size, before, behind, mode), axis=axis)
    shape = np.shape(x)
    front = (*shape[:axis], before, *shape[axis + 1 :])
    back = (*shape[:axis], behind, *shape[axis + 1 :])
    dtype = kind_of(x)
    filler = constant_values if is_one_number(constant_values) else known_filler(constant_values)
    parts = [np.full(front, filler, dtype=dtype)] if before else []
    parts = [*parts, x]
    if behind:
        parts = [*parts, np.full(back, filler, dtype=dtype)]
    return np.concatenate(parts, axis=axis)


# Polynomials


@defined(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    found = 0.0 * x
    for at in range(len(p)):
        found = found * x + p[at]
    return found
