def f(x):
    y = {1: x}
    return x


# --- value_and_grad wrt=x ---
# S2S302 a dict with computed keys is not in the accepted subset
#   dict_with_computed_keys.py:2:  y = {1: x}
#                                      ^^^^^^
#   use constant strings as keys
