def f(x):
    y = x * x
    z = y * y
    del y
    return y * z


# --- value_and_grad wrt=x ---
# S2S305 y was deleted
#   deleted_variable.py:5:  return y * z
#                                  ^
#   assign it first
