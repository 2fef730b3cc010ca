from dataclasses import dataclass


@dataclass
class Point:
    x: float
    y: float


def f(x):
    return Point(x, x)


# --- grad wrt=x ---
# S2S402 grad needs one float as the result of f, not a Point
#   record_result_of_grad.py:10:  def f(x):
#                                 ^^^^^^^^^
#   use jacobian for several results, or vjp for a combination of them
