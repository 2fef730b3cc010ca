def f(x):
    return x + 'a'


# --- value_and_grad wrt=x ---
# S2S306 'a' is used as a number
#   text_as_number.py:2:  return x + 'a'
#                                ^^^^^^^
#   compute with numbers only
