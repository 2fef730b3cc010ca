def f(x):
    return x & 1


# --- value_and_grad wrt=x ---
# S2S306 operator.and_: bits are of integers, not of floats
#   no_rule_with_reason.py:2:  return x & 1
#                                     ^^^^^
#   compute with numbers only
