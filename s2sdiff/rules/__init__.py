"""What s2sdiff knows about library functions: one declaration each, a file a family.

Importing the room declares all of them; it imports none of the libraries that they are about.
"""

from s2sdiff.rules import (
    exponential,
    integers,
    operators,
    reductions,
    rounding,
    selection,
    special,
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
)
