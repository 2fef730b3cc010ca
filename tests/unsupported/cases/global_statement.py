TOTAL = 0.0


def f(x):
    global TOTAL
    TOTAL = x * x
    return x


# --- value_and_grad wrt=x ---
# S2S307 the global variable TOTAL is assigned to
#   global_statement.py:5:  global TOTAL
#                           ^^^^^^^^^^^^
#   return the value, and let the caller keep it: a derivative is not followed through it
