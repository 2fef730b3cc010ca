def f(x):
    y = x * x
    if x > 0.0:
        del y
    return y * x


# --- value_and_grad wrt=x ---
# S2S305 y was deleted after the if in line 3
#   deleted_on_one_path.py:5:  return y * x
#                                     ^
#   assign it first
