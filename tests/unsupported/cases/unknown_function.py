import numpy as np


def f(x):
    return np.unwrap(x)


# --- value_and_grad wrt=x ---
# S2S201 no derivative rule for numpy.unwrap
#   unknown_function.py:5:  return np.unwrap(x)
#                                  ^^^^^^^^^^^^
#   add one:   @s2sdiff.elementwise(numpy.unwrap)
#              def unwrap(x, y): ...    # the partial dy/dx
#   or declare s2sdiff.zero_derivative(...) if its derivative is zero almost everywhere
