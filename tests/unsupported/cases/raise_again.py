def f(x):
    if x < 0:
        raise
    return x


# --- value_and_grad wrt=x ---
# S2S301 a raise without an exception
#   raise_again.py:3:  raise
#                      ^^^^^
#   name the exception to be raised
