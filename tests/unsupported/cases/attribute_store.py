from dataclasses import dataclass


@dataclass
class Body:
    mass: float
    speed: float


def f(body: Body):
    body.speed = body.mass * 2.0
    return body.speed


# --- value_and_grad wrt=body ---
# S2S307 a record from outside the function is changed
#   attribute_store.py:11:  body.speed = body.mass * 2.0
#                           ^^^^^^^^^^
#   copy it first: a = dataclasses.replace(a)
