import numpy as np


def f(x: "f8[n]", y: "f8[n]"):
    a = np.zeros(3)
    a.fill(y)
    return a @ x


# --- value_and_grad wrt=x ---
# S2S306 fill() with what is no number
#   fill_with_an_array.py:6:  a.fill(y)
#                             ^^^^^^^^^
#   store it: x[:] = v
