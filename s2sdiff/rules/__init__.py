"""What s2sdiff knows about library functions: one declaration each, a file a family.

Importing the room declares all of them; it imports none of the libraries that they are about.
"""

from s2sdiff.rules import (
    array_reductions,
    choosing,
    creation,
    distributions,
    einsum,
    exponential,
    fourier,
    indexing,
    integers,
    linear_algebra,
    operators,
    products,
    reductions,
    rounding,
    scipy_functions,
    scipy_special,
    selection,
    shaping,
    signals,
    special,
    statistics,
    trigonometric,
)

FAMILIES = (
    operators,
    exponential,
    trigonometric,
    rounding,
    selection,
    reductions,
    integers,
    special,
    shaping,
    array_reductions,
    indexing,
    creation,
    products,
    einsum,
    linear_algebra,
    choosing,
    signals,
    statistics,
    fourier,
    scipy_special,
    scipy_functions,
    distributions,
)
