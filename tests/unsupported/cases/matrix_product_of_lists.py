import numpy as np


def f(t: float, x: "f8[3]"):
    xs = [t, 2.0, 3.0]
    return xs @ x + xs @ xs


# --- value_and_grad wrt=t ---
# S2S306 @ of a list of 3 and a list of 3
#   matrix_product_of_lists.py:6:  return xs @ x + xs @ xs
#                                                  ^^^^^^^
#   make one of them an array: np.array(xs) @ ys
