def f(x):
    return x * len(x)


# --- value_and_grad wrt=x ---
# S2S306 a float is used as a tuple
#   length_of_a_number.py:2:  return x * len(x)
#                                        ^^^^^^
#   pass a tuple
