from dataclasses import dataclass


@dataclass
class Point:
    x: float
    y: float


def f(x):
    return Point(x).x


# --- value_and_grad wrt=x ---
# S2S404 Point() cannot be called like this: missing a required argument: 'y'
#   record_with_wrong_arguments.py:11:  return Point(x).x
#                                              ^^^^^^^^
#   its fields are x, y
