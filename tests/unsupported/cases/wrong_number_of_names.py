def f(x):
    a, b = x, x, x
    return a


# --- value_and_grad wrt=x ---
# S2S406 3 values cannot be unpacked into 2 names
#   wrong_number_of_names.py:2:  a, b = x, x, x
#                                ^^^^
#   use as many names as there are values
