from dataclasses import dataclass


@dataclass
class Point:
    x: float
    y: float


def f(x):
    return Point(x, x).z


# --- value_and_grad wrt=x ---
# S2S104 Point has no attribute z
#   record_without_the_field.py:11:  return Point(x, x).z
#                                           ^^^^^^^^^^^^^
#   check the spelling
