from dataclasses import dataclass


@dataclass(frozen=True)
class Body:
    mass: float


def f(x):
    body = Body(x)
    body.mass = 2.0
    return body.mass


# --- value_and_grad wrt=x ---
# S2S307 a field of a frozen class of Body is assigned to
#   attribute_store_into_a_frozen_class.py:11:  body.mass = 2.0
#                                               ^^^^^^^^^
#   make a new object
