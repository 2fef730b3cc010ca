def f(x):
    z = y * x
    y = 2.0
    return z


# --- value_and_grad wrt=x ---
# S2S305 y is not assigned yet where it is used
#   used_before_assignment.py:2:  z = y * x
#                                     ^
#   assign it first
