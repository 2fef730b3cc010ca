def f(x):
    y = x
    for i in range(3):
        y = y * x
    return y


# --- value_and_grad wrt=x ---
# S2S301 a for loop is not in the accepted subset
#   for_loop.py:3:  for i in range(3):
#                   ^^^^^^^^^^^^^^^^^^
#   write the turns out, or use a comprehension over a tuple
