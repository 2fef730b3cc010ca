try:
    from fast import RATE
except ImportError:
    RATE = 1.0


def f(x):
    return RATE * x


# --- value_and_grad wrt=x ---
# S2S104 RATE is bound more than once (lines 2, 4)
#   name_bound_on_some_paths.py:8:  return RATE * x
#                                          ^^^^
#   bind it once, or pass it in
