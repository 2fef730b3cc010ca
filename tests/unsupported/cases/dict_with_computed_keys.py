def f(x):
    y = {x: x}
    return x


# --- value_and_grad wrt=x ---
# S2S302 a key of a dict is not constant
#   dict_with_computed_keys.py:2:  y = {x: x}
#                                      ^^^^^^
#   use constant keys
