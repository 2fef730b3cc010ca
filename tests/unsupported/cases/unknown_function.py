import numpy as np


def f(x):
    return np.unwrap(x)


# --- value_and_grad wrt=x ---
# S2S201 numpy.unwrap has no derivative rule
#   unknown_function.py:5:  return np.unwrap(x)
#                                  ^^^^^^^^^^^^
#   it has no derivative rule yet; add one with @s2sdiff.pullback, or write it with others
