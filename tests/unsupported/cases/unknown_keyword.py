import math


def f(x):
    return math.sin(x, base=2)


# --- value_and_grad wrt=x ---
# S2S202 the rule of math.sin does not know the keyword base
#   unknown_keyword.py:5:  return math.sin(x, base=2)
#                                 ^^^^^^^^^^^^^^^^^^^
#   call it without
