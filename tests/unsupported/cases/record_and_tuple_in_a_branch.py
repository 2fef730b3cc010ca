from dataclasses import dataclass


@dataclass
class Point:
    x: float
    y: float


def f(x):
    p = Point(x, x) if x > 0 else (x, x)
    return p


# --- value_and_grad wrt=x ---
# S2S306 the two sides differ: a Point and a tuple of 2
#   record_and_tuple_in_a_branch.py:11:  p = Point(x, x) if x > 0 else (x, x)
#                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   give both sides the same structure
