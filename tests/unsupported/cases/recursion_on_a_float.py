def f(x):
    return x if x < 1.0 else 2.0 * f(x - 1.0)


# --- value_and_grad wrt=x ---
# S2S304 calls of f are nested more than 100 deep
#   recursion_on_a_float.py:2:  return x if x < 1.0 else 2.0 * f(x - 1.0)
#                                                              ^^^^^^^^^^
#   make the end of the recursion depend on constants only
