from dataclasses import dataclass


@dataclass
class Point:
    x: float
    y: float


def f(x):
    return x if Point(x, x) == Point(1.0, x) else 0.0


# --- value_and_grad wrt=x ---
# S2S302 a Point is compared
#   records_compared.py:11:  return x if Point(x, x) == Point(1.0, x) else 0.0
#                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   compare the items
