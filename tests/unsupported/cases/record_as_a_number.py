from dataclasses import dataclass


@dataclass
class Point:
    x: float
    y: float


def f(x: Point):
    return x * 2.0


# --- value_and_grad wrt=x ---
# S2S306 a Point is used as a number
#   record_as_a_number.py:11:  return x * 2.0
#                                     ^^^^^^^
#   compute with numbers; call functions, and index or unpack tuples
