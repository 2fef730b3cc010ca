def f(x):
    s = 0.0
    for i in range(x):
        s += x
    return s


# --- value_and_grad wrt=x ---
# S2S306 a float is used as a bound of range()
#   range_of_a_float.py:3:  for i in range(x):
#                                    ^^^^^^^^
#   use an int
