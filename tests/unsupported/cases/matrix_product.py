def f(x):
    return x @ x


# --- value_and_grad wrt=x ---
# S2S201 operator.matmul has no derivative rule
#   matrix_product.py:2:  return x @ x
#                                ^^^^^
#   matrix products need arrays
