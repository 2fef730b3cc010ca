"""Complex numbers and Fourier transforms.

The cotangent of a complex z = x + iy is dL/dx - i dL/dy. With that, partials of holomorphic functions
are multiplied as they are, and a linear map goes back by its transpose, without a conjugate; that of a
real number is the real part. The cotangents of functions that are not holomorphic follow from their two
partials:

    abs(z)     y_bar * conj(z) / abs(z)            conj(z)    conj(y_bar)
    real(z)    y_bar                               imag(z)    -i y_bar

The matrix of a Fourier transform is symmetric, so the transform is its own transpose.
"""

from __future__ import annotations

from typing import Any

from s2sdiff.ir.shapes import new_axis
from s2sdiff.ir.types import Array, Scalar, Type, array, axes_of
from s2sdiff.rules.axes import (
    axis_of_length,
    is_complex,
    kind,
    known_axes,
    normal_axes,
    normal_axis,
)
from s2sdiff.rules.general import linear
from s2sdiff.rules.registry import Library, defined, without_derivative
from s2sdiff.rules.shaping import axis_from_front, part_along
from s2sdiff.rules.signatures import static

np = Library("numpy")


def real_type(val: Type) -> Type:
    if not isinstance(val, Array | Scalar):
        raise TypeError("an array is needed")
    return array("float" if val.kind == "complex" else val.kind, axes_of(val))


@linear(np.real, types=real_type, passes_numbers=True, guard=False)
def real(val: Any, y_bar: Any) -> Any:
    return y_bar


@linear(np.imag, types=real_type, passes_numbers=True, guard=False)
def imag(val: Any, y_bar: Any) -> Any:
    return -1j * y_bar if is_complex(val) else None


def conjugate_type(x: Type) -> Type:
    return array(kind(x), axes_of(x))  # type: ignore[arg-type]


@linear(np.conj, np.conjugate, types=conjugate_type, passes_numbers=True, guard=False)
def conj(x: Any, y_bar: Any) -> Any:
    return np.conj(y_bar) if is_complex(x) else y_bar


@defined(np.real_if_close)
def real_if_close(a: Any) -> Any:
    return a


@defined(np.angle)
def angle(z: Any, deg: Any = False) -> Any:
    found = np.arctan2(np.imag(z), np.real(z))
    return np.degrees(found) if deg else found


# Transforms along one axis


def transformed(a: Type, n: Any = None, axis: Any = -1, norm: Any = None) -> Type:
    mine = list(known_axes(a))
    at = normal_axis(axis, len(mine))
    if n is not None:
        mine[at] = axis_of_length(n)
    return array("complex", tuple(mine))


def half_transformed(a: Type, n: Any = None, axis: Any = -1, norm: Any = None) -> Type:
    mine = list(known_axes(a))
    at = normal_axis(axis, len(mine))
    length = mine[at] if n is None else axis_of_length(n)
    mine[at] = length // 2 + 1 if isinstance(length, int) else new_axis()
    return array("complex", tuple(mine))


def back_transformed(a: Type, n: Any = None, axis: Any = -1, norm: Any = None) -> Type:
    mine = list(known_axes(a))
    at = normal_axis(axis, len(mine))
    length = mine[at]
    if n is not None:
        mine[at] = axis_of_length(n)
    else:
        mine[at] = 2 * (length - 1) if isinstance(length, int) else new_axis()
    return array("float", tuple(mine))


def fitted(bar: Any, a: Any, n: Any, axis: Any) -> Any:
    """The cotangent of what a transform of length `n` read of `a`: zeros behind it, or nothing."""
    if n is None:
        return bar
    size = np.shape(a)[axis]
    missing = max(size - n, 0)
    shape = np.shape(a)
    along = axis_from_front(axis, a)
    zeros = np.zeros((*shape[:along], missing, *shape[along + 1 :]))
    return part_along(np.concatenate((bar, zeros), axis=axis), 0, size, axis)


@linear(np.fft.fft, types=transformed)
def fft(a: Any, y_bar: Any, *, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    return fitted(np.fft.fft(y_bar, axis=axis, norm=norm), a, n, axis)


@linear(np.fft.ifft, types=transformed)
def ifft(a: Any, y_bar: Any, *, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    return fitted(np.fft.ifft(y_bar, axis=axis, norm=norm), a, n, axis)


@linear(np.fft.rfft, types=half_transformed)
def rfft(a: Any, y_bar: Any, *, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    length = np.shape(a)[axis] if n is None else n
    return fitted(np.real(padded_fft(y_bar, length, axis, norm)), a, n, axis)


def padded_fft(bar: Any, length: Any, axis: Any, norm: Any) -> Any:
    """The transform of `bar` with zeros behind it."""
    return np.fft.fft(bar, length, axis, norm)


@static
def other_norm(norm: Any) -> Any:
    """How the transform the other way is scaled."""
    return {"forward": None, "ortho": "ortho"}.get(norm, "forward")


@linear(np.fft.irfft, types=back_transformed)
def irfft(a: Any, y_bar: Any, *, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    half = np.conj(np.fft.rfft(y_bar, axis=axis, norm=other_norm(norm)))
    many = np.shape(half)[axis]
    place = np.arange(many)
    length = np.shape(y_bar)[axis]
    once = np.logical_or(place == 0, 2 * place == length)
    weights = np.where(once, 1.0, 2.0)
    if axis_from_front(axis, a) != np.ndim(a) - 1:
        weights = np.expand_dims(weights, behind(axis, a))
    return fitted(weights * half, a, many, axis)


@static
def behind(axis: Any, a: Any) -> tuple[int, ...]:
    """The new axes that put a vector along an axis."""
    return tuple(range(1, len(known_axes(a)) - normal_axis(axis, len(known_axes(a)))))


# Along several axes, one after the other


@static
def axes_of_transform(axes: Any, s: Any, a: Any) -> tuple[int, ...]:
    rank = len(known_axes(a))
    if axes is None:
        return tuple(range(rank)) if s is None else tuple(range(rank - len(s), rank))
    return normal_axes(axes, rank)


@defined(np.fft.fftn)
def fftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    along = axes_of_transform(axes, s, a)
    lengths = (None,) * len(along) if s is None else s
    for axis, n in zip(along, lengths, strict=True):
        a = np.fft.fft(a, n, axis, norm)
    return a


@defined(np.fft.ifftn)
def ifftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    along = axes_of_transform(axes, s, a)
    lengths = (None,) * len(along) if s is None else s
    for axis, n in zip(along, lengths, strict=True):
        a = np.fft.ifft(a, n, axis, norm)
    return a


@defined(np.fft.rfftn)
def rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    *first, last = axes_of_transform(axes, s, a)
    lengths = (None,) * (len(first) + 1) if s is None else s
    a = np.fft.rfft(a, lengths[-1], last, norm)
    for axis, n in zip(first, lengths[:-1], strict=True):
        a = np.fft.fft(a, n, axis, norm)
    return a


@defined(np.fft.irfftn)
def irfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    *first, last = axes_of_transform(axes, s, a)
    lengths = (None,) * (len(first) + 1) if s is None else s
    for axis, n in zip(first, lengths[:-1], strict=True):
        a = np.fft.ifft(a, n, axis, norm)
    return np.fft.irfft(a, lengths[-1], last, norm)


@defined(np.fft.fft2)
def fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return np.fft.fftn(a, s, axes, norm)


@defined(np.fft.ifft2)
def ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return np.fft.ifftn(a, s, axes, norm)


@defined(np.fft.rfft2)
def rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return np.fft.rfftn(a, s, axes, norm)


@defined(np.fft.irfft2)
def irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return np.fft.irfftn(a, s, axes, norm)


@defined(np.fft.hfft)
def hfft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    return np.fft.irfft(np.conj(a), n, axis, other_norm(norm))


@defined(np.fft.ihfft)
def ihfft(a: Any, n: Any = None, axis: Any = -1, norm: Any = None) -> Any:
    return np.conj(np.fft.rfft(a, n, axis, other_norm(norm)))


@defined(np.fft.fftshift)
def fftshift(x: Any, axes: Any = None) -> Any:
    for axis in normal_shift(axes, x):
        x = np.roll(x, np.shape(x)[axis] // 2, axis)
    return x


@defined(np.fft.ifftshift)
def ifftshift(x: Any, axes: Any = None) -> Any:
    for axis in normal_shift(axes, x):
        x = np.roll(x, -(np.shape(x)[axis] // 2), axis)
    return x


@static
def normal_shift(axes: Any, x: Any) -> tuple[int, ...]:
    return normal_axes(axes, len(known_axes(x)))


def frequencies(n: Any, d: Any = 1.0) -> Type:
    return array("float", (axis_of_length(n),))


def half_of_frequencies(n: Any, d: Any = 1.0) -> Type:
    return array("float", (n // 2 + 1 if isinstance(n, int) else new_axis(),))


without_derivative(np.fft.fftfreq, signature="n, d=1.0", types=frequencies, guard=False)
without_derivative(np.fft.rfftfreq, signature="n, d=1.0", types=half_of_frequencies, guard=False)
