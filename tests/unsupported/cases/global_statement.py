TOTAL = 0.0


def f(x):
    global TOTAL
    TOTAL = x * x
    return TOTAL


# --- value_and_grad wrt=x ---
# S2S301 a global statement is not in the accepted subset
#   global_statement.py:5:  global TOTAL
#                           ^^^^^^^^^^^^
#   return the value instead of storing it
