def f(x):
    return x if (x, 1.0) < (1.0, x) else 0.0


# --- value_and_grad wrt=x ---
# S2S302 a tuple of 2 is compared
#   comparison_of_tuples.py:2:  return x if (x, 1.0) < (1.0, x) else 0.0
#                                           ^^^^^^^^^^^^^^^^^^^
#   compare the items
