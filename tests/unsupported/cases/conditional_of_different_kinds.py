def f(x):
    y = x if x > 0 else (x, x)
    return x


# --- value_and_grad wrt=x ---
# S2S306 the two sides differ: a float and a tuple of 2
#   conditional_of_different_kinds.py:2:  y = x if x > 0 else (x, x)
#                                             ^^^^^^^^^^^^^^^^^^^^^^
#   give both sides the same structure
