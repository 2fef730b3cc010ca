def f(x):
    return x.conjugate()


# --- value_and_grad wrt=x ---
# S2S306 attribute conjugate of a float is not accepted
#   method_of_a_float.py:2:  return x.conjugate()
#                                   ^^^^^^^^^^^
#   use functions
