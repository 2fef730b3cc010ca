def f(x):
    return f(x) + x


# --- value_and_grad wrt=x ---
# S2S304 calls of f are nested more than 100 deep
#   recursion_without_end.py:2:  return f(x) + x
#                                       ^^^^
#   make the end of the recursion depend on constants only
