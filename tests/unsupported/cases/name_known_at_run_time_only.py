import os

RATE = float(os.environ['RATE'])


def f(x):
    return RATE * x


# --- value_and_grad wrt=x ---
# S2S104 RATE has a value that is known only at run time (line 3)
#   name_known_at_run_time_only.py:7:  return RATE * x
#                                             ^^^^
#   bind it once, or pass it in
