import numpy as np


def f(A: "f8[n,n]", x: "f8[n]"):
    A[:, 0] = x
    A[:, 2] = A[1]
    return np.sum(A * A)


# --- value_and_grad wrt=A ---
# S2S307 a part of an array is stored into another part of it with another step, of which NumPy may read what it has stored already
#   store_with_another_step.py:6:  A[:, 2] = A[1]
#                                  ^^^^^^^^^^^^^^
#   store a copy: A[:, 0] = A[1].copy()
