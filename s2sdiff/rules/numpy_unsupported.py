"""Public names of NumPy that have no derivative rule, with the reason. A test holds that no name is
forgotten."""

from __future__ import annotations

from s2sdiff.ir.types import Array, Scalar, Type, array, axes_of
from s2sdiff.rules.axes import axis_of_length
from s2sdiff.rules.registry import Library, unsupported, without_derivative

np = Library("numpy")


def _all_of(names: str) -> list[Library]:
    """Functions of NumPy by their names; those of its modules with a dot."""
    found: list[Library] = []
    for name in names.split():
        function = np
        for part in name.split("."):
            function = getattr(function, part)
        found.append(function)
    return found


def tested(*args: Type, **_: object) -> Type:
    return Scalar("bool")


def each_tested(element: Type, **_: object) -> Type:
    return array("bool", axes_of(element) if isinstance(element, Array | Scalar) else ())


def window(M: object) -> Type:
    return array("float", (axis_of_length(M),))


without_derivative(np.allclose, signature="a, b, rtol=1e-05, atol=1e-08", types=tested)
without_derivative(np.array_equal, np.array_equiv, signature="a1, a2", types=tested)
without_derivative(np.shares_memory, signature="a, b", types=tested)
without_derivative(np.isin, signature="element, test_elements", types=each_tested)
without_derivative(
    np.bartlett, np.blackman, np.hamming, np.hanning, signature="M", types=window, guard=False
)

unsupported(
    "it stores into an array; write the store: a[indices] = values, or a[mask] = value",
    *_all_of("place put put_along_axis putmask"),
)
unsupported(
    "it runs over all axes at once; write a loop for each: for i in range(n): for j in range(m)",
    *_all_of("ndindex ndenumerate nditer"),
)
unsupported(
    "it calls a Python function for entries or rows; write a loop, or use whole arrays",
    *_all_of("apply_along_axis apply_over_axes frompyfunc fromfunction fromiter piecewise"),
    *_all_of("vectorize"),
)
unsupported(
    "how many entries there are depends on their values; select by a mask or by indices",
    *_all_of("unique unique_all unique_counts unique_inverse unique_values union1d"),
    *_all_of("intersect1d setdiff1d setxor1d trim_zeros"),
)
unsupported(
    "it counts entries in bins, which jumps; use a smooth density",
    *_all_of("histogram histogram2d histogram_bin_edges histogramdd"),
)
unsupported(
    "it reads or writes files, text or memory; do that outside the function",
    *_all_of("fromfile fromstring fromregex frombuffer from_dlpack genfromtxt load loadtxt save"),
    *_all_of("savetxt savez savez_compressed array2string array_repr array_str base_repr"),
    *_all_of("binary_repr format_float_positional format_float_scientific datetime_as_string"),
)
unsupported("it packs bits", *_all_of("packbits unpackbits bitwise_count"))
unsupported(
    "it works with dates and other things that have no derivative",
    *_all_of("busday_count busday_offset is_busday datetime_data isnat"),
)
unsupported(
    "it asks about types or memory, which the compiler knows; leave it out",
    *_all_of("can_cast common_type isdtype isfortran iscomplexobj isrealobj isscalar issubdtype"),
    *_all_of("iterable may_share_memory min_scalar_type mintypecode promote_types result_type"),
    *_all_of("typename broadcast_shapes"),
)
unsupported(
    "it sets or shows how NumPy works; call it outside the function",
    *_all_of("get_include get_printoptions set_printoptions printoptions getbufsize setbufsize"),
    *_all_of("geterr seterr geterrcall seterrcall show_config show_runtime info test"),
    *_all_of("einsum_path"),
)
unsupported(
    "it finds coefficients of polynomials; use np.polyval, or np.linalg.lstsq's formula",
    *_all_of("poly polyadd polyder polydiv polyfit polyint polymul polysub roots"),
)
unsupported(
    "it has no derivative rule yet; add one with @s2sdiff.pullback, or write it with others",
    *_all_of("astype bmat resize unwrap unstack nanpercentile nanquantile"),
    *_all_of("sort_complex nested_iters asmatrix require asarray_chkfinite"),
    *_all_of("linalg.tensorinv linalg.matrix_rank linalg.test fft.test"),
)
unsupported(
    "it makes arrays of indices that are not read here; use np.arange, np.ix_ or np.nonzero",
    *_all_of("indices diag_indices_from mask_indices tril_indices_from triu_indices_from tri"),
    *_all_of("ravel_multi_index unravel_index lexsort kaiser nanargmax nanargmin"),
)
unsupported("NumPy has deprecated it; use np.vstack", *_all_of("row_stack"))
