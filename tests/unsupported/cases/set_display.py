def f(x):
    y = {x, 1.0}
    return x


# --- value_and_grad wrt=x ---
# S2S302 a set is not in the accepted subset
#   set_display.py:2:  y = {x, 1.0}
#                          ^^^^^^^^
#   use a tuple
