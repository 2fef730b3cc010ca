def f(x):
    if x < 0:
        raise x
    return x


# --- value_and_grad wrt=x ---
# S2S306 a float is raised
#   raise_of_a_number.py:3:  raise x
#                                  ^
#   raise an exception of a class that is defined at the top of a module
