def f(x):
    y = (x, x)
    return y[2]


# --- value_and_grad wrt=x ---
# S2S406 index 2 is out of range: there are 2
#   index_out_of_range.py:3:  return y[2]
#                                    ^^^^
#   check it
