def f(x):
    try:
        return 1.0 / x
    except ZeroDivisionError:
        return 0.0


# --- value_and_grad wrt=x ---
# S2S301 a try statement is not in the accepted subset
#   try_statement.py:2:  try:
#                        ^^^^
#   handle exceptions where the function is called
