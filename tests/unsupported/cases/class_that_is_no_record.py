class Point:
    def __init__(self, x):
        self.x = x


def f(x):
    return Point(x).x


# --- value_and_grad wrt=x ---
# S2S104 Point is a class that is neither dataclass nor namedtuple (line 1)
#   class_that_is_no_record.py:7:  return Point(x).x
#                                         ^^^^^
#   bind it once, or pass it in
