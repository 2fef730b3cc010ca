def f(x):
    return x + f


# --- value_and_grad wrt=x ---
# S2S306 the function f is used as a number
#   function_as_number.py:2:  return x + f
#                                    ^^^^^
#   compute with numbers; call functions, and index or unpack tuples
