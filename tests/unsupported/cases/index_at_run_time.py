def f(x, i: int):
    y = (x, x)
    return y[i]


# --- value_and_grad wrt=x ---
# S2S302 an index is not constant
#   index_at_run_time.py:3:  return y[i]
#                                   ^^^^
#   index with a constant
