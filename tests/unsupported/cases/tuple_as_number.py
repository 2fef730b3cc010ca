def f(x):
    y = (x, x)
    return y * 1.5


# --- value_and_grad wrt=x ---
# S2S306 a tuple of 2 is used as a number
#   tuple_as_number.py:3:  return y * 1.5
#                                 ^^^^^^^
#   compute with numbers; call functions, and index or unpack tuples
