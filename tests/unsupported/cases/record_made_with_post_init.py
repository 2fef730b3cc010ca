from dataclasses import dataclass


@dataclass
class Mass:
    kg: float

    def __post_init__(self):
        assert self.kg > 0


def f(x):
    return Mass(x).kg**2


# --- value_and_grad wrt=x ---
# S2S306 an object of class Mass is made, and it has a __post_init__
#   record_made_with_post_init.py:13:  return Mass(x).kg**2
#                                             ^^^^^^^
#   use a plain dataclass or namedtuple
