def f(x):
    if x > 0:
        y = x
    else:
        y = (x, x)
    return y


# --- value_and_grad wrt=x ---
# S2S305 y has different kinds of values after the if in line 2
#   different_kinds_on_two_sides.py:6:  return y
#                                              ^
#   assign it first
