class Holder:
    def __init__(self, value):
        self.value = value


def f(x):
    return Holder(x * x)


# --- value_and_grad wrt=x ---
# S2S402 the result has an object of class Holder
#   object_returned.py:6:  def f(x):
#                          ^^^^^^^^^
#   return numbers, or make it a dataclass
