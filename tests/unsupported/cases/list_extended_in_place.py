def f(x):
    y = [x]
    y += [1.0]
    return y[0]


# --- value_and_grad wrt=x ---
# S2S307 a list is extended in place
#   list_extended_in_place.py:3:  y += [1.0]
#                                 ^^^^^^^^^^
#   write a = a + b
