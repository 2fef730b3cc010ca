RATE = 1.0


def change():
    global RATE
    RATE = 2.0


def f(x):
    return RATE * x


# --- value_and_grad wrt=x ---
# S2S104 RATE is bound more than once (lines 1, 5)
#   global_rebound.py:10:  return RATE * x
#                                 ^^^^
#   bind it once, or pass it in
