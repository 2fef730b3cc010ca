from dataclasses import dataclass


@dataclass
class Mass:
    kg: float

    def __post_init__(self):
        assert self.kg > 0


def f(x: Mass):
    return x.kg**2


# --- value_and_grad wrt=x ---
# S2S403 f cannot be differentiated with respect to x: a gradient of class Mass would have to be made, and it has a __post_init__
#   record_with_post_init.py:12:  def f(x: Mass):
#                                 ^^^^^^^^^^^^^^^
#   use a plain dataclass or namedtuple
