def f(x):
    y = [x, 1.0]
    y[0] = 2.0 * x
    return y[0]


# --- value_and_grad wrt=x ---
# S2S307 an assignment to a subscript is not in the accepted subset
#   subscript_store.py:3:  y[0] = 2.0 * x
#                          ^^^^
#   assign to local names and build a tuple
