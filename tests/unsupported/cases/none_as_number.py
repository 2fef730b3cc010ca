def nothing(x):
    pass


def f(x):
    return nothing(x) + x


# --- value_and_grad wrt=x ---
# S2S306 None is used as a number
#   none_as_number.py:6:  return nothing(x) + x
#                                ^^^^^^^^^^^^^^
#   compute with numbers only
