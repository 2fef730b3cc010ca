def f(x):
    return x @ x


# --- value_and_grad wrt=x ---
# S2S306 operator.matmul: a matrix product needs arrays; use * for numbers
#   matrix_product.py:2:  return x @ x
#                                ^^^^^
#   check the arguments
