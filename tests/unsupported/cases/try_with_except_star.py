import math


def f(x):
    try:
        y = math.log(x)
    except* ValueError:
        y = x
    return y


# --- value_and_grad wrt=x ---
# S2S301 a try statement with except* is not in the accepted subset
#   try_with_except_star.py:5:  try:
#                               ^^^^
#   handle exceptions where the function is called
