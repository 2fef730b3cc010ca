def f(x):
    return max(x, 1.0, key=abs)


# --- value_and_grad wrt=x ---
# S2S202 max() with key= has no rule
#   keyed_maximum.py:2:  return max(x, 1.0, key=abs)
#                               ^^^^^^^^^^^^^^^^^^^^
#   pass plain numbers
