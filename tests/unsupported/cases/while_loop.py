def f(x):
    while x < 3.0:
        x = x * 2.0
    return x


# --- value_and_grad wrt=x ---
# S2S301 a while loop is not in the accepted subset
#   while_loop.py:2:  while x < 3.0:
#                     ^^^^^^^^^^^^^^
#   write a fixed number of steps
