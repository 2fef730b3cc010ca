def f(x):
    a, b = x
    return a


# --- value_and_grad wrt=x ---
# S2S306 a float is used as a tuple
#   unpacking_a_number.py:2:  a, b = x
#                             ^^^^
#   pass a tuple
