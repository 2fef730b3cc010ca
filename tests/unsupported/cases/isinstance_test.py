def f(x):
    return x if isinstance(x, float) else 0.0


# --- value_and_grad wrt=x ---
# S2S302 isinstance() is not accepted
#   isinstance_test.py:2:  return x if isinstance(x, float) else 0.0
#                                      ^^^^^^^^^^^^^^^^^^^^
#   write one function for each type
