def f(x):
    @staticmethod
    def g(y):
        return y

    return g(x)


# --- value_and_grad wrt=x ---
# S2S301 a nested function is decorated
#   nested_decorator.py:3:  def g(y):
#                           ^^^^^^^^^
#   call the decorator
