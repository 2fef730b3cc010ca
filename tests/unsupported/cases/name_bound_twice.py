RATE = 1.0
RATE = 2.0


def f(x):
    return RATE * x


# --- value_and_grad wrt=x ---
# S2S104 RATE is bound more than once (lines 1, 2)
#   name_bound_twice.py:6:  return RATE * x
#                                  ^^^^
#   bind it once, or pass it in
