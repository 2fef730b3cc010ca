class Base:
    def __init__(self, k):
        self.k = k


class Scaled(Base):
    def __init__(self, k):
        super().__init__(2 * k)


def f(x):
    return Scaled(x).k * x


# --- value_and_grad wrt=x ---
# S2S302 __init__ uses super() or __class__, which is not accepted
#   super_call.py:8:  super().__init__(2 * k)
#                     ^^^^^^^
#   call the method of the base class: Base.method(self, ...)
