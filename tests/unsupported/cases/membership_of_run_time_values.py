def f(x, y):
    return x * x if x in (1.0, y) else y


# --- value_and_grad wrt=x ---
# S2S302 membership in values that are not constant
#   membership_of_run_time_values.py:2:  return x * x if x in (1.0, y) else y
#                                                        ^^^^^^^^^^^^^
#   compare with ==
