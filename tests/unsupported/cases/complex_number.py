def f(x):
    return x * 2j


# --- value_and_grad wrt=x ---
# S2S302 a complex number is not accepted
#   complex_number.py:2:  return x * 2j
#                                    ^^
#   use floats
