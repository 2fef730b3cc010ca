def f(x):
    from math import *
    return x


# --- value_and_grad wrt=x ---
# S2S301 a star import in a function
#   starred_import_inside.py:2:  from math import *
#                                ^^^^^^^^^^^^^^^^^^
#   name what is imported
