from dataclasses import dataclass


@dataclass
class Item:
    kind: str
    x: float


def f(x: Item):
    return x.x if x.kind == "a" else 0.0


# --- value_and_grad wrt=x ---
# S2S302 a text that is known only at run time is compared
#   text_in_a_record_compared.py:11:  return x.x if x.kind == "a" else 0.0
#                                                   ^^^^^^^^^^^^^
#   pass it as a parameter of its own, or take s2sdiff.grad of the live function
