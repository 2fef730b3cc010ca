import math


def f(x):
    try:
        y = math.log(x)
        z = math.sqrt(y)
    except ValueError:
        z = y
    return z


# --- value_and_grad wrt=x ---
# S2S305 y may be assigned or not where the exception is raised
#   try_with_doubtful_name.py:9:  z = y
#                                     ^
#   assign it first
