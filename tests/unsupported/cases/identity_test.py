def f(x):
    return x if x is f else 0.0


# --- value_and_grad wrt=x ---
# S2S302 identity is tested
#   identity_test.py:2:  return x if x is f else 0.0
#                                    ^^^^^^
#   compare with == instead
