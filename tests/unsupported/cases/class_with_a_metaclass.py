import abc


class Shape(metaclass=abc.ABCMeta):
    def __init__(self, side):
        self.side = side


def f(x):
    return Shape(x).side


# --- value_and_grad wrt=x ---
# S2S104 Shape is a class that does more than have methods (line 4)
#   class_with_a_metaclass.py:10:  return Shape(x).side
#                                         ^^^^^
#   bind it once, or pass it in
