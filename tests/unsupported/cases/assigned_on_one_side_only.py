def f(x):
    if x > 0:
        y = x
    return y


# --- value_and_grad wrt=x ---
# S2S305 y may not be assigned: only one side of the if in line 2 does it
#   assigned_on_one_side_only.py:4:  return y
#                                           ^
#   assign it first
